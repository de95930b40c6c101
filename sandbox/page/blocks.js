// Block Kit drawn as elements: each block by its type. `surface` says what its elements do (see surface.js).

import { h, link } from "./dom.js";
import { element } from "./elements.js";
import { picture } from "./files.js";
import { mrkdwn, plain, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { table } from "./table.js";

const DRAWN = {
  header: (block) => h("h3", { class: "block-header" }, plain(block.text?.text)),
  section,
  context,
  divider: () => h("hr"),
  actions,
  image,
  input,
  rich_text: richText,
  table,
  markdown: (block) => h("div", { class: "block-text" }, mrkdwn(fromMarkdown(block.text))),
  video: (block) => h("p", {}, link(block.title_url ?? block.video_url ?? "", block.title?.text ?? "Video")),
};

/** Draw a list of blocks. */
export function blocks(list, surface) {
  return h("div", { class: "blocks" }, (list ?? []).map((block) => one(block, surface)));
}

function one(block, surface) {
  const draw = DRAWN[block.type];
  if (!draw) return h("p", { class: "quiet" }, `A block of type “${block.type}” is not drawn here.`);
  const drawn = draw(block, surface);
  drawn.classList.add("block", `block-${block.type}`);
  drawn.dataset.block = block.block_id ?? "";
  return drawn;
}

function section(block, surface) {
  const words = h("div", { class: "section-words" });
  if (block.text) words.append(h("div", { class: "block-text" }, textObject(block.text)));
  if (block.fields)
    words.append(h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textObject(field)))));
  if (!block.accessory) return h("div", {}, words);
  const small = block.accessory.type === "image";
  const named = (block.text?.text ?? "").replace(/[*_~`]|<[^>]*>/g, "").trim();
  const accessory = h(
    "div",
    { class: small ? "accessory picture" : "accessory" },
    element(block.accessory, block, surface, { named }),
  );
  return h("div", { class: "with-accessory" }, words, accessory);
}

function context(block, surface) {
  const drawn = (block.elements ?? []).map((item) =>
    item.type === "image" ? element(item, block, surface) : h("span", {}, textObject(item)),
  );
  return h("div", {}, drawn);
}

function actions(block, surface) {
  return h(
    "div",
    { role: "group", "aria-label": "Actions" },
    (block.elements ?? []).map((item) => element(item, block, surface)),
  );
}

function image(block) {
  const title = block.title && h("figcaption", {}, textObject(block.title));
  return h("figure", {}, title, picture(block.image_url ?? block.slack_file?.url ?? "", block.alt_text ?? ""));
}

/** An input with its label, hint and place for an error; choices that are many are a group with a legend. */
function input(block, surface) {
  const many = ["checkboxes", "radio_buttons"].includes(block.element?.type);
  const ids = surface.ids(block);
  const optional = block.optional && h("span", { class: "quiet" }, " (optional)");
  const label = many
    ? h("span", { class: "label", id: ids.label }, plain(block.label?.text), optional)
    : h("label", { for: ids.control, id: ids.label }, plain(block.label?.text), optional);
  const control = element(block.element, block, surface, { ids, input: true });
  const hint = block.hint && h("p", { class: "hint", id: ids.hint }, plain(block.hint.text));
  const error = h("p", { class: "field-error", id: ids.error, role: "alert", hidden: true });
  return h("div", many ? { role: "group", "aria-labelledby": ids.label } : {}, label, control, hint, error);
}

/** The few signs in which a markdown block differs from mrkdwn. */
function fromMarkdown(text) {
  return (text ?? "")
    .replace(/^#{1,6} +(.*)$/gm, "*$1*")
    .replace(/\*\*([^*\n]+)\*\*/g, "*$1*")
    .replace(/^[-*] +/gm, "• ")
    .replace(/\[([^\]\n]+)\]\((https?:[^)\s]+)\)/g, "<$2|$1>");
}
