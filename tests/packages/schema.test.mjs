// schema.json and the compiler must agree: editors use the schema, builds use the compiler.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv } from "ajv";
import { check } from "../../pkg/compile-node.js";
import { root } from "./lib/consumer.mjs";

const json = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
const accepts = new Ajv({ allErrors: true, strict: false }).compile(json("pkg-config/schema.json"));

const base = () => ({
  $schema: "./schema.json",
  name: "acme-web",
  version: 3,
  description: "x",
  score: { min: 0, max: 200 },
  dimensions: { engagement: { max: 100 }, intent: {}, fit: { min: -50, max: 60 } },
  rules: [
    {
      id: "views",
      event: ["page_view", "own"],
      path: ["/pricing/*", "/plans/:plan?"],
      where: { "url.query.q": "x", a: { $in: [1] }, $or: [{ b: null }, { c: { $exists: true } }], d: { e: 1 } },
      points: -1.5,
      limit: 3,
      per: "1d",
      expires: "30d",
      decay: { half_life: "14d" },
    },
    { id: "depth", event: "page_view", distinct: "url.path", at_least: 3, points: 10, decay: { linear: "2w" } },
    { id: "steps", event: "scroll", decay: { step: 25, every: "30d" }, points: 5 },
    { id: "big", trait: { employees: { $gte: 200 }, $not: { email: { $endsWith: ".test" } } }, dimension: "fit" },
    { id: "out", trait: { tags: { $elemMatch: { $eq: "x" } } }, disqualify: true, description: "x" },
    { id: "both", all: ["views", "depth"], within: "7d", points: 10 },
  ],
  stages: [
    { id: "engaged", at: 30, signal: false, description: "x" },
    { id: "mql", at: 100, near: 20, auto: ["views"], rearm: "90d" },
    { id: "sql", at: 140, requires: ["views"], min: { fit: 20 } },
  ],
  label: [{ dimension: "fit", cutoffs: { A: 30, B: 10 } }],
});

test("both accept the model that has everything", () => {
  assert.deepEqual(check(base()).errors, []);
  assert.equal(accepts(base()), true, JSON.stringify(accepts.errors));
});

test("both accept the demo's model", () => {
  assert.deepEqual(check(json("www/model.json")).errors, []);
  assert.equal(accepts(json("www/model.json")), true, JSON.stringify(accepts.errors));
});

// Each edit makes an error that a schema can see.
const edits = {
  "an unknown field of the model": (model) => (model.rulez = []),
  "no name": (model) => delete model.name,
  "a name that is not a string": (model) => (model.name = 7),
  "a version that is not whole": (model) => (model.version = 1.5),
  "an unknown field of score": (model) => (model.score.most = 1),
  "a dimension of wrong spelling": (model) => (model.dimensions.Fit = {}),
  "an unknown field of a dimension": (model) => (model.dimensions.fit.cap = 1),
  "a rule without id": (model) => delete model.rules[0].id,
  "a rule of no kind": (model) => delete model.rules[0].event,
  "a rule of two kinds": (model) => (model.rules[0].trait = { a: 1 }),
  "an unknown field of an event rule": (model) => (model.rules[0].half_life = "1d"),
  "an unknown field of a trait rule": (model) => (model.rules[3].limit = 2),
  "an unknown field of a combination": (model) => (model.rules[5].decay = { linear: "1d" }),
  "points that are text": (model) => (model.rules[0].points = "15"),
  "points beyond the limit": (model) => (model.rules[0].points = 10_001),
  "a limit of 0": (model) => (model.rules[0].limit = 0),
  "a limit of 101": (model) => (model.rules[0].limit = 101),
  "limit with at_least": (model) => (model.rules[1].limit = 3),
  "per with distinct": (model) => (model.rules[1].per = "1d"),
  "a duration without unit": (model) => (model.rules[0].per = "1"),
  "a duration in months": (model) => (model.rules[0].expires = "1mo"),
  "two kinds of decay": (model) => (model.rules[0].decay.linear = "1d"),
  "a step without every": (model) => delete model.rules[2].decay.every,
  "a step of 101 %": (model) => (model.rules[2].decay.step = 101),
  "an unknown operator": (model) => (model.rules[0].where.a = { $near: 1 }),
  "an unknown operator on top": (model) => (model.rules[0].where.$xor = []),
  "a combination of nothing": (model) => (model.rules[5].all = []),
  "a rule twice in a combination": (model) => (model.rules[5].all = ["views", "views"]),
  "a stage without at": (model) => delete model.stages[0].at,
  "an unknown field of a stage": (model) => (model.stages[0].above = 1),
  "a reserved stage": (model) => (model.stages[0].id = "visitor"),
  "a stage that begins with near-": (model) => (model.stages[0].id = "near-mql"),
  "a label without cutoffs": (model) => delete model.label[0].cutoffs,
  "an unknown field of a label": (model) => (model.label[0].name = "x"),
};

for (const [name, edit] of Object.entries(edits)) {
  test(`both refuse ${name}`, () => {
    const model = base();
    edit(model);
    assert.notDeepEqual(check(model).errors, [], "the compiler");
    assert.equal(accepts(model), false, "the schema");
  });
}
