// Converts the core's numbers to signals, in the order of `signal` in `src/wasm/core.rs`.
import { encode, forgettable, free_lead, signal as numbersOf, snapshot, without } from "#runtime";
import { site } from "./address.js";
import { nameOf, size, taken, takenText } from "./memory.js";
import { iso } from "./time.js";
import { view } from "./snapshot.js";

/** The version of the states that are sent. */
export const VERSION = 2;
const TOUCHPOINTS = 50;
/** A signal with more bytes carries a reduced state. */
export const MOST_BYTES = 16 << 10;
/** A reason has more bytes than this. */
const LEAST_REASON = 50;
/** All of a signal except its strings, its reasons and its touchpoints has fewer bytes than this. */
const FRAME = 1000;
/** More than the seconds of any time, and more than a model's rules. */
const END = 2 ** 32;
const RULES = 2 ** 16;

/** The `type` of a visitor's signal. */
export const REACHED = "leadscore.stage.reached";

/**
 * Returns the signal of a stage by its number, around its data, which begins with the stage. `numbers` begin with the time
 * when the lead was sent back and the stages' last trips. `former` returns the signal's id in releases up to 0.1, which
 * leave out the site.
 *
 * @param {string} type
 * @param {{ subject: string, source: string }} sender
 * @param {string} model
 * @param {number} stage
 * @param {number[]} numbers
 * @param {number} now
 * @param {{ stage: string }} data
 * @returns {Core.Envelope}
 */
export const envelope = (type, { subject, source }, model, stage, numbers, now, data) => {
  // With the time of the stage's last trip, and the time at which the lead was recycled.
  const last = 2 + 2 * stage;
  const armed = Int32Array.of(numbers[last], numbers[last + 1], numbers[0], numbers[1]);
  const parts = [subject, model, data.stage, new Uint8Array(armed.buffer)];
  const made = {
    specversion: "1.0",
    id: nameOf([...parts, site(source)]),
    source,
    type,
    subject,
    time: new Date(now).toISOString(),
    datacontenttype: "application/json",
    data,
  };
  return { made, former: () => nameOf(parts) };
};

/**
 * Returns an upper limit of the bytes of a string in JSON.
 *
 * @param {string} text
 */
const most = (text) => 6 * text.length;

/**
 * Reads a lead from the core for the signals of one time, or returns nothing if they are certainly too large and
 * `mayFail` is set. `make` makes the signal of a stage, see {@link envelope}. `fits` returns true if the signal is
 * small enough.
 *
 * @param {Core.Head} head
 * @param {Core.Handle} own
 * @param {number} now
 * @param {Core.Sender} sender
 * @param {{ isPartial?: boolean, version?: number, mayFail?: boolean }} [options]
 * @returns {any}
 */
export const reading = (head, own, now, sender, { isPartial = false, version = VERSION, mayFail = false } = {}) => {
  const { name, version: modelVersion, hash, rules, stages } = head;
  const { subject, source, provenance, isEdge, witnessed } = sender;
  const second = Math.floor(now / 1000);
  const numbers = taken(numbersOf(own, second));
  const start = 2 + 2 * stages.length;
  const live = numbers[start];
  if (mayFail && live * LEAST_REASON > MOST_BYTES) return;
  const places = Array.from({ length: live }, (_, n) => start + 1 + 4 * n);
  places.sort((a, b) => numbers[b + 1] - numbers[a + 1] || numbers[a] - numbers[b]);
  if (isPartial) places.splice(TOUCHPOINTS);
  // Sorted as numbers: the newest first, then by rule. They are exact, because rules have 16 bits and times 32.
  const first = start + 1 + 4 * live;
  const keys = new Float64Array((numbers.length - first) / 2);
  for (let n = 0, at = first; n < keys.length; n++, at += 2) keys[n] = (END - numbers[at + 1]) * RULES + numbers[at];
  keys.sort();
  /** The rules and times of the touchpoints. @type {number[]} */
  const touched = [];
  for (let n = 0; n < keys.length && n < TOUCHPOINTS; n++) {
    const time = Math.floor(keys[n] / RULES);
    touched.push(keys[n] - time * RULES, END - time);
  }
  const points = taken(snapshot(own, second));
  const state = takenText(encode(own, version, 1));
  /** @param {number} stage */
  const make = (stage) => {
    const touchpoints = [];
    for (let n = 0; n < touched.length; n += 2)
      touchpoints.push({ rule: rules[touched[n]], time: iso(touched[n + 1]) });
    /** @type {import("leadscore").SignalData} */
    const data = {
      stage: stages[stage],
      snapshot: view(head, points),
      reasons: places.map((at) => ({
        rule: rules[numbers[at]],
        points: numbers[at + 1] / 1000,
        hits: numbers[at + 2],
        last: iso(numbers[at + 3]),
      })),
      touchpoints,
      model: { name, version: modelVersion, hash },
      state,
      provenance,
    };
    if (isPartial) data.partial = true;
    if (isEdge || witnessed !== undefined) data.witnessed = isEdge ? points[0] / 1000 : witnessed;
    return envelope(REACHED, sender, name, stage, numbers, now, data);
  };
  // Few signals come near the limit, so few are counted. All but the stage is the same for all stages.
  let limit = FRAME + most(name + subject + source + source) + state.length;
  limit += 3 * JSON.stringify(view(head, points)).length;
  for (const at of places) limit += 100 + most(rules[numbers[at]]);
  for (let n = 0; n < touched.length; n += 2) limit += 60 + most(rules[touched[n]]);
  /** @type {number | undefined} */
  let others;
  /** @param {number} stage */
  const fits = (stage) => {
    if (limit + most(stages[stage]) <= MOST_BYTES) return true;
    const length = bytes(stages[stage]);
    others ??= bytes(make(stage).made) - length;
    return others + length <= MOST_BYTES;
  };
  return { make, fits };
};

/** @param {unknown} signal */
export const bytes = (signal) => size(JSON.stringify(signal));

/**
 * Returns a function that makes the signal of a stage that trips. If its state makes it too large, hits are forgotten
 * until it fits. What the signals of several stages have in common is read from the core once.
 *
 * @param {Core.Head} head
 * @param {Core.Handle} own
 * @param {number} now
 * @param {Core.Sender} sender
 * @returns {(stage: number) => any}
 */
export const signals = (head, own, now, sender) => {
  // By the number of hits that are forgotten.
  /** @type {Map<number, any>} */
  const parts = new Map();
  /**
   * @param {number} count
   * @returns {Core.Reading}
   */
  const part = (count) => {
    if (!parts.has(count)) {
      const left = without(own, count);
      parts.set(count, reading(head, left, now, sender, { isPartial: true }));
      free_lead(left);
    }
    return parts.get(count);
  };
  const whole = reading(head, own, now, sender, { mayFail: true });
  /** @type {number | undefined} */
  let all;
  return (stage) => {
    if (whole?.fits(stage)) return whole.make(stage).made;
    let count = 0;
    if (!part(0).fits(stage)) {
      let low = 1;
      count = all ??= forgettable(own, Math.floor(now / 1000));
      while (low < count) {
        const middle = (low + count) >> 1;
        if (part(middle).fits(stage)) count = middle;
        else low = middle + 1;
      }
    }
    return part(count).make(stage).made;
  };
};
