// The list a select opens: searchable, grouped, with keys as a combobox has them.

import { fill, h, icon } from "./dom.js";
import { avatar } from "./people.js";
import { plain } from "./mrkdwn.js";
import { openBeside } from "./popover.js";

const SEARCH_FROM = 8;
let serial = 0;

/** Open a list beside `anchor`. `source(typed)` answers {choices, note}, now or later; `pick` hears a choice. */
export function openList(anchor, { label, many, chosen, source, always = false, pick, closed }) {
  serial += 1;
  const list = { id: `list-${serial}`, many, chosen, source, pick, choices: [], at: -1, asked: 0 };
  list.box = h(
    "div",
    {
      class: "listbox",
      role: "listbox",
      id: list.id,
      "aria-label": label,
      "aria-multiselectable": many ? "true" : null,
    },
  );
  list.note = h("p", { class: "quiet list-note", role: "status", hidden: true });
  list.search = searchField(list);
  list.opened = openBeside(anchor, [list.search, list.box, list.note], { className: "list-panel", wide: true, closed });
  list.opened.panel.addEventListener("keydown", (event) => key(event, list));
  begin(list, always);
  return list.opened;
}

function searchField(list) {
  return h("input", {
    type: "text",
    class: "field",
    role: "combobox",
    placeholder: "Search",
    "aria-label": "Search",
    "aria-autocomplete": "list",
    "aria-expanded": "true",
    "aria-controls": list.id,
    autocomplete: "off",
    on: { input: () => offer(list) },
  });
}

async function begin(list, always) {
  list.box.tabIndex = 0;
  await offer(list);
  list.search.hidden = !always && list.choices.length < SEARCH_FROM;
  (list.search.hidden ? list.box : list.search).focus();
}

/** Ask for what matches; an answer that comes after a newer question is dropped. */
async function offer(list) {
  list.asked += 1;
  const asked = list.asked;
  say(list, "Searching…");
  let answer;
  try {
    answer = await list.source(list.search.value.trim());
  } catch (error) {
    answer = { choices: [], note: error.message };
  }
  if (asked !== list.asked || !list.box.isConnected) return;
  list.choices = answer.choices;
  const selected = list.choices.findIndex((choice) => isChosen(list, choice));
  draw(list);
  mark(list, selected >= 0 ? selected : list.choices.length ? 0 : -1);
  say(list, answer.note ?? (list.choices.length ? "" : "Nothing matches."));
  list.opened.settle();
}

function say(list, text) {
  list.note.textContent = text;
  list.note.hidden = !text;
}

function isChosen(list, choice) {
  return list.chosen().some((one) => one.value === choice.value);
}

function draw(list) {
  const drawn = [];
  let group = null;
  list.choices.forEach((choice, index) => {
    if (choice.group && choice.group !== group)
      drawn.push(h("div", { class: "list-group", role: "presentation" }, choice.group));
    group = choice.group;
    drawn.push(option(list, choice, index));
  });
  fill(list.box, drawn);
}

function option(list, choice, index) {
  const on = { click: () => take(list, choice), mousemove: () => mark(list, index, false) };
  const note = choice.note && h("small", { class: "quiet" }, choice.note);
  const props = {
    class: "option",
    role: "option",
    id: `${list.id}-${index}`,
    "aria-selected": String(isChosen(list, choice)),
    data: { index },
    on,
  };
  return h(
    "div",
    props,
    choice.user && avatar(choice.user, "tiny"),
    h("span", { class: "option-words" }, h("span", {}, plain(choice.label)), note),
    icon("check"),
  );
}

function take(list, choice) {
  list.pick(choice);
  if (!list.many) return list.opened.close();
  for (const row of list.box.querySelectorAll(".option"))
    row.setAttribute("aria-selected", String(isChosen(list, list.choices[row.dataset.index])));
  return undefined;
}

/** Mark the option the keys stand on. */
function mark(list, index, scroll = true) {
  list.at = index;
  for (const row of list.box.querySelectorAll(".option"))
    row.classList.toggle("at", Number(row.dataset.index) === index);
  const row = list.box.querySelector(".at");
  for (const holder of [list.search, list.box])
    row ? holder.setAttribute("aria-activedescendant", row.id) : holder.removeAttribute("aria-activedescendant");
  if (row && scroll) row.scrollIntoView({ block: "nearest" });
}

function key(event, list) {
  const last = list.choices.length - 1;
  const next = {
    ArrowDown: Math.min(list.at + 1, last),
    ArrowUp: Math.max(list.at - 1, 0),
    Home: 0,
    End: last,
  }[event.key];
  const typing = event.target === list.search;
  if (next !== undefined && !(typing && ["Home", "End"].includes(event.key))) {
    event.preventDefault();
    mark(list, next);
  } else if (event.key === "Enter" || (event.key === " " && !typing)) {
    event.preventDefault();
    if (list.choices[list.at]) take(list, list.choices[list.at]);
  } else if (!typing && event.key.length === 1) {
    const found = list.choices.findIndex((choice) => choice.label.toLowerCase().startsWith(event.key.toLowerCase()));
    if (found >= 0) mark(list, found);
  }
}
