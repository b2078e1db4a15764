// Writes to the wasm's memory and reads from it: values as bytes (`src/text/value.rs`), strings, numbers.
import { bytes, name, numbers, room } from "#runtime";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @type {WebAssembly.Memory} */
let memory;
/** The part of the memory for input, and a view of it. */
let given = new Uint8Array();
/** @type {DataView} */
let view;
/**
 * All of the memory, as numbers.
 *
 * @type {Float64Array}
 */
let floats;
/** The position of the next byte in it. */
let at = 0;

/**
 * Takes over the memory of a new instance.
 *
 * @param {WebAssembly.Memory | undefined} own
 */
export const attach = (own) => {
  memory = /** @type {WebAssembly.Memory} */ (own);
  given = new Uint8Array();
};

/**
 * Makes room for `length` more bytes. The views are replaced, because memory that grows gets a new buffer; the former view
 * then has no length, and cannot be written to even if there is nothing to write.
 *
 * @param {number} length
 */
const need = (length) => {
  if (at + length < given.length) return;
  const place = room(2 * (at + length) + 1024);
  given = new Uint8Array(memory.buffer, place, 2 * (at + length) + 1024);
  view = new DataView(memory.buffer, place);
};

/** Starts writing at the beginning. */
export const begin = () => {
  at = 0;
};

/** Returns the number of bytes written. */
export const written = () => at;

/**
 * Writes a number below 2^35 into the five bytes that were reserved for it at `place`.
 *
 * @param {number} place
 * @param {number} number
 */
const length = (place, number) => {
  for (let n = 0; n < 4; n++, number >>>= 7) given[place++] = number | 128;
  given[place] = number;
};

/** Longer strings are encoded aside, because room for all that they may need would be three times too large. */
const SHORT = 200;

/**
 * Writes a string in UTF-8. Most are short and ASCII, for which a loop takes less time than an encoder.
 *
 * @param {string} text
 */
const writeUtf8 = (text) => {
  // A UTF-16 code unit takes at most three bytes.
  need(3 * text.length);
  const to = given;
  let end = at;
  let n = 0;
  for (let code; n < text.length && (code = text.charCodeAt(n)) < 128; n++) to[end++] = code;
  if (n < text.length) end += encoder.encodeInto(text.slice(n), to.subarray(end)).written;
  at = end;
};

/** A JSON number with only white space around it. */
const NUMERIC = /^[ \t\n\f\r]*(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?)[ \t\n\f\r]*$/i;

/** @param {string} text */
const writeText = (text, tag = 4) => {
  need(16 + 3 * text.length);
  const first = text.charCodeAt(0);
  // Most texts are paths, which begin with a slash.
  const found = first < 58 && first != 47 && tag == 4 && NUMERIC.exec(text);
  const number = found ? +found[1] : NaN;
  const isNumber = isFinite(number);
  given[at] = isNumber ? 7 : 4;
  // The length of a short string takes one byte.
  const isShort = text.length < 32;
  const place = at + 1;
  at += isShort ? 2 : 6;
  const start = at;
  if (isNumber) {
    view.setFloat64(at, number, true);
    at += 8;
  }
  writeUtf8(text);
  if (isShort) given[place] = at - start;
  else length(place, at - start);
};

/**
 * Writes a JSON value; undefined is a missing one.
 *
 * @param {any} value
 */
export const write = (value) => {
  if (typeof value == "string") writeText(value);
  else {
    need(16);
    if (typeof value == "number") {
      given[at++] = 3;
      view.setFloat64(at, value, true);
      at += 8;
    } else if (value && typeof value == "object") {
      const isList = Array.isArray(value);
      given[at++] = isList ? 5 : 6;
      const place = at;
      at += 5;
      for (const name of isList ? value : Object.keys(value)) {
        if (isList) write(name);
        else {
          writeText(name, 0);
          write(value[name]);
        }
      }
      length(place, at - place - 5);
    } else given[at++] = value === undefined ? 8 : value === null ? 0 : value ? 2 : 1;
  }
};

/**
 * Writes bytes, or a string in UTF-8, without a tag.
 *
 * @param {string | Uint8Array} raw
 */
export const writeRaw = (raw) => {
  if (typeof raw == "string" && raw.length < SHORT) return writeUtf8(raw);
  const own = typeof raw == "string" ? encoder.encode(raw) : raw;
  need(own.length);
  given.set(own, at);
  at += own.length;
};

/**
 * Returns `count` numbers of the last call's result: a list, which costs less than a buffer of its own.
 *
 * @param {number} count
 * @returns {number[]}
 */
export const taken = (count) => {
  if (floats?.buffer != memory.buffer) floats = new Float64Array(memory.buffer);
  const all = [];
  for (let from = numbers() / 8, end = from + count; from < end; from++) all.push(floats[from]);
  return all;
};

/**
 * Returns `count` bytes of the last call's result.
 *
 * @param {number} count
 */
export const takenBytes = (count) => new Uint8Array(memory.buffer, bytes(), count).slice();

/**
 * Returns `count` bytes of the last call's result as a string.
 *
 * @param {number} count
 */
export const takenText = (count) => decoder.decode(new Uint8Array(memory.buffer, bytes(), count));

/**
 * Returns the name of a sequence of parts: a hash of 128 bits in 22 characters.
 *
 * @param {(string | Uint8Array)[]} parts
 */
export const nameOf = (parts) => {
  begin();
  for (const part of parts) {
    const start = at;
    writeRaw(part);
    const size = at - start;
    need(8);
    view.setUint32(at, size, true);
    view.setUint32(at + 4, 0, true);
    at += 8;
  }
  name(at);
  return takenText(22);
};

/**
 * Returns the number of bytes of a string in UTF-8.
 *
 * @param {string} text
 */
export const size = (text) => encoder.encode(text).length;
