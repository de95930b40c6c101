// A picture, large, over the page.

import { h, icon } from "./dom.js";

export function showPicture(address, alt) {
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close picture", on: { click: () => dialog.close() } }, icon("close"));
  const dialog = h("dialog", { class: "lightbox", "aria-label": alt || "Picture" }, close, h("img", { src: address, alt }));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
