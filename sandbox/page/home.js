// The app's Home tab: one view, drawn large.

import { blocks } from "./blocks.js";
import { fill, focused, h, refocus } from "./dom.js";
import { state } from "./state.js";
import { viewSurface } from "./surface.js";

let shown = null; // {id, surface}

export function drawHome(root) {
  const view = state.home;
  if (!view?.blocks?.length) {
    shown = null;
    return fill(root, h("div", { class: "home empty" }, h("p", {}, "The app has put nothing here yet.")));
  }
  const memory = focused(root);
  if (shown?.id !== view.id) shown = { id: view.id, surface: viewSurface(view) };
  shown.surface.values.only(view.blocks);
  fill(root, h("div", { class: "home" }, blocks(view.blocks, shown.surface)));
  return refocus(root, memory);
}
