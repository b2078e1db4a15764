// Random conditions over the pools: every operator, all kinds of nesting, and sometimes operands of a wrong type.

import { ELEMENT_FIELDS, FIELDS, SCALARS, URL_FIELDS, isSpelled } from "./pools.mjs";
import { depthOf } from "./values.mjs";

const MAX_NESTING = 3;
// The limit on conditions, counted in the strictest way: every object and every list is a level.
const MAX_DEPTH = 16;

// `kind` is "event" (props and URL parts) or "trait" (props only).
export function generateCondition(random, kind, quirks) {
  for (;;) {
    const condition = new ConditionGenerator(random, quirks).condition(poolFor(kind), 0);
    if (depthOf(condition) <= MAX_DEPTH) return condition;
  }
}

function poolFor(kind) {
  return kind === "event" ? { ...FIELDS, ...URL_FIELDS } : FIELDS;
}

class ConditionGenerator {
  constructor(random, quirks) {
    this.random = random;
    this.quirks = quirks;
  }

  // Names one field at least, so that it can serve a trait rule.
  condition(pool, nesting) {
    const { random, quirks } = this;
    const condition = {};
    for (const name of this.names(
      pool,
      random.weighted([
        [5, 1],
        [2, 2],
        [1, 3],
      ]),
    )) {
      const plainHash = name === "url.hash" && !quirks.has("no-hash");
      condition[name] = plainHash ? this.hashExpectation() : this.expectation(pool[name] ?? SCALARS, nesting);
    }
    if (nesting < MAX_NESTING && random.chance(0.3)) {
      const group = random.pick(["$or", "$and", "$nor", "$not"]);
      condition[group] = this.group(group, pool, nesting);
    }
    return condition;
  }

  names(pool, count) {
    const { random, quirks } = this;
    if (quirks.has("index-names") && random.chance(0.1)) {
      return [random.pick(["tags.0", "tags.length", "items.0.sku", "note.length"])];
    }
    const fromUrl = Object.keys(pool).filter((name) => name.startsWith("url."));
    const names = fromUrl.length > 0 && random.chance(0.3) ? fromUrl : Object.keys(pool);
    return random.sample(names, count);
  }

  // Conditions that hold or not whether a URL without `#` has an empty hash or none.
  hashExpectation() {
    const hash = this.random.pick(URL_FIELDS["url.hash"]);
    return this.random.pick([
      hash,
      { $ne: hash },
      { $in: [hash, "a?b"] },
      { $startsWith: hash.slice(0, 1) },
      { $contains: "?" },
    ]);
  }

  group(group, pool, nesting) {
    const { random, quirks } = this;
    if (quirks.has("group-operand") && random.chance(0.2)) return random.pick([5, true, {}, "", [5], [[]], []]);
    if (group === "$not") return this.condition(pool, nesting + 1);
    const count = random.weighted([
      [1, 0],
      [3, 1],
      [5, 2],
      [2, 3],
    ]);
    return random.times(count, () => this.condition(pool, nesting + 1));
  }

  // The operand after a field name.
  expectation(values, nesting) {
    const { random } = this;
    if (random.chance(0.3)) return this.bareValue(values);
    const operators = {};
    for (
      let i = random.weighted([
        [4, 1],
        [1, 2],
      ]);
      i > 0;
      i--
    ) {
      const operator = this.operator(values);
      operators[operator] = this.operand(operator, values, nesting);
    }
    return operators;
  }

  operator(values) {
    const { random } = this;
    const lists = values.some(Array.isArray);
    return random.weighted([
      [3, "$eq"],
      [2, "$ne"],
      [2, "$gt"],
      [3, "$gte"],
      [2, "$lt"],
      [2, "$lte"],
      [3, "$in"],
      [2, "$nin"],
      [lists ? 4 : 0.5, "$all"],
      [2, "$exists"],
      [lists ? 3 : 0.5, "$size"],
      [2, "$type"],
      [lists ? 6 : 0.5, "$elemMatch"],
      [2, "$not"],
      [1.5, "$startsWith"],
      [1.5, "$endsWith"],
      [1.5, "$contains"],
    ]);
  }

