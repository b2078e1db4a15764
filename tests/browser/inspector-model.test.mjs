// The inspector reads compiled models itself and must describe them as their author wrote them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompiledModel } from "../../pkg-config/inspector/model.js";
import { trips } from "../../pkg-config/inspector/trips.js";
import { compile } from "../../pkg/compile-node.js";
import init, { Lead, Model } from "../../pkg/node.js";

test("a compiled model is described as it was written", () => {
  const where = (where) => ({ event: "e", where, points: 1 });
  const told = [
    [
      { event: ["a", "b"], path: ["/pricing/*", "{/en}?/docs/:page"], points: 1 },
      ["a b", "/pricing/* {/en}?/docs/:part", ""],
    ],
    [where({ form_id: "demo" }), ["e", "", 'form_id is "demo"']],
    [where({ n: { $gte: 2, $lt: 9 } }), ["e", "", "n ≥ 2 and n < 9"]],
    [where({ n: { $gt: 2 } }), ["e", "", "n > 2"]],
    [where({ n: { $lte: 2 } }), ["e", "", "n ≤ 2"]],
    [where({ "a.b": { $in: ["x", 1] } }), ["e", "", 'a.b is one of "x", 1']],
    [where({ a: { $nin: ["x"] } }), ["e", "", 'not (a is one of "x")']],
    [where({ a: { $ne: true } }), ["e", "", "not (a is true)"]],
    [where({ a: null }), ["e", "", "a is missing"]],
    [where({ a: { $exists: true } }), ["e", "", "a is there"]],
    [where({ a: { $exists: false } }), ["e", "", "not (a is there)"]],
    [where({ "url.query.q": { $contains: "x" } }), ["e", "", 'url.query.q contains "x"']],
    [where({ "url.host": { $endsWith: ".org" } }), ["e", "", 'url.host ends with ".org"']],
    [
      where({ $or: [{ a: 1 }, { b: 2, c: { $type: "string" } }] }),
      ["e", "", "(a is 1 or b is 2 and c is of type string)"],
    ],
    [where({ $nor: [{ a: { $startsWith: "x" } }] }), ["e", "", 'not (a begins with "x")']],
    [where({ a: { $size: { $gt: 2 } } }), ["e", "", "the length of a > 2"]],
    [where({ a: { $elemMatch: { $gt: 2 } } }), ["e", "", "an element of a > 2"]],
    [where({ a: { $elemMatch: { b: 2 } } }), ["e", "", "an element of a has b is 2"]],
    [where({ a: { $all: [1, 2] } }), ["e", "", "(an element of a is 1 and an element of a is 2)"]],
    [{ trait: { size: { $gte: 200 } }, points: 1 }, ["", "", "size ≥ 200"]],
  ];
  const rules = told.map(([rule], index) => ({ id: `r${index}`, ...rule }));
  const stages = [
    { id: "warm", at: 1.5, near: 1 },
    { id: "hot", at: 20, requires: ["r0"], min: { engagement: 2 } },
  ];
  const bounds = { score: { min: -10, max: 500 }, dimensions: { fit: { min: -5, max: 60 } } };
  const model = new CompiledModel(compile({ name: "many", version: 300, ...bounds, rules, stages }));
  assert.deepEqual(
    [model.name, model.version, model.stages],
    [
      "many",
      300,
      [
        { id: "warm", at: 1.5, signals: true },
        { id: "hot", at: 20, signals: true },
      ],
    ],
  );
  for (const [index, [, expected]] of told.entries()) {
    const { types, paths, where } = model.rules[index];
    assert.deepEqual([types.join(" "), paths.join(" "), where], expected);
  }
});

test("a model rewritten without changes has the same bytes, and changed rules have their new values", async () => {
  await init();
  const bytes = compile({
    name: "two",
    rules: [
      { id: "prices", event: "page_view", path: "/pricing/*", points: 20 },
      { id: "depth", event: "page_view", path: "/product/:part", distinct: "url.path", at_least: 3, points: 30 },
      { id: "demo", event: "form_submit", points: 50 },
    ],
  });
  const model = new CompiledModel(bytes);
  assert.deepEqual(
    model.with(() => ({})),
    bytes,
  );
  const lead = new Lead(new Model(model.with(() => ({ paths: [], atLeast: 0 }))), { id: "v" });
  lead.ingest({ type: "page_view", url: "/nowhere" }, 1_800_000_000_000);
  const live = lead.explain(1_800_000_000_000).rules.filter(({ live }) => live);
  assert.deepEqual(
    live.map(({ rule }) => rule),
    ["prices", "depth"],
  );
});

test("a model with thousands of rules is read, and rewritten with changed rules", () => {
  const rules = Array.from({ length: 4_000 }, (_, index) => ({
    id: `r${index}`,
    event: "e",
    where: { form_id: `form-${index}`, plan: { $in: ["pro", "team"] } },
    points: 1,
  }));
  const bytes = compile({ name: "large", rules });
  const model = new CompiledModel(bytes);
  assert.deepEqual(
    model.with(() => ({})),
    bytes,
  );
});

test("the last trip of each stage is read from any state", async () => {
  await init();
  const rules = [
    { id: "page", event: "page_view", distinct: "url.path", limit: 9, points: 10 },
    { id: "said", event: "said", limit: 9, points: 5 },
    { id: "large", trait: { size: { $gt: 9 } }, points: 100 },
    { id: "old", event: "old", points: 1 },
  ];
  const stages = ["warm", "hot", "on-fire", "never"].map((id, index) => ({ id, at: [10, 30, 100, 900][index] }));
  const model = new Model(compile({ name: "trips", rules, stages, utc_offset: "+05:30" }));
  const lead = new Lead(model, { id: "v-1" });
  const at = (seconds) => (1_800_000_000 + seconds) * 1_000;
  const ids = stages.map(({ id }) => id);
  assert.deepEqual(trips(lead.encode(), ids), []);
  const tripped = new Map();
  const happens = (event, seconds) => {
    for (const { data } of lead.ingest({ url: "/", ...event }, at(seconds)))
      tripped.set(data.stage, at(seconds) / 1_000);
  };
  for (const [index, path] of ["/a", "/b", "/c"].entries()) happens({ type: "page_view", url: path }, index * 1_000);
  happens({ type: "said" }, 4_000);
  happens({ type: "identify", props: { size: 10 } }, 5_000.7);
  happens({ type: "lifecycle", props: { stage: "mql" } }, 6_000);
  happens({ type: "old" }, 7_000);
  assert.equal(tripped.size, 3);
  const floored = [...tripped].map(([stage, time]) => [stage, Math.floor(time)]);
  assert.deepEqual(trips(lead.encode(), ids), floored);
  // Of rules and stages that another version of the model has.
  const fewer = new Model(compile({ name: "trips", rules: rules.slice(0, 1), stages: stages.slice(2) }));
  assert.deepEqual(trips(new Lead(fewer, { id: "v-1", state: lead.encode() }).encode(), ids), floored);
});
