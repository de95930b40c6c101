// "Break something": what can go wrong in the pretend company, how its services are, heal and reset.

import { control } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { confirmed } from "./confirm.js";
import { notice, trouble } from "./notices.js";
import { busy } from "./elements.js";

const EVERY_MS = 2000;
const RESET = {
  title: { text: "Begin anew?" },
  text: { type: "plain_text", text: "Every channel, message and incident of this sandbox is forgotten, and everything is healthy again." },
  confirm: { text: "Begin anew" }, deny: { text: "Keep going" }, style: "danger",
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
  draw(desk);
  return true;
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
  return h("span", { class: "health-chip bad" }, h("i", { "aria-hidden": "true" }), service.service, h("span", { class: "unseen" }, " is not healthy"));
}

function drawPanel(desk) {
  const at = document.activeElement?.dataset?.focus;
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => open(desk, false) } }, icon("close"));
  fill(
    desk.panel,
    h("div", { class: "pane-head" }, h("div", {}, h("h2", {}, "Break something"), h("small", {}, "A pretend company: nothing here is real")), close),
    h("div", { class: "stories-scroll" },
      h("h3", {}, "Services"), h("ul", { class: "services" }, desk.state.services.map((service) => serviceRow(desk, service))),
      h("h3", {}, "Stories"), h("ul", { class: "stories" }, desk.state.stories.map((story) => storyRow(desk, story)))),
    h("div", { class: "panel-foot" }, deed(desk, "Heal everything", "heal", {}, "Everything heals."), resetButton(desk)),
  );
  [...desk.panel.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === at && at)?.focus({ preventScroll: true });
}

function serviceRow(desk, service) {
  const { ready, desired } = service.replicas ?? {};
  const numbers = [
    service.error_ratio !== undefined && service.error_ratio !== null && ["Errors", `${(service.error_ratio * 100).toFixed(1)} %`],
    service.p99_seconds !== undefined && service.p99_seconds !== null && ["p99", `${Math.round(service.p99_seconds * 1000)} ms`],
    desired !== undefined && ["Pods", `${ready}/${desired}`],
  ].filter(Boolean);
  const state = h("span", { class: `health-chip ${service.healthy ? "good" : "bad"}` }, h("i", { "aria-hidden": "true" }), service.healthy ? "healthy" : "not healthy");
  const heal = !service.healthy && deed(desk, "Heal", "heal", { service: service.service }, `${service.service} heals.`);
  return h("li", { class: "service" }, h("div", { class: "service-head" }, h("strong", {}, service.service), state), h("dl", {}, numbers.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))), heal);
}

function storyRow(desk, story) {
  const begin = deed(desk, story.active ? "Running" : "Break", "break", { service: story.service, story: story.name }, `${story.title}: it begins.`);
  begin.classList.add("danger");
  begin.disabled = Boolean(story.active);
  begin.setAttribute("aria-label", `${story.active ? "Running" : "Break"}: ${story.title}`);
  return h("li", { class: `story ${story.active ? "active" : ""}` }, h("div", {}, h("small", { class: "quiet" }, story.service), h("strong", {}, story.title), h("p", {}, story.about)), begin);
}

function deed(desk, label, what, body, done) {
  const work = async () => {
    if (await trouble(() => control(what, body))) notice(done);
    await look(desk);
  };
  const key = `${what}-${body.service ?? ""}-${body.story ?? ""}`;
  const button = h("button", { type: "button", class: "button", data: { focus: key }, on: { click: () => busy(button, work) } }, label);
  return button;
}

function resetButton(desk) {
  const work = async () => {
    if (!(await confirmed(RESET))) return;
    if (await trouble(() => control("reset", {}))) notice("Everything is as on the first day.");
    await look(desk);
  };
  const button = h("button", { type: "button", class: "button", data: { focus: "reset" }, on: { click: () => busy(button, work) } }, "Begin anew");
  return button;
}
