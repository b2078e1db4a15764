// The journeys: the events of one or more visitors in order of time, and the selected visitor.
import { pathsIn } from "./site.js";

const DAY = 86_400_000;
/** The time of the first event of an empty journey: a Monday morning. */
const BEGINNING = Date.UTC(2026, 0, 5, 9);
/** After the last event the chart goes on for this part of the journey, at least a minute. */
const TAIL = 0.08;
const SHORTEST_TAIL = 60_000;
/** So many events are looked through for the names that a model may use. */
const LOOKED_THROUGH = 2000;

export class Journey {
  /** @type {{ visitor: string, events: any[] }[]} */
  #visitors = [{ visitor: "visitor", events: [] }];
  #chosen = 0;
  #paths = [];
  #pathsOf;
  /** Days that the chart looks beyond the last event; 0: a little. */
  ahead = 0;

  get events() {
    return this.#visitors[this.#chosen].events;
  }

  get content() {
    return { visitors: this.#visitors, chosen: this.#visitors[this.#chosen].visitor };
  }

  set content({ visitors, chosen }) {
    this.#visitors = visitors;
    this.choose(chosen);
  }

  get horizon() {
    const { events } = this;
    if (events.length === 0) return BEGINNING;
    const last = events.at(-1).at;
    return Math.round(last + (this.ahead * DAY || Math.max(SHORTEST_TAIL, TAIL * (last - events[0].at))));
  }

  choose(visitor) {
    this.#chosen = Math.max(
      0,
      this.#visitors.findIndex((candidate) => candidate.visitor === visitor),
    );
  }

  nextTime(gap) {
    const last = this.events.at(-1);
    return last ? last.at + gap : BEGINNING;
  }

  /** Inserts an event in order and returns its position. */
  add(event) {
    const after = this.events.findLastIndex(({ at }) => at <= event.at) + 1;
    this.#replace(this.events.toSpliced(after, 0, event));
    return after;
  }

  remove(index) {
    const removed = this.events.slice(index, index + 1);
    this.#replace(this.events.toSpliced(index, 1));
    return removed;
  }

  clear() {
    this.#replace([]);
  }

  /** The pages of the chosen journey, each once; computed on demand, because there may be many events. */
  get paths() {
    if (this.#pathsOf !== this.events) {
      this.#pathsOf = this.events;
      this.#paths = pathsIn(this.events);
    }
    return this.#paths;
  }

  known() {
    const looked = this.events.slice(0, LOOKED_THROUGH);
    return {
      events: new Set(looked.map(({ type }) => type)),
      props: new Set(looked.flatMap(({ props }) => Object.keys(props ?? {}))),
    };
  }

  /** As the command line takes them. */
  toLines() {
    return this.#visitors
      .flatMap(({ visitor, events }) => events.map((event) => `${JSON.stringify({ visitor, ...event })}\n`))
      .join("");
  }

  // A new list each time, so that references elsewhere, such as for undo, do not change.
  #replace(events) {
    this.#visitors = this.#visitors.with(this.#chosen, { ...this.#visitors[this.#chosen], events });
  }
}
