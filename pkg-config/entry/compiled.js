// Reads the beginning of a compiled model: names, and which fields the model reads from each type of event. The format
// is described in `src/model.rs`, which is released with this file, so both always have the same version.

const decoder = new TextDecoder();

/** @param {number} coded */
const unzigzag = (coded) => (coded % 2 ? -(coded + 1) / 2 : coded / 2);

/** Reads compiled bytes from front to back. After the end it reads 0 or nothing. */
export class Reader {
  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   */
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** LEB128. It multiplies instead of shifting, because bounds may exceed 32 bits. */
  number() {
    let value = 0;
    for (let factor = 1, byte = 128; byte > 127; factor *= 128) {
      byte = this.bytes[this.at++];
      value += (byte & 127) * factor;
    }
    return value;
  }

  /** Zigzag-coded. */
  signed() {
    return unzigzag(this.number());
  }

  /**
   * Zigzag-coded, or missing.
   *
   * @param {number} missing
   */
  bound(missing) {
    const coded = this.number();
    return coded ? unzigzag(coded - 1) : missing;
  }

  list() {
    const length = this.number();
    return this.bytes.subarray(this.at, (this.at += length));
  }

  text() {
    return decoder.decode(this.list());
  }

  /**
   * @template T
   * @param {(reader: Reader) => T} item
   * @returns {T[]}
   */
  times(item) {
    return Array.from({ length: this.number() }, () => item(this));
  }

  /**
   * All items up to the end.
   *
   * @template T
   * @param {(reader: Reader) => T} item
   * @returns {T[]}
   */
  rest(item) {
    const items = [];
    while (this.at < this.bytes.length) items.push(item(this));
    return items;
  }

  /**
   * All items of a list.
   *
   * @template T
   * @param {(reader: Reader) => T} item
   * @returns {T[]}
   */
  all(item) {
    return new Reader(this.list()).rest(item);
  }
}

/** @param {Reader} reader */
const number = (reader) => reader.number();
/** @param {Reader} reader */
const text = (reader) => reader.text();

/**
 * Reads all names at the beginning of a model. The core must have accepted the bytes as a model before.
 *
 * @param {Reader} reader
 * @returns {Core.Names}
 */
export const names = (reader) => {
  reader.at = 4;
  return {
    name: reader.text(),
    version: reader.number(),
    dimensions: reader.times(text),
    rules: reader.times(text),
    stages: reader.times(text),
    /** For each its dimension and its cutoffs, the highest first: string and milli-points. */
    labels: reader.all((own) => [own.number(), own.all((cut) => [cut.text(), cut.signed()])]),
    /** For each its name, and the numbers of the fields that the model reads from it. */
    types: reader.times(() => [reader.text(), reader.all(number)]),
    /** For each the part of the event (see `part` in `src/model.rs`), and its names. */
    fields: reader.times(() => [reader.number(), reader.all(text)]),
  };
};

/**
 * Reads the whole beginning of such a model.
 *
 * @param {Reader} reader
 * @returns {Core.Beginning}
 */
export const head = (reader) => ({
  ...names(reader),
  /** The site's offset from UTC in minutes. */
  offset: reader.signed(),
  /** The minimum and the maximum of a score in milli-points. */
  score: [reader.bound(-Infinity), reader.bound(Infinity)],
});
