// The table block: a first row of headings, cells of plain or rich text, aligned as its columns say.

import { h } from "./dom.js";
import { richText } from "./richtext.js";

export function table(block) {
  const [head, ...body] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const row = (cells, tag) => h(
    "tr",
    {},
    (cells ?? []).map((cell, column) => drawn(cell, settings[column] ?? {}, tag)),
  );
  const drawnTable = h(
    "table",
    {},
    h("thead", {}, row(head, "th")),
    h("tbody", {}, body.map((cells) => row(cells, "td"))),
  );
  return h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Table" }, drawnTable);
}

function drawn(cell, { align, is_wrapped: wrapped }, tag) {
  const props = { class: [align && `align-${align}`, wrapped && "wrapped"].filter(Boolean).join(" ") || null };
  if (tag === "th") props.scope = "col";
  return h(tag, props, cell?.type === "rich_text" ? richText(cell) : cell?.text ?? "");
}
