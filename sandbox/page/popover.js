// A small panel beside a control, in the browser's top layer; on a phone a sheet at the bottom.

import { h } from "./dom.js";

const GAP = 6;
const MARGIN = 8;

/** Open a panel beside `anchor`; Escape, a press elsewhere or `close()` shuts it. Focus goes back to the anchor. */
export function openBeside(anchor, content, { className = "", closed = () => {}, wide = false } = {}) {
  const panel = h("div", { class: `popover ${className}`, popover: "auto" }, content);
  const host = anchor.closest("dialog") ?? document.body;
  const settle = () => put(panel, anchor, wide);
  panel.addEventListener("toggle", (event) => event.newState === "closed" && done());
  function done() {
    removeEventListener("resize", settle);
    const inside = panel.contains(document.activeElement) || document.activeElement === document.body;
    panel.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (inside && anchor.isConnected) anchor.focus({ preventScroll: true });
    closed();
  }
  host.append(panel);
  panel.showPopover();
  anchor.setAttribute("aria-expanded", "true");
  settle();
  addEventListener("resize", settle);
  return { panel, settle, close: () => panel.isConnected && panel.hidePopover() };
}

/** Below the anchor where there is room, else above, always within the window. */
function put(panel, anchor, wide) {
  if (matchMedia("(max-width: 640px)").matches) return panel.removeAttribute("style");
  const box = anchor.getBoundingClientRect();
  if (wide) panel.style.minWidth = `${box.width}px`;
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = box.bottom + GAP + height <= innerHeight - MARGIN || box.top < height + GAP + MARGIN;
  const top = below ? box.bottom + GAP : box.top - GAP - height;
  panel.style.left = `${Math.max(MARGIN, Math.min(box.left, innerWidth - width - MARGIN))}px`;
  panel.style.top = `${Math.max(MARGIN, Math.min(top, innerHeight - height - MARGIN))}px`;
  return undefined;
}
