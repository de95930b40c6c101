// The page begins here: who one is, where one is, and which part draws which change.

import { actAs, read } from "./api.js";
import { composer, drawComposer, drawGate } from "./composer.js";
import { fill, h, textButton } from "./dom.js";
import { drawBookmarks, drawHeader } from "./header.js";
import { drawHome } from "./home.js";
import { listen } from "./live.js";
import { drawMessages } from "./messages.js";
import { drawViews } from "./modal.js";
import { goTo, personInAddress, placeInAddress, write } from "./places.js";
import { hear, rereadHome, rereadMessages, rereadState, rereadThread } from "./reading.js";
import { revealMessage } from "./reveal.js";
import { drawSidebar } from "./sidebar.js";
import { changed, channelName, currentChannel, learn, on, state, takeViews } from "./state.js";
import { storiesPanel } from "./stories.js";
import { drawThread } from "./thread.js";

const FIRST_PERSON = "U0ALEX";
const FIRST_CHANNEL = "C0INCIDENTS";
const page = Object.fromEntries([...document.querySelectorAll("[id]")].map((element) => [element.id, element]));

async function begin() {
  const person = personInAddress() ?? FIRST_PERSON;
  actAs(person);
  try {
    const answer = await read("state");
    learn(answer);
    takeViews(answer.views);
  } catch (error) {
    page.banner.hidden = false;
    return fill(page.banner, h("p", {}, error.message), textButton("Try again", () => location.reload()));
  }
  build();
  listen(person, { heard: hear, up: connected, down: disconnected });
  const { place, ...rest } = placeInAddress();
  goTo(isPlace(place) ? place : { kind: "channel", id: firstChannel() }, rest);
  return changed("views");
}

function isPlace(place) {
  return place.kind === "home" ? state.hasHome : state.channels.has(place.id);
}

function firstChannel() {
  const mine = [...state.channels.values()].filter((channel) => channel.is_member);
  return (
    mine.find((channel) => channel.id === FIRST_CHANNEL) ?? mine[0] ?? [...state.channels.values()][0]
  )?.id ?? null;
}

function build() {
  page["composer-place"].append(composer({ channel: currentChannel }));
  page["open-drawer"].addEventListener("click", () => drawer(true));
  page.shade.addEventListener("click", () => drawer(false));
  page.sidebar.addEventListener("keydown", (event) => event.key === "Escape" && drawer(false));
  document.addEventListener("visibilitychange", () => !document.hidden && rereadMessages());
  storiesPanel({ panel: page.stories, chips: page.health, toggle: page["open-stories"] });
}

/** On a phone the channel list is a drawer. */
function drawer(open) {
  document.body.classList.toggle("drawer-open", open);
  page["open-drawer"].setAttribute("aria-expanded", String(open));
  if (open) page.sidebar.querySelector("[aria-current], button")?.focus();
  else if (page.sidebar.contains(document.activeElement)) page["open-drawer"].focus();
}

function connected(again) {
  state.connected = true;
  page.banner.hidden = true;
  document.body.dataset.live = "on";
  if (again) for (const reread of [rereadState, rereadMessages, rereadThread]) reread();
}

function disconnected() {
  state.connected = false;
  document.body.dataset.live = "off";
  fill(page.banner, h("p", {}, "Connection lost. Trying again…"));
  page.banner.hidden = false;
}

on("place", () => {
  const channel = currentChannel();
  state.messages = [];
  state.home = null;
  state.unreadFrom = null;
  state.newCount = channel?.unread ?? 0;
  drawer(false);
  drawPlace();
  drawThread(page.thread);
  if (channel) rereadMessages();
  else rereadHome();
  if (state.thread) rereadThread();
});

/** Where the new messages begin that there were when the channel was opened: after this ts. */
function lastRead() {
  const known = state.messages.filter((message) => !message.ephemeral && message.user !== state.me.id);
  return known.at(-state.newCount - 1)?.ts ?? null;
}

function drawPlace() {
  const channel = currentChannel();
  document.title = `${channel ? channelName(channel) : "Home"} · ${state.team.name}`;
  page.homeplace.hidden = Boolean(channel);
  page.channel.hidden = !channel;
  drawFrame();
}

/** All that is about the place but its messages. */
function drawFrame() {
  drawSidebar(page.sidebar);
  drawHeader(page.head);
  drawBookmarks(page.bookmarks);
  drawComposer(page["composer-place"].querySelector("form"), currentChannel());
  drawGate(page.gate, currentChannel());
}

on("state", () => {
  if (state.place.kind === "channel" && !state.channels.has(state.place.id))
    return goTo({ kind: "channel", id: firstChannel() });
  drawFrame();
  return drawViews();
});
on("messages", () => {
  const channel = currentChannel();
  if (!channel) return;
  if (state.newCount && state.messages.length) [state.unreadFrom, state.newCount] = [lastRead(), 0];
  drawMessages(page.messages, state.messages, { channel: channel.id, newAfter: state.unreadFrom });
  drawHeader(page.head);
  if (state.point && state.messages.length) {
    revealMessage(state.point);
    state.point = null;
  }
});
on("thread-opened", () => {
  drawThread(page.thread);
  rereadThread();
});
on("thread", () => drawThread(page.thread));
on("views", drawViews);
on("home", () => drawHome(page.homeplace));
on("lost", () => write());

addEventListener("hashchange", () => {
  const { place, ...rest } = placeInAddress();
  if (isPlace(place)) goTo(place, rest);
});

begin();
