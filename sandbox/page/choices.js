// What a select offers: an app's options, or the people and conversations of the workspace.

import { channelName, nameOf, state } from "./state.js";

/** How a kind of select names its parts in state and in initial values. */
export const KINDS = {
  static_select: { one: "selected_option", many: "selected_options", initial: "initial_option", initials: "initial_options" },
  external_select: { one: "selected_option", many: "selected_options", initial: "initial_option", initials: "initial_options" },
  users_select: { one: "selected_user", many: "selected_users", initial: "initial_user", initials: "initial_users", list: people },
  channels_select: { one: "selected_channel", many: "selected_channels", initial: "initial_channel", initials: "initial_channels", list: openChannels },
  conversations_select: { one: "selected_conversation", many: "selected_conversations", initial: "initial_conversation", initials: "initial_conversations", list: conversations },
};

export function kindOf(element) {
  return KINDS[element.type.replace(/^multi_/, "")];
}

/** One choice: {value, label, note, group, raw}; `raw` is what goes into state. */
export function choiceOf(option, group = "") {
  return { value: option.value, label: option.text?.text ?? "", note: option.description?.text ?? "", group, raw: option };
}

export function optionsOf(element) {
  const grouped = (element.option_groups ?? []).flatMap((group) => group.options.map((option) => choiceOf(option, group.label?.text ?? "")));
  return [...(element.options ?? []).map((option) => choiceOf(option)), ...grouped];
}

/** A chosen raw value as a choice, whether or not it is among those offered now. */
export function chosenFrom(element, raw) {
  if (raw && typeof raw === "object") return choiceOf(raw);
  const known = kindOf(element).list(element).find((choice) => choice.value === raw);
  return known ?? { value: raw, label: nameOf(state.users.get(raw)) , note: "", group: "", raw };
}

function people() {
  return [...state.users.values()]
    .filter((user) => !user.deleted)
    .map((user) => ({ value: user.id, label: nameOf(user), note: user.title ?? "", group: "", raw: user.id, user }));
}

function conversation(channel) {
  const sign = channel.is_im ? "@" : channel.is_private ? "🔒 " : "#";
  return { value: channel.id, label: `${sign}${channelName(channel)}`, note: "", group: "", raw: channel.id };
}

function openChannels() {
  return [...state.channels.values()].filter((one) => !one.is_private && !one.is_im && !one.is_archived).map(conversation);
}

function conversations(element) {
  const kinds = element.filter?.include;
  const wanted = (one) => !kinds || kinds.includes(one.is_im ? "im" : one.is_private ? "private" : "public");
  return [...state.channels.values()].filter((one) => !one.is_archived && wanted(one)).map(conversation);
}
