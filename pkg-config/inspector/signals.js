// The status of each signal: waiting, answered (and how, where the browser says), or dispatched in the page only.
import { waiting } from "./watch.js";

function absolute(endpoint) {
  try {
    return endpoint && new URL(endpoint, document.baseURI).href;
  } catch {
    // The tracker reports the problem.
    return endpoint;
  }
}

const isSince =
  ({ since }) =>
  ({ responseEnd }) =>
    responseEnd >= since - 1_000;

export class Signals {
  #items = new Map();
  #answers = [];
  #observer;
  #endpoint;

  constructor(endpoint) {
    this.#endpoint = absolute(endpoint);
    this.#observer = new PerformanceObserver((list) => this.#answers.push(...list.getEntries().filter(this.#isAnswer)));
    this.#observer.observe({ type: "resource", buffered: true });
  }

  end() {
    this.#observer.disconnect();
  }

  /** @param {any} entry of which the observer asks only for resources */
  #isAnswer = ({ name, initiatorType }) => name === this.#endpoint && initiatorType === "fetch";

  /** One that the tracker has announced. */
  announced(signal) {
    this.#add(signal, this.#endpoint ? "pending" : "announced");
  }

  #add({ id, time, data }, status) {
    const since = performance.now();
    if (!this.#items.has(id))
      this.#items.set(id, { id, time, data, stage: data.stage, score: data.snapshot.score, status, since });
  }

  /** All of this page, and those that an earlier one has left, newest first. */
  list(consent) {
    const now = performance.now();
    const out = waiting();
    for (const signal of out.values()) this.#add(signal, "pending");
    for (const item of this.#items.values()) {
      // A signal that storage cannot hold is never seen there: only a response shows that it was sent.
      item.isStored ||= out.has(item.id);
      const isOver = consent === "denied" || item.isStored || this.#answers.some(isSince(item));
      if (item.status === "pending" && !out.has(item.id) && isOver) {
        Object.assign(item, { status: consent === "denied" ? "deleted" : "acknowledged", gone: now });
      }
      if (item.status === "acknowledged" && !item.answer) this.#explain(item);
    }
    return [...this.#items.values()].sort((one, other) => (one.time < other.time ? 1 : -1));
  }

  /**
   * The signal is no longer stored: the last response within that time was for it, because signals are sent one by one.
   */
  #explain(item) {
    const { responseStatus } =
      this.#answers.findLast((answer) => isSince(item)(answer) && answer.responseEnd <= item.gone) ?? {};
    if (!responseStatus) return;
    item.answer = responseStatus;
    if (responseStatus >= 400) item.status = "refused";
  }
}
