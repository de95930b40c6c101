// Slack's mrkdwn, read once and drawn as elements.

import { h, link } from "./dom.js";
import { dateToken, stamp } from "./dates.js";
import { emoji } from "./emoji.js";
import { goTo, placeOfPermalink } from "./places.js";
import { nameOf, state } from "./state.js";

const UNBROKEN = 24;
const INLINE = new RegExp(
  [
    "(?<code>`[^`\\n]+`)",
    "(?<token><[^<>\\n]+>)",
    "(?<address>https?:\\/\\/[^\\s<>|]*[^\\s<>|.,;:!?)\\]'\"])",
    "(?<emoji>:[a-z0-9_+\\-]+(?:::skin-tone-\\d)?:)",
    "(?<![\\p{L}\\p{N}*])(?<bold>\\*(?!\\s)[^*\\n]*[^*\\s]\\*)(?![\\p{L}\\p{N}*])",
    "(?<![\\p{L}\\p{N}_])(?<italic>_(?!\\s)[^_\\n]*(?:_[\\p{L}\\p{N}][^_\\n]*)*[^_\\s]_)(?![\\p{L}\\p{N}_])",
    "(?<![\\p{L}\\p{N}~])(?<strike>~(?!\\s)[^~\\n]*[^~\\s]~)(?![\\p{L}\\p{N}~])",
  ].join("|"),
  "gu",
);
const SHORT = { bold: "strong", italic: "em", strike: "s" };

/** Undo the three escapes of Slack's texts. */
export function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Draw a mrkdwn text as nodes: preformatted pieces, quotes, lines, and what stands in them. */
export function mrkdwn(text) {
  const pieces = (text ?? "").split(/```([\s\S]*?)```/);
  return pieces.flatMap((piece, index) =>
    (index % 2 ? [preformatted(piece)] : lines(piece, index > 0, index < pieces.length - 1)),
  );
}

/** A text object as Slack sends it: mrkdwn or plain. */
export function textObject(object) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text) : plain(object.text, object.emoji !== false);
}

/** Plain text: nothing but line breaks and, where allowed, emoji names. */
export function plain(text, withEmoji = true) {
  const pieces = withEmoji ? (text ?? "").split(/(:[a-z0-9_+-]+:)/) : [text ?? ""];
  return pieces.map((piece, index) => (index % 2 ? emoji(piece.slice(1, -1)) : document.createTextNode(piece)));
}

function preformatted(text) {
  return h("pre", {}, unescaped(text.replace(/^\n|\n$/g, "").replace(/<(?:[^<>|\n]+\|)?([^<>|\n]+)>/g, "$1")));
}

/** Lines between two preformatted pieces; neighbouring `> ` lines become one quote. */
function lines(text, afterBlock, beforeBlock) {
  const trimmed = text.replace(afterBlock ? /^\n/ : /^/, "").replace(beforeBlock ? /\n$/ : /$/, "");
  if (!trimmed) return [];
  const runs = [];
  for (const line of trimmed.split("\n")) {
    const quoted = /^(?:>|&gt;) ?/.exec(line);
    const shown = quoted ? line.slice(quoted[0].length) : line;
    const last = runs.at(-1);
    if (last && last.quoted === Boolean(quoted)) last.lines.push(shown);
    else runs.push({ quoted: Boolean(quoted), lines: [shown] });
  }
  return runs.flatMap((run) => (run.quoted ? [h("blockquote", {}, broken(run.lines))] : broken(run.lines)));
}

function broken(texts) {
  return texts.flatMap((text, index) => (index ? [h("br"), ...inline(text)] : inline(text)));
}

/** A short piece of code, as `INC-7`, stays on one line. */
function code(text) {
  return h("code", { class: text.length < UNBROKEN ? "short" : null }, text);
}

/** One line's pieces: code, mentions and links, emoji, bold, italics, strike. */
function inline(text) {
  const drawn = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) drawn.push(document.createTextNode(unescaped(text.slice(at, match.index))));
    drawn.push(piece(match.groups, match[0]));
    at = match.index + match[0].length;
  }
  if (at < text.length) drawn.push(document.createTextNode(unescaped(text.slice(at))));
  return drawn;
}

function piece(groups, whole) {
  if (groups.code) return code(unescaped(whole.slice(1, -1)));
  if (groups.token) return token(whole.slice(1, -1));
  if (groups.address) return address(unescaped(whole), [unescaped(whole)]);
  if (groups.emoji) return emoji(whole.slice(1, -1));
  const style = Object.keys(SHORT).find((name) => groups[name]);
  return h(SHORT[style], {}, inline(whole.slice(1, -1)));
}

/** What stands between `<` and `>`: a person, a channel, a group, a date, or a link. */
function token(inside) {
  const [target, ...rest] = inside.split("|");
  const label = rest.join("|");
  if (target.startsWith("@")) return person(target.slice(1), label);
  if (target.startsWith("#")) return channel(target.slice(1), label);
  if (target.startsWith("!")) return special(target.slice(1), label);
  return address(unescaped(target), label ? inline(label) : [unescaped(target)]);
}

/** A link; one to a message of this workspace opens here. */
function address(target, words) {
  const place = placeOfPermalink(target);
  if (!place) return link(target, ...words);
  const follow = (event) => {
    event.preventDefault();
    goTo(place.place, place);
  };
  return h("a", { href: target, on: { click: follow } }, words);
}

export function person(id, label = "") {
  const user = state.users.get(id);
  const mine = id === state.me?.id;
  return h(
    "span",
    { class: mine ? "mention me" : "mention", title: user?.title || null },
    `@${user ? nameOf(user) : label || id}`,
  );
}

export function channel(id, label = "") {
  const known = state.channels.get(id);
  if (!known) return h("span", { class: "mention" }, label ? `#${label}` : "a private channel");
  const open = (event) => {
    event.preventDefault();
    goTo({ kind: "channel", id });
  };
  return h("a", { href: `#${id}`, class: "mention", on: { click: open } }, `#${known.name}`);
}

export function group(id, label = "") {
  const known = state.groups.get(id);
  const mine = known?.users?.includes(state.me?.id);
  return h("span", { class: mine ? "mention me" : "mention" }, known ? `@${known.handle}` : label || "@group");
}

function special(inside, label) {
  const [word, ...rest] = inside.split("^");
  if (word === "date") return date(rest, label);
  if (word === "subteam") return group(rest[0], label);
  if (["here", "channel", "everyone"].includes(word)) return h("span", { class: "mention me" }, `@${word}`);
  return document.createTextNode(label || `<!${inside}>`);
}

function date([unix, pattern = "{date_short} {time}", address], fallback) {
  if (!/^\d+$/.test(unix ?? "")) return document.createTextNode(fallback);
  const element = h("time", stamp(new Date(Number(unix) * 1000)), dateToken(Number(unix), unescaped(pattern)));
  return address ? link(address, element) : element;
}
