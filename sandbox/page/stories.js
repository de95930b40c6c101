// "Break something": what can go wrong in the pretend company, how its services are, heal and reset.

import { control } from "./api.js";
import { fill, h, iconButton, keep, textButton } from "./dom.js";
import { confirmed } from "./confirm.js";
import { notice, trouble } from "./notices.js";
import { busy } from "./elements.js";
import { changed, state } from "./state.js";

const EVERY_MS = 2000;
const RESET = {
  title: { text: "Begin anew?" },
  text: {
    type: "plain_text",
    text: "Every channel, message and incident of this sandbox is forgotten, and everything is healthy again.",
  },
  confirm: { text: "Begin anew" },
  deny: { text: "Keep going" },
  style: "danger",
};
const ORDINARY = { stories: [], services: [] };

/** Keep the panel and the chips true. Without the company's controls (a Slack alone) both stay hidden. */
export function storiesPanel({ panel, chips, toggle }) {
  const desk = { panel, chips, toggle, state: ORDINARY, drawn: "" };
  toggle.addEventListener("click", () => open(desk, panel.hidden));
  panel.addEventListener("keydown", (event) => event.key === "Escape" && open(desk, false));
  watch(desk);
}

async function watch(desk) {
  const there = await look(desk);
  if (there) setTimeout(() => watch(desk), EVERY_MS);
}

/** Ask how things are. False where there is nothing to ask: then nobody asks again. */
async function look(desk) {
  try {
    desk.state = { ...ORDINARY, ...(await control("state")) };
  } catch (error) {
    if (error.status === 404) desk.toggle.hidden = true;
    return error.status !== 404;
  }
  desk.toggle.hidden = false;
  meet(desk.state.stories[0]?.service);
  draw(desk);
  return true;
}

/** Who sees the company for the first time is told what to do in it. */
function meet(service) {
  if (!service || state.service === service) return;
  state.service = service;
  changed("messages");
}

function open(desk, wanted) {
  desk.panel.hidden = !wanted;
  desk.toggle.setAttribute("aria-expanded", String(wanted));
  document.body.classList.toggle("has-stories", wanted);
  draw(desk);
  if (wanted) desk.panel.querySelector("button")?.focus({ preventScroll: true });
  else desk.toggle.focus({ preventScroll: true });
}

function draw(desk) {
  const drawn = JSON.stringify([desk.state.stories, desk.state.services, desk.panel.hidden]);
  if (drawn === desk.drawn) return;
  desk.drawn = drawn;
  fill(desk.chips, desk.state.services.filter(isSick).map(chip));
  desk.toggle.classList.toggle("broken", desk.state.services.some(isSick));
  if (!desk.panel.hidden) drawPanel(desk);
}

function isSick(service) {
  return !service.healthy;
}

function chip(service) {
  return h(
    "span",
    { class: "health-chip bad" },
    h("i", { "aria-hidden": "true" }),
    service.service,
    h("span", { class: "unseen" }, " is not healthy"),
  );
}

/** Draw each service with its stories; what did not change stays, so that a press on its button is never lost. */
function drawPanel(desk) {
  if (!desk.panel.firstChild) fill(desk.panel, frame(desk));
  const { services, stories } = desk.state;
  const list = desk.panel.querySelector(".services");
  keep(list, services.map(({ service }) => ({ key: service, version: 0, service })), serviceRow);
  for (const [index, one] of services.entries()) {
    const [head, numbers, healing, tales] = list.children[index].children;
    fill(head, [h("h3", {}, one.service), health(one)]);
    fill(numbers, measures(one));
    keep(healing, one.healthy ? [] : [{ key: "heal", version: 0 }], () => healButton(desk, one));
    const own = stories.filter(({ service }) => service === one.service);
    keep(tales, own.map((tale) => ({ key: tale.name, version: tale.active, tale })), ({ tale }) => storyRow(desk, tale));
  }
}

function frame(desk) {
  const titles = h(
    "div",
    {},
    h("h2", {}, "Break something"),
    h("small", {}, "A pretend company: nothing here is real"),
  );
  return [
    h("div", { class: "pane-head" }, titles, iconButton("close", "Close", () => open(desk, false))),
    h("div", { class: "stories-scroll" }, h("ul", { class: "services", "aria-label": "Services" })),
    h(
      "div",
      { class: "panel-foot" },
      deed(desk, "Heal everything", "heal", {}, "Everything heals."),
      resetButton(desk),
    ),
  ];
}

function serviceRow({ service }) {
  return h(
    "li",
    { class: "service" },
    h("div", { class: "service-head" }),
    h("dl"),
    h("div", { class: "healing" }),
    h("ul", { class: "stories", "aria-label": `Stories of ${service}` }),
  );
}

function health({ healthy }) {
  const sign = h("i", { "aria-hidden": "true" });
  return h("span", { class: `health-chip ${healthy ? "good" : "bad"}` }, sign, healthy ? "healthy" : "not healthy");
}

function healButton(desk, { service }) {
  const button = deed(desk, "Heal", "heal", { service }, `${service} heals.`);
  button.setAttribute("aria-label", `Heal ${service}`);
  return button;
}

/** A service's numbers; what is not known is left out. */
function measures({ error_ratio: errors, p99_seconds: p99, replicas }) {
  return [
    Number.isFinite(errors) && measure("Errors", `${(errors * 100).toFixed(1)} %`),
    Number.isFinite(p99) && measure("p99", `${Math.round(p99 * 1000)} ms`),
    replicas && measure("Pods", `${replicas.ready}/${replicas.desired}`),
  ];
}

function measure(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

function storyRow(desk, story) {
  const begin = deed(
    desk,
    story.active ? "Running" : "Break",
    "break",
    { service: story.service, story: story.name },
  );
  begin.disabled = Boolean(story.active);
  begin.setAttribute("aria-label", `${story.active ? "Running" : "Break"}: ${story.title}, ${story.service}`);
  const [happens, ...heals] = story.about.split(/(?<=[.]) /);
  const head = h("div", { class: "story-head" }, h("strong", {}, story.title), begin);
  const more = heals.length > 0 && h("details", {}, h("summary", {}, "What heals it"), h("p", {}, heals.join(" ")));
  return h("li", { class: `story ${story.active ? "active" : ""}` }, head, h("p", {}, happens), more);
}

function deed(desk, label, what, body, done) {
  const work = async () => {
    if ((await trouble(() => control(what, body))) && done) notice(done);
    await look(desk);
  };
  const key = `${what}-${body.service ?? ""}-${body.story ?? ""}`;
  const button = textButton(label, () => busy(button, work), { data: { focus: key } });
  return button;
}

function resetButton(desk) {
  const work = async () => {
    if (!(await confirmed(RESET))) return;
    if (await trouble(() => control("reset", {}))) notice("Everything is as on the first day.");
    await look(desk);
  };
  const button = textButton("Begin anew", () => busy(button, work), { data: { focus: "reset" } });
  return button;
}
