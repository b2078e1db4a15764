// The class `VisitState`: the state of a visitor during one request to an edge worker. See `src/wasm/visit.rs`.
import { explain, flags, free_lead, free_visit, part, record_visit, see, snapshot, state, visit } from "#edge";
import { fail } from "../runtime/errors.js";
import { seconds, take } from "../runtime/lead.js";
import { taken, takenText } from "../runtime/memory.js";
import { open, registry } from "../runtime/model.js";
import { receipt } from "../runtime/receipt.js";
import { signals } from "../runtime/signal.js";
import { view } from "../runtime/snapshot.js";
import { lengths } from "./parts.js";

const visits = registry(free_visit);

export class VisitState {
  /** @type {number} */
  #number;
  /** @type {Core.Head} */
  #head;

  /**
   * From what was sealed last, what the page mirrored, and an id for a visitor who has none.
   *
   * @param {unknown} model
   * @param {string} sealed
   * @param {string} page
   * @param {string} fresh
   */
  constructor(model, sealed, page, fresh) {
    const [number, head] = open(model);
    const [a, b, c] = lengths([sealed, page, fresh]);
    this.#head = head;
    this.#number = visit(number, a, b, c);
    visits.register(this, this.#number, this);
  }

  #own() {
    return this.#number || fail("freed");
  }

  /**
   * Calls `act` with the number of a lead that has what the worker saw, or all that is known.
   *
   * @template T
   * @param {number} second
   * @param {number} isOwn
   * @param {(lead: Core.Handle) => T} act
   */
  #lead(second, isOwn, act) {
    const lead = state(this.#own(), second, isOwn);
    try {
      return act(lead);
    } finally {
      free_lead(lead);
    }
  }

  /**
   * Takes in an event; returns the signals of the stages that trip.
   *
   * @param {unknown} given
   * @param {number} now
   * @param {string} source
   */
  ingest(given, now, source) {
    this.#own();
    const taking = take(this.#head, given, now, source, (...event) => see(this.#own(), ...event));
    const { trips, time } = taking;
    if (!trips) return [];
    const [points, ...stages] = taken(1 + 2 * trips);
    const subject = this.visitor;
    /** By 1 for the word of workers alone, else 0. @type {any[]} */
    const makers = [];
    const leads = [];
    const created = [];
    try {
      for (let n = 0; n < 2 * trips; n += 2) {
        const isEdge = !!stages[n + 1];
        if (!makers[+isEdge]) {
          const lead = state(this.#own(), Math.floor(time / 1000), +isEdge);
          leads.push(lead);
          /** @type {import("leadscore").Provenance} */
          const provenance = isEdge ? "edge" : "client";
          const sender = { subject, source: taking.source, provenance, isEdge, witnessed: points / 1000 };
          makers[+isEdge] = signals(this.#head, lead, time, sender);
        }
        created.push(makers[+isEdge](stages[n]));
      }
    } finally {
      leads.forEach(free_lead);
    }
    record_visit(this.#own(), time);
    return created;
  }

  /** @param {number} now */
  snapshot(now) {
    const second = seconds(now);
    return this.#lead(second, 0, (lead) => view(this.#head, taken(snapshot(lead, second))));
  }

  /** @param {number} now */
  segment(now) {
    return this.snapshot(now).segment;
  }

  /** @param {number} now */
  explain(now) {
    const second = seconds(now);
    const of = this.snapshot(now);
    return this.#lead(second, 0, (lead) => receipt(this.#head, of, taken(explain(lead, second))));
  }

  /**
   * A part of the visit as a string; undefined if it does not fit.
   *
   * @param {number} which
   * @param {number} bytes
   */
  #part(which, bytes = 0) {
    const length = part(this.#own(), which, Math.max(bytes, 0));
    return length < 0 ? undefined : takenText(length);
  }

  /** The visitor's id. */
  get visitor() {
    return /** @type {string} */ (this.#part(0));
  }

  /**
   * Returns the record to seal, within a number of bytes; undefined if the required entries do not fit.
   *
   * @param {number} bytes
   */
  record(bytes) {
    return this.#part(1, bytes);
  }

  /** Returns the worker's own state for an account, in base64url; undefined if it does not fit. */
  get witnessed() {
    return this.#part(2);
  }

  /**
   * Returns the state that includes data from a page, for an account; empty if there is none, undefined if it does not
   * fit.
   */
  get told() {
    return this.#part(3);
  }

  /** @param {number} flag */
  #has(flag) {
    return (flags(this.#own()) & flag) != 0;
  }

  /** True if there is something new to seal. */
  get isChanged() {
    return this.#has(1);
  }

  /** True if there is data from the page. */
  get hasPage() {
    return this.#has(2);
  }

  /**
   * True if the sealed record is in use: false if there was none, if it cannot be read, or if it belongs to another
   * visitor.
   */
  get hasSealed() {
    return this.#has(4);
  }

  /** True if a stage of this visitor has ever tripped. */
  get hasTripped() {
    return this.#has(8);
  }

  free() {
    if (this.#number) free_visit(this.#number);
    visits.unregister(this);
    this.#number = 0;
  }

  [Symbol.dispose]() {
    this.free();
  }
}
