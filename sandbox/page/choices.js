// What a select offers: an app's options, or the people and conversations of the workspace.

import { channelName, nameOf, state } from "./state.js";

/** How a kind of select names its parts in state and in initial values. */
const KINDS = {
  static_select: named("option"),
  external_select: named("option"),
  users_select: named("user", people),
  channels_select: named("channel", openChannels),
  conversations_select: named("conversation", conversations),
};

function named(word, list = null) {
  const names = { one: `selected_${word}`, many: `selected_${word}s` };
  return { ...names, initial: `initial_${word}`, initials: `initial_${word}s`, list };
}

export function kindOf(element) {
  return KINDS[element.type.replace(/^multi_/, "")];
}

/** One choice: {value, label, note, group, raw}; `raw` is what goes into state. */
export function choiceOf(option, group = "") {
  return {
    value: option.value,
    label: option.text?.text ?? "",
    note: option.description?.text ?? "",
    group,
    raw: option,
  };
}

export function optionsOf(element) {
  const grouped = (element.option_groups ?? []).flatMap((group) =>
    group.options.map((option) => choiceOf(option, group.label?.text ?? "")),
  );
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
  return [...state.channels.values()].filter((one) =>
    !one.is_private && !one.is_im && !one.is_archived,
  ).map(conversation);
}

function conversations(element) {
  const kinds = element.filter?.include;
  const wanted = (one) => !kinds || kinds.includes(one.is_im ? "im" : one.is_private ? "private" : "public");
  return [...state.channels.values()].filter((one) => !one.is_archived && wanted(one)).map(conversation);
}
