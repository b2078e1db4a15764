// Makes signals from the core's numbers, in the order of `signal` in `src/wasm/core.rs`, and makes them again to verify.
import { encode, forgettable, free_lead, lead, read, signal as numbersOf, snapshot, tripping, without } from "#runtime";
import { site } from "./address.js";
import { checked, fail } from "./errors.js";
import { isText, plainJson } from "./event.js";
import { begin, nameOf, size, taken, takenText, writeRaw, written } from "./memory.js";
import { open } from "./model.js";
import { iso, view } from "./view.js";

/** The version of the states that are sent. */
const VERSION = 2;
const TOUCHPOINTS = 50;
/** A signal with more bytes carries a reduced state; such a partial signal may be smaller by the slack. */
const MOST_BYTES = 16 << 10;
const SLACK = 1024;

/** Returns the time of a stage's last trip, and the time at which the lead was recycled, in 16 bytes. */
const armed = (times) => {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  times.forEach((time, n) => view.setInt32(4 * n, time, true));
  return bytes;
};

/** Makes one signal of a lead in the core. `former` returns its id in releases up to 0.1, which leave out the site. */
const write = (head, own, stage, now, sender, { isPartial = false, version = VERSION } = {}) => {
  const { name, version: modelVersion, hash, rules, stages } = head;
  const { subject, source, provenance, isEdge, witnessed } = sender;
  const second = Math.floor(now / 1000);
  const points = taken(snapshot(own, second));
  const [trip, tripMillis, back, backMillis, live, ...rest] = taken(numbersOf(own, second, stage));
  const lives = [];
  for (let n = 0; n < 4 * live; n += 4) lives.push(rest.slice(n, n + 4));
  lives.sort(([a, x], [b, y]) => y - x || a - b);
  const touched = [];
  for (let n = 4 * live; n < rest.length; n += 2) touched.push([rest[n], rest[n + 1]]);
  touched.sort(([a, x], [b, y]) => y - x || a - b);
  const parts = [subject, name, stages[stage], armed([trip, tripMillis, back, backMillis])];
  const id = nameOf([...parts, site(source)]);
  const ownScore = points[0] / 1000;
  const data = {
    stage: stages[stage],
    snapshot: view(head, points),
    reasons: lives.slice(0, isPartial ? TOUCHPOINTS : Infinity).map(([rule, points, hits, last]) => ({
      rule: rules[rule],
      points: points / 1000,
      hits,
      last: iso(last),
    })),
    touchpoints: touched.slice(0, TOUCHPOINTS).map(([rule, t]) => ({ rule: rules[rule], time: iso(t) })),
    model: { name, version: modelVersion, hash },
    state: takenText(encode(own, version, 1)),
    provenance,
  };
  if (isPartial) data.partial = true;
  if (isEdge || witnessed !== undefined) data.witnessed = isEdge ? ownScore : witnessed;
  const made = {
    specversion: "1.0",
    id,
    source,
    type: "leadscore.stage.reached",
    subject,
    time: new Date(now).toISOString(),
    datacontenttype: "application/json",
    data,
  };
  return { made, former: () => nameOf(parts) };
};

const bytes = (made) => size(JSON.stringify(made));

/** Returns the signal of a stage that trips. If its state makes it too large, hits are forgotten until it fits. */
export const signal = (head, own, stage, now, sender) => {
  const { made } = write(head, own, stage, now, sender);
  if (bytes(made) <= MOST_BYTES) return made;
  /** Returns the signal without `count` hits, if it is not too large. */
  const left = (count) => {
    const part = without(own, count);
    const { made } = write(head, part, stage, now, sender, { isPartial: true });
    free_lead(part);
    if (bytes(made) <= MOST_BYTES) return made;
  };
  const whole = left(0);
  if (whole) return whole;
  let low = 1;
  let high = forgettable(own, Math.floor(now / 1000));
  while (low < high) {
    const middle = (low + high) >> 1;
    if (left(middle)) high = middle;
    else low = middle + 1;
  }
  return left(high) ?? made;
};

/** Returns true if two JSON values are equal; the order of names does not matter. */
const equal = (one, other) => {
  if (!one || !other || typeof one != "object" || typeof other != "object") return one === other;
  const names = Object.keys(one);
  return (
    Array.isArray(one) == Array.isArray(other) &&
    names.length == Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && equal(one[name], other[name]))
  );
};

/** Returns the milliseconds of a time in a signal's format. */
const parsed = (text) => {
  const at = typeof text == "string" ? Date.parse(text) : NaN;
  const isOwn = at >= 0 && at < 2 ** 32 * 1000 && new Date(at).toISOString() == text;
  return isOwn ? at : fail("signal_syntax");
};

/** Returns the points that a client's signal says the worker has witnessed; throws outside of the model's score range. */
const believed = ({ score: [min, max] }, points) => {
  const milli = typeof points == "number" ? Math.round(points * 1000) : NaN;
  return Math.abs(milli) <= 1e15 && milli >= min && milli <= max ? milli / 1000 : fail("signal_mismatch");
};

/** Makes a signal again from the state that it carries; returns its snapshot, or throws if anything differs. */
export function verify(model, given) {
  const [number, head] = open(model);
  const own = plainJson(given) ?? fail("signal_syntax");
  const data = (own.data === undefined ? own : own.data) ?? {};
  const { source, subject, type } = own;
  const { provenance } = data;
  const isEdge = provenance === "edge";
  if (!isEdge && provenance !== "client") fail("signal_syntax");
  const now = parsed(own.time);
  if (typeof source != "string" || !source || type !== "leadscore.stage.reached") fail("signal_syntax");
  if ((data.model ?? data).hash !== head.hash) fail("signal_model");
  if (!isText(subject, 1024)) fail("visitor_id");
  const temporary = lead(number);
  try {
    const second = Math.floor(now / 1000);
    begin();
    writeRaw(typeof data.state == "string" ? data.state : "");
    const version = checked(read(temporary, written(), second));
    const { disqualified } = view(head, taken(snapshot(temporary, second)));
    const isPartial = data.partial !== undefined && !disqualified;
    const trips = taken(2 * tripping(temporary, second, +isPartial));
    const at = trips.findIndex((stage, n) => n % 2 == 0 && head.stages[stage] === data.stage);
    if (at < 0) fail("signal_mismatch");
    const says = data.witnessed !== undefined;
    const witnessed = says && !isEdge ? believed(head, data.witnessed) : undefined;
    const sender = { subject, source, provenance, isEdge: isEdge && says, witnessed };
    const { made, former } = write(head, temporary, trips[at], now, sender, { isPartial, version });
    // Only a signal that is nearly full may carry a state with fewer points than its stage needs.
    const isMet = trips[at + 1];
    if (isPartial && !isMet && bytes(made) <= MOST_BYTES - SLACK) fail("signal_mismatch");
    for (const name of Object.keys(made)) {
      const isFormer = name == "id" && own.id === former();
      if (!isFormer && !equal(own[name], made[name])) fail("signal_mismatch");
    }
    return made.data.snapshot;
  } finally {
    free_lead(temporary);
  }
}
