// What the page knows, and who is told when it changes.

const listeners = new Map();

export const state = {
  team: { name: "", id: "" },
  me: null,
  users: new Map(),
  groups: new Map(),
  channels: new Map(),
  commands: [],
  shortcuts: [],
  hasHome: false,
  place: { kind: "channel", id: null }, // {kind: "channel" | "home", id}
  messages: [], // of the place
  newCount: 0, // how many were unread when the place was opened, until it is known where they begin
  unreadFrom: null, // the ts after which messages were new when the place was opened
  point: null, // the ts of a message to show, from a permalink
  thread: null, // {channel, ts, messages}
  views: [], // open modals, bottom first
  viewsHeard: 0, // how often they changed
  home: null,
  service: null, // of the pretend company, the first that can be broken; null in a Slack alone
  connected: false,
};

/** Call `listener` whenever one of these things changed. */
export function on(names, listener) {
  for (const name of names.split(" ")) listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

export function changed(name) {
  for (const listener of listeners.get(name) ?? []) listener();
}

/** Take over what /people/state answered. */
export function learn(answer) {
  state.team = answer.team;
  state.me = answer.me;
  state.users = new Map(answer.users.map((user) => [user.id, user]));
  state.groups = new Map((answer.groups ?? []).map((group) => [group.id, group]));
  state.channels = new Map(answer.channels.map((channel) => [channel.id, channel]));
  state.commands = answer.commands ?? [];
  state.shortcuts = answer.shortcuts ?? [];
  state.hasHome = Boolean(answer.has_home);
}

/** Take over a stack of views. What was heard live is newer than an answer that was asked for before it. */
export function takeViews(views, asked = state.viewsHeard) {
  if (asked !== state.viewsHeard) return;
  state.views = views ?? [];
  state.viewsHeard += 1;
}

export function currentChannel() {
  return state.place.kind === "channel" ? state.channels.get(state.place.id) : undefined;
}

export function nameOf(user) {
  return user?.real_name || user?.name || "Somebody";
}

/** What a conversation is called: a direct message by the other person, a channel by its name. */
export function channelName(channel) {
  if (!channel?.is_im) return channel?.name ?? "channel";
  const other = channel.user ?? (channel.members ?? []).find((id) => id !== state.me?.id);
  return nameOf(state.users.get(other));
}
