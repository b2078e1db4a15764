// Checks events, and passes the fields that a model reads to the core.
import { canonical, cut, queried } from "./address.js";
import { fail } from "./errors.js";
import { size, write } from "./memory.js";

/** The first millisecond that is too late: times have 32 bits of seconds. */
const END = 2 ** 32 * 1000;
/** @type {import("leadscore").LifecycleStage[]} */
const LIFECYCLE = ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist"];
/** @type {string[]} */
const DECISIONS = [...LIFECYCLE, "recycled"];
/** The most levels of any JSON, and of props. */
const LEVELS = 64;
const PROPS_LEVELS = 8;
const KIB_64 = 64 << 10;
/** Props with fewer characters (plus a reserve for each name) are below the limit of bytes in any encoding. */
const FEW_CHARACTERS = 1e4;

const PROTOTYPE = Object.prototype;

export { LIFECYCLE };

/**
 * Returns a time in whole milliseconds.
 *
 * @param {unknown} now
 */
export const millis = (now) => (typeof now == "number" && now >= 0 && now < END ? Math.floor(now) : fail("now"));

/** @param {unknown} at */
const isTime = (at) => typeof at == "number" && at >= 0 && at < END;
/** @type {(text: any) => boolean} */
const isWhole = (text) => (text.isWellFormed ? text.isWellFormed() : !/\p{Cs}/u.test(text));

/**
 * Returns true for a string of 1 to `most` characters without unpaired surrogates.
 *
 * @param {unknown} text
 * @param {number} most
 * @returns {text is string}
 */
export const isText = (text, most) =>
  typeof text == "string" && text != "" && isWhole(text) && (text.length <= most || [...text].length <= most);

/**
 * Returns the levels of a value; a scalar has 0.
 *
 * @param {any} value
 * @returns {number}
 */
const depth = (value) => {
  if (!value || typeof value != "object") return 0;
  let most = 0;
  for (const name of Object.keys(value)) most = Math.max(most, depth(value[name]));
  return most + 1;
};

/**
 * @param {string} _
 * @param {unknown} value
 */
const finite = (_, value) => (typeof value == "number" && !isFinite(value) ? fail("event_syntax") : value);

/**
 * Returns the value of JSON; undefined for unpaired surrogates, too many levels or more than a megabyte.
 *
 * @param {string} json
 */
export const parse = (json) => {
  if (json.length > 1 << 20 || /(^|[^\\])(\\\\)*\\ud/.test(json)) return;
  const plain = JSON.parse(json);
  return depth(plain) > LEVELS ? undefined : plain;
};

/**
 * Returns a copy of a value through JSON; undefined if JSON cannot represent it: cycles, a getter that throws, numbers
 * that are not finite, unpaired surrogates. It runs the page's own code (getters, toJSON), so it is called before any
 * state changes.
 *
 * @param {unknown} value
 * @returns {any}
 */
export const plainJson = (value) => {
  try {
    const json = JSON.stringify(value);
    // JSON turns NaN and infinities into null, so the values are checked if the JSON contains a null.
    if (json.includes("null")) JSON.stringify(value, finite);
    return parse(json);
  } catch {
    // The error is not passed on, because it may come from the page's own code.
  }
};

/**
 * @param {any} of
 * @returns {boolean}
 */
const isPlain = (of) => Object.getPrototypeOf(of) == PROTOTYPE && !of.toJSON;

/**
 * {@link read} without JSON, for flat and small events, which nearly all are. Returns undefined for any other.
 *
 * @param {any} given
 * @returns {Core.Event | undefined}
 */
