// What a signal looks like, before anything in it is believed.
import { isObject } from "../lib/body.js";
import { isText } from "../lib/text.js";

export const STAGE_REACHED = "leadscore.stage.reached";
export const ACCOUNT_REACHED = "leadscore.account.reached";

const ID = /^[\w-]{1,64}$/;
const STAGE = /^[a-z0-9_-]{1,64}$/;
const ZONED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
// The deepest of a signal's own parts, a list within `next`, is the fourth.
const DEPTH = 8;

/**
 * A signal's own members, without what CloudEvents lets a sender add, for which nobody vouches. Or, as a text, which of
 * them is wrong.
 */
export function envelope(value) {
  if (!isObject(value)) return "a signal must be a JSON object";
  const { specversion, id, source, type, subject, time, datacontenttype, data } = value;
  const wrong = Object.entries({
    specversion: specversion === "1.0",
    id: isText(id, 64) && ID.test(id),
    source: isText(source, 1024),
    type: type === STAGE_REACHED || type === ACCOUNT_REACHED,
    subject: isVisitor(subject),
    time: millis(time) !== null,
    datacontenttype: datacontenttype === "application/json",
    data: isObject(data) && isShallow(data, DEPTH),
  }).find(([, isSound]) => !isSound);
  if (wrong) return `send the signal as it was made: its ${wrong[0]} is not one`;
  if (!isStage(data.stage)) return "send the signal as it was made: its data.stage is not one";
  if (!isObject(data.model) || !isText(data.model.name, 1024) || !isText(data.model.hash, 64)) {
    return "send the signal as it was made: its data.model is not one";
  }
  return { specversion, id, source, type, subject, time, datacontenttype, data };
}

/** Whether the data of a stage's signal is as leadscore writes it, to the last member. */
export function isWhole(data) {
  return hasExactly(data, {
    stage: isStage,
    snapshot: isSnapshot,
    reasons: listOf((reason) => hasExactly(reason, { rule: isId, points: isNumber, hits: isCount, last: isTime })),
    touchpoints: listOf((point) => hasExactly(point, { rule: isId, time: isTime }), 50),
    model: (model) => hasExactly(model, { name: (name) => isText(name, 1024), version: isCount, hash: isId }),
    state: (state) => typeof state === "string" && /^[\w-]+$/.test(state),
    provenance: (provenance) => provenance === "client" || provenance === "edge",
  });
}

const isSnapshot = (snapshot) =>
  hasExactly(snapshot, {
    score: isNumber,
    dimensions: (dimensions) => isObject(dimensions) && Object.entries(dimensions).every(isDimension),
    stage: orNull(isStage),
    next: orNull((next) =>
      hasExactly(next, {
        stage: isStage,
        points: isNumber,
        near: (near) => typeof near === "boolean",
        missing: listOf(isId),
      }),
    ),
    segment: (segment) => isText(segment, 128),
    label: orNull((label) => isText(label, 1024)),
    lifecycle: orNull(isStage),
    disqualified: (disqualified) => typeof disqualified === "boolean",
  });

const isDimension = ([id, points]) => isId(id) && isNumber(points);

function hasExactly(value, members) {
  if (!isObject(value)) return false;
  const names = Object.keys(members);
  return (
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && members[name](value[name]))
  );
}

const listOf =
  (isSound, most = 10_000) =>
  (list) =>
    Array.isArray(list) && list.length <= most && list.every((item) => isSound(item));

const orNull = (isSound) => (value) => value === null || isSound(value);

export const isStage = (value) => typeof value === "string" && STAGE.test(value);
const isId = (value) => typeof value === "string" && ID.test(value);
const isNumber = (value) => Number.isFinite(value) && Math.abs(value) <= 1e15;
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isTime = (value) => millis(value) !== null;

/** A visitor's id: up to 1,024 characters that a log, a table and a header survive. */
export function isVisitor(value) {
  // 1,024 characters may be twice as many units.
  return isText(value, 2048) && [...value].length <= 1024 && value.isWellFormed() && !/\p{Cc}/u.test(value);
}

/** Milliseconds of a time in RFC 3339 and UTC; null for anything else, such as the 30th of February. */
export function millis(time) {
  if (typeof time !== "string" || !UTC.test(time)) return null;
  const at = Date.parse(time);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(time.slice(0, 19)) ? at : null;
}

/** Milliseconds of a time in RFC 3339 and any zone; null for anything else. */
export function instant(time) {
  const at = typeof time === "string" && ZONED.test(time) ? Date.parse(time) : NaN;
  // Beyond, years have more digits than others and times do not sort as text.
  return at >= 0 && at < Date.UTC(10_000, 0) ? at : null;
}

/** Whether nothing is nested deeper than that, so that whatever walks it comes back. */
function isShallow(value, depth) {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}
