// Bring a message into sight and point at it.

import { notice } from "./notices.js";

export function revealMessage(ts) {
  const shown = document.querySelector(`#messages [data-key="${CSS.escape(ts)}"]`);
  if (!shown) return notice("That message stands in a thread, or further back.");
  shown.scrollIntoView({ block: "center" });
  shown.classList.remove("pointed-at");
  void shown.offsetWidth; // begins the animation anew
  shown.classList.add("pointed-at");
  return shown.focus({ preventScroll: true });
}
