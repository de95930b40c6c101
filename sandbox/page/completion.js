// What is offered while one types: slash commands, people, channels, emoji.

import { fill, h, icon } from "./dom.js";
import { emoji, emojiNamed } from "./emoji.js";
import { avatar } from "./people.js";
import { nameOf, state } from "./state.js";

const MOST = 8;
let serial = 0;

/** Offer completions for `box` above it. Answers a key handler that says whether it took the key. */
export function completing(box, host, { commands }) {
  serial += 1;
  const offer = { box, commands, entries: [], at: 0, span: null, id: `complete-${serial}` };
  offer.list = h(
    "div",
    { class: "completion", role: "listbox", id: offer.id, "aria-label": "Suggestions", hidden: true },
  );
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", offer.id);
  host.append(offer.list);
  box.addEventListener("input", () => look(offer));
  box.addEventListener("blur", () => setTimeout(() => close(offer), 150)); // a press on an entry comes after the blur
  return (event) => key(event, offer);
}

function look(offer) {
  const { box } = offer;
  const before = box.value.slice(0, box.selectionStart);
  const command = offer.commands && /^\/(\S*)$/.exec(before);
  const hinted = offer.commands && /^(\/\S+)\s/.exec(before);
  const word = /(?:^|\s)([@#:])([\p{L}\p{N}_.+-]*)$/u.exec(before);
  if (command) show(offer, commandEntries(command[1]), before.length - command[1].length - 1);
  else if (word && (word[1] !== ":" || word[2].length > 1)) show(
    offer,
    wordEntries(word[1], word[2].toLowerCase()),
    before.length - word[2].length - 1,
  );
  else if (hinted) hint(offer, hinted[1]);
  else close(offer);
}

function commandEntries(typed) {
  return state.commands
    .filter((one) => one.command.slice(1).startsWith(typed))
    .map((one) =>
      (
        {
          text: `${one.command} `,
          face: icon("slash"),
          label: one.command,
          hint: one.usage_hint,
          note: one.description,
        }
      ),
    );
}

function wordEntries(sign, typed) {
  const has = (text) => text.toLowerCase().includes(typed);
  if (sign === ":")
    return emojiNamed(typed, MOST).map((name) => ({ text: `:${name}: `, face: emoji(name), label: `:${name}:` }));
  if (sign === "#")
    return [...state.channels.values()].filter((one) => !one.is_im && has(one.name)).map((one) =>
      ({ text: `#${one.name} `, face: icon("hash"), label: one.name, note: one.purpose }),
    );
  const people = [...state.users.values()].filter((user) => !user.deleted && has(`${user.name} ${nameOf(user)}`));
  const groups = [...state.groups.values()].filter((group) => has(group.handle));
  return [
    ...people.map((user) =>
      ({ text: `@${user.name} `, face: avatar(user, "tiny"), label: nameOf(user), note: `@${user.name}` }),
    ),
    ...groups.map((group) =>
      ({ text: `@${group.handle} `, face: icon("people"), label: `@${group.handle}`, note: group.name }),
    ),
  ];
}

/** While a command's words are typed: how it is used. */
function hint(offer, command) {
  const known = state.commands.find((one) => one.command === command);
  offer.entries = [];
  offer.list.hidden = !known?.usage_hint;
  offer.box.removeAttribute("aria-activedescendant");
  if (known)
    fill(
      offer.list,
      h("p", { class: "usage" }, h("b", {}, known.command), " ", h("span", { class: "quiet" }, known.usage_hint)),
    );
}

function show(offer, entries, from) {
  offer.entries = entries.slice(0, MOST);
  offer.from = from;
  offer.list.hidden = !offer.entries.length;
  fill(offer.list, offer.entries.map((entry, index) => row(offer, entry, index)));
  mark(offer, 0);
}

function row(offer, entry, index) {
  const words = h(
    "span",
    { class: "option-words" },
    h("span", {}, h("b", {}, entry.label), entry.hint && h("code", {}, entry.hint)),
    entry.note && h("small", { class: "quiet" }, entry.note),
  );
  const on = { mousedown: (event) => event.preventDefault(), click: () => take(offer, entry) };
  return h("div", { class: "option", role: "option", id: `${offer.id}-${index}`, on }, entry.face, words);
}

function mark(offer, at) {
  offer.at = at;
  [...offer.list.children].forEach((one, index) => {
    one.classList.toggle("at", index === at);
    one.setAttribute("aria-selected", String(index === at));
  });
  if (offer.entries[at]) offer.box.setAttribute("aria-activedescendant", `${offer.id}-${at}`);
  offer.list.children[at]?.scrollIntoView({ block: "nearest" });
}

function take(offer, entry) {
  const { box } = offer;
  box.setRangeText(entry.text, offer.from, box.selectionStart, "end");
  close(offer);
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function close(offer) {
  offer.entries = [];
  offer.list.hidden = true;
  offer.box.removeAttribute("aria-activedescendant");
}

/** Arrows choose, Tab and Enter take, Escape closes. A command that is complete already is sent by Enter. */
function key(event, offer) {
  if (event.key === "Escape" && !offer.list.hidden) {
    event.preventDefault();
    close(offer);
    return true;
  }
  if (!offer.entries.length) return false;
  const entry = offer.entries[offer.at];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const complete = offer.box.value.trim() === entry.text.trim() && event.key === "Enter";
  if (step) mark(offer, (offer.at + step + offer.entries.length) % offer.entries.length);
  else if (["Tab", "Enter"].includes(event.key) && !event.shiftKey && !complete) take(offer, entry);
  else return false;
  event.preventDefault();
  return true;
}
