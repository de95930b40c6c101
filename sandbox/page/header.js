// The head of a conversation: its name, topic, members, pins and bookmarks.

import { act } from "./api.js";
import { h, icon, link, redraw, textButton } from "./dom.js";
import { character, emoji } from "./emoji.js";
import { openMenu } from "./menu.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { trouble } from "./notices.js";
import { avatar } from "./people.js";
import { openBeside } from "./popover.js";
import { revealMessage } from "./reveal.js";
import { channelName, currentChannel, nameOf, state } from "./state.js";

export function drawHeader(root) {
  const channel = currentChannel();
  const app = [...state.users.values()].find((user) => user.is_bot);
  if (!channel) return redraw(root, ["home", app], () => title("home", [h("h1", {}, nameOf(app))], "Home"));
  const { unread, mentions, bookmarks, ...shown } = channel;
  return redraw(root, [shown, [...state.users.values()]], () => ofChannel(channel));
}

function ofChannel(channel) {
  const name = h("h1", {}, channel.is_im ? "" : icon(channel.is_private ? "lock" : "hash"), channelName(channel));
  const tools = h("div", { class: "head-tools" }, pinsButton(channel), membersButton(channel));
  return [title(channel.id, [name], channel.topic || channel.purpose), tools];
}

function title(key, name, topic) {
  return h(
    "div",
    { class: "head-title", data: { key } },
    name,
    topic && h("p", { class: "topic", title: topic }, mrkdwn(topic)),
  );
}

function pinsButton(channel) {
  const pins = channel.pins ?? [];
  if (!pins.length) return null;
  const button = h(
    "button",
    { type: "button", class: "chip-button", "aria-haspopup": "menu", "aria-label": `${pins.length} pinned` },
    icon("pin"),
    String(pins.length),
  );
  button.addEventListener("click", () => openMenu(button, pins.map(pinned), { label: "Pinned messages" }));
  return button;
}

function pinned(pin) {
  const ts = typeof pin === "string" ? pin : pin.ts;
  const message = state.messages.find((one) => one.ts === ts);
  const words = (message?.text || "A message of a thread").replace(/<[^>|]*\|([^>]*)>/g, "$1").slice(0, 90);
  return {
    icon: icon("pin"),
    label: plain(words),
    note: nameOf(state.users.get(message?.user)),
    run: () => revealMessage(ts),
  };
}

function membersButton(channel) {
  const members = (channel.members ?? []).map((id) => state.users.get(id)).filter(Boolean);
  const faces = h("span", { class: "faces" }, members.slice(0, 3).map((user) => avatar(user, "tiny")));
  const button = h(
    "button",
    { type: "button", class: "chip-button", "aria-label": `${members.length} members`, "aria-expanded": "false" },
    faces,
    icon("people"),
    String(members.length),
  );
  button.addEventListener(
    "click",
    () => openBeside(button, memberList(channel, members, button), { className: "members-panel" }),
  );
  return button;
}

function memberList(channel, members, anchor) {
  const rows = members.map((user) =>
    h("li", {}, avatar(user, "tiny"), h("span", {}, nameOf(user)), h("small", { class: "quiet" }, user.title)),
  );
  const leave = () => trouble(() => act("member", { channel: channel.id, do: "leave" }));
  const mayAct = channel.is_member && !channel.is_im && !channel.is_archived;
  const invite = h("button", { type: "button", class: "button" }, "Invite somebody");
  invite.addEventListener("click", () => openMenu(anchor, strangers(channel), { label: "Invite" }));
  return [
    h("ul", { class: "members", "aria-label": "Members" }, rows),
    mayAct && h("div", { class: "panel-foot" }, invite, textButton("Leave channel", leave)),
  ];
}

function strangers(channel) {
  const inside = new Set(channel.members);
  const invite = (user) => () => trouble(() => act("member", { channel: channel.id, do: "invite", user: user.id }));
  return [...state.users.values()]
    .filter((user) => !inside.has(user.id) && !user.deleted)
    .map((user) => ({ icon: avatar(user, "tiny"), label: nameOf(user), note: user.title, run: invite(user) }));
}

/** The bookmarks bar; hidden where there are none. */
export function drawBookmarks(root) {
  const bookmarks = currentChannel()?.bookmarks ?? [];
  root.hidden = !bookmarks.length;
  redraw(root, bookmarks, () => bookmarks.map(bookmark));
}

function bookmark(one) {
  const name = (one.emoji ?? "").replaceAll(":", "");
  return link(one.link ?? "", character(name) ? emoji(name) : icon("bookmark"), h("span", {}, one.title));
}
