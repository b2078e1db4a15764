// Checks the shape of a signal before anything in it is trusted.
import { isObject } from "../lib/body.js";
import { isText } from "../lib/text.js";

export const STAGE_REACHED = "leadscore.stage.reached";
export const ACCOUNT_REACHED = "leadscore.account.reached";

const ID = /^[\w-]{1,64}$/;
const STAGE = /^[a-z0-9_-]{1,64}$/;
const ZONED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;
// The deepest of a signal's own parts, a list within `next`, is the fourth.
const DEPTH = 8;

/**
 * The valid values of a signal's members, for error messages.
 *
 * @type {Record<string, string>}
 */
const EXPECTED = {
  specversion: '"1.0"',
  id: "1 to 64 letters, digits, _ and -",
  source: "a string of 1 to 1,024 characters",
  type: `${STAGE_REACHED} or ${ACCOUNT_REACHED}`,
  subject: "the id of a visitor or an account",
  time: "an RFC 3339 UTC timestamp",
  datacontenttype: '"application/json"',
  data: "an object",
};

/** @param {{ isVisitorId: Function, parseTime: Function }} runtime of the wasm, which knows what an id and a time are */
export function shapes({ isVisitorId, parseTime }) {
  /**
   * Milliseconds of a time as signals write it; null for anything else, such as the 30th of February.
   *
   * @param {unknown} time
   * @returns {number | null}
   */
  const millis = (time) => (typeof time === "string" ? (parseTime(time) ?? null) : null);

  /** Returns true for a visitor's id that can be stored as it is. */
  // The wasm would read a surrogate without its other half as another character.
  /**
   * @param {unknown} value
   * @returns {boolean}
   */
  const isVisitor = (value) => isText(value, 2048) && value.isWellFormed() && isVisitorId(value);

  // As reasons and touchpoints have it, in seconds.
  /** @param {unknown} time */
  const isSecond = (time) => typeof time === "string" && millis(time.replace(/Z$/, ".000Z")) !== null;

  /** @type {Record<string, (value: any) => boolean>} */
  const DATA = {
    stage: isStage,
    snapshot: isSnapshot,
    reasons: listOf((reason) => hasExactly(reason, { rule: isId, points: isNumber, hits: isCount, last: isSecond })),
    touchpoints: listOf((point) => hasExactly(point, { rule: isId, time: isSecond }), 50),
    model: (model) => hasExactly(model, { name: (name) => isText(name, 1024), version: isCount, hash: isId }),
    state: (state) => typeof state === "string" && /^[\w-]+$/.test(state),
    provenance: (provenance) => provenance === "client" || provenance === "edge",
  };

  /**
   * Returns a signal's own members, without extension attributes, which a sender may add and nobody verifies. Returns a
   * message if a member is invalid.
   *
   * @param {unknown} value
   */
  function envelope(value) {
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
    if (wrong) return `the signal's \`${wrong[0]}\` must be ${EXPECTED[wrong[0]]}`;
    if (!isStage(data.stage)) return "the signal's `data.stage` must be the id of a stage";
    if (!isObject(data.model) || !isText(data.model.name, 1024) || !isText(data.model.hash, 64)) {
      return "the signal's `data.model` must have a `name` and a `hash`";
    }
    return { specversion, id, source, type, subject, time, datacontenttype, data };
  }

  /**
   * Returns true if the data of a stage's signal is as leadscore writes it, to the last member.
   *
   * @param {unknown} data
   */
  function isWhole(data) {
    const { witnessed = 0, partial = true, ...rest } = isObject(data) ? data : {};
    return hasExactly(rest, DATA) && isNumber(witnessed) && partial === true;
  }

  return { envelope, isWhole, isVisitor, millis };
}

/** @param {unknown} snapshot */
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

/** @param {[string, unknown]} entry */
const isDimension = ([id, points]) => isId(id) && isNumber(points);

/**
 * @param {unknown} value
 * @param {Record<string, (value: any) => boolean>} members
 */
function hasExactly(value, members) {
  if (!isObject(value)) return false;
  const names = Object.keys(members);
  return (
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && members[name](value[name]))
  );
}

/**
 * @param {(item: any) => boolean} isSound
 * @param {number} most
 * @returns {(list: unknown) => boolean}
 */
function listOf(isSound, most = 10_000) {
  return (list) => Array.isArray(list) && list.length <= most && list.every((item) => isSound(item));
}

/**
 * @param {(value: any) => boolean} isSound
 * @returns {(value: unknown) => boolean}
 */
const orNull = (isSound) => (value) => value === null || isSound(value);

/** @param {unknown} value */
export function isStage(value) {
  return typeof value === "string" && STAGE.test(value);
}
/** @param {unknown} value */
const isId = (value) => typeof value === "string" && ID.test(value);
/** @param {any} value */
export const isNumber = (value) => Number.isFinite(value) && Math.abs(value) <= 1e15;
/** @param {any} value */
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;

/**
 * Returns the milliseconds of a time in RFC 3339 and any zone; null for anything else.
 *
 * @param {unknown} time
 * @returns {number | null}
 */
export function instant(time) {
  const isTime = typeof time === "string" && ZONED.test(time) && isOfCalendar(time.slice(0, 19).toUpperCase());
  const at = isTime ? Date.parse(time) : NaN;
  // Beyond, years have more digits than others and times do not sort as text.
  return at >= 0 && at < Date.UTC(10_000, 0) ? at : null;
}

/**
 * Returns false for the 30th of February and for 24:00, which some engines read as times of the day after.
 *
 * @param {string} local
 */
const isOfCalendar = (local) => new Date(`${local}Z`).toJSON()?.startsWith(local);

/**
 * Returns true if nothing is nested deeper than that, so that recursion over it terminates.
 *
 * @param {unknown} value
 * @param {number} depth
 * @returns {boolean}
 */
function isShallow(value, depth) {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}
