// Where one writes: messages, slash commands with completion, files.

import { act, upload } from "./api.js";
import { fill, h, icon, iconButton, redraw, textButton } from "./dom.js";
import { completing } from "./completion.js";
import { trouble } from "./notices.js";
import { join } from "./sidebar.js";
import { channelName } from "./state.js";

const TALLEST = 220;

/** A composer for a channel or a thread. `channel()` answers the channel as it is now. */
export function composer({ channel, thread = null, label = null }) {
  const frame = h("form", { class: "composer", novalidate: true });
  const box = h(
    "textarea",
    {
      rows: 1,
      autocomplete: "off",
      "aria-label": label ?? "Message",
      placeholder: label ?? "Message",
      data: { focus: `composer-${thread ?? "channel"}` },
    },
  );
  const send = h("button", { type: "submit", class: "send", "aria-label": "Send", disabled: true }, icon("send"));
  const desk = { frame, box, send, channel, thread, files: [] };
  desk.attached = h("ul", { class: "attached", hidden: true });
  box.addEventListener("input", () => settle(desk));
  box.addEventListener("paste", (event) => attach(desk, [...event.clipboardData.files]));
  frame.addEventListener("submit", (event) => {
    event.preventDefault();
    sendNow(desk);
  });
  fill(
    frame,
    desk.attached,
    box,
    h(
      "div",
      { class: "composer-foot" },
      slash(box),
      attachButton(desk),
      h("span", { class: "composer-hint" }, h("kbd", {}, "/"), " for commands"),
      send,
    ),
  );
  const complete = completing(box, frame, { commands: !thread });
  box.addEventListener("keydown", (event) => !complete(event) && enter(event, desk));
  return frame;
}

/** Put a text into the channel's composer, ready to send. */
export function write(text) {
  const box = document.querySelector("#composer-place textarea");
  box.value = text;
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Say for whom one writes: the placeholder, or why one cannot write here. */
export function drawComposer(frame, channel) {
  const box = frame.querySelector("textarea");
  const label = channel ? `Message ${channel.is_im ? "" : "#"}${channelName(channel)}` : "";
  box.placeholder = label;
  box.setAttribute("aria-label", label);
  frame.hidden = !channel?.is_member || channel.is_archived;
}

/** What stands in place of the composer where one may not write. */
export function drawGate(gate, channel) {
  const shut = channel && (!channel.is_member || channel.is_archived);
  gate.hidden = !shut;
  redraw(gate, shut ? [channel.id, channel.is_archived] : [], () => (shut ? gateOf(channel) : []));
}

function gateOf(channel) {
  if (channel.is_archived) return h("p", {}, "This channel is archived.");
  const button = textButton("Join channel", () => join(channel), { kind: "button primary" });
  return [h("p", {}, "You are looking at ", h("strong", {}, `#${channel.name}`), "."), button];
}

function slash(box) {
  const begin = () => {
    if (!box.value) box.setRangeText("/", 0, 0, "end");
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return iconButton("slash", "Commands", begin, { kind: "tool", title: "Commands" });
}

function attachButton(desk) {
  const chooser = h("input", { type: "file", multiple: true, hidden: true });
  chooser.addEventListener("change", () => {
    attach(desk, [...chooser.files]);
    chooser.value = "";
  });
  const button = iconButton("clip", "Attach a file", () => chooser.click(), { kind: "tool", title: "Attach a file" });
  return [button, chooser];
}

function attach(desk, files) {
  desk.files.push(...files);
  settle(desk);
}

/** Bring the desk in line with what stands on it: height, files, whether there is anything to send. */
function settle(desk) {
  desk.box.style.height = "auto";
  desk.box.style.height = `${Math.min(desk.box.scrollHeight, TALLEST)}px`;
  desk.send.disabled = !desk.box.value.trim() && !desk.files.length;
  desk.attached.hidden = !desk.files.length;
  const remove = (file) => () => {
    desk.files = desk.files.filter((one) => one !== file);
    settle(desk);
  };
  fill(
    desk.attached,
    desk.files.map((file) =>
      h(
        "li",
        { class: "chip" },
        icon("file"),
        file.name,
        iconButton("close", `Remove ${file.name}`, remove(file), { kind: null }),
      ),
    ),
  );
}

/** Enter sends, Shift+Enter begins a line; with a thumb Enter begins a line and the button sends. */
function enter(event, desk) {
  const thumb = matchMedia("(pointer: coarse)").matches;
  const command = desk.box.value.startsWith("/");
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || (thumb && !command)) return;
  event.preventDefault();
  sendNow(desk);
}

async function sendNow(desk) {
  const text = desk.box.value.trim();
  const { files } = desk;
  if (!text && !files.length) return;
  desk.box.value = "";
  desk.files = [];
  desk.box.dispatchEvent(new Event("input")); // the height, and what was offered for the words that are gone
  const sent = await trouble(() => (files.length ? sendFiles(desk, text, files) : say(desk, text)));
  if (sent || desk.box.value) return;
  desk.box.value = text;
  desk.files = files;
  settle(desk);
}

function say(desk, text) {
  return act("say", { channel: desk.channel().id, text, ...(desk.thread && { thread: desk.thread }) });
}

async function sendFiles(desk, text, files) {
  for (const [index, file] of files.entries()) {
    const form = new FormData();
    form.set("channel", desk.channel().id);
    if (desk.thread) form.set("thread", desk.thread);
    if (text && !index) form.set("text", text);
    form.set("file", file, file.name);
    await upload(form);
  }
}
