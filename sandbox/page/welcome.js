// The first minute: what to do where nothing has happened yet.

import { write } from "./composer.js";
import { h, textButton } from "./dom.js";
import { state } from "./state.js";

const FIRST_CHANNEL = "incidents";

/** What stands above a channel's first message: in a company that can be broken, three steps; else the command. */
export function welcome(channel) {
  const [first] = state.commands;
  if (!first) return null;
  if (state.service && channel.name === FIRST_CHANNEL) return steps(first.command);
  return h("p", {}, "Type ", h("kbd", {}, first.command), " to begin: ", first.description);
}

function steps(command) {
  const line = `${command} declare SEV-1 ${state.service} Checkout is failing`;
  const choose = textButton("See what can break", () => document.getElementById("open-stories").click());
  return h(
    "ol",
    { class: "first-steps" },
    h("li", {}, h("p", {}, h("strong", {}, "Break something."), " A bad deploy is a good beginning."), choose),
    h(
      "li",
      {},
      h("p", {}, h("strong", {}, "Declare it"), ", here or in any channel: ", h("kbd", {}, line)),
      textButton("Write it for me", () => write(line)),
    ),
    h(
      "li",
      {},
      h("p", {}, h("strong", {}, "Go to the channel it opens"), ": read what was found, mitigate, resolve."),
    ),
  );
}
