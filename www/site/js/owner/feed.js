// The loaded signals, and which of them are new. Independent of the page that shows them.
import { MOST, list } from "./receiver.js";

const PAGE = 100;
/** Milliseconds: entries are stored in another order than they are received in, by no more than that. */
const OVERLAP = 10_000;

export class Feed {
  #filters = {};
  #abort = new AbortController();
  #ids = new Set();
  #next = null;
  /** The oldest entry that is loaded. */
  #last = null;
  /** The time of the newest known entry, independent of the filters. */
  /** @type {string | null} */
  #newest = null;
  isLoaded = false;

  get hasMore() {
    return this.#next !== null;
  }

  get filters() {
    return this.#filters;
  }

  /** Another list: what is asked for the former one is not waited for. */
  filter(filters) {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#filters = filters;
    this.isLoaded = false;
  }

  get abort() {
    return this.#abort.signal;
  }

  /** The first page. */
  async load() {
    const { signal } = this.#abort;
    const isNarrowed = Object.keys(this.#filters).length > 0;
    // Signals that the filters exclude count as seen too. Requested first, so that none is missed between the two
    // responses.
    const newest = isNarrowed ? await list({ limit: 1 }, signal) : undefined;
    const page = await this.#page(null, signal);
    this.#ids = new Set();
    this.#newest = null;
    this.#see(newest?.signals ?? page.all);
    this.#reach(page);
    this.isLoaded = true;
    return this.#keep(page.signals);
  }

  /** Returns the next page. */
  async more() {
    // Another list is on its way: its first page comes first.
    if (!this.isLoaded) return [];
    const page = await this.#page(this.#next, this.#abort.signal);
    this.#reach(page);
    return this.#keep(page.signals);
  }

  /** Returns what has arrived since: the signals that pass the filters, and all entries with decisions of sales. */
  async poll() {
    const { signal } = this.#abort;
    const since = this.#newest && new Date(Date.parse(this.#newest) - OVERLAP).toISOString();
    const entries = [];
    let cursor = null;
    do {
      const { signals, next } = await list({ since, limit: MOST, cursor }, signal);
      entries.push(...signals);
      cursor = next;
    } while (cursor);
    this.#see(entries);
    return { signals: this.#keep(entries.filter((entry) => this.#isWanted(entry))), entries };
  }

  // Decisions of sales are entries too, which the receiver cannot leave out: a page of nothing else is not a page.
  async #page(cursor, signal) {
    const all = [];
    let next = cursor;
    let signals;
    do {
      const page = await list({ ...this.#filters, limit: PAGE, cursor: next }, signal);
      all.push(...page.signals);
      next = page.next;
      signals = all.filter(isSignal);
    } while (next && signals.length < PAGE / 2);
    return { all, signals, next };
  }

  #reach({ all, next }) {
    this.#next = next;
    this.#last = all.at(-1) ?? null;
  }

  #keep(entries) {
    const fresh = entries.filter(({ id }) => !this.#ids.has(id));
    for (const { id } of fresh) this.#ids.add(id);
    return fresh;
  }

  #see(entries) {
    for (const { received } of entries) if (this.#newest === null || received > this.#newest) this.#newest = received;
  }

  #isWanted(entry) {
    // Entries beyond the loaded pages arrive with their page.
    if (this.hasMore && newestFirst(entry, this.#last) > 0) return false;
    return isSignal(entry) && Object.entries(this.#filters).every(([name, value]) => entry[name] === value);
  }
}

export const isSignal = ({ kind }) => kind !== "lifecycle";

/** Newest first as the receiver has it: by receipt, then id. */
export function newestFirst({ received, id }, other) {
  if (received !== other.received) return received > other.received ? -1 : 1;
  return id > other.id ? -1 : 1;
}
