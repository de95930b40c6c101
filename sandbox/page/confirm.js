// "Are you sure?" — an element's own confirm object, or the page's.

import { fill, h, textButton } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";

let serial = 0;

/** Ask, and answer whether the person said yes. Without a confirm object nothing is asked. */
export function confirmed(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const dialog = drawn(confirm);
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function drawn(confirm) {
  serial += 1;
  const ids = { title: `confirm-title-${serial}`, text: `confirm-text-${serial}` };
  const dialog = h(
    "dialog",
    { class: "confirm", role: "alertdialog", "aria-labelledby": ids.title, "aria-describedby": ids.text },
  );
  const say = (value) => () => dialog.close(value);
  const yes = textButton(
    plain(confirm.confirm?.text ?? "Yes"),
    say("yes"),
    { kind: `button ${confirm.style === "danger" ? "danger" : "primary"}` },
  );
  const no = textButton(plain(confirm.deny?.text ?? "No"), say("no"), { autofocus: true });
  return fill(
    dialog,
    h("h2", { id: ids.title }, plain(confirm.title?.text ?? "Are you sure?")),
    h("div", { class: "confirm-text", id: ids.text }, textObject(confirm.text)),
    h("div", { class: "dialog-foot" }, no, yes),
  );
}
