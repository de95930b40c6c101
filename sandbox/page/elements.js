// Block Kit's elements by type: what a person presses, chooses or types into.

import { h, icon } from "./dom.js";
import { ownAddress } from "./files.js";
import { plain, textObject } from "./mrkdwn.js";
import { openMenu } from "./menu.js";
import { select } from "./select.js";
import { field } from "./fields.js";

const DRAWN = { button, image, overflow, checkboxes, radio_buttons: radio, workflow_button: button };

/** Draw one element. `more` says where it stands: {ids, input} in an input block, {named} beside a section's text. */
export function element(one, block, surface, more = {}) {
  const site = { one, block, surface, ...more };
  const draw = DRAWN[one?.type] ?? (one?.type?.endsWith("_select") ? select : field);
  const drawn = draw(site);
  const control = drawn.dataset.focus ? drawn : drawn.querySelector("[data-focus]") ?? drawn;
  control.dataset.focus = `${block.block_id}/${one?.action_id}`;
  if (one?.focus_on_load) control.dataset.first = "";
  return drawn;
}

/** A value changed: remember it, and tell the app where the element asks for that. */
export function report(site, value) {
  const { one, block, surface, input } = site;
  surface.keep(block, one, value);
  if (!input || block.dispatch_action) return surface.act(block, one, value);
  return Promise.resolve(true);
}

function button({ one, block, surface }) {
  const style = { primary: "primary", danger: "danger" }[one.style] ?? "";
  const press = () => {
    if (one.url) window.open(one.url, "_blank", "noopener,noreferrer");
    return surface.act(block, one, { value: one.value });
  };
  const props = {
    type: "button",
    class: `button ${style}`,
    "aria-label": one.accessibility_label,
    data: { focus: " ", action: one.action_id ?? "" },
  };
  const drawn = h(
    "button",
    { ...props, on: { click: () => busy(drawn, press) } },
    plain(one.text?.text),
    one.url && icon("outside"),
  );
  return drawn;
}

/** Show that something is on its way; a second press meanwhile does nothing. */
export async function busy(control, work) {
  if (control.getAttribute("aria-busy") === "true") return;
  control.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    control.removeAttribute("aria-busy");
  }
}

function image({ one }) {
  const own = ownAddress(one.image_url ?? one.slack_file?.url ?? "");
  if (!own)
    return h(
      "span",
      { class: "thumb missing", role: "img", "aria-label": one.alt_text ?? "", title: one.alt_text },
      icon("image"),
    );
  return h("img", { class: "thumb", src: own, alt: one.alt_text ?? "", loading: "lazy" });
}

function overflow({ one, block, surface }) {
  const chosen = (option) => () => {
    if (option.url) window.open(option.url, "_blank", "noopener,noreferrer");
    surface.act(block, one, { selected_option: option });
  };
  const items = () => (one.options ?? []).map((option) =>
    ({ label: plain(option.text?.text), note: option.description?.text, run: chosen(option) }),
  );
  const props = {
    type: "button",
    class: "button overflow",
    "aria-label": "More actions",
    "aria-haspopup": "menu",
    data: { focus: " " },
  };
  const drawn = h("button", { ...props, on: { click: () => openMenu(drawn, items()) } }, icon("more"));
  return drawn;
}

function choices(site, type, changed) {
  const { one, block, surface, input, ids, named } = site;
  const known = surface.recall(block, one);
  const before = known ?? { selected_option: one.initial_option, selected_options: one.initial_options };
  const values = new Set(
    [before.selected_option ?? [], before.selected_options ?? []].flat().map((option) => option.value),
  );
  const name = `${surface.ids(block).control}-${one.action_id}`;
  const boxes = (one.options ?? []).map((option, index) =>
    choice({ option, type, name, id: index ? null : ids?.control, checked: values.has(option.value), changed }),
  );
  const role = type === "radio" ? "radiogroup" : "group";
  return h(
    "div",
    { class: "choices", role: input ? null : role, "aria-label": input ? null : named || one.action_id },
    boxes,
  );
}

function choice({ option, type, name, id, checked, changed }) {
  const box = h(
    "input",
    { type, name, id, checked, value: option.value, data: { focus: " " }, on: { change: changed } },
  );
  const about = option.description && h("small", { class: "quiet" }, textObject(option.description));
  return h("label", { class: "choice" }, box, h("span", {}, textObject(option.text), about));
}

function checkboxes(site) {
  const chosen = () => {
    const values = new Set([...drawn.querySelectorAll("input:checked")].map((box) => box.value));
    return (site.one.options ?? []).filter((option) => values.has(option.value));
  };
  const drawn = choices(site, "checkbox", () => report(site, { selected_options: chosen() }));
  site.surface.keep(site.block, site.one, { selected_options: chosen() });
  return drawn;
}

function radio(site) {
  const chosen = () => (site.one.options ?? []).find((option) =>
    option.value === drawn.querySelector("input:checked")?.value,
  ) ?? null;
  const drawn = choices(site, "radio", () => report(site, { selected_option: chosen() }));
  site.surface.keep(site.block, site.one, { selected_option: chosen() });
  return drawn;
}
