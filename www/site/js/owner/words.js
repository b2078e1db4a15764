// Numbers, times and stages as this page says them, in the reader's own locale.
import { element } from "../dom.js";

const POINTS = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const COUNT = new Intl.NumberFormat();
const CLOCK = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
const THIS_YEAR = new Intl.DateTimeFormat(undefined, CLOCK);
const EARLIER = new Intl.DateTimeFormat(undefined, { ...CLOCK, year: "numeric" });
const LONG = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

export const points = (number) => POINTS.format(number);
export const count = (number, one, many) => `${COUNT.format(number)} ${number === 1 ? one : many}`;

/** Short to read, whole for whoever points at it and for programs. */
export function time(iso) {
  const at = new Date(iso);
  const short = at.getFullYear() === new Date().getFullYear() ? THIS_YEAR : EARLIER;
  return element("time", { datetime: iso, title: LONG.format(at) }, short.format(at));
}

const LIFECYCLE = ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist"];
// A stage of the model's own stands just before mql, as the receiver has it.
const OWN = LIFECYCLE.indexOf("mql") - 0.5;
const rank = (stage) => (LIFECYCLE.includes(stage) ? LIFECYCLE.indexOf(stage) : OWN);

/** In the order in which a lead passes them. */
export const byStage = (one, other) => rank(one) - rank(other) || (one < other ? -1 : 1);

const DECISIONS = { sal: "accepted (SAL)" };

/** What sales decided, as the receiver keeps it. */
export const decision = (stage) => (stage === null ? "undecided" : (DECISIONS[stage] ?? stage));

/** Whose word a signal is. */
export const WORD = { client: "page’s word", edge: "edge’s word" };

export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
