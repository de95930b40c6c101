// Times as a person reads them, in their own zone.

const DAY = 86_400_000;

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const clockWithSeconds = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const DATES = {
  date: { month: "long", day: "numeric", year: "numeric" },
  date_short: { month: "short", day: "numeric", year: "numeric" },
  date_long: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  day: { weekday: "long", month: "long", day: "numeric" },
};
const formats = Object.fromEntries(
  Object.entries(DATES).map(([name, options]) => [name, new Intl.DateTimeFormat(undefined, options)]),
);

export function whenOf(ts) {
  return new Date(Number(ts) * 1000);
}

export function clockTime(date) {
  return clock.format(date);
}

export function fullTime(date) {
  return full.format(date);
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

function near(date, now) {
  const days = Math.round((midnight(date) - midnight(now)) / DAY);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
}

/** "Today", "Yesterday" or the day's long name, for the line between two days. */
export function dayName(date, now = new Date()) {
  const word = near(date, now);
  return word ? word[0].toUpperCase() + word.slice(1) : formats.day.format(date);
}

function pretty(name, date, now, capital) {
  const word = near(date, now);
  if (!word) return formats[name].format(date);
  return capital ? word[0].toUpperCase() + word.slice(1) : word;
}

function numbers(date) {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
}

/** "5 minutes ago", "in 2 hours". */
export function ago(date, now = new Date()) {
  const seconds = Math.round((date - now) / 1000);
  const steps = [["day", 86_400], ["hour", 3600], ["minute", 60]];
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  const step = steps.find(([, size]) => Math.abs(seconds) >= size);
  return step ? relative.format(Math.trunc(seconds / step[1]), step[0]) : relative.format(seconds, "second");
}

/** Fill a `<!date^…^{date_short} {time}|…>` pattern; unknown words in braces stay as they are. */
export function dateToken(unix, pattern, now = new Date()) {
  const date = new Date(unix * 1000);
  return pattern.replace(/\{(\w+)\}/g, (whole, name, at) => {
    if (name === "time") return clock.format(date);
    if (name === "time_secs") return clockWithSeconds.format(date);
    if (name === "date_num") return numbers(date);
    if (name === "ago") return ago(date, now);
    const plain = name.replace(/_pretty$/, "");
    if (!(plain in formats)) return whole;
    return plain === name ? formats[plain].format(date) : pretty(plain, date, now, at === 0);
  });
}

/** A `<time>` element's two values: what is shown and what a hover says. */
export function stamp(date) {
  return { datetime: date.toISOString(), title: fullTime(date) };
}
