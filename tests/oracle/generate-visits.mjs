// Random visits: lines of an events file for a model's rules, most good, some bad.

import { evaluate, propsScope } from "./condition.mjs";
import { parseDuration } from "./decay.mjs";
import { parseEventLine } from "./event.mjs";
import { generateUrl } from "./generate-path.mjs";
import { LIFECYCLE, compileModel, listOf } from "./model.mjs";
import { FIELDS, FIELD_NAMES, SCALARS, SITE_TYPES, spelled, toJson } from "./pools.mjs";
import { hitKey } from "./state.mjs";

const VISITORS = ["v-1", "v-2", "Ünï 🚲"];
// The maximum number of draws until an event hits the intended rule.
const TRIES = 6;
const LATEST_MS = 2 ** 32 * 1000 - 1;

// `rearms` are durations that stages will have: stages are placed once the visits are known.
export function generateVisits(random, quirks, model, rearms) {
  return new VisitGenerator(random, quirks, model, rearms).lines();
}

class VisitGenerator {
  constructor(random, quirks, model, rearms) {
    this.random = random;
    this.quirks = quirks;
    this.rules = compileModel(JSON.parse(toJson(model))).rules.filter(({ kind }) => kind !== "combination");
    this.durations = [...durationsOf(model), ...rearms].map(parseDuration);
    this.types = [...new Set(model.rules.flatMap(({ event }) => (event ? listOf(event) : [])))];
    this.fields = new Set(fieldNamesIn(model.rules));
    // Confirmed stages silence signals, so that half of the cases go without.
    this.lifecycleWeight = random.pick([0, 1]);
    const start = random.weighted([
      [20, 1_700_000_000_000],
      [1, 0],
      [1, LATEST_MS - 90 * 86400_000],
    ]);
    this.times = new Map(VISITORS.map((visitor) => [visitor, [start + random.int(0, 86_400_000)]]));
  }

  lines() {
    const { random } = this;
    const visitors = random.sample(
      VISITORS,
      random.weighted([
        [5, 1],
        [3, 2],
        [1, 3],
      ]),
    );
    const count = random.weighted([
      [1, random.int(0, 3)],
      [5, random.int(4, 15)],
      [3, random.int(16, 40)],
    ]);
    const lines = [];
    for (let i = 0; i < count; i++) {
      if (lines.length > 0 && random.chance(0.04)) lines.push(random.pick(lines));
      else if (random.chance(0.025)) lines.push(this.badLine(random.pick(visitors)));
      else if (random.chance(0.02)) lines.push(random.pick(["", "  ", "\t", "\r"]));
      else lines.push(this.goodLine(random.pick(visitors)));
    }
    if (random.chance(0.05)) return lines.map((line) => `${line}\r`);
    return lines;
  }

  goodLine(visitor) {
    const { random, quirks } = this;
    const { type, ...rest } = this.occurrence();
    /** @type {Record<string, any>} */
    const event = { visitor, type, at: this.time(visitor), ...rest };
    if (random.chance(0.03)) event.extra = { nested: [1, null] };
    if (quirks.has("float-at") && random.chance(0.1)) event.at = spelled(`${event.at}.0`);
    if (quirks.has("empty-type") && random.chance(0.05)) event.type = "";
    if (random.chance(0.01)) event.type = "é".repeat(128);
    const line = toJson(event);
    return random.chance(0.03) ? ` ${line} ` : line;
  }

  // Type, URL and props: any, or such that a certain rule has something to say about them.
  occurrence() {
    const { random } = this;
    if (random.chance(0.35)) return this.anyOccurrence();
    const rule = random.pick(this.rules);
    for (let tries = TRIES; ; tries--) {
      const type = rule.kind === "trait" ? "identify" : random.pick(rule.types);
      const occurrence = this.anyOccurrence(type);
      if (tries === 0 || this.hits(rule, occurrence)) return occurrence;
    }
  }

  hits(rule, occurrence) {
    const { event } = parseEventLine(toJson({ visitor: "v", at: 0, ...occurrence }));
    return rule.kind === "trait" ? evaluate(rule.trait, propsScope(event.props)) : hitKey(rule, event, 0) !== null;
  }

  anyOccurrence(type = this.anyType()) {
    const { random, quirks } = this;
    const occurrence = { type };
    const url = generateUrl(random, quirks);
    if (url !== undefined) occurrence.url = url;
    if (type === "lifecycle") occurrence.props = { ...this.props(0.1), stage: this.lifecycleStage() };
    else if (random.chance(type === "identify" ? 0.95 : 0.7)) occurrence.props = this.props(0.25);
    else if (random.chance(0.2)) occurrence.props = null;
    return occurrence;
  }

  anyType() {
    const { random } = this;
    return random.weighted([
      [7, "page_view"],
      [5, this.types.length > 0 ? random.pick(this.types) : "click"],
      [3, "identify"],
      [this.lifecycleWeight, "lifecycle"],
      [1, random.pick([...SITE_TYPES, "Page_view", "page_view ", "unknown"])],
    ]);
  }

  lifecycleStage() {
    return this.random.chance(0.4) ? "recycled" : this.random.pick(LIFECYCLE);
  }

