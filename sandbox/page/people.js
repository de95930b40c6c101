// Faces: a person's initials on their colour; an app's sign.

import { h } from "./dom.js";
import { nameOf } from "./state.js";

export function avatar(user, size = "") {
  const face = user?.avatar ?? {};
  const shown = h(
    "span",
    { class: `avatar ${size} ${user?.is_bot ? "app" : ""}`, "aria-hidden": "true" },
    face.initials ?? nameOf(user).slice(0, 1),
  );
  if (/^#[0-9a-f]{3,8}$/i.test(face.color ?? "")) shown.style.setProperty("--face", face.color);
  return shown;
}
