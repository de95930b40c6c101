// Re-read what the server knows when it says that something changed: never two readings of one thing at once.

import { act, read } from "./api.js";
import { changed, currentChannel, learn, state, takeViews } from "./state.js";

/** Do `work` soon; calls that come meanwhile become one more time, after it. */
function soon(work) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      await work();
    } while (again);
    running = false;
  };
}

function quietly(work) {
  return soon(() => work().catch(() => changed("lost")));
}

export const rereadState = quietly(async () => {
  const asked = state.viewsHeard;
  const answer = await read("state");
  learn(answer);
  takeViews(answer.views, asked);
  changed("state");
});

export const rereadMessages = quietly(async () => {
  const channel = state.place.kind === "channel" ? state.place.id : null;
  if (!channel || !state.channels.has(channel)) return;
  const { messages } = await read("messages", { channel });
  if (state.place.id !== channel) return;
  state.messages = messages;
  changed("messages");
  await markRead(channel);
});

export const rereadThread = quietly(async () => {
  const thread = state.thread;
  if (!thread) return;
  const { messages } = await read("messages", { channel: thread.channel, thread: thread.ts });
  if (state.thread !== thread) return;
  thread.messages = messages;
  changed("thread");
});

export const rereadHome = quietly(async () => {
  const { view } = await act("home");
  state.home ??= view ?? null; // what was published meanwhile is newer than this answer
  changed("home");
});

const readUpTo = new Map(); // channel -> ts: what the server was told already

/** What one looks at is read; the server then says that the channel changed. */
async function markRead(id) {
  const last = state.messages.findLast((message) => !message.ephemeral)?.ts;
  if (!last || document.hidden || !currentChannel()?.is_member || Number(readUpTo.get(id) ?? 0) >= Number(last)) return;
  readUpTo.set(id, last);
  await act("read", { channel: id, ts: last });
}

/** Take in one live event. */
export function hear(event) {
  const here = state.place.kind === "channel" && (!event.channel || event.channel === state.place.id);
  if (event.type === "view") {
    takeViews(event.views);
    return changed("views");
  }
  if (event.type === "home") return hearHome(event);
  if (event.type === "reset") return location.reload();
  if (here) rereadMessages();
  if (state.thread && (!event.channel || event.channel === state.thread.channel)) rereadThread();
  return rereadState();
}

/** The Home tab as it was published; opening it again would tell the app to publish again. */
function hearHome(event) {
  if (event.view) state.home = event.view;
  if (event.view) changed("home");
}
