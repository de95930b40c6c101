// One message: who, when, what; reactions, files, its thread; and what one may do with it.

import { h, icon } from "./dom.js";
import { attachments } from "./attachments.js";
import { blocks } from "./blocks.js";
import { clockTime, ago, stamp, whenOf } from "./dates.js";
import { files } from "./files.js";
import { messageTools } from "./message_menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { openThread } from "./places.js";
import { reactions } from "./reactions.js";
import { nameOf, state } from "./state.js";
import { messageSurface } from "./surface.js";

const QUIET = /^(channel|group)_(join|leave|topic|purpose|name|archive|unarchive)$/;

/** Messages that Slack itself writes about a channel. */
export function isQuiet(message) {
  return QUIET.test(message.subtype ?? "");
}

/** Draw a message. `where` is {channel, joined: follows one of the same person, inThread}. */
export function drawMessage(message, where) {
  const author = authorOf(message);
  const classes = [
    "message",
    where.joined && "joined",
    message.pinned && "pinned",
    message.ephemeral && "ephemeral",
    isQuiet(message) && "system",
  ];
  const drawn = h(
    "article",
    {
      class: classes.filter(Boolean).join(" "),
      tabindex: "-1",
      "aria-label": `${author.name}, ${clockTime(whenOf(message.ts))}`,
    },
  );
  const body = h(
    "div",
    { class: "message-body" },
    marks(message),
    !where.joined && byline(message, author),
    content(message, where.channel),
  );
  if (!message.ephemeral && !isQuiet(message))
    body.append(reactions(message, where.channel), threadLink(message, where));
  drawn.append(gutter(message, author, where), body);
  if (!isQuiet(message)) drawn.append(messageTools(message, where));
  return drawn;
}

export function authorOf(message) {
  const user = state.users.get(message.user) ?? [...state.users.values()].find((one) => one.is_bot && message.bot_id);
  const app = Boolean(message.bot_id || user?.is_bot);
  return { user: user ?? { name: message.username ?? "?", is_bot: app }, name: message.username || nameOf(user), app };
}

function gutter(message, author, { joined }) {
  if (joined)
    return h(
      "div",
      { class: "gutter" },
      h("time", { class: "side-time", ...stamp(whenOf(message.ts)) }, clockTime(whenOf(message.ts))),
    );
  return h("div", { class: "gutter" }, avatar(author.user, isQuiet(message) ? "tiny" : ""));
}

function byline(message, author) {
  const when = whenOf(message.ts);
  return h(
    "div",
    { class: "byline" },
    h("strong", {}, author.name),
    author.app && h("span", { class: "app-mark" }, "APP"),
    h("time", stamp(when), clockTime(when)),
  );
}

function marks(message) {
  if (message.ephemeral) return h("p", { class: "mark" }, icon("eye"), "Only visible to you");
  if (message.subtype === "thread_broadcast") return h("p", { class: "mark" }, icon("thread"), "Replied to a thread");
  return message.pinned ? h("p", { class: "mark pin" }, icon("pin"), "Pinned") : null;
}

function content(message, channel) {
  const drawn = h("div", { class: "content" });
  const surface = messageSurface(channel, message.ts);
  if (message.blocks?.length) drawn.append(blocks(message.blocks, surface));
  else if (message.text) drawn.append(h("div", { class: "text" }, whoDid(message), mrkdwn(message.text)));
  if (message.edited && !message.bot_id) drawn.append(h("span", { class: "quiet edited" }, "(edited)"));
  if (message.attachments?.length) drawn.append(attachments(message.attachments, surface));
  if (message.files?.length) drawn.append(files(message.files));
  return drawn;
}

/** "set the channel topic: …" begins with who did. */
function whoDid(message) {
  if (!isQuiet(message) || message.text.startsWith("<@")) return null;
  return `${authorOf(message).name} `;
}

function threadLink(message, { channel, inThread }) {
  if (inThread || !message.reply_count) return "";
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(state.users.get(id), "tiny"));
  const count = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  const last = message.latest_reply && h("span", { class: "quiet" }, `Last reply ${ago(whenOf(message.latest_reply))}`);
  const open = () => openThread(channel, message.thread_ts ?? message.ts);
  return h(
    "button",
    { type: "button", class: "thread-link", data: { focus: "thread" }, on: { click: open } },
    faces,
    h("b", {}, count),
    last,
  );
}
