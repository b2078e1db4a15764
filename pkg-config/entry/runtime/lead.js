// The class `Lead`: passes numbers to the core, and makes objects of the numbers that it returns.
import { encode, explain, free_lead, ingest, lead, merge, record, snapshot } from "#runtime";
import { cut } from "./address.js";
import { checked, fail } from "./errors.js";
import { decision, hand, isText, millis, read } from "./event.js";
import { begin, taken, takenBytes, takenText, writeRaw, written } from "./memory.js";
import { bytesOf, open, registry } from "./model.js";
import { receipt } from "./receipt.js";
import { signals } from "./signal.js";
import { view } from "./view.js";

const leads = registry(free_lead);
/** The entry for an event whose type no rule names. */
const NO_TYPE = { number: -1, needs: [] };
const NONE = { trips: 0, time: 0, source: "" };

export const seconds = (now) => Math.floor(millis(now) / 1000);

/** Passes a state to the core by `call`, which takes the length. */
export const hold = (state, call) => {
  begin();
  writeRaw(bytesOf(state));
  return checked(call(written()));
};

/**
 * Passes an event to the core by `call`, which takes the parameters of `ingest` after the lead. Returns the number that
 * `call` returns, the time, and the site to name in signals: `source`, or if that is empty the event's own.
 *
 * @param {any} head
 * @param {unknown} given
 * @param {number} now
 * @param {string} source
 * @param {(...event: [number, number, number, number, number]) => number} call
 */
export const take = ({ types, fields, isFormer }, given, now, source, call) => {
  const event = read(given);
  const time = millis(now);
  if (isFormer) fail("model_version");
  const decided = decision(event);
  const { number, needs } = types.get(event.type) ?? NO_TYPE;
  begin();
  if (needs.length) hand(event, needs, fields);
  const trips = checked(call(number, written(), Math.floor(Math.min(event.at ?? time, time)), time, decided));
  if (!trips) return NONE;
  if (!source) {
    const { scheme, host } = cut(event.url ?? "");
    source = host == null ? "leadscore" : scheme + "://" + host;
  }
  return { trips, time, source };
};

/** A visitor and their state. */
export class Lead {
  #number;
  #head;
  #id;
  #source = "";
  #provenance = "client";

  constructor(model, options) {
    const [number, head] = open(model);
    let state;
    try {
      const { id, source, provenance } = options;
      state = options.state;
      this.#id = isText(id, 1024) ? id : fail("visitor_id");
      if (isText(source, Infinity)) this.#source = source;
      if (provenance === "edge") this.#provenance = provenance;
    } catch {
      fail("visitor_id");
    }
    this.#head = head;
    this.#number = lead(number);
    try {
      if (bytesOf(state).length) this.merge(state);
    } catch (error) {
      free_lead(this.#number);
      throw error;
    }
    leads.register(this, this.#number, this);
  }

  #own() {
    return this.#number || fail("freed");
  }

  ingest(given, now) {
    this.#own();
    const { trips, time, source } = take(this.#head, given, now, this.#source, (kind, length, at, time, decided) =>
      ingest(this.#own(), kind, length, at, time, decided),
    );
    if (!trips) return [];
    const own = this.#own();
    const stages = taken(2 * trips);
    const provenance = this.#provenance;
    const sender = { subject: this.#id, source, provenance, isEdge: provenance == "edge" };
    const make = signals(this.#head, own, time, sender);
    /** @type {any[]} */
    const made = [];
    for (let n = 0; n < trips; n++) if (stages[2 * n + 1]) made.push(make(stages[2 * n]));
    for (let n = 0; n < trips; n++) record(own, stages[2 * n], time);
    return made;
  }

  snapshot(now) {
    return view(this.#head, taken(snapshot(this.#own(), seconds(now))));
  }

  explain(now) {
    const own = this.#own();
    const second = seconds(now);
    const of = this.snapshot(now);
    return receipt(this.#head, of, taken(explain(own, second)));
  }

  /** @param {number} [now] */
  merge(state, now) {
    const own = this.#own();
    const second = now == null ? -1 : seconds(now);
    hold(state, (length) => merge(own, length, second));
  }

  encode() {
    return takenBytes(encode(this.#own(), 0, 0));
  }

  toString() {
    return takenText(encode(this.#own(), 0, 1));
  }

  free() {
    if (this.#number) free_lead(this.#number);
    leads.unregister(this);
    this.#number = 0;
  }

  // In engines without this symbol the method is named "undefined" and is never called.
  [Symbol.dispose]() {
    this.free();
  }
}
