// The rich_text block: sections, lists, quotes and preformatted text.

import { h, link } from "./dom.js";
import { dateToken, stamp } from "./dates.js";
import { emoji } from "./emoji.js";
import { channel, group, person } from "./mrkdwn.js";

const STYLES = [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]];
const PIECES = {
  text: (piece) => lined(piece.text),
  link: (piece) => link(piece.url ?? "", piece.text || piece.url || ""),
  emoji: (piece) => emoji(piece.name ?? ""),
  user: (piece) => person(piece.user_id),
  usergroup: (piece) => group(piece.usergroup_id),
  channel: (piece) => channel(piece.channel_id),
  broadcast: (piece) => h("span", { class: "mention me" }, `@${piece.range}`),
  color: (piece) => h("code", {}, piece.value),
  date: (piece) => h(
    "time",
    stamp(new Date(piece.timestamp * 1000)),
    dateToken(piece.timestamp, piece.format ?? "{date_short} {time}"),
  ),
};

export function richText(block) {
  return h("div", { class: "rich-text" }, grouped(block.elements ?? []));
}

/** Lists follow one another as separate elements with an indent: a deeper one goes into the last item before it. */
function grouped(elements) {
  const drawn = [];
  let open = [];
  for (const element of elements) {
    if (element.type !== "rich_text_list") {
      open = [];
      drawn.push(part(element));
      continue;
    }
    const list = listOf(element);
    const depth = element.indent ?? 0;
    open = open.slice(0, depth);
    const parent = open.at(-1)?.lastElementChild;
    if (parent) parent.append(list);
    else drawn.push(list);
    open.push(list);
  }
  return drawn;
}

function part(element) {
  if (element.type === "rich_text_preformatted") return h("pre", {}, inner(element, true));
  if (element.type === "rich_text_quote") return h("blockquote", {}, inner(element));
  return h("div", { class: "rich-section" }, inner(element));
}

function listOf(element) {
  const items = (element.elements ?? []).map((item) => h("li", {}, inner(item)));
  if (element.style !== "ordered") return h("ul", {}, items);
  return h("ol", element.offset ? { start: element.offset + 1 } : {}, items);
}

function inner(element, bare = false) {
  return (element.elements ?? []).map((piece) =>
    (bare && piece.type === "text" ? document.createTextNode(piece.text ?? "") : styled(piece)),
  );
}

function styled(piece) {
  const drawn = PIECES[piece.type]?.(piece) ?? document.createTextNode(piece.fallback ?? "");
  return STYLES.filter(([name]) => piece.style?.[name]).reduce((inside, [, tag]) => h(tag, {}, inside), drawn);
}

function lined(text) {
  const rows = (text ?? "").split("\n");
  return h("span", {}, rows.map((row, index) => (index ? [h("br"), row] : row)));
}
