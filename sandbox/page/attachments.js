// Attachments: what stands beside a coloured bar.

import { h, link } from "./dom.js";
import { blocks } from "./blocks.js";
import { dateToken, stamp } from "./dates.js";
import { picture } from "./files.js";
import { mrkdwn, plain } from "./mrkdwn.js";

const COLORS = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

export function attachments(list, surface) {
  return h("div", { class: "attachments" }, list.map((one) => attachment(one, surface)));
}

function attachment(one, surface) {
  const bar = h("div", { class: "attachment" }, one.blocks?.length ? blocks(one.blocks, surface) : written(one));
  const color = COLORS[one.color] ?? (
    /^#?[0-9a-f]{3,8}$/i.test(one.color ?? "") ? `#${one.color.replace("#", "")}` : null
  );
  if (color) bar.style.setProperty("--bar", color);
  return h("div", {}, one.pretext && h("div", { class: "text" }, mrkdwn(one.pretext)), bar);
}

function written(one) {
  return [
    one.author_name && h(
      "div",
      { class: "quiet" },
      one.author_link ? link(one.author_link, one.author_name) : one.author_name,
    ),
    one.title && h(
      "div",
      {},
      h("strong", {}, one.title_link ? link(one.title_link, plain(one.title)) : plain(one.title)),
    ),
    (one.text || (!one.title && one.fallback)) && h("div", { class: "text" }, mrkdwn(one.text || one.fallback)),
    one.fields?.length && h(
      "div",
      { class: "fields" },
      one.fields.map((field) =>
        h(
          "div",
          { class: field.short ? null : "long" },
          h("strong", {}, plain(field.title)),
          h("div", {}, mrkdwn(field.value)),
        ),
      ),
    ),
    one.image_url && picture(one.image_url, one.fallback || one.title || "Attached picture"),
    (one.footer || one.ts) && h(
      "div",
      { class: "quiet footer" },
      one.footer && plain(one.footer),
      one.footer && one.ts && " · ",
      one.ts && moment(Number(one.ts)),
    ),
  ];
}

function moment(unix) {
  return h("time", stamp(new Date(unix * 1000)), dateToken(unix, "{date_short_pretty} {time}"));
}
