// Reactions under a message, and the picker to add one.

import { act } from "./api.js";
import { fill, h, icon, textButton } from "./dom.js";
import { character, emoji, emojiNamed, QUICK } from "./emoji.js";
import { trouble } from "./notices.js";
import { openBeside } from "./popover.js";
import { nameOf, state } from "./state.js";

/** Add or take back one's reaction. */
export function react(message, channel, name) {
  const mine = message.reactions?.find((one) => one.name === name)?.users?.includes(state.me.id);
  return trouble(() => act("react", { channel, ts: message.ts, name, ...(mine && { remove: true }) }));
}

export function reactions(message, channel) {
  const given = message.reactions ?? [];
  if (!given.length) return "";
  const add = h(
    "button",
    { type: "button", class: "reaction add", "aria-label": "Add a reaction", data: { focus: "react-add" } },
    icon("smile"),
  );
  add.addEventListener("click", () => pickEmoji(add, (name) => react(message, channel, name)));
  return h("div", { class: "reactions" }, given.map((one) => pill(one, message, channel)), add);
}

function pill(one, message, channel) {
  const mine = one.users.includes(state.me.id);
  const who = one.users.map((id) => nameOf(state.users.get(id))).join(", ");
  const label = `${one.name.replaceAll("_", " ")}: ${one.count ?? one.users.length}, ${who}`;
  const props = {
    type: "button",
    class: "reaction",
    "aria-pressed": String(mine),
    "aria-label": label,
    title: who,
    data: { focus: `react-${one.name}` },
  };
  const shown = character(one.name) ? emoji(one.name) : `:${one.name}:`;
  return h(
    "button",
    { ...props, on: { click: () => react(message, channel, one.name) } },
    shown,
    h("span", {}, String(one.count ?? one.users.length)),
  );
}

/** Open the emoji picker beside a control; `picked(name)` hears the choice. */
export function pickEmoji(anchor, picked) {
  const grid = h("div", { class: "emoji-grid", role: "group", "aria-label": "Emoji" });
  const search = h(
    "input",
    { type: "text", class: "field", placeholder: "Search emoji", "aria-label": "Search emoji", autocomplete: "off" },
  );
  const opened = openBeside(anchor, [search, grid], { className: "emoji-panel" });
  const take = (name) => {
    opened.close();
    picked(name);
  };
  const offer = () => fill(grid, names(search.value.trim()).map((name) => choice(name, take)));
  search.addEventListener("input", offer);
  search.addEventListener("keydown", (event) => event.key === "Enter" && grid.querySelector("button")?.click());
  offer();
  opened.settle();
  search.focus();
}

function names(letters) {
  return letters ? emojiNamed(letters) : [...new Set([...QUICK, ...emojiNamed("")])].slice(0, 60);
}

function choice(name, take) {
  return textButton(
    character(name),
    () => take(name),
    { kind: null, "aria-label": name.replaceAll("_", " "), title: `:${name}:` },
  );
}
