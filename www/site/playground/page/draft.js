// The person's input, stored in this browser. If storage is missing or full, the playground works without it.
import { isEvent } from "./share.js";

const MODEL = "leadscore.playground.model";
const JOURNEY = "leadscore.playground.journey";
/** Milliseconds between a change and its being kept; leaving the page keeps it at once. */
const PAUSE = 300;

const EMPTY = { visitors: [{ visitor: "visitor", events: [] }], chosen: "visitor" };

export class Draft {
  #pending = {};
  #timer;
  #onFull;

  /** @param {() => void} onFull called once, when there is no room */
  constructor(onFull) {
    this.#onFull = onFull;
    addEventListener("pagehide", () => this.keep());
    document.addEventListener("visibilitychange", () => document.hidden && this.keep());
  }

  /** @returns {{ model: string, example: string, journey: { visitors: object[], chosen: string } } | null} */
  read() {
    try {
      const { model, example } = JSON.parse(localStorage.getItem(MODEL) ?? "null");
      // One that was too large to be kept does not take the model with it.
      const journey = JSON.parse(localStorage.getItem(JOURNEY) ?? "null") ?? EMPTY;
      const isJourney = journey.visitors.every(
        ({ visitor, events }) => typeof visitor === "string" && events.every(isEvent),
      );
      return typeof model === "string" && isJourney ? { model, example, journey } : null;
    } catch {
      return null;
    }
  }

  change(part, value) {
    this.#pending[part] = value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keep(), PAUSE);
  }

  keep() {
    clearTimeout(this.#timer);
    const { model, journey } = this.#pending;
    this.#pending = {};
    this.#set(MODEL, model);
    this.#set(JOURNEY, journey);
  }

  #set(key, value) {
    if (!value) return;
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      this.#onFull();
      this.#onFull = () => {};
    }
  }
}