  // An `at` for which something of interest may just have happened, or not yet.
  time(visitor) {
    const { random } = this;
    const past = this.times.get(visitor);
    const anchor = random.chance(0.7) ? past.at(-1) : random.pick(past);
    const at = random.weighted([
      [2, anchor],
      [1, Math.floor(anchor / 1000) * 1000 + random.int(0, 999)],
      [4, anchor + random.int(1, 3600) * 1000],
      [8, anchor + this.boundary()],
      [2, anchor + random.int(0, 120 * 86_400) * 1000 + random.int(0, 999)],
      [1, anchor - random.pick([1, 999, 1000, this.boundary(), random.int(0, 10 * 86_400) * 1000])],
    ]);
    const clamped = Math.min(Math.max(at, 0), LATEST_MS);
    past.push(clamped);
    // Past events stay in order, so that the last one is where most events go on from.
    past.sort((a, b) => a - b);
    return clamped;
  }

  // A whole multiple of one of the model's durations, or a second or a millisecond off it.
  boundary() {
    const { random } = this;
    if (this.durations.length === 0) return random.int(0, 100_000) * 1000;
    const multiple = random.weighted([
      [6, 1],
      [2, 2],
      [1, 3],
      [1, 0.5],
    ]);
    const offset = random.weighted([
      [5, 0],
      [2, 1000],
      [2, -1000],
      [1, 1],
      [1, -1],
      [1, 999],
    ]);
    return Math.max(0, Math.floor(random.pick(this.durations) * multiple) * 1000 + offset);
  }

  props(probability) {
    const { random, fields } = this;
    const props = {};
    const asked = FIELD_NAMES.filter((name) => fields.has(name));
    for (const name of FIELD_NAMES) {
      if (random.chance(asked.includes(name) ? 0.75 : probability)) this.setProp(props, name);
    }
    if (random.chance(0.02)) props["company.size"] = 10; // a dot in a name leads nowhere
    if (random.chance(0.02)) props["url.path"] = "/pricing"; // nor does it stand for the URL
    if (random.chance(0.01)) props.__proto = spelled('{"__proto__": {"plan": "pro"}}');
    if (random.chance(0.02)) props.deep = nested(8 - 1);
    return props;
  }

  setProp(props, name) {
    const { random } = this;
    const value = random.chance(0.9) ? random.pick(FIELDS[name]) : random.pick(SCALARS);
    const path = name.split(".");
    let holder = props;
    for (const part of path.slice(0, -1)) {
      if (typeof holder[part] === "object" && holder[part] !== null) holder[part] = { ...holder[part] };
      else holder[part] = {};
      holder = holder[part];
    }
    if (this.quirks.has("negative-zero") && random.chance(0.05)) holder[path.at(-1)] = spelled("-0");
    else holder[path.at(-1)] = value;
  }

  badLine(visitor) {
    const { random, quirks } = this;
    const { type, ...rest } = this.occurrence();
    /** @type {Record<string, any>} */
    const event = { visitor, type, at: this.time(visitor), ...rest };
    const change = (fields) => toJson({ ...event, ...fields });
    const bad = [
      () => toJson(event).slice(0, -1),
      () => random.pick(["null", "[]", "5", '"page_view"', "{}", "nonsense", "{'visitor': 'v-1'}"]),
      () => change({ visitor: random.pick(["", null, 5, undefined, ["v-1"]]) }),
      () => change({ type: random.pick([null, 5, undefined, ["page_view"], "é".repeat(129)]) }),
      () => change({ at: random.pick([null, undefined, -1, 1.5, String(event.at), 2 ** 32 * 1000, 1e30, true]) }),
      () => change({ url: random.pick([5, {}, ["/pricing"], false]) }),
      () => change({ props: random.pick([5, [], "plan", true]) }),
      () => change({ props: nested(9) }),
      () =>
        change({
          type: "lifecycle",
          props: { stage: random.pick(["Recycled", "MQL", "", null, 5, "visitor", ["mql"]]) },
        }),
      () => change({ type: "lifecycle", props: random.pick([{}, null, undefined]) }),
      () => change({ url: `/${"é".repeat(32 * 1024)}` }),
      () => change({ props: { note: "x".repeat(64 * 1024 + 1) } }),
    ];
    if (quirks.has("lone-surrogate")) bad.push(() => change({ props: { note: spelled('"\\ud800"') } }));
    if (quirks.has("array-depth")) bad.push(() => change({ props: { deep: [[[[[[[[1]]]]]]]] } }));
    return random.pick(bad)();
  }
}

// An object of the given depth; `{}` has depth 1.
function nested(depth) {
  return depth === 1 ? {} : { a: nested(depth - 1) };
}

function durationsOf(model) {
  const settings = model.rules.flatMap(({ per, expires, within, decay }) => [
    per,
    expires,
    within,
    decay?.half_life,
    decay?.linear,
    decay?.every,
  ]);
  return settings.filter(Boolean);
}

// Every field name in conditions and `distinct`, however deep; strangers among them do no harm.
function fieldNamesIn(value) {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, child]) => [
    key,
    ...(key === "distinct" ? [child] : []),
    ...fieldNamesIn(child),
  ]);
}
