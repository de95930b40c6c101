// Modals: the top view of the stack, its form, errors beside fields, what is sent on submit and close.

import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { fill, focused, h, iconButton, refocus, textButton } from "./dom.js";
import { missing } from "./checks.js";
import { plain } from "./mrkdwn.js";
import { state, takeViews } from "./state.js";
import { viewSurface } from "./surface.js";

const surfaces = new Map(); // view id -> its surface, so that what was typed outlives a redraw and a pushed view
let dialog = null;
let shown = null;

/** Bring the dialog in line with the stack of views. */
export function drawViews() {
  const stack = state.views;
  for (const id of surfaces.keys()) if (!stack.some((view) => view.id === id)) surfaces.delete(id);
  const top = stack.at(-1);
  if (!top) return shut();
  const version = JSON.stringify([top.id, top.hash, stack.length]);
  if (!dialog) open();
  if (shown?.version !== version && !choosing(top)) draw(top, stack.length, version);
  return undefined;
}

/** Whether a list is open whose block stays: it is not taken from under the finger, the redraw comes once it is shut. */
function choosing(view) {
  const list = shown?.view.id === view.id && dialog.querySelector(".popover");
  const block = dialog.querySelector('[aria-expanded="true"]')?.closest("[data-block]")?.dataset.block;
  if (!list || !view.blocks.some((one) => one.block_id === block)) return false;
  list.addEventListener("toggle", () => setTimeout(drawViews), { once: true });
  return true;
}

function open() {
  dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title" });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    closeTop();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function shut() {
  dialog?.close();
  dialog?.remove();
  dialog = null;
  shown = null;
}

function surfaceOf(view) {
  if (!surfaces.has(view.id)) surfaces.set(view.id, viewSurface(view));
  const surface = surfaces.get(view.id);
  surface.values.only(view.blocks ?? []);
  return surface;
}

function draw(view, depth, version) {
  const same = shown?.view.id === view.id;
  const memory = same ? focused(dialog) : null;
  const scrolled = same ? dialog.querySelector(".modal-body").scrollTop : 0;
  shown = { view, version };
  const body = h(
    "div",
    { class: "modal-body" },
    h("div", { class: "form-error", role: "alert", hidden: true }),
    blocks(view.blocks, surfaceOf(view)),
  );
  const form = h(
    "form",
    { novalidate: true },
    head(view, depth),
    body,
    view.submit || view.close !== undefined ? foot(view) : null,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (view.submit) submit(view);
  });
  fill(dialog, form);
  body.scrollTop = scrolled;
  if (memory) refocus(dialog, memory);
  else (
    body.querySelector("[data-first]") ?? body.querySelector(
      "input, textarea, button, select",
    ) ?? dialog.querySelector("button")
  ).focus({ preventScroll: true });
}

function head(view, depth) {
  const back = depth > 1;
  const close = iconButton(back ? "back" : "close", back ? "Back" : "Close", closeTop);
  const title = h("h2", { id: "modal-title" }, plain(view.title?.text ?? ""));
  const sign = h("img", { src: "/page/icon.svg", alt: "", width: 26, height: 26 });
  return h("div", { class: "modal-head" }, back ? close : sign, title, !back && close);
}

function foot(view) {
  const cancel = textButton(plain(view.close?.text ?? "Cancel"), closeTop);
  const go = view.submit && h(
    "button",
    { type: "submit", class: "button primary", data: { focus: "submit" } },
    plain(view.submit.text),
  );
  return h("div", { class: "dialog-foot" }, cancel, go);
}

async function closeTop() {
  const view = state.views.at(-1);
  if (!view) return shut();
  try {
    await act("view", { view_id: view.id, do: "close" });
  } catch {
    // The view is gone on the other side too, or the sandbox is: closing it here is what was asked for.
  }
  takeViews(state.views.filter((one) => one.id !== view.id));
  return drawViews();
}

async function submit(view) {
  const { values } = surfaceOf(view);
  const wrong = missing(view.blocks ?? [], values.all);
  if (Object.keys(wrong).length) return showErrors(wrong);
  const button = dialog.querySelector("[type=submit]");
  if (button.getAttribute("aria-busy") === "true") return undefined;
  button.setAttribute("aria-busy", "true");
  showErrors({});
  try {
    const answer = await act("view", { view_id: view.id, do: "submit", values: values.all });
    if (answer.errors) showErrors(answer.errors);
  } catch (error) {
    showFormError(error.message);
  } finally {
    button.removeAttribute("aria-busy");
  }
  return undefined;
}

function showFormError(text) {
  const line = dialog?.querySelector(".form-error");
  if (!line) return;
  line.textContent = text;
  line.hidden = !text;
  line.scrollIntoView({ block: "nearest" });
}

/** Put each error beside its field and go to the first; what belongs to no field stands on top. */
function showErrors(errors) {
  const left = { ...errors };
  for (const field of dialog.querySelectorAll(".block-input")) {
    const text = errors[field.dataset.block] ?? "";
    delete left[field.dataset.block];
    const line = field.querySelector(".field-error");
    line.textContent = text;
    line.hidden = !text;
    field.classList.toggle("wrong", Boolean(text));
    const control = field.querySelector("[data-focus]");
    if (text) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  }
  showFormError(Object.values(left).join(" "));
  dialog.querySelector(".wrong [data-focus]")?.focus();
}
