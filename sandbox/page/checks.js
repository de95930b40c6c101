// What Slack's own form refuses before an app hears of it.

/** Errors by block id: required and empty, too short, too long, no number, no address. */
export function missing(blocks, values) {
  const errors = {};
  for (const block of blocks) {
    if (block.type !== "input") continue;
    const problem = problemOf(block, values[block.block_id]?.[block.element.action_id] ?? {});
    if (problem) errors[block.block_id] = problem;
  }
  return errors;
}

function problemOf({ optional, element }, kept) {
  const value = Object.entries(kept).find(([name]) => name !== "type")?.[1];
  const empty = value === null || value === undefined || (
    typeof value === "string" ? !value.trim() : value.length === 0
  );
  if (empty) return optional ? "" : "Please complete this required field.";
  return (RULES[element.type] ?? (() => ""))(value, element);
}

const RULES = {
  plain_text_input: (text, { min_length: least, max_length: most }) => {
    if (least && text.length < least) return `Please write at least ${least} characters.`;
    return most && text.length > most ? `Please write at most ${most} characters; there are ${text.length}.` : "";
  },
  number_input: (text, { is_decimal_allowed: decimal, min_value: least, max_value: most }) => {
    const number = Number(text.replace(",", "."));
    if (!Number.isFinite(number)) return "Please write a number.";
    if (!decimal && !Number.isInteger(number)) return "Please write a whole number.";
    if (least !== undefined && number < Number(least)) return `Please write a number of at least ${least}.`;
    return most !== undefined && number > Number(most) ? `Please write a number of at most ${most}.` : "";
  },
  email_text_input: (text) => (/^\S+@\S+\.\S+$/.test(text) ? "" : "Please write an e-mail address."),
  url_text_input: (text) => (
    /^https?:\/\/\S+$/.test(text) ? "" : "Please write an address that begins with http:// or https://."
  ),
};
