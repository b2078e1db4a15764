// Formats numbers, times and stages in the reader's locale.
import { element } from "../dom.js";
import { date, number } from "../formats.js";

const CLOCK = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
const thisYear = date(undefined, CLOCK);
const earlier = date(undefined, { ...CLOCK, year: "numeric" });
const whole = date(undefined, { dateStyle: "full", timeStyle: "long" });
const plain = number();

export const points = number(undefined, { maximumFractionDigits: 1 });
export const count = (amount, one, many) => `${plain(amount)} ${amount === 1 ? one : many}`;

/** Returns a short time, with the full time as tooltip and for programs. */
export function time(iso) {
  const at = new Date(iso);
  const short = at.getFullYear() === new Date().getFullYear() ? thisYear : earlier;
  return element("time", { datetime: iso, title: whole(at) }, short(at));
}

// The same as in src/event/lifecycle.rs; tests/edge/receiver/words.test.mjs compares both.
const LIFECYCLE = ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist"];
// The receiver sorts a stage that is not in this list just before mql.
const OWN = LIFECYCLE.indexOf("mql") - 0.5;
const rank = (stage) => (LIFECYCLE.includes(stage) ? LIFECYCLE.indexOf(stage) : OWN);

/** Compares stages in the order in which a lead reaches them. */
export const byStage = (one, other) => rank(one) - rank(other) || (one < other ? -1 : 1);

const DECISIONS = { sal: "accepted (SAL)" };

/** Returns the text for a decision of sales. */
export const decision = (stage) => (stage === null ? "undecided" : (DECISIONS[stage] ?? stage));

/** The texts for a signal's provenance. */
export const WORD = { client: "from the page", edge: "from the edge" };

export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
