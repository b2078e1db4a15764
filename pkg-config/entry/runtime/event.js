// Events: what is one, and what a model asks of it.
import { canonical, cut, queried } from "./address.js";
import { fail } from "./errors.js";
import { begin, size, write } from "./memory.js";

/** The first millisecond that is too late: times are 32 bits of seconds. */
const END = 2 ** 32 * 1000;
/** @type {import("leadscore").LifecycleStage[]} */
const LIFECYCLE = ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist"];
/** @type {string[]} */
const DECISIONS = [...LIFECYCLE, "recycled"];
/** Levels of any JSON, and of props. */
const LEVELS = 64;
const PROPS_LEVELS = 8;
const KIB_64 = 64 << 10;
/** Props with fewer characters, with some for each name, are small enough however they are written. */
const FEW_CHARACTERS = 1e4;

export { LIFECYCLE };

/** Whole milliseconds of a time. */
export const millis = (now) => (typeof now == "number" && now >= 0 && now < END ? Math.floor(now) : fail("now"));

const isTime = (at) => typeof at == "number" && at >= 0 && at < END;
const isWhole = (text) => !/\p{Cs}/u.test(text);

/** A text of 1 or more characters, at most so many; without halves of pairs. */
export const isText = (text, most) =>
  typeof text == "string" && text != "" && isWhole(text) && (text.length <= most || [...text].length <= most);

/** The levels of a value; a scalar has none. */
const depth = (value) => {
  if (!value || typeof value != "object") return 0;
  let most = 0;
  for (const name of Object.keys(value)) most = Math.max(most, depth(value[name]));
  return most + 1;
};

const finite = (_, value) => (typeof value == "number" && !isFinite(value) ? fail("event_syntax") : value);

/**
 * A value as JSON has it, with its JSON; undefined if it has none: cycles, a getter that throws, numbers that are not
 * finite, halves of pairs. It runs the page's own code (getters, toJSON), so it is called before anything is touched.
 */
export const plainJson = (value) => {
  try {
    const json = JSON.stringify(value);
    if (json.length > 1 << 20 || /(^|[^\\])(\\\\)*\\ud/.test(json)) return;
    // JSON turns NaN and infinities into null: look again, but only where there is a null to explain.
    if (json.includes("null")) JSON.stringify(value, finite);
    const plain = JSON.parse(json);
    return depth(plain) > LEVELS ? undefined : plain;
  } catch {
    // Nothing of it is said: what throws may be the page's own.
  }
};

const isPlain = (of) => Object.getPrototypeOf(of) == Object.prototype && !of.toJSON;

/** As {@link read}, of what is flat and small, as nearly all is: no JSON is written for it. Anything else gives nothing. */
const quick = (given) => {
  if (!isPlain(given)) return;
  const { type, at, url = "", props = {} } = given;
  const isShort =
    typeof type == "string" && type.length <= 128 && typeof url == "string" && url.length < FEW_CHARACTERS;
  if (!isShort || !(at === undefined || isTime(at)) || !isPlain(props) || !isWhole(type) || !isWhole(url)) return;
  for (const name of Object.keys(given)) if (!/^(type|at|url|props)$/.test(name)) return;
  const copy = {};
  let characters = 0;
  for (const name of Object.keys(props)) {
    const value = props[name];
    characters += name.length + 30;
    if (typeof value == "string") {
      characters += value.length;
      if (!isWhole(value)) return;
    } else if (value && typeof value == "object") return;
    else if (typeof value == "number" ? !isFinite(value) : typeof value == "bigint") return;
    if (!isWhole(name) || name == "__proto__") return;
    // What JSON leaves out is missing here too.
    if (typeof value != "function" && typeof value != "symbol" && value !== undefined) copy[name] = value;
  }
  if (characters < FEW_CHARACTERS) return { type, at, url, props: copy };
};

/** The event that a value is. */
export const read = (given) => {
  let event;
  try {
    event = quick(given);
  } catch {
    // Looked at again below.
  }
  if (event) return event;
  event = plainJson(given);
  if (!event || typeof event != "object" || Array.isArray(event)) fail("event_syntax");
  const { type, at, url, props } = event;
  // The first that is wrong is told.
  for (const name of Object.keys(event)) {
    if (name == "at" && at !== null && !isTime(at)) fail("event_time");
    const isUrl = url === null || (typeof url == "string" && size(url) <= KIB_64);
    if (name == "url" && !isUrl) fail("event_url");
  }
  if (typeof type != "string" || [...type].length > 128) fail("event_type");
  if (props != null) {
    const isObject = typeof props == "object" && !Array.isArray(props);
    if (!isObject || depth(props) > PROPS_LEVELS || size(JSON.stringify(props)) > KIB_64) fail("event_props");
  }
  return event;
};

/** What sales says with an event: the number of a stage, the next after the last for a lead that is sent back, or -1. */
export const decision = ({ type, props }) => {
  if (type != "lifecycle") return -1;
  const decided = DECISIONS.indexOf(props?.stage);
  return decided < 0 ? fail("event_lifecycle") : decided;
};

/** What a field holds. Parts are numbered as in `src/model.rs`. */
const resolve = ([part, names], address, props) => {
  const { path, host, hash } = address;
  if (part == 0) return canonical(path);
  if (part == 1) return host;
  if (part == 2) return hash;
  if (part == 3) return canonical(path)?.replace(/(.)\/$/, "$1");
  if (part == 4) return queried(address, names[0]);
  let value = props;
  for (const name of names) {
    if (!value || typeof value != "object" || Array.isArray(value) || !Object.hasOwn(value, name)) return;
    value = value[name];
  }
  return value;
};

/** Writes what an event of a type is asked for. */
export const hand = ({ url, props }, needs, fields) => {
  begin();
  const address = cut(url ?? "");
  for (const field of needs) write(resolve(fields[field], address, props));
};
