// A compiled model, read as far as the inspector tells of it, and written anew with other rules. The form is described
// in `src/model.rs`, which ships with this file, so the two are always of one version.
import { condition, pattern } from "./describe.js";

const KINDS = ["event", "trait", "combination"];
const DISTINCT = 2;

/** What a rule is, in the order of its bytes; all but the lists are numbers. */
const FIELDS = [
  "id",
  "points",
  "dimension",
  "disqualify",
  "kind",
  "types",
  "paths",
  "condition",
  "field",
  "value",
  "key",
].concat(["keyOf", "limit", "atLeast", "expires", "decay", "decayTime", "decayPercent", "all", "within"]);
const LISTS = new Set(["id", "types", "paths", "all"]);

const decoder = new TextDecoder();
const text = (bytes) => decoder.decode(bytes);
const unzigzag = (number) => (number % 2 ? -(number + 1) / 2 : number / 2);

class Reader {
  at = 0;

  constructor(bytes) {
    this.bytes = bytes;
  }

  /** LEB128. By multiplication, as bounds may pass 32 bits. */
  number() {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new Error("the compiled model ends too soon; compile it again");
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  list() {
    const length = this.number();
    return this.bytes.subarray(this.at, (this.at += length));
  }

  times(item) {
    return Array.from({ length: this.number() }, () => item(this));
  }

  /** All lists to the end. */
  lists() {
    const lists = [];
    while (this.at < this.bytes.length) lists.push(this.list());
    return lists;
  }
}

function push(out, number) {
  for (; number >= 128; number = Math.floor(number / 128)) out.push((number % 128) | 128);
  out.push(number);
}

/** FNV-1a of 32 bits, little end first. */
function checksum(bytes) {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return [0, 8, 16, 24].map((shift) => (hash >>> shift) & 255);
}

const readRule = (reader) =>
  Object.fromEntries(FIELDS.map((name) => [name, LISTS.has(name) ? reader.list() : reader.number()]));

function readStage(reader) {
  const stage = { id: text(reader.list()), at: unzigzag(reader.number()) / 1000 };
  // Near, signal, rank, rearm; then rules that meet it, rules and dimensions that it requires.
  for (let i = 0; i < 4; i++) reader.number();
  for (let i = 0; i < 3; i++) reader.list();
  return stage;
}

/** What there is to say of a rule. */
function tell(raw, expressions) {
  const { kind, types, paths, key, keyOf, limit, atLeast } = raw;
  return {
    id: text(raw.id),
    kind: KINDS[kind],
    types: new Reader(types).lists().map(text),
    paths: new Reader(paths).lists().map(pattern),
    where: raw.condition ? condition(expressions[raw.condition - 1]) : "",
    /** The field of which each value counts once. */
    distinct: key === DISTINCT ? condition.field(expressions[keyOf]) : "",
    /** How many hits it takes; 0 where one counts. */
    needs: atLeast ? limit : 0,
  };
}

export class CompiledModel {
  #head;
  #tail;
  #rules;

  constructor(bytes) {
    const reader = new Reader(bytes.subarray(0, -4));
    reader.at = 4;
    this.name = text(reader.list());
    this.version = reader.number();
    const bounds = () => [reader.number(), reader.number()];
    bounds();
    reader.times(() => [reader.list(), bounds()]);
    const from = reader.at;
    this.#rules = reader.times(readRule);
    const to = reader.at;
    this.stages = reader.times(readStage);
    reader.list();
    const expressions = JSON.parse(text(reader.list()));
    this.bytes = bytes;
    this.#head = bytes.subarray(0, from);
    this.#tail = bytes.subarray(to, -4);
    this.rules = this.#rules.map((rule) => tell(rule, expressions));
  }

  /** The bytes of the same model with other rules: `change` gives what is to be different in an event rule. */
  with(change) {
    const out = [...this.#head];
    push(out, this.#rules.length);
    for (const rule of this.#rules) {
      const changed = KINDS[rule.kind] === "event" ? { ...rule, ...change(rule) } : rule;
      for (const name of FIELDS) {
        const value = changed[name];
        push(out, LISTS.has(name) ? value.length : value);
        if (LISTS.has(name)) for (const byte of value) out.push(byte);
      }
    }
    // Not spread: a large model has more bytes than a call takes arguments.
    for (const byte of this.#tail) out.push(byte);
    out.push(...checksum(out));
    return Uint8Array.from(out);
  }
}
