// One line of a replay: an event, or the reason why it is a bad line.

import { LIFECYCLE } from "./model.mjs";
import { parseUrl } from "./url.mjs";
import { depthOf, isWellFormed } from "./values.mjs";

export const MAX_TYPE_CHARACTERS = 128;
export const MAX_URL_BYTES = 64 * 1024;
export const MAX_PROPS_BYTES = 64 * 1024;
export const MAX_PROPS_DEPTH = 8;
export const END_OF_TIME_MS = 2 ** 32 * 1000;

export function parseEventLine(line) {
  let fields;
  try {
    fields = JSON.parse(line);
  } catch {
    return { bad: "no JSON" };
  }
  if (!isObject(fields)) return { bad: "no object" };
  const { visitor, type, at } = fields;
  const url = fields.url ?? null;
  const props = fields.props ?? {};
  // Lone surrogates can only come from escapes, and only a long line has large props.
  if (/\\u[dD]/.test(line) && !isWellFormed([visitor, type, url, props])) return { bad: "lone surrogate" };
  if (typeof visitor !== "string" || visitor === "") return { bad: "visitor" };
  if (typeof type !== "string" || Array.from(type).length > MAX_TYPE_CHARACTERS) return { bad: "type" };
  if (!Number.isInteger(at) || at < 0 || at >= END_OF_TIME_MS) return { bad: "at" };
  if (url !== null && (typeof url !== "string" || Buffer.byteLength(url) > MAX_URL_BYTES)) return { bad: "url" };
  if (!isObject(props) || depthOf(props) > MAX_PROPS_DEPTH) return { bad: "props" };
  if (line.length > MAX_PROPS_BYTES / 8 && Buffer.byteLength(JSON.stringify(props)) > MAX_PROPS_BYTES) {
    return { bad: "props" };
  }
  if (type === "lifecycle" && !(LIFECYCLE.includes(props.stage) || props.stage === "recycled")) {
    return { bad: "lifecycle stage" };
  }
  return { event: { visitor, type, at, url: parseUrl(url), props } };
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
