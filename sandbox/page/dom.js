// Build elements. Text only ever becomes a text node: what people and apps write is never read as HTML.

const SAFE_LINK = /^(https?:|mailto:|tel:)/i;

/** Make an element: `h("button", {class: "x", "aria-label": "Y", on: {click}}, "text", child, [more])`. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...nodes(children));
  return element;
}

function set(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  else if (name === "data") Object.assign(element.dataset, value);
  else if (["value", "checked", "selected"].includes(name)) element[name] = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Put these children in place of what the element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/** Draw anew only when what it depends on changed: what one is about to press stays where it is. */
export function redraw(element, depends, draw) {
  const version = JSON.stringify(depends);
  if (element.version === version) return;
  element.version = version;
  const memory = focused(element);
  fill(element, draw());
  refocus(element, memory);
}

/** A drawing from icons.svg, hidden from screen readers: its button carries the name. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/page/icons.svg#${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** A button with words on it. */
export function textButton(words, click, { kind = "button", ...props } = {}) {
  return h("button", { type: "button", class: kind, ...props, on: { click } }, words);
}

/** A button that is only a sign; its name is for screen readers and hovering. */
export function iconButton(sign, label, click, { kind = "icon-button", ...props } = {}) {
  return h("button", { type: "button", class: kind, "aria-label": label, ...props, on: { click } }, icon(sign));
}

/** A link that leaves the page; an address that is no web or mail address stays plain text. */
export function link(address, ...children) {
  const shown = children.length ? children : [address];
  if (!SAFE_LINK.test(address)) return h("span", { class: "dead-link", title: address }, shown);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, shown);
}

/** Bring children in line with a keyed list; a child whose `version` is the same stays (focus, scroll, open menu). */
export function keep(parent, items, draw) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map(({ key, version, ...item }) => {
    const before = old.get(key);
    if (before && before.version === version) return before;
    const drawn = draw(item);
    drawn.dataset.key = key;
    drawn.version = version;
    return drawn;
  });
  place(parent, wanted);
}

function place(parent, wanted) {
  const stays = new Set(wanted);
  const focus = focused(parent);
  for (const child of [...parent.children]) if (!stays.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  refocus(parent, focus);
}

/** Remember which control has the focus, by the names an app gave it, so that a redrawn one can have it back. */
export function focused(root) {
  const active = document.activeElement;
  if (!active || !root.contains(active)) return null;
  const selection = "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  const owner = active.closest("[data-key]")?.dataset.key;
  return { element: active, focus: active.dataset.focus, owner, selection };
}

export function refocus(root, memory) {
  if (!memory || (memory.element.isConnected && document.activeElement === memory.element)) return;
  const scope = memory.owner ? ([...root.children].find((child) => child.dataset.key === memory.owner) ?? root) : root;
  const again = memory.element.isConnected
    ? memory.element
    : [...scope.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === memory.focus && memory.focus);
  again?.focus({ preventScroll: true });
  if (again && memory.selection && memory.selection[0] !== null && "setSelectionRange" in again)
    try {
      again.setSelectionRange(...memory.selection);
    } catch {
      // A number or date input has no selection to restore.
    }
}
