// What goes into the wasm's memory and comes out of it: values as bytes (`src/value.rs`), texts, numbers.
import { bytes, name, numbers, room } from "#runtime";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @type {WebAssembly.Memory} */
let memory;
/** The part of the memory that is written to, and a view of it. */
let given = new Uint8Array();
let view;
/** Where the next byte goes. */
let at = 0;

/** Takes over the memory of a new instance. */
export const attach = (own) => {
  memory = own;
  given = new Uint8Array();
};

/** Makes sure that so many more bytes fit. The memory's buffer is another once it has grown. */
const need = (length) => {
  if (at + length <= given.length) return;
  const place = room(2 * (at + length) + 1024);
  given = new Uint8Array(memory.buffer, place, 2 * (at + length) + 1024);
  view = new DataView(memory.buffer, place);
};

/** Begins anew. */
export const begin = () => {
  at = 0;
};

/** How many bytes were written. */
export const written = () => at;

/** Writes a number from 0 to 2^35 in five bytes over the ones that were kept for it. */
const length = (place, number) => {
  for (let n = 0; n < 4; n++, number >>>= 7) given[place++] = number | 128;
  given[place] = number;
};

/** A JSON number with nothing but blanks around it. */
const NUMERIC = /^[ \t\n\f\r]*(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?)[ \t\n\f\r]*$/i;

/** @param {string} text */
const writeText = (text, tag = 4) => {
  // In UTF-8 a unit has three bytes at most.
  need(16 + 3 * text.length);
  const found = text.charCodeAt(0) < 58 && tag == 4 && NUMERIC.exec(text);
  const number = found ? +found[1] : NaN;
  const isNumber = isFinite(number);
  given[at] = isNumber ? 7 : 4;
  // A short length takes one byte.
  const isShort = text.length < 32;
  const place = at + 1;
  at += isShort ? 2 : 6;
  const start = at;
  if (isNumber) {
    view.setFloat64(at, number, true);
    at += 8;
  }
  let n = 0;
  for (let code; n < text.length && (code = text.charCodeAt(n)) < 128; n++) given[at++] = code;
  if (n < text.length) at += encoder.encodeInto(text.slice(n), given.subarray(at)).written;
  if (isShort) given[place] = at - start;
  else length(place, at - start);
};

/** Writes a value as JSON has it; undefined is missing. */
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

/** Writes bytes or a text as they are. */
export const writeRaw = (raw) => {
  const own = typeof raw == "string" ? encoder.encode(raw) : raw;
  need(own.length);
  given.set(own, at);
  at += own.length;
};

/** So many numbers that the last call gave. */
export const taken = (count) => [...new Float64Array(memory.buffer, numbers(), count)];

/** So many bytes that the last call gave. */
export const takenBytes = (count) => new Uint8Array(memory.buffer, bytes(), count).slice();

/** The same as text. */
export const takenText = (count) => decoder.decode(new Uint8Array(memory.buffer, bytes(), count));

/** The name of 128 bits of a sequence of parts. */
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

/** How many bytes a text has in UTF-8. */
export const size = (text) => encoder.encode(text).length;
