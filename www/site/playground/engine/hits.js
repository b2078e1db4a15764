// The hits of rules: the part of a lead that depends on matching, not on points, decay or stages. It is kept while a
// model is edited, for groups of rules whose states merge: after an edit the events are added again for one group only.
import { compile } from "/leadscore/compile.js";
import { Lead, Model } from "/leadscore/index.js";

const MATCHING = ["id", "event", "path", "where", "limit", "per", "distinct", "at_least", "expires", "trait"];
/** The maximum number of rules in one group. */
const SMALL = 32;
const GROUPS = 12;
/** The number of states kept along the journey, by events and by time. */
const KEPT = 64;
/** The number of repetitions from which it is worth finding the events that no rule of a group matches. */
const REPEATED = 8;

export class Hits {
  #events;
  #kinds;
  #marks;
  #groups = new Map();

  /** @param events in order of `at` */
  constructor(events) {
    this.#events = events;
    this.#kinds = kindsOf(events);
    this.#marks = marksIn(events);
  }

  /** The times whose states are at hand. */
  get times() {
    return this.#marks.map(({ at }) => at);
  }

  /** Takes the events in for all rules that do not match as they did before. */
  follow({ rules }) {
    const groups = new Map();
    for (const part of partsOf(rules)) {
      const key = JSON.stringify(part);
      groups.set(key, this.#groups.get(key) ?? new Group(key, part, this.#events, this.#kinds, this.#marks));
    }
    for (const [key, group] of this.#groups) if (!groups.has(key)) group.free();
    this.#groups = groups;
  }

  /** The lead under a model when everything up to this time has happened; to be freed. */
  leadAt(model, time) {
    const lead = new Lead(model, { id: "visitor" });
    const mark = this.#marks.findLastIndex(({ at }) => at <= time);
    for (const group of this.#groups.values()) {
      const state = group.stateAt(mark, time);
      if (state) lead.merge(state);
    }
    return lead;
  }

  free() {
    for (const group of this.#groups.values()) group.free();
  }
}

class Group {
  #events;
  #kinds;
  #marks;
  #model;
  #types;
  #states;

  /** By kind of event, whether it leaves a trace. */
  #leaves = [];
  #untouched;

  constructor(key, { rules }, events, kinds, marks) {
    this.#events = events;
    this.#kinds = kinds;
    this.#marks = marks;
    this.#model = new Model(compile(key));
    this.#types = new Set(["lifecycle", ...rules.flatMap(({ event = ["identify"] }) => event)]);
    this.#states = this.#takeAll();
  }

  stateAt(mark, time) {
    let index = this.#marks[mark]?.count ?? 0;
    if (!(this.#events[index]?.at <= time)) return this.#states[mark];
    const lead = new Lead(this.#model, { id: "visitor", state: this.#states[mark] });
    for (; this.#events[index]?.at <= time; index += 1) this.#ingest(lead, index);
    const state = lead.encode();
    lead.free();
    return state;
  }

  free() {
    this.#model.free();
  }

  #takeAll() {
    const lead = new Lead(this.#model, { id: "visitor" });
    let index = 0;
    const states = this.#marks.map(({ count }) => {
      for (; index < count; index += 1) this.#ingest(lead, index);
      return lead.encode();
    });
    lead.free();
    return states;
  }

  #ingest(lead, index) {
    const event = this.#events[index];
    if (!this.#types.has(event.type)) return;
    const kind = this.#kinds?.[index];
    if (kind !== undefined && !(this.#leaves[kind] ??= this.#leavesTrace(event))) return;
    ingest(lead, event);
  }

  // An event that a rule matches changes the state; one that no rule matches leaves it like an event of an unknown
  // type.
  #leavesTrace({ type, url, props }) {
    this.#untouched ??= this.#stateOf({ type: NO_TYPE });
    const state = this.#stateOf({ type, url, props });
    return state.length !== this.#untouched.length || state.some((byte, index) => byte !== this.#untouched[index]);
  }

  #stateOf(event) {
    const lead = new Lead(this.#model, { id: "visitor" });
    ingest(lead, { ...event, at: PROBED_AT });
    const state = lead.encode();
    lead.free();
    return state;
  }
}

/** A type that no rule has, and any time: both only to see what an event leaves. */
const NO_TYPE = "no_rule_takes_this";
const PROBED_AT = 1_767_225_600_000;

function ingest(lead, event) {
  try {
    lead.ingest(event, event.at);
  } catch {
    // The page is notified when the journey arrives; the other events are still scored.
  }
}

// By the hash of their ids, so that a rule put before another does not move it to another group.
function partsOf(rules) {
  const fired = rules.filter((rule) => !("all" in rule)).map(matching);
  const parts = Array.from({ length: fired.length > SMALL ? GROUPS : 1 }, () => ({
    name: "hits",
    rules: /** @type {any[]} */ ([]),
  }));
  for (const rule of fired) parts[hash(rule.id) % parts.length].rules.push(rule);
  return parts.filter(({ rules: of }, index) => of.length > 0 || index === 0);
}

const matching = (rule) =>
  Object.fromEntries(MATCHING.filter((name) => name in rule).map((name) => [name, rule[name]]));

function hash(text) {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(index)) >>> 0;
  return sum;
}

// Events that differ in nothing but time are of one kind: a number for each event, or nothing where few repeat.
function kindsOf(events) {
  const kinds = new Map();
  const all = events.map(({ type, url, props }) => {
    const kind = JSON.stringify([type, url, props]);
    if (!kinds.has(kind)) kinds.set(kind, kinds.size);
    return kinds.get(kind);
  });
  return kinds.size * REPEATED <= events.length ? all : undefined;
}

// Each after the last event of its second: at intervals of events and of time.
function marksIn(events) {
  if (events.length === 0) return [];
  const every = Math.ceil(events.length / KEPT);
  const step = (events.at(-1).at - events[0].at) / KEPT || 1;
  const marks = [];
  let due = events[0].at;
  let marked = 0;
  events.forEach(({ at }, index) => {
    const next = events[index + 1]?.at;
    const count = index + 1;
    if (next === at || !(count - marked >= every || next === undefined || next > due)) return;
    marks.push({ at, count });
    marked = count;
    due = at + step;
  });
  return marks;
}
