// Numbers, times and stages as this page says them, in the reader's own locale.
import { element } from "../dom.js";
import { date, number } from "../formats.js";

const CLOCK = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
const thisYear = date(undefined, CLOCK);
const earlier = date(undefined, { ...CLOCK, year: "numeric" });
const whole = date(undefined, { dateStyle: "full", timeStyle: "long" });
const plain = number();

export const points = number(undefined, { maximumFractionDigits: 1 });
export const count = (amount, one, many) => `${plain(amount)} ${amount === 1 ? one : many}`;

/** Short to read, whole for whoever points at it and for programs. */
export function time(iso) {
  const at = new Date(iso);
  const short = at.getFullYear() === new Date().getFullYear() ? thisYear : earlier;
  return element("time", { datetime: iso, title: whole(at) }, short(at));
}

// The same as in src/event/lifecycle.rs; tests/edge/receiver/words.test.mjs compares both.
const LIFECYCLE = ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist"];
// A stage of the model's own stands just before mql, as the receiver has it.
const OWN = LIFECYCLE.indexOf("mql") - 0.5;
const rank = (stage) => (LIFECYCLE.includes(stage) ? LIFECYCLE.indexOf(stage) : OWN);

/** In the order in which a lead passes them. */
export const byStage = (one, other) => rank(one) - rank(other) || (one < other ? -1 : 1);

const DECISIONS = { sal: "accepted (SAL)" };

/** The decisions of sales, as the receiver stores them. */
export const decision = (stage) => (stage === null ? "undecided" : (DECISIONS[stage] ?? stage));

/** Whose word a signal is. */
export const WORD = { client: "page’s word", edge: "edge’s word" };

export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
