// What drawn elements do: where their values are kept, whom a press is told.

import { act, read } from "./api.js";
import { confirmed } from "./confirm.js";
import { trouble } from "./notices.js";

let serial = 0;

/** Values by block and action, each with its element's type: Slack's `state.values`. */
class Values {
  constructor(known = {}) {
    this.all = structuredClone(known);
  }

  get(block, one) {
    const kept = this.all[block.block_id]?.[one.action_id];
    return kept?.type === one.type ? kept : undefined;
  }

  set(block, one, value) {
    if (!block.block_id || !one.action_id) return;
    this.all[block.block_id] = { ...this.all[block.block_id], [one.action_id]: { type: one.type, ...value } };
  }

  /** Forget what no block of the list asks for any more. */
  only(blocks) {
    const stay = new Set(blocks.map((block) => block.block_id));
    for (const id of Object.keys(this.all)) if (!stay.has(id)) delete this.all[id];
  }
}

function surface(tell, ask, values) {
  const names = new Map();
  return {
    values,
    recall: (block, one) => values.get(block, one),
    keep: (block, one, value) => one.type !== "button" && one.type !== "overflow" && values.set(block, one, value),
    ids(block) {
      if (!names.has(block.block_id)) names.set(block.block_id, named());
      return names.get(block.block_id);
    },
    async act(block, one, value) {
      if (!(await confirmed(one.confirm))) return false;
      return trouble(() => tell({ block_id: block.block_id, action_id: one.action_id, type: one.type, ...value }));
    },
    options: (block, one, typed) => ask({ block_id: block.block_id, action_id: one.action_id, q: typed }),
  };
}

function named() {
  serial += 1;
  return { control: `input-${serial}`, label: `label-${serial}`, hint: `hint-${serial}`, error: `error-${serial}` };
}

/** The blocks of one message in a channel. */
export function messageSurface(channel, ts, values = new Values()) {
  const tell = (action) => act("click", { channel, ts, ...action, state: { values: values.all } });
  return surface(tell, (question) => read("options", { channel, ts, ...question }), values);
}

/** The blocks of one view: a modal or the Home tab. */
export function viewSurface(view, values = new Values(view.state?.values)) {
  const tell = (action) => act("view", { view_id: view.id, do: "act", action, values: values.all });
  return surface(tell, (question) => read("options", { view_id: view.id, ...question }), values);
}
