// The list on the left: the workspace, channels with unread marks, people, and whom one acts as.

import { act } from "./api.js";
import { h, icon, keep } from "./dom.js";
import { openMenu } from "./menu.js";
import { trouble } from "./notices.js";
import { avatar } from "./people.js";
import { goTo } from "./places.js";
import { channelName, nameOf, state } from "./state.js";

/** Draw what changed; rows that did not change stay, so that a press on one is never lost. */
export function drawSidebar(root) {
  keep(root, [
    { key: "head", version: state.team.name, draw: head },
    { key: "parts", version: "", draw: () => h("div", { class: "sidebar-scroll" }) },
    { key: "act-as", version: JSON.stringify([state.me, [...state.users.keys()]]), draw: actAsButton },
  ], (item) => item.draw());
  const filled = parts().filter((one) => one.rows.length);
  const scroll = root.querySelector(".sidebar-scroll");
  keep(scroll, filled.map((one) => ({ key: one.title, version: "", title: one.title })), part);
  for (const [index, one] of filled.entries())
    keep(scroll.children[index].querySelector("ul"), one.rows, ({ draw }) => h("li", {}, draw()));
}

/** The titled parts of the list, each with its rows. */
function parts() {
  const channels = [...state.channels.values()];
  const living = channels.filter((one) => !one.is_archived && !one.is_im).sort(byName);
  const people = [...state.users.values()].filter((user) => !user.is_bot && !user.deleted);
  return [
    { title: "Apps", rows: state.hasHome ? [appRow()] : [] },
    { title: "Channels", rows: living.filter((one) => one.is_member).map(channelRow) },
    { title: "Direct messages", rows: channels.filter((one) => one.is_im).map(channelRow) },
    { title: "More channels", rows: living.filter((one) => !one.is_member).map(channelRow) },
    { title: "Archived", rows: channels.filter((one) => one.is_archived).sort(byName).map(channelRow) },
    {
      title: "People",
      rows: people.map((user) =>
        ({ key: user.id, version: JSON.stringify([user, state.me.id]), draw: () => personRow(user) }),
      ),
    },
  ];
}

function byName(one, other) {
  return one.name.localeCompare(other.name, undefined, { numeric: true });
}

function head() {
  return h(
    "div",
    { class: "sidebar-head" },
    h("img", { src: "/page/icon.svg", alt: "", width: 30, height: 30 }),
    h("div", {}, h("strong", {}, state.team.name), h("small", {}, "A pretend company")),
  );
}

function part({ title }) {
  const id = `part-${title.toLowerCase().replaceAll(" ", "-")}`;
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), h("ul"));
}

/** A row as `keep` wants it: its key, what it depends on, how it is drawn. */
function row(place, label, sign, channel = {}) {
  const here = state.place.kind === place.kind && state.place.id === place.id;
  const { unread = 0, mentions = 0 } = here ? {} : channel;
  const dim = channel.is_member === false || channel.is_archived;
  const version = JSON.stringify([label, here, unread, mentions, dim, channel.is_private]);
  return { key: place.id, version, draw: () => drawRow({ place, label, sign, here, unread, mentions, dim }) };
}

function drawRow({ place, label, sign, here, unread, mentions, dim }) {
  const classes = ["row", unread && "unread", dim && "dim"].filter(Boolean).join(" ");
  const called = mentions && `${mentions} mention${mentions === 1 ? "" : "s"} of you`;
  const spoken = [label, unread && `${unread} unread`, called].filter(Boolean).join(", ");
  const badge = mentions > 0 && h("span", { class: "badge", "aria-hidden": "true" }, mentions);
  const props = {
    type: "button",
    class: classes,
    "aria-label": spoken,
    "aria-current": here ? "page" : null,
    title: label,
    data: { focus: `row-${place.id}` },
  };
  return h(
    "button",
    { ...props, on: { click: () => goTo(place) } },
    sign,
    h("span", { class: "row-name" }, label),
    badge,
  );
}

function channelRow(channel) {
  const other = channel.is_im && state.users.get(
    channel.user ?? (channel.members ?? []).find((id) => id !== state.me.id),
  );
  const sign = other ? avatar(other, "tiny") : icon(channel.is_private ? "lock" : "hash");
  return row({ kind: "channel", id: channel.id }, channelName(channel), sign, channel);
}

function appRow() {
  const app = [...state.users.values()].find((user) => user.is_bot);
  return row({ kind: "home", id: "home" }, nameOf(app), avatar(app, "tiny"));
}

function personRow(user) {
  const me = user.id === state.me.id;
  const shown = [avatar(user, "tiny"), h("span", { class: "row-name" }, nameOf(user), me && h("em", {}, " you"))];
  return h(
    "div",
    { class: "row person", title: user.title },
    shown,
    h("small", {}, user.is_guest ? "Guest" : user.title),
  );
}

/** The switch: be somebody else. The whole page is theirs then. */
function actAsButton() {
  const label = `Acting as ${nameOf(state.me)}. Act as somebody else`;
  const words = h("span", { class: "act-words" }, h("small", {}, "Acting as"), h("strong", {}, nameOf(state.me)));
  const button = h(
    "button",
    { type: "button", class: "act-as", "aria-haspopup": "menu", "aria-label": label, data: { focus: "act-as" } },
    avatar(state.me),
    words,
    icon("updown"),
  );
  button.addEventListener("click", () => openMenu(button, candidates(), { label: "Act as" }));
  return button;
}

function candidates() {
  return [...state.users.values()]
    .filter((user) => !user.is_bot && !user.deleted)
    .map((user) =>
      (
        {
          icon: avatar(user, "tiny"),
          label: nameOf(user),
          note: user.is_guest ? "Guest" : user.title,
          run: () => become(user.id),
        }
      ),
    );
}

function become(id) {
  const words = new URLSearchParams(location.search);
  words.set("as", id);
  const hash = state.place.kind === "channel" ? `#${state.place.id}` : "";
  location.assign(`${location.pathname}?${words}${hash}`);
}

export function join(channel) {
  return trouble(() => act("member", { channel: channel.id, do: "join" }));
}
