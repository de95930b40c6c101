// What one may do with a message: react, reply, pin, and the shortcuts an app offers.

import { act } from "./api.js";
import { h, icon, iconButton, textButton } from "./dom.js";
import { character, QUICK } from "./emoji.js";
import { openMenu } from "./menu.js";
import { notice, trouble } from "./notices.js";
import { openThread } from "./places.js";
import { pickEmoji, react } from "./reactions.js";
import { state } from "./state.js";

export function messageTools(message, where) {
  const more = tool(
    "more",
    "More actions for this message",
    () => openMenu(more, items(message, where, more), { label: "Message actions" }),
  );
  more.setAttribute("aria-haspopup", "menu");
  if (message.ephemeral) return h("div", { class: "tools" });
  const quick = QUICK.slice(0, 2).map((name) => quickReaction(name, message, where.channel));
  const smile = tool("smile", "Add a reaction", () => pickEmoji(smile, (name) => react(message, where.channel, name)));
  const reply = !where.inThread && tool(
    "thread",
    "Reply in thread",
    () => openThread(where.channel, message.thread_ts ?? message.ts),
  );
  return h("div", { class: "tools", role: "group", "aria-label": "Message" }, quick, smile, reply, more);
}

function tool(sign, label, click) {
  return iconButton(sign, label, click, { kind: "tool", title: label, data: { focus: `tool-${sign}` } });
}

function quickReaction(name, message, channel) {
  const label = `React with ${name.replaceAll("_", " ")}`;
  return textButton(
    character(name),
    () => react(message, channel, name),
    { kind: "tool quick", "aria-label": label, title: label },
  );
}

function items(message, where, anchor) {
  const { channel } = where;
  const pin = {
    icon: icon("pin"),
    label: message.pinned ? "Unpin from channel" : "Pin to channel",
    run: () => trouble(() => act("pin", { channel, ts: message.ts, ...(message.pinned && { remove: true }) })),
  };
  const reply = !where.inThread && {
    icon: icon("thread"),
    label: "Reply in thread",
    run: () => openThread(channel, message.thread_ts ?? message.ts),
  };
  const smile = {
    icon: icon("smile"),
    label: "Add a reaction",
    run: () => pickEmoji(anchor, (name) => react(message, channel, name)),
  };
  const copy = { icon: icon("copy"), label: "Copy text", run: () => copied(message.text ?? "") };
  const offered = state.shortcuts.filter((one) => one.type === "message").map((one) =>
    shortcut(one, channel, message.ts),
  );
  return [smile, reply, pin, copy, ...(offered.length ? [null, ...offered] : [])].filter((item) => item !== false);
}

function shortcut(one, channel, ts) {
  const run = () => trouble(() => act("shortcut", { callback_id: one.callback_id, channel, ts }));
  return { icon: icon("app"), label: one.name, note: one.description, run };
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    notice("Copied.");
  } catch {
    notice("The browser does not let this page copy.", "bad");
  }
}
