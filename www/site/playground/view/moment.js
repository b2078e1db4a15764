// The selected moment: by default the end of the journey.
import { exactTime } from "../page/format.js";

export class Moment {
  #slider;
  #text;
  #journey;
  #onChange;
  /**
   * The chosen time; null for the time of the last event.
   *
   * @type {number | null}
   */
  chosen = null;

  constructor(root, journey, onChange) {
    this.#slider = root.querySelector("#moment");
    this.#text = root.querySelector("#moment-text");
    this.#journey = journey;
    this.#onChange = onChange;
    this.#slider.addEventListener("input", () => this.pick(Number(this.#slider.value)));
    root.querySelector("#event-before").addEventListener("click", () => this.#step((at, now) => at < now, "findLast"));
    root.querySelector("#event-after").addEventListener("click", () => this.#step((at, now) => at > now, "find"));
  }

  get at() {
    return this.chosen ?? this.#journey.events.at(-1)?.at ?? null;
  }

  pick(at) {
    this.chosen = Math.round(at);
    this.#show();
    this.#onChange(this.chosen);
  }

  /** The journey has changed. */
  follow() {
    const { events, horizon } = this.#journey;
    this.#slider.disabled = events.length === 0;
    // Without events there is no moment, so this checks the valid case.
    if (!(Number(this.chosen) >= events[0]?.at && Number(this.chosen) <= horizon)) this.chosen = null;
    this.#slider.min = events[0]?.at ?? 0;
    this.#slider.max = horizon;
    this.#show();
  }

  #step(isThere, search) {
    const found = this.#journey.events[search](({ at }) => isThere(at, this.at));
    if (found) this.pick(found.at);
  }

  #show() {
    const { at } = this;
    if (at === null) return void (this.#text.value = "–");
    const isEnd = at === this.#journey.events.at(-1).at;
    const text = `${exactTime(at)} UTC${isEnd ? ", the last event" : ""}`;
    this.#slider.value = at;
    this.#slider.setAttribute("aria-valuetext", text);
    this.#text.value = text;
  }
}
