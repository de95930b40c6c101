// A list of messages, oldest first: grouped by person, parted by days, kept at its end while one reads there.

import { h, icon, keep, textButton } from "./dom.js";
import { dayName, whenOf } from "./dates.js";
import { authorOf, drawMessage, isQuiet } from "./message.js";
import { channelName, state } from "./state.js";
import { welcome } from "./welcome.js";

const TOGETHER_SECONDS = 300;
const NEAR_END = 80;

/** Draw messages into `list` (inside its scroller). `where` is {channel, inThread, newAfter}. */
export function drawMessages(list, messages, where) {
  const scroller = list.parentElement;
  const atEnd = isNearEnd(scroller);
  const fresh = list.dataset.of !== (where.of ?? where.channel);
  if (fresh) list.replaceChildren();
  list.dataset.of = where.of ?? where.channel;
  keep(list, rows(messages, where), (item) => item.draw());
  const newest = messages.at(-1);
  const came = !fresh && Number(newest?.ts ?? 0) > Number(list.dataset.newest ?? 0);
  list.dataset.newest = newest?.ts ?? 0;
  if (came) arrived(scroller, newest, atEnd);
  else if (fresh || atEnd) toEnd(scroller);
  if (fresh) pillOf(scroller).hidden = true;
}

/** Show what came to one who reads at the end or whom it answers; a tall one from its top. Others are told of it. */
function arrived(scroller, message, atEnd) {
  const asked = message.ephemeral || message.user === state.me.id;
  if (!atEnd && !asked) {
    pillOf(scroller).hidden = false;
    return;
  }
  toEnd(scroller);
  const drawn = scroller.querySelector(`[data-key="${CSS.escape(message.ts)}"]`);
  if (drawn.offsetHeight > scroller.clientHeight) drawn.scrollIntoView({ block: "start" });
}

function isNearEnd(scroller) {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
}

/** The button over the list's end that leads to what is new there. */
function pillOf(scroller) {
  if (scroller.nextElementSibling?.classList.contains("news")) return scroller.nextElementSibling;
  const pill = textButton("New messages ↓", () => toEnd(scroller), { kind: "news" });
  scroller.after(pill);
  scroller.addEventListener("scroll", () => isNearEnd(scroller) && (pill.hidden = true), { passive: true });
  return pill;
}

export function toEnd(scroller) {
  scroller.scrollTop = scroller.scrollHeight;
  for (const picture of scroller.querySelectorAll("img"))
    if (!picture.complete) picture.addEventListener("load", () => stayAtEnd(scroller), { once: true });
}

function stayAtEnd(scroller) {
  if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END * 8)
    scroller.scrollTop = scroller.scrollHeight;
}

/** What a list shows: messages with the lines between days and before what is new. */
function rows(messages, where) {
  const shown = where.inThread ? [] : [beginning(state.channels.get(where.channel))];
  let before = null;
  const names = [...state.users.values()].map((user) => user.id + user.real_name).join();
  for (const message of messages) {
    const newDay = !before || whenOf(before.ts).toDateString() !== whenOf(message.ts).toDateString();
    if (newDay && !where.inThread) shown.push(dayLine(message));
    const firstNew = before && startsNews(before, message, Number(where.newAfter));
    if (firstNew) shown.push(newLine());
    const joined = !newDay && !firstNew && follows(message, before);
    const version = JSON.stringify([message, joined, names, where.inThread]);
    shown.push({ key: message.ts, version, draw: () => drawMessage(message, { ...where, joined }) });
    before = message;
  }
  return shown;
}

/** What stands above the first message: which channel this is, and how to begin. */
function beginning(channel) {
  const sign = h(
    "span",
    { class: "beginning-sign" },
    icon(channel.is_private ? "lock" : channel.is_im ? "app" : "hash"),
  );
  const words = [
    h("p", { class: "beginning-name" }, channelName(channel)),
    h("p", {}, channel.purpose || "This is where the conversation begins."),
    channel.is_member && welcome(channel),
  ];
  return {
    key: "beginning",
    version: JSON.stringify([channel.name, channel.purpose, channel.is_member, state.commands[0], state.service]),
    draw: () => h("div", { class: "beginning" }, sign, words),
  };
}

function follows(message, before) {
  const alone = (one) => isQuiet(one) || one.ephemeral;
  if (
    !before || alone(before) || alone(message) || before.pinned || message.pinned || message.subtype === "thread_broadcast"
  )
    return false;
  return authorOf(message).name === authorOf(before).name && Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
}

function startsNews(before, message, newAfter) {
  return newAfter && Number(before.ts) <= newAfter && Number(message.ts) > newAfter;
}

function dayLine(message) {
  const name = dayName(whenOf(message.ts));
  return {
    key: `day-${whenOf(message.ts).toDateString()}`,
    version: name,
    draw: () => h("div", { class: "day-line", role: "separator", "aria-label": name }, h("span", {}, name)),
  };
}

function newLine() {
  return {
    key: "new",
    version: "new",
    draw: () => h("div", { class: "new-line", role: "separator", "aria-label": "New messages" }, h("span", {}, "New")),
  };
}
