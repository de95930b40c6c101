// Short notices, also read out: what went wrong, what was done.

import { h, iconButton } from "./dom.js";

const SHOWN_MS = 6000;

export function notice(text, kind = "") {
  const host = document.getElementById("notices");
  const shown = h("div", { class: `notice ${kind}` }, h("span", {}, text));
  shown.append(iconButton("close", "Dismiss", () => shown.remove()));
  host.append(shown);
  setTimeout(() => shown.remove(), SHOWN_MS);
}

/** Do something; a refusal becomes a notice. Answers whether it worked. */
export async function trouble(work) {
  try {
    await work();
    return true;
  } catch (error) {
    notice(error.message, "bad");
    return false;
  }
}
