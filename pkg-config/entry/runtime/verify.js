// Recreates signals from the states in them, to verify them.
import { free_lead, lead, read, snapshot, tripping } from "#runtime";
import { checked, fail } from "./errors.js";
import { isText, plainJson } from "./event.js";
import { begin, taken, writeRaw, written } from "./memory.js";
import { open } from "./model.js";
import { MOST_BYTES, REACHED, bytes, reading } from "./signal.js";
import { parseTime } from "./time.js";
import { view } from "./snapshot.js";

/** Bytes by which a signal with a reduced state may be smaller than the largest. */
const SLACK = 1024;

/**
 * Returns true if two JSON values are equal; the order of names does not matter.
 *
 * @param {any} one
 * @param {any} other
 * @returns {boolean}
 */
const equal = (one, other) => {
  if (!one || !other || typeof one != "object" || typeof other != "object") return one === other;
  const names = Object.keys(one);
  return (
    Array.isArray(one) == Array.isArray(other) &&
    names.length == Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && equal(one[name], other[name]))
  );
};

/**
 * Returns the points that a client's signal says the worker has witnessed; throws outside of the model's score range.
 *
 * @param {{ score: [number, number] }} head
 * @param {unknown} points
 */
export const believed = ({ score: [min, max] }, points) => {
  const milli = typeof points == "number" ? Math.round(points * 1000) : NaN;
  return Math.abs(milli) <= 1e15 && milli >= min && milli <= max ? milli / 1000 : fail("signal_mismatch");
};

/**
 * Makes a visitor's signal again; see {@link verifier}.
 *
 * @param {unknown} model
 * @param {string} subject
 * @param {any} data
 * @param {number} now
 * @param {Core.Sender & { isEdge: boolean }} sender
 * @returns {Core.Envelope}
 */
export const remake = (model, subject, data, now, sender) => {
  const [number, head] = open(model);
  if (!isText(subject, 1024)) fail("visitor_id");
  const { isEdge } = sender;
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
    const from = { ...sender, isEdge: isEdge && says, witnessed };
    const remade = reading(head, temporary, now, from, { isPartial, version }).make(trips[at]);
    // Only a signal that is nearly full may carry a state with fewer points than its stage needs.
    const isMet = trips[at + 1];
    if (isPartial && !isMet && bytes(remade.made) <= MOST_BYTES - SLACK) fail("signal_mismatch");
    return remade;
  } finally {
    free_lead(temporary);
  }
};

/**
 * Returns the function that makes a signal again from the state that it carries; it returns the signal's snapshot, or
 * throws if anything differs. `remakes` are by type.
 *
 * @param {Map<unknown, typeof remake>} remakes
 * @returns {(model: unknown, given: unknown) => any}
 */
export const verifier = (remakes) => (model, given) => {
  const [, { hash }] = open(model);
  const own = plainJson(given) ?? fail("signal_syntax");
  const data = (own.data === undefined ? own : own.data) ?? {};
  const { source, subject, type } = own;
  const { provenance } = data;
  const isEdge = provenance === "edge";
  if (!isEdge && provenance !== "client") fail("signal_syntax");
  const now = parseTime(own.time) ?? fail("signal_syntax");
  const again = remakes.get(type);
  if (typeof source != "string" || !source || !again) fail("signal_syntax");
  if ((data.model ?? data).hash !== hash) fail("signal_model");
  const { made, former } = again(model, subject, data, now, { subject, source, provenance, isEdge });
  for (const name of Object.keys(made)) {
    const isFormer = name == "id" && own.id === former();
    if (!isFormer && !equal(own[name], made[name])) fail("signal_mismatch");
  }
  return made.data.snapshot;
};

/** @type {(model: unknown, given: unknown) => import("leadscore").Snapshot} */
export const verify = /* @__PURE__ */ verifier(/* @__PURE__ */ new Map([[REACHED, remake]]));
