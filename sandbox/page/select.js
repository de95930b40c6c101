// Every select and multi-select: a button that opens a list one can search, by keyboard or thumb.

import { fill, h, icon, iconButton } from "./dom.js";
import { avatar } from "./people.js";
import { report } from "./elements.js";
import { chosenFrom, kindOf, optionsOf } from "./choices.js";
import { openList } from "./listbox.js";
import { plain } from "./mrkdwn.js";
import { state } from "./state.js";

export function select(site) {
  const many = site.one.type.startsWith("multi_");
  const box = { ...site, many, kind: kindOf(site.one), chosen: [] };
  box.chosen = before(box);
  remember(box);
  box.words = h("span", { class: "select-words" });
  box.button = h("button", {
    type: "button",
    role: "combobox",
    class: "select",
    id: site.ids?.control,
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-describedby": site.ids ? `${site.ids.error} ${site.block.hint ? site.ids.hint : ""}`.trim() : null,
    "aria-required": site.ids ? String(!site.block.optional) : null,
    data: { focus: " " },
    on: { click: () => open(box), keydown: (event) => arrows(event, box) },
  }, box.words, icon("down"));
  box.frame = h("div", { class: "select-frame" }, box.button);
  show(box);
  return box.frame;
}

function arrows(event, box) {
  if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  open(box);
}

/** What is chosen to begin with: what the person chose before, else the element's initial value. */
function before({ one, block, surface, kind, many }) {
  const known = surface.recall(block, one);
  const current = one.default_to_current_conversation && state.place.kind === "channel" ? state.place.id : undefined;
  const initial = many ? one[kind.initials] : (one[kind.initial] ?? current);
  const raw = known ? known[many ? kind.many : kind.one] : initial;
  return [raw ?? []].flat().map((value) => chosenFrom(one, value));
}

function valueOf({ chosen, kind, many }) {
  return many ? { [kind.many]: chosen.map((choice) => choice.raw) } : { [kind.one]: chosen[0]?.raw ?? null };
}

function remember(box) {
  box.surface.keep(box.block, box.one, valueOf(box));
}

function show(box) {
  const empty = box.one.placeholder?.text ?? (box.many ? "Choose some" : "Choose one");
  const names = box.chosen.map((choice) => choice.label);
  fill(
    box.words,
    names.length && !box.many ? [face(box.chosen[0]), plain(names[0])] : h(
      "span",
      { class: "quiet" },
      names.length ? `${names.length} chosen` : empty,
    ),
  );
  const named = box.ids ? null : `${box.named || box.one.placeholder?.text || box.one.action_id}`;
  if (named) box.button.setAttribute("aria-label", names.length ? `${named}: ${names.join(", ")}` : named);
  else box.button.setAttribute("aria-labelledby", `${box.ids.label}`);
  box.frame.querySelector(".chips")?.remove();
  if (box.many && names.length)
    box.frame.prepend(
      h("ul", { class: "chips", "aria-label": "Chosen" }, box.chosen.map((choice) => chip(box, choice))),
    );
}

function face(choice) {
  return choice?.user ? avatar(choice.user, "tiny") : null;
}

function chip(box, choice) {
  const remove = () => change(box, box.chosen.filter((one) => one !== choice));
  return h(
    "li",
    { class: "chip" },
    face(choice),
    plain(choice.label),
    iconButton("close", `Remove ${choice.label}`, remove, { kind: null }),
  );
}

async function change(box, chosen) {
  const old = box.chosen;
  box.chosen = chosen;
  show(box);
  const done = await report(box, valueOf(box));
  if (done !== false) return;
  box.chosen = old;
  remember(box);
  show(box);
}

/** Open the list. A multi-select tells what was chosen when it closes. */
function open(box) {
  if (box.button.getAttribute("aria-expanded") === "true") return;
  let picked = box.chosen;
  openList(box.button, {
    label: box.button.getAttribute("aria-label") ?? "Choices",
    many: box.many,
    chosen: () => picked,
    source: sourceOf(box),
    always: box.one.type.includes("external") || Boolean(box.kind.list),
    pick: (choice) => {
      if (!box.many) return change(box, [choice]);
      picked = toggled(picked, choice, box.one.max_selected_items);
      return undefined;
    },
    closed: () => box.many && picked !== box.chosen && change(box, picked),
  });
}

function toggled(picked, choice, most) {
  const without = picked.filter((one) => one.value !== choice.value);
  if (without.length < picked.length) return without;
  return most && picked.length >= most ? picked : [...picked, choice];
}

/** Where choices come from: the app (asked with what was typed), the workspace, or the element itself. */
function sourceOf({ one, block, surface, kind }) {
  if (one.type.includes("external")) {
    const least = one.min_query_length ?? 3;
    return async (typed) => {
      if (typed.length < least) return { choices: [], note: `Type at least ${least} letter${least === 1 ? "" : "s"}.` };
      return { choices: optionsOf(await surface.options(block, one, typed)) };
    };
  }
  const all = kind.list ? kind.list(one) : optionsOf(one);
  return (typed) => (
    { choices: all.filter((choice) => `${choice.label} ${choice.note}`.toLowerCase().includes(typed.toLowerCase())) }
  );
}
