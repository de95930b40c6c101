// A picture, large, over the page.

import { h, iconButton } from "./dom.js";

export function showPicture(address, alt) {
  const close = iconButton("close", "Close picture", () => dialog.close());
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": alt || "Picture" },
    close,
    h("img", { src: address, alt }),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