const quick = (given) => {
  if (!isPlain(given)) return;
  const { type, at, url = "", props } = given;
  if (typeof type != "string" || type.length > 128 || typeof url != "string" || url.length >= FEW_CHARACTERS) return;
  if (!(at === undefined || isTime(at)) || !isWhole(type) || (url !== lastUrl && !isWhole(url))) return;
  for (const name in given) if (name != "type" && name != "at" && name != "url" && name != "props") return;
  if (props === undefined) return { type, at, url, props };
  if (!isPlain(props)) return;
  // A copy runs each getter once.
  const copy = { ...props };
  let characters = 0;
  for (const name in copy) {
    const value = copy[name];
    characters += name.length + 30;
    if (typeof value == "string") {
      characters += value.length;
      if (!isWhole(value)) return;
    } else if (typeof value == "number" ? !isFinite(value) : value != null && typeof value != "boolean") return;
    if (!isWhole(name)) return;
  }
  if (characters < FEW_CHARACTERS) return { type, at, url, props: copy };
};

/**
 * Returns a value as an event; throws if it is not one.
 *
 * @param {unknown} given
 * @returns {Core.Event}
 */
export const read = (given) => {
  let event;
  try {
    event = quick(given);
  } catch {
    // The page's own code has thrown; the check below reports it.
  }
  return event ?? check(plainJson(given));
};

/**
 * Returns a plain JSON value as an event; throws if it is not one.
 *
 * @param {any} event
 * @returns {Core.Event}
 */
export const check = (event) => {
  if (!event || typeof event != "object" || Array.isArray(event)) fail("event_syntax");
  const { at, url } = event;
  // In the order of the names, because the error is that of the first wrong one.
  for (const name of Object.keys(event)) {
    if (name == "at" && at !== null && !isTime(at)) fail("event_time");
    const isUrl = url === null || (typeof url == "string" && size(url) <= KIB_64);
    if (name == "url" && !isUrl) fail("event_url");
  }
  return checkOwn(event);
};

/**
 * The same for an object of a type and props only.
 *
 * @param {any} event
 * @returns {Core.Event}
 */
export const checkOwn = (event) => {
  const { type, props } = event;
  if (typeof type != "string" || [...type].length > 128) fail("event_type");
  if (props != null) {
    const isObject = typeof props == "object" && !Array.isArray(props);
    if (!isObject || depth(props) > PROPS_LEVELS || size(JSON.stringify(props)) > KIB_64) fail("event_props");
  }
  return event;
};

/**
 * Returns the decision of sales in an event: the number of a stage, the number after the last for `recycled`, or -1.
 *
 * @param {Core.Event} event
 * @returns {number}
 */
export const decision = ({ type, props }) => {
  if (type != "lifecycle") return -1;
  const decided = DECISIONS.indexOf(props?.stage);
  return decided < 0 ? fail("event_lifecycle") : decided;
};

/**
 * The last URL, its parts and its canonical path: most events have the URL of the one before.
 *
 * @type {string | undefined}
 */
let lastUrl;
/** @type {ReturnType<typeof cut>} */
let address;
/** @type {string | undefined} */
let path;

/**
 * Returns the value of a field. Parts are numbered as in `src/model.rs`.
 *
 * @param {Core.Field} field
 * @param {string} url
 * @param {unknown} props
 * @returns {unknown}
 */
const resolve = ([part, names], url, props) => {
  if (part > 4) {
    /** @type {any} */
    let value = props;
    for (let n = 0; n < names.length; n++) {
      const name = names[n];
      if (!value || typeof value != "object" || Array.isArray(value) || !Object.hasOwn(value, name)) return;
      value = value[name];
    }
    return value;
  }
  if (url !== lastUrl) {
    address = cut(url);
    path = canonical(address.path);
    lastUrl = url;
  }
  if (part == 0) return path;
  if (part == 1) return address.host;
  if (part == 2) return address.hash;
  if (part == 3) return path?.replace(/(.)\/$/, "$1");
  return queried(address, names[0]);
};

/**
 * Writes the fields of an event that the model reads.
 *
 * @param {Core.Event} event
 * @param {number[]} needs
 * @param {Core.Field[]} fields
 */
export const hand = (event, needs, fields) => {
  const url = event.url ?? "";
  for (let n = 0; n < needs.length; n++) write(resolve(fields[needs[n]], url, event.props));
};
