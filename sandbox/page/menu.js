// A menu of things to do: arrow keys, Home and End, letters.

import { h } from "./dom.js";
import { openBeside } from "./popover.js";

/** Open a menu beside a control. An item is {label, note, icon, danger, run} or null for a line between groups. */
export function openMenu(anchor, items, { label = anchor.getAttribute("aria-label") } = {}) {
  const list = h("div", { class: "menu", role: "menu", "aria-label": label });
  const opened = openBeside(anchor, list, { className: "menu-panel" });
  for (const item of items) list.append(item ? entry(item, opened) : h("hr"));
  list.addEventListener("keydown", (event) => move(event, list));
  opened.settle();
  list.querySelector("button")?.focus();
  return opened;
}

function entry(item, opened) {
  const run = () => {
    opened.close();
    item.run();
  };
  const note = item.note && h("small", { class: "quiet" }, item.note);
  const props = { type: "button", role: "menuitem", class: item.danger ? "danger-text" : null, on: { click: run } };
  return h("button", props, item.icon, h("span", {}, item.label, note));
}

function move(event, list) {
  const entries = [...list.querySelectorAll("button")];
  const at = entries.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
  const named = event.key.length === 1 && entries.find((one) =>
    one.textContent.toLowerCase().startsWith(event.key.toLowerCase()),
  );
  if (next === undefined && !named) return;
  event.preventDefault();
  (named || entries[(next + entries.length) % entries.length]).focus();
}
