// Where one is: the address bar says it (`?as=U0SAM#C0INCIDENTS`), so a reload or a shared address leads back.

import { changed, state } from "./state.js";

const HOME = "home";

export function personInAddress() {
  return new URLSearchParams(location.search).get("as");
}

/** What the address names: `#C0INCIDENTS`, a message of it (`/1700000000.000100`), or a thread (`/thread/17…`). */
export function placeInAddress() {
  const [id, ...rest] = decodeURIComponent(location.hash.slice(1)).split("/");
  const place = id === HOME ? { kind: "home", id: HOME } : { kind: "channel", id: id || null };
  const thread = rest[0] === "thread" ? rest[1] : null;
  return { place, thread, point: thread ? null : (rest[0] ?? null) };
}

/** The place a permalink of this workspace leads to; null for any other address. */
export function placeOfPermalink(address) {
  const found = /^https?:\/\/([^/]+)\/archives\/([A-Z0-9]+)(?:\/p(\d{10})(\d{6}))?/.exec(address);
  if (!found || found[1] !== location.host) return null;
  const [, , id, seconds, micros] = found;
  const thread = new URLSearchParams(address.split("?")[1] ?? "").get("thread_ts");
  return { place: { kind: "channel", id }, thread, point: seconds && !thread ? `${seconds}.${micros}` : null };
}

/** Go to a channel or to the app's Home; everybody who draws it hears of it. */
export function goTo(place, { thread = null, point = null } = {}) {
  state.place = place;
  state.point = point;
  state.thread = thread ? { channel: place.id, ts: thread, messages: [] } : null;
  write();
  changed("place");
}

export function openThread(channel, ts) {
  state.thread = { channel, ts, messages: [] };
  write();
  changed("thread-opened");
}

export function closeThread() {
  state.thread = null;
  write();
  changed("thread");
}

/** Write place, thread and person into the address bar. */
export function write() {
  const words = new URLSearchParams(location.search);
  if (state.me) words.set("as", state.me.id);
  const thread = state.thread ? `/thread/${state.thread.ts}` : "";
  const hash = state.place.id ? `#${state.place.id}${thread}` : "";
  history.replaceState(null, "", `${location.pathname}?${words}${hash}`);
}
