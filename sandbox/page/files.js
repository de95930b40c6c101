// Files of a message: pictures shown at once, texts as a snippet, the rest as a card to download.

import { actingAs } from "./api.js";
import { h, icon, link } from "./dom.js";
import { showPicture } from "./lightbox.js";

const LINES_SHOWN = 12;
const TEXT_LIMIT = 200_000;
const TEXTUAL = /^(text\/|application\/(json|x-?yaml|xml|x-sh))/;

/** An address of this server, whatever name it was reached by; null for one from elsewhere, which may not load. A file
 *  is asked for as the person one acts as: it may be of a private channel. */
export function ownAddress(address) {
  try {
    const url = new URL(address, location.href);
    const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname) && url.port === location.port;
    if (url.origin !== location.origin && !loopback) return null;
    if (url.pathname.startsWith("/files/")) url.searchParams.set("as", actingAs());
    return url.pathname + url.search;
  } catch {
    return null;
  }
}

/** A picture that opens large; one from another server is named and linked instead. */
export function picture(address, alt, props = {}) {
  const own = ownAddress(address);
  if (!own) return h("p", { class: "elsewhere" }, icon("image"), link(address, alt || address));
  const shown = h("img", { src: own, alt, loading: "lazy", ...props });
  const open = () => showPicture(own, alt);
  return h(
    "button",
    { type: "button", class: "picture", "aria-label": `Open picture: ${alt || "no description"}`, on: { click: open } },
    shown,
  );
}

export function files(list) {
  return h("div", { class: "files" }, (list ?? []).map(file));
}

function file(one) {
  const title = one.title || one.name || "File";
  if (one.mode === "tombstone") return h("p", { class: "quiet" }, "This file was deleted.");
  if (one.mimetype?.startsWith("image/"))
    return h("figure", { class: "file" }, h("figcaption", {}, title), picture(one.url_private, one.alt_txt || title));
  if (TEXTUAL.test(one.mimetype ?? "") || one.mode === "snippet") return snippet(one, title);
  return h(
    "div",
    { class: "file card" },
    icon("file"),
    h("div", {}, h("strong", {}, title), h("div", { class: "quiet" }, kind(one))),
    download(one),
  );
}

function kind(one) {
  return `${one.pretty_type || one.filetype || one.mimetype || "File"} · ${sizeOf(one.size ?? 0)}`;
}

function sizeOf(bytes) {
  if (bytes >= 1024 * 1024) return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return bytes >= 1024 ? `${Math.round(bytes / 1024)} kB` : `${bytes} B`;
}

function download(one) {
  const own = ownAddress(one.url_private_download ?? one.url_private);
  return own && h(
    "a",
    { class: "icon-button", href: own, download: one.name ?? "", "aria-label": `Download ${one.name ?? "file"}` },
    icon("download"),
  );
}

/** A text file: its first lines, and all of it on demand. */
function snippet(one, title) {
  const text = h("pre", { class: "snippet-text" }, one.preview ?? "");
  const more = h(
    "button",
    { type: "button", class: "link-button", "aria-expanded": "false", hidden: true },
    "Show all",
  );
  const head = h(
    "div",
    { class: "snippet-head" },
    icon("file"),
    h("strong", {}, title),
    h("span", { class: "quiet" }, kind(one)),
    download(one),
  );
  load(one, text, more);
  return h("div", { class: "file snippet" }, head, text, more);
}

async function load(one, text, more) {
  const own = ownAddress(one.url_private);
  if (!own) return;
  const response = await fetch(own).catch(() => null);
  if (!response?.ok) return;
  const whole = (await response.text()).slice(0, TEXT_LIMIT);
  const rows = whole.split("\n");
  const short = rows.slice(0, LINES_SHOWN).join("\n");
  text.textContent = short;
  if (rows.length <= LINES_SHOWN) return;
  more.hidden = false;
  more.addEventListener("click", () => {
    const open = more.getAttribute("aria-expanded") === "true";
    text.textContent = open ? short : whole;
    more.setAttribute("aria-expanded", String(!open));
    more.textContent = open ? "Show all" : "Show less";
  });
}
