// The list on the left: the workspace, channels with unread marks, people, and whom one acts as.

import { act } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { trouble } from "./notices.js";
import { avatar } from "./people.js";
import { goTo } from "./places.js";
import { channelName, nameOf, state } from "./state.js";

export function drawSidebar(root) {
  const channels = [...state.channels.values()];
  const mine = channels.filter((one) => one.is_member && !one.is_archived && !one.is_im).sort(byName);
  const others = channels.filter((one) => !one.is_member && !one.is_archived && !one.is_im).sort(byName);
  const direct = channels.filter((one) => one.is_im);
  const old = channels.filter((one) => one.is_archived).sort(byName);
  fill(
    root,
    head(),
    h("div", { class: "sidebar-scroll" },
      state.hasHome && part("Apps", [appRow()]),
      part("Channels", mine.map(channelRow)),
      direct.length > 0 && part("Direct messages", direct.map(channelRow)),
      others.length > 0 && part("More channels", others.map(channelRow)),
      old.length > 0 && part("Archived", old.map(channelRow)),
      part("People", [...state.users.values()].filter((user) => !user.is_bot && !user.deleted).map(personRow))),
    actAsButton(),
  );
}

function byName(one, other) {
  return one.name.localeCompare(other.name, undefined, { numeric: true });
}

function head() {
  return h("div", { class: "sidebar-head" }, h("img", { src: "/page/icon.svg", alt: "", width: 30, height: 30 }), h("div", {}, h("strong", {}, state.team.name), h("small", {}, "A pretend company")));
}

function part(title, rows) {
  const id = `part-${title.toLowerCase().replaceAll(" ", "-")}`;
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), h("ul", {}, rows.map((row) => h("li", {}, row))));
}

function row({ place, label, sign, unread = 0, mentions = 0, dim = false }) {
  const here = state.place.kind === place.kind && state.place.id === place.id;
  const classes = ["row", unread && "unread", dim && "dim"].filter(Boolean).join(" ");
  const spoken = `${label}${unread ? `, ${unread} unread` : ""}${mentions ? `, ${mentions} mention${mentions === 1 ? "" : "s"} of you` : ""}`;
  const badge = mentions > 0 && h("span", { class: "badge", "aria-hidden": "true" }, mentions);
  const props = { type: "button", class: classes, "aria-label": spoken, "aria-current": here ? "page" : null, title: label, data: { focus: `row-${place.id}` } };
  return h("button", { ...props, on: { click: () => goTo(place) } }, sign, h("span", { class: "row-name" }, label), badge);
}

function channelRow(channel) {
  const other = channel.is_im && state.users.get(channel.user ?? (channel.members ?? []).find((id) => id !== state.me.id));
  const sign = other ? avatar(other, "tiny") : icon(channel.is_private ? "lock" : "hash");
  return row({ place: { kind: "channel", id: channel.id }, label: channelName(channel), sign, unread: channel.unread, mentions: channel.mentions, dim: !channel.is_member || channel.is_archived });
}

function appRow() {
  const app = [...state.users.values()].find((user) => user.is_bot);
  return row({ place: { kind: "home", id: "home" }, label: nameOf(app), sign: avatar(app, "tiny") });
}

function personRow(user) {
  const me = user.id === state.me.id;
  const shown = [avatar(user, "tiny"), h("span", { class: "row-name" }, nameOf(user), me && h("em", {}, " you"))];
  return h("div", { class: "row person", title: user.title }, shown, h("small", {}, user.is_guest ? "Guest" : user.title));
}

/** The switch: be somebody else. The whole page is theirs then. */
function actAsButton() {
  const label = `Acting as ${nameOf(state.me)}. Act as somebody else`;
  const words = h("span", { class: "act-words" }, h("small", {}, "Acting as"), h("strong", {}, nameOf(state.me)));
  const button = h("button", { type: "button", class: "act-as", "aria-haspopup": "menu", "aria-label": label, data: { focus: "act-as" } }, avatar(state.me), words, icon("updown"));
  button.addEventListener("click", () => openMenu(button, candidates(), { label: "Act as" }));
  return button;
}

function candidates() {
  return [...state.users.values()]
    .filter((user) => !user.is_bot && !user.deleted)
    .map((user) => ({ icon: avatar(user, "tiny"), label: nameOf(user), note: user.is_guest ? "Guest" : user.title, run: () => become(user.id) }));
}

function become(id) {
  const words = new URLSearchParams(location.search);
  words.set("as", id);
  const hash = state.place.kind === "channel" ? `#${state.place.id}` : "";
  location.assign(`${location.pathname}?${words}${hash}`);
}

export function join(channel) {
  return trouble(() => act("member", { channel, do: "join" }));
}
