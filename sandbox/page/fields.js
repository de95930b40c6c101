// Elements one types into: text, number, address, date and time. The browser's own inputs, best on a phone.

import { h } from "./dom.js";
import { report } from "./elements.js";

const KINDS = {
  plain_text_input: { type: "text", key: "value" },
  number_input: { type: "text", key: "value", inputmode: "decimal" },
  email_text_input: { type: "email", key: "value" },
  url_text_input: { type: "url", key: "value" },
  datepicker: { type: "date", key: "selected_date", initial: "initial_date", picker: true },
  timepicker: { type: "time", key: "selected_time", initial: "initial_time", picker: true },
  datetimepicker: { type: "datetime-local", key: "selected_date_time", initial: "initial_date_time", picker: true },
};

export function field(site) {
  const kind = KINDS[site.one?.type];
  if (!kind) return h("span", { class: "quiet" }, `An element of type “${site.one?.type}” is not drawn here.`);
  const { one, block, surface } = site;
  const known = surface.recall(block, one);
  const initial = known ? known[kind.key] : (one[kind.initial ?? "initial_value"] ?? null);
  surface.keep(block, one, { [kind.key]: initial });
  const control = one.multiline ? area(site) : line(site, kind);
  control.value = shown(kind, initial);
  listen(control, site, kind);
  return control;
}

function shared({ one, block, ids, named }) {
  return {
    id: ids?.control,
    "aria-describedby": ids ? `${ids.error} ${block.hint ? ids.hint : ""}`.trim() : null,
    "aria-label": ids ? null : one.placeholder?.text || named || one.action_id,
    "aria-required": ids ? String(!block.optional) : null,
    placeholder: one.placeholder?.text,
    maxlength: one.max_length && one.max_length + 1000, // a longer text is answered with a sentence, not cut
    data: { focus: " " },
  };
}

function area(site) {
  return h("textarea", { ...shared(site), rows: 4, class: "field" });
}

function line(site, kind) {
  return h(
    "input",
    {
      ...shared(site),
      type: kind.type,
      inputmode: kind.inputmode,
      class: "field",
      autocomplete: "off",
      step: kind.type === "time" ? 60 : null,
    },
  );
}

function listen(control, site, kind) {
  const value = () => ({ [kind.key]: kept(kind, control.value) });
  const triggers = site.one.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const remember = () => site.surface.keep(site.block, site.one, value());
  control.addEventListener(
    "input",
    () => (!kind.picker && triggers.includes("on_character_entered") ? report(site, value()) : remember()),
  );
  if (kind.picker) control.addEventListener("change", () => report(site, value()));
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !site.block.dispatch_action || kind.picker || !triggers.includes("on_enter_pressed"))
      return;
    event.preventDefault();
    report(site, value());
  });
}

function kept(kind, text) {
  if (!text) return null;
  if (kind.key === "selected_date_time") return Math.floor(new Date(text).getTime() / 1000);
  return text;
}

function shown(kind, value) {
  if (value === null || value === undefined) return "";
  if (kind.key !== "selected_date_time") return String(value);
  const date = new Date(value * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
