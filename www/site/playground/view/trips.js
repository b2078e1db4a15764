// The list of stages that the journey reached.
import { element } from "/js/dom.js";
import { points, time } from "../page/format.js";
import { nameOf } from "../page/names.js";

/** The maximum number of items shown. */
const SHOWN = 8;
/** Of a long journey the changes of stage are known to a part of its length only. */
const RESOLUTION = 1 / 200;

export class Trips {
  /** Of rules and stages, as the model has them. */
  titles = {};
  #list;
  #onPick;

  constructor(list, onPick) {
    this.#list = list;
    this.#onPick = onPick;
  }

  show({ points: curve, trips, changes, isExact }) {
    if (!isExact) return this.#list.replaceChildren(element("li", { class: "note" }, "computing the trips…"));
    const near = curve.length > 0 ? (curve.at(-1).at - curve[0].at) * RESOLUTION : 0;
    const isTrip = ({ at, stage }) => trips.some((trip) => trip.stage === stage && Math.abs(trip.at - at) <= near);
    const entries = [
      ...trips.map((trip) => ({ ...trip, isTrip: true })),
      ...changes.filter((change) => !isTrip(change)),
    ].sort((a, b) => a.at - b.at);
    if (entries.length === 0) {
      this.#list.replaceChildren(element("li", { class: "note" }, "No stage is reached: nothing would be sent."));
      return;
    }
    const more = entries.length > SHOWN ? [element("li", { class: "note" }, `and ${entries.length - SHOWN} more`)] : [];
    this.#list.replaceChildren(...entries.slice(0, SHOWN).map((entry) => this.#item(entry)), ...more);
  }

  #item({ at, stage, score, isTrip, why }) {
    const button = element("button", { type: "button", class: "link-button" }, time(at));
    button.addEventListener("click", () => this.#onPick(at));
    const what = isTrip ? "trips, and a signal is sent" : stage === null ? "no stage" : "without a signal";
    return element("li", isTrip ? { class: "trip" } : {}, [
      button,
      ...(stage === null ? [] : [" ", element("strong", {}, nameOf(this.titles, "stages", stage))]),
      ` ${what}, at ${points(score)}`,
      ...(why ? [element("span", { class: "note", title: why }, why)] : []),
    ]);
  }
}
