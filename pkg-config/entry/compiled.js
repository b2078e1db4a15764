// The beginning of a compiled model: names, and which fields an event of which type is asked for. The form is described
// in `src/model.rs`, which ships with this file, so the two are always of one version.

const decoder = new TextDecoder();

const unzigzag = (coded) => (coded % 2 ? -(coded + 1) / 2 : coded / 2);

/** Reads compiled bytes from front to back. What is not there reads as 0 or as nothing. */
export class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** LEB128. By multiplication, as bounds may pass 32 bits. */
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

  /** Zigzag-coded, or missing. */
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

  times(item) {
    return Array.from({ length: this.number() }, () => item(this));
  }

  /** Whatever there is to the end. */
  rest(item) {
    const items = [];
    while (this.at < this.bytes.length) items.push(item(this));
    return items;
  }

  /** Whatever there is in a list. */
  all(item) {
    return new Reader(this.list()).rest(item);
  }
}

const number = (reader) => reader.number();
const text = (reader) => reader.text();

/** Reads what a model begins with. Only of bytes that the core has taken for a model. */
export const head = (reader) => {
  reader.at = 4;
  return {
    name: reader.text(),
    version: reader.number(),
    dimensions: reader.times(text),
    rules: reader.times(text),
    stages: reader.times(text),
    /** Of each its dimension and its cutoffs, the highest first: text and milli-points. */
    labels: reader.all((own) => [own.number(), own.all((cut) => [cut.text(), cut.signed()])]),
    /** Of each its name, and the numbers of the fields that it is asked for. */
    types: reader.times(() => [reader.text(), reader.all(number)]),
    /** Of each the part of the event (see `part` in `src/model.rs`), and its names. */
    fields: reader.times(() => [reader.number(), reader.all(text)]),
    /** The site's offset from UTC in minutes. */
    offset: reader.signed(),
    /** The least and the most milli-points of a score. */
    score: [reader.bound(-Infinity), reader.bound(Infinity)],
  };
};
