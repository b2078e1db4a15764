// Adds an event to a lead, and returns the signals of the stages that it trips.
import { record } from "#runtime";
import { cut } from "./address.js";
import { checked, fail } from "./errors.js";
import { decision, hand, millis, read } from "./event.js";
import { begin, taken, written } from "./memory.js";
import { signals } from "./signal.js";

/**
 * The entry for an event whose type no rule names.
 *
 * @type {Core.Needs}
 */
const NO_TYPE = { number: -1, needs: [] };
const NONE = { trips: 0, time: 0, source: "" };

/**
 * Passes an event to the core by `call`, which takes the parameters of `ingest` after the lead. Returns the number that
 * `call` returns, the time, and the site to name in signals: `source`, or if that is empty the event's own.
 *
 * @param {Core.Head} head
 * @param {unknown} given
 * @param {unknown} now
 * @param {string} source
 * @param {(...event: [number, number, number, number, number]) => number} call
 */
export const take = (head, given, now, source, call) => {
  const event = read(given);
  const time = millis(now);
  if (head.isFormer) fail("model_version");
  return pass(head, event, time, source, call);
};

/**
 * The same with an event that was read before.
 *
 * @param {Pick<Core.Head, "types" | "fields">} head
 * @param {Core.Event} event
 * @param {number} time
 * @param {string} source
 * @param {(...event: [number, number, number, number, number]) => number} call
 */
export const pass = (head, event, time, source, call) => {
  const decided = decision(event);
  const own = head.types.get(event.type) ?? NO_TYPE;
  begin();
  hand(event, own.needs, head.fields);
  const trips = checked(call(own.number, written(), Math.floor(Math.min(event.at ?? time, time)), time, decided));
  if (!trips) return NONE;
  if (!source) {
    const { scheme, host } = cut(event.url ?? "");
    source = host == null ? "leadscore" : scheme + "://" + host;
  }
  return { trips, time, source };
};

/**
 * Makes the signals to be sent of the stages that an event has just tripped, and records the trips.
 *
 * @param {Core.Head} head
 * @param {Core.Handle} own
 * @param {number} trips
 * @param {number} time
 * @param {Core.Sender} sender
 */
export const createSignals = (head, own, trips, time, sender) => {
  const stages = taken(2 * trips);
  const make = signals(head, own, time, sender);
  /** @type {any[]} */
  const all = [];
  for (let n = 0; n < trips; n++) if (stages[2 * n + 1]) all.push(make(stages[2 * n]));
  for (let n = 0; n < trips; n++) record(own, stages[2 * n], time);
  return all;
};
