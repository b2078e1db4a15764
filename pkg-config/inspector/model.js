// Reads the parts of a compiled model that the inspector shows, and writes models with other rules. `src/model.rs`
// describes the format; it is released with this file, so both always have the same version.
import { Reader, head } from "../entry/compiled.js";
import { condition, pattern } from "./describe.js";
import * as ops from "./ops.js";

const KINDS = ["event", "trait", "combination"];
const DISTINCT = 2;

/** The parts of a rule, in the order of its bytes; a part that is 0 or empty is left out. */
const WORDS = [
  "points",
  "types",
  "paths",
  "condition",
  "more",
  "key",
  "keyOf",
  "dimension",
  "decay",
  "decayTime",
].concat(["expires", "decayPercent", "kind", "flags", "all", "within"]);
const LISTS = new Set(["types", "paths", "condition", "all"]);
/** A bit of a rule's flags. */
const AT_LEAST = 2;

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

function readRule(reader) {
  const isThere = reader.number();
  const word = (name) => (LISTS.has(name) ? reader.list() : reader.number());
  const entries = WORDS.map((name, at) => [name, (isThere >> at) & 1 ? word(name) : LISTS.has(name) ? [] : 0]);
  const { more, flags, ...rule } = Object.fromEntries(entries);
  return { ...rule, limit: more + 1, atLeast: flags & AT_LEAST, flags: flags & ~AT_LEAST };
}

function writeRule(out, { limit, atLeast, ...rule }) {
  const all = { ...rule, more: limit - 1, flags: rule.flags | (atLeast && AT_LEAST) };
  const isThere = (name) => (LISTS.has(name) ? all[name].length : all[name]);
  push(
    out,
    WORDS.reduce((bits, name, at) => bits | (isThere(name) ? 1 << at : 0), 0),
  );
  for (const name of WORDS.filter(isThere)) {
    push(out, isThere(name));
    if (LISTS.has(name)) for (const byte of all[name]) out.push(byte);
  }
}

function readStage(reader, id) {
  const stage = { id, at: reader.signed() / 1000, signals: false };
  // Near, signal, rank, rearm; then rules that meet it, rules and dimensions that it requires.
  const [, signal] = [0, 1, 2, 3].map(() => reader.number());
  stage.signals = signal > 0;
  for (let i = 0; i < 3; i++) reader.list();
  return stage;
}

/** Returns the details of a rule. */
function ruleOf(id, raw, types, fields) {
  const { kind, paths, key, keyOf, limit, atLeast } = raw;
  return {
    id,
    kind: KINDS[kind],
    types: types(raw),
    paths: new Reader(paths).rest((own) => own.list()).map(pattern),
    where: raw.condition.length ? condition(ops.condition(raw.condition, fields)) : "",
    /** The field of which each value counts once. */
    distinct: key === DISTINCT ? condition.field(fields[keyOf]) : "",
    /** The number of required hits (`at_least`); 0 if each hit counts. */
    needs: atLeast ? limit : 0,
  };
}

export class CompiledModel {
  #head;
  #tail;
  #rules;

  constructor(bytes) {
    const reader = new Reader(bytes.subarray(0, -4));
    const { name, version, dimensions, rules, stages, types, fields } = head(reader);
    this.name = name;
    this.version = version;
    /** The minimum and the maximum of each dimension. */
    this.bounds = dimensions.map(() => [reader.bound(-Infinity), reader.bound(Infinity)].map((milli) => milli / 1000));
    const from = reader.at;
    this.#rules = rules.map(() => readRule(reader));
    const to = reader.at;
    this.stages = stages.map((id) => readStage(reader, id));
    this.bytes = bytes;
    this.#head = bytes.subarray(0, from);
    this.#tail = bytes.subarray(to, -4);
    const named = ({ types: own }) => new Reader(own).rest((reader) => types[reader.number()][0]);
    const known = fields.map(ops.field);
    this.rules = this.#rules.map((rule, at) => ruleOf(rules[at], rule, named, known));
  }

  /** The bytes of the same model with other rules: `change` gives what is to be different in an event rule. */
  with(change) {
    const out = [...this.#head];
    for (const rule of this.#rules) writeRule(out, KINDS[rule.kind] === "event" ? { ...rule, ...change(rule) } : rule);
    // Not spread: a large model has more bytes than a call takes arguments.
    for (const byte of this.#tail) out.push(byte);
    out.push(...checksum(out));
    return Uint8Array.from(out);
  }
}
