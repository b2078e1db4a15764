// Counts the signals of each stage in each hour or day. They are requested as CSV, which does not contain the whole
// signals.
import { parse } from "./csv.js";
import { isSignal } from "./feed.js";
import { MOST, listCsv } from "./receiver.js";
import { byStage } from "./words.js";

/** The maximum number of requests, each for 500 rows; beyond that the oldest signals are left out, with a message. */
const MOST_PAGES = 20;

const HOUR = 3_600_000;
const sinceHour = (now) => (now.getMinutes() * 60 + now.getSeconds()) * 1_000 + now.getMilliseconds();

const RANGES = {
  hours: {
    buckets: 24,
    // Hours that have passed: by the clock, one comes twice or not at all when the time changes.
    start: (now, back) => new Date(now - sinceHour(now) - back * HOUR),
  },
  days: { buckets: 30, start: (now, back) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - back) },
};

export class History {
  #arrivals = new Map();
  #range = "hours";
  isLoaded = false;
  isCut = false;

  get range() {
    return this.#range;
  }

  /** Another range or other filters: what is known does not hold any more. */
  reset(range = this.#range) {
    this.#range = range;
    this.isLoaded = false;
  }

  async load(filters, abort) {
    const range = this.#range;
    const since = this.#starts()[0].toISOString();
    const arrivals = new Map();
    let cursor = null;
    let pages = 0;
    do {
      const { text, next } = await listCsv({ ...filters, since, limit: MOST, cursor }, abort);
      for (const row of parse(text)) add(arrivals, row);
      cursor = next;
    } while (cursor && ++pages < MOST_PAGES);
    if (range !== this.#range) return;
    this.#arrivals = arrivals;
    this.isCut = cursor !== null;
    this.isLoaded = true;
  }

  add(entries) {
    for (const entry of entries) add(this.#arrivals, entry);
  }

  /** `{ stages, buckets: [{ start, counts: Map }] }`, the oldest first. */
  count() {
    const buckets = this.#starts().map((start) => ({ start, counts: new Map() }));
    const stages = new Set();
    for (const { at, stage } of this.#arrivals.values()) {
      // The receiver's clock may be ahead of this one: then it counts as now.
      const bucket = buckets.findLast(({ start }) => at >= start);
      if (!bucket) continue;
      stages.add(stage);
      bucket.counts.set(stage, (bucket.counts.get(stage) ?? 0) + 1);
    }
    return { range: this.#range, stages: [...stages].sort(byStage), buckets };
  }

  #starts() {
    const { buckets, start } = RANGES[this.#range];
    const now = new Date();
    return Array.from({ length: buckets }, (_, i) => start(now, buckets - 1 - i));
  }
}

function add(arrivals, entry) {
  if (isSignal(entry)) arrivals.set(entry.id, { at: Date.parse(entry.received), stage: entry.stage });
}
