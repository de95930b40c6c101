// The pane of one thread: its first message, the replies, a composer.

import { fill, h, iconButton } from "./dom.js";
import { composer } from "./composer.js";
import { drawMessages } from "./messages.js";
import { closeThread } from "./places.js";
import { channelName, state } from "./state.js";

/** Draw the thread one has open, or hide its pane. */
export function drawThread(pane) {
  const thread = state.thread;
  pane.hidden = !thread;
  document.body.classList.toggle("has-thread", Boolean(thread));
  if (!thread) return fill(pane);
  const key = `${thread.channel}/${thread.ts}`;
  if (pane.dataset.thread !== key || !pane.firstChild) build(pane, thread, key);
  return drawMessages(
    pane.querySelector(".message-list"),
    thread.messages,
    { channel: thread.channel, inThread: true, of: key },
  );
}

function build(pane, thread, key) {
  pane.dataset.thread = key;
  const channel = state.channels.get(thread.channel);
  const close = iconButton("close", "Close thread", closeThread);
  const list = h("div", { class: "message-list", role: "log", "aria-label": "Thread" });
  fill(
    pane,
    h(
      "div",
      { class: "pane-head" },
      h("div", {}, h("h2", {}, "Thread"), h("small", {}, channel?.is_im ? "" : "#", channelName(channel))),
      close,
    ),
    h("div", { class: "scroller", tabindex: "0" }, list),
    composer({ channel: () => state.channels.get(thread.channel), thread: thread.ts, label: "Reply in thread" }),
  );
  pane.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && closeThread());
  const thumb = matchMedia("(pointer: coarse)").matches; // there a focus would bring up the keyboard, over the thread
  pane.querySelector(thumb ? ".icon-button" : "textarea").focus({ preventScroll: true });
}
