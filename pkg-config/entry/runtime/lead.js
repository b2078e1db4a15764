// The class `Lead`: passes numbers to the core, and converts the returned numbers to objects.
import { encode, explain, free_lead, ingest, lead, merge, snapshot } from "#runtime";
import { checked, fail } from "./errors.js";
import { isText, millis } from "./event.js";
import { createSignals, take } from "./ingest.js";
import { begin, taken, takenBytes, takenText, writeRaw, written } from "./memory.js";
import { bytesOrText, open, registry } from "./model.js";
import { receipt } from "./receipt.js";
import { view } from "./snapshot.js";

export { take };

const leads = registry(free_lead);

/** @param {unknown} now */
export const seconds = (now) => Math.floor(millis(now) / 1000);

/**
 * Passes a state to the core by `call`, which takes the length.
 *
 * @param {unknown} state
 * @param {(length: number) => number} call
 */
export const hold = (state, call) => {
  begin();
  writeRaw(bytesOrText(state));
  return checked(call(written()));
};

/** A visitor and their state. */
export class Lead {
  /** @type {number} */
  #number;
  /** @type {Core.Head} */
  #head;
  /** @type {string} */
  #id;
  #source = "";
  /** @type {import("leadscore").Provenance} */
  #provenance = "client";

  /**
   * @param {unknown} model
   * @param {any} options
   */
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
      if (bytesOrText(state).length) this.merge(state);
    } catch (error) {
      free_lead(this.#number);
      throw error;
    }
    leads.register(this, this.#number, this);
  }

  #own() {
    return this.#number || fail("freed");
  }

  /**
   * @param {unknown} given
   * @param {unknown} now
   */
  ingest(given, now) {
    this.#own();
    const { trips, time, source } = take(this.#head, given, now, this.#source, (kind, length, at, time, decided) =>
      ingest(this.#own(), kind, length, at, time, decided),
    );
    if (!trips) return [];
    const own = this.#own();
    const provenance = this.#provenance;
    const sender = { subject: this.#id, source, provenance, isEdge: provenance == "edge" };
    return createSignals(this.#head, own, trips, time, sender);
  }

  /** @param {unknown} now */
  snapshot(now) {
    return view(this.#head, taken(snapshot(this.#own(), seconds(now))));
  }

  /** @param {unknown} now */
  explain(now) {
    const own = this.#own();
    const second = seconds(now);
    const of = this.snapshot(now);
    return receipt(this.#head, of, taken(explain(own, second)));
  }

  /**
   * @param {unknown} state
   * @param {number} [now]
   */
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