  operand(operator, values, nesting) {
    const { random, quirks } = this;
    switch (operator) {
      case "$eq":
        return this.bareValue(values);
      case "$ne":
        return quirks.has("objects-in-lists") ? this.bareValue(values) : this.scalar(values);
      case "$gt":
      case "$gte":
      case "$lt":
      case "$lte":
        return random.chance(0.9) ? this.scalar(values) : random.pick([null, true, [], {}, [1], ["a"]]);
      case "$in":
      case "$nin":
        return this.list(values);
      case "$all":
        return this.allOperand(values, nesting);
      case "$exists":
        return random.chance(0.8) ? random.chance(0.6) : random.pick([0, 1, "", "no", null, [], {}]);
      case "$size":
        return this.sizeOperand(nesting);
      case "$type":
        return random.weighted([
          [9, random.pick(["string", "number", "boolean", "object", "array", "null"])],
          [1, random.pick(["undefined", "String", 5, null, ["string"], {}])],
        ]);
      case "$elemMatch":
        return this.elementCondition(values, nesting);
      case "$not":
        return nesting < MAX_NESTING ? this.expectation(values, nesting + 1) : this.scalar(values);
      default:
        return this.textPart(values);
    }
  }

  bareValue(values) {
    const { random, quirks } = this;
    if (quirks.has("nested-null") && random.chance(0.2)) return { size: 10, name: null };
    return random.chance(0.85) ? random.pick(values) : random.pick(SCALARS);
  }

  scalar(values) {
    const scalars = values.flat().filter((value) => value === null || typeof value !== "object");
    return scalars.length > 0 && this.random.chance(0.85) ? this.random.pick(scalars) : this.random.pick(SCALARS);
  }

  list(values) {
    const { random, quirks } = this;
    if (random.chance(0.05)) return random.pick([1, "pro", null, {}, true]);
    const list = random.times(
      random.weighted([
        [1, 0],
        [3, 1],
        [4, 2],
        [3, 4],
      ]),
      () => this.scalar(values),
    );
    if (quirks.has("objects-in-lists") && random.chance(0.3)) list.push(random.pick([{ size: 10 }, ["a"], [], {}]));
    return list;
  }

  allOperand(values, nesting) {
    const { random } = this;
    if (random.chance(0.05)) return random.pick(["a", 1, null, {}]);
    return random.times(
      random.weighted([
        [1, 0],
        [4, 1],
        [4, 2],
      ]),
      () =>
        random.chance(0.75) || nesting >= MAX_NESTING
          ? this.scalar(values)
          : this.expectation(values.flat(), nesting + 1),
    );
  }

  sizeOperand(nesting) {
    const { random } = this;
    if (random.chance(0.6)) return random.int(0, 3);
    if (random.chance(0.25) || nesting >= MAX_NESTING) return random.pick(["1", null, true, -1, 1.5, [1]]);
    return { [random.pick(["$gt", "$gte", "$lt", "$lte", "$ne", "$not"])]: random.pick([0, 1, 2, 3, "2"]) };
  }

  elementCondition(values, nesting) {
    const { random, quirks } = this;
    if (quirks.has("elem-match-operand") && random.chance(0.3)) return random.pick([5, true, "a", []]);
    if (quirks.has("elem-match-group") && random.chance(0.3)) {
      return random.pick([{ $or: [{ sku: "a" }] }, { $not: { sku: "a" } }, { $and: [{ qty: 1 }, { sku: "a" }] }]);
    }
    if (quirks.has("url-in-element") && random.chance(0.3)) return { "url.path": null };
    const elements = values.flat();
    const haveFields = elements.some((element) => element !== null && typeof element === "object");
    if (haveFields && random.chance(0.75)) {
      if (random.chance(0.05)) return {};
      return this.condition(ELEMENT_FIELDS, Math.max(nesting + 1, MAX_NESTING - 1));
    }
    return this.operatorsOnly(elements.length > 0 ? elements : SCALARS, nesting);
  }

  // Some would read `$not` of a bare object as a nested condition, so it is used with operators only.
  operatorsOnly(values, nesting) {
    for (;;) {
      const operator = this.operator(values);
      if (operator === "$not" || (operator === "$elemMatch" && nesting >= MAX_NESTING)) continue;
      return { [operator]: this.operand(operator, values, nesting + 1) };
    }
  }

  textPart(values) {
    const { random } = this;
    if (random.chance(0.08)) return random.pick([1, null, true, ["a"], {}]);
    const texts = values.flat().filter((value) => typeof value === "string" && !isSpelled(value));
    const text = Array.from(random.pick([...texts, "a"]));
    const start = random.int(0, Math.max(0, text.length - 1));
    return random.weighted([
      [3, text.slice(0, start + 1).join("")],
      [3, text.slice(start).join("")],
      [1, random.pick(["", "z", "é", "🚲"])],
    ]);
  }
}
