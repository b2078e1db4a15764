// Checks the oracle and its generator against the design and against cases of other projects.
//
//     node --test tests/oracle/selftest.mjs
//
// CONFORMANCE_DIR: a folder with growthbook-conditions.json and urlpattern-pathname.json.
// WPT_URLPATTERN: the web platform's urlpatterntestdata.json, of which the pathname cases are run.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { WAYS_TO_BREAK } from "./broken-models.mjs";
import { evaluate, namedFields, propsScope } from "./condition.mjs";
import { decayedPoints, halvedExactly, parseDecay, parseDuration } from "./decay.mjs";
import { parseEventLine } from "./event.mjs";
import { generateCase, quirkSet } from "./generate.mjs";
import { canonicalizePathname, matchesPage, matchesPattern, parsePattern } from "./pattern.mjs";
import { replay } from "./replay.mjs";
import { decodeQuery, parseUrl } from "./url.mjs";

const conformance = process.env.CONFORMANCE_DIR ?? join(import.meta.dirname, "..", "conformance");
const DAY = 86_400;

function casesOf(file) {
  return JSON.parse(readFileSync(join(conformance, file), "utf8")).cases;
}

const holds = (condition, props) => evaluate(condition, propsScope(props));
const skip = !existsSync(join(conformance, "growthbook-conditions.json")) && "CONFORMANCE_DIR is not set";

test("GrowthBook's condition cases", { skip }, () => {
  for (const [name, condition, attributes, expected] of casesOf("growthbook-conditions.json")) {
    assert.equal(holds(condition, attributes), expected, name);
  }
});

function pathnameOutcome(pattern, path) {
  try {
    const parts = parsePattern(pattern);
    return matchesPattern(parts, canonicalizePathname(path ?? ""));
  } catch {
    return "error";
  }
}

test("the web platform's pathname cases", { skip }, () => {
  for (const [pattern, path, expected] of casesOf("urlpattern-pathname.json")) {
    assert.equal(pathnameOutcome(pattern, path), expected, `${pattern} on ${path}`);
  }
});

test(
  "all of the web platform's pathname cases",
  { skip: !process.env.WPT_URLPATTERN && "WPT_URLPATTERN is not set" },
  () => {
    let count = 0;
    const only = (entry, key) => typeof entry === "object" && Object.keys(entry).join() === key;
    for (const entry of JSON.parse(readFileSync(process.env.WPT_URLPATTERN, "utf8"))) {
      if (typeof entry !== "object" || entry.pattern?.length !== 1 || !only(entry.pattern[0], "pathname")) continue;
      const { pathname } = entry.pattern[0];
      if (/(^|[^\\])\(/.test(pathname)) continue;
      if (entry.expected_obj === "error") {
        assert.equal(pathnameOutcome(pathname, ""), "error", pathname);
      } else {
        if (entry.inputs?.length !== 1 || !only(entry.inputs[0], "pathname")) continue;
        const expected = entry.expected_match !== null && entry.expected_match !== "error";
        assert.equal(
          pathnameOutcome(pathname, entry.inputs[0].pathname),
          expected,
          `${pathname} on ${entry.inputs[0].pathname}`,
        );
      }
      count++;
    }
    assert.ok(count > 50, `only ${count} cases`);
  },
);

test("conditions: the contract's corners", () => {
  assert.ok(holds({ a: { $eq: { x: 1, y: [2] } } }, { a: { y: [2], x: 1.0 } }));
  assert.ok(!holds({ a: "1" }, { a: 1 }), "strict equality");
  assert.ok(holds({ a: { $gt: 5 } }, { a: " 6e0 " }) && holds({ a: { $lt: "10" } }, { a: 9 }));
  assert.ok(holds({ a: { $gt: "10" } }, { a: "9" }), "two strings by code point");
  assert.ok(holds({ a: { $gt: "\uff5e" } }, { a: "🚲" }), "by code point, not by UTF-16 unit");
  for (const a of [null, true, [], {}, "06", "6.", "+6", "0x6", ""]) assert.ok(!holds({ a: { $gte: -9 } }, { a }));
  assert.ok(!holds({ a: { $gte: 0 } }, {}) && !holds({ a: { $lte: 0 } }, {}));
  assert.ok(holds({ a: { $elemMatch: { $lt: 1 } } }, { a: [0] }), "falsy elements are tried");
  assert.ok(holds({ a: { $elemMatch: { b: null } } }, { a: [null] }));
  assert.ok(holds({ $or: [] }, {}) && !holds({ $nor: [] }, {}) && holds({ $and: [] }, {}));
  assert.ok(!holds({ a: { $in: 1 } }, { a: 1 }) && !holds({ a: { $nin: 1 } }, { a: 2 }));
  assert.ok(holds({ a: { $exists: "" } }, {}) && holds({ a: { $in: [null] } }, {}));
  assert.ok(holds({ a: { $startsWith: "" } }, { a: "" }) && !holds({ a: { $contains: "a" } }, { a: ["a"] }));
  assert.ok(!holds({ "a.b": 1 }, { "a.b": 1 }) && holds({ "a.b": 1 }, { a: { b: 1 } }));
  assert.ok(!holds({ toString: { $exists: true } }, {}), "no inherited fields");
  assert.deepEqual(namedFields({ a: 1, $or: [{ b: 1 }, { $not: { c: { $elemMatch: { d: 1 } } } }] }), ["a", "b", "c"]);
});

test("URL parts", () => {
  const part = (url, name) => parseUrl(url).part(name);
  assert.equal(part("https://u:p@Acme.Example:8443?q#h", "host"), "acme.example:8443");
  assert.equal(part("https://acme.example?q#h", "path"), "/");
  assert.equal(part("/a%20b?x#y?z", "path"), "/a%20b");
  assert.equal(part("/a?x#y?z", "hash"), "y?z");
  assert.equal(part("/a?q=1&q=2&a.b=c+d%2Be", "query.a.b"), "c d+e");
  assert.equal(part("/a?q=1&q=2", "query.q"), "1");
  assert.equal(part("/a?q", "query.q"), "");
  for (const url of ["mailto:a@b", "a/b", "", "http:/a", null]) assert.equal(part(url, "path"), null);
  assert.equal(decodeQuery("%ff%zz%c3%a9%e2%82%41%"), "%ff%zzé%e2%82A%");
});

test("a page with or without its trailing slash is one page", () => {
  const matches = (pattern, path) => matchesPage(parsePattern(pattern), path);
  assert.ok(matches("/pricing", "/pricing/") && matches("/pricing/", "/pricing"));
  assert.ok(matches("/pricing/*", "/pricing") && matches("/pricing/*", "/pricing/a/b"));
  assert.ok(matches("/blog/:post", "/blog/a") && !matches("/blog/:post", "/blog") && !matches("/blog/:post", "/blog/"));
  assert.ok(matches("/", "/") && !matches("/a", "/"));
  assert.ok(matches("/café", "/caf%C3%A9") && matches("/a", "/b/../a") && !matches("/a", "/A"));
});

test("decay is exact", () => {
  const points = (value, decay, age) => decayedPoints(value, parseDecay(decay), age);
  assert.equal(points(15_000, { half_life: "14d" }, 14 * DAY), 7_500);
  assert.equal(points(1, { half_life: "1s" }, 1), 1, "half a thousandth rounds away from zero");
  assert.equal(points(-3, { half_life: "1s" }, 1), -2);
  assert.equal(points(1, { half_life: "1s" }, 2), 0);
  assert.equal(points(10_000_000, { half_life: "1s" }, 4_000_000_000), 0);
  assert.equal(points(10_000, { linear: "2d" }, DAY), 5_000);
  assert.equal(points(-1, { linear: "2s" }, 1), -1);
  assert.equal(points(10_000, { linear: "2d" }, 3 * DAY), 0);
  assert.equal(points(10_000, { step: 30, every: "1d" }, 4 * DAY), 0);
  assert.equal(points(5, { step: 50, every: "1d" }, DAY), 3);
  assert.equal(points(10_000, { step: 30, every: "1d" }, DAY - 1), 10_000);
  for (let age = 1; age < 5_000; age += 7) {
    assert.equal(points(9_999_999, { half_life: "12m" }, age), halvedExactly(9_999_999, age, 720));
  }
  assert.equal(parseDuration("2w"), 14 * DAY);
});

test("bad lines", () => {
  const line = (fields) => JSON.stringify({ visitor: "v", type: "a", at: 0, ...fields });
  for (const fields of [
    {},
    { url: null, props: null },
    { extra: 1 },
    { at: 2 ** 32 * 1000 - 1 },
    { type: "🚲".repeat(128) },
  ]) {
    assert.ok(parseEventLine(line(fields)).event, JSON.stringify(fields));
  }
  const bad = [
    { visitor: "" },
    { at: -1 },
    { at: 0.5 },
    { at: "0" },
    { at: 2 ** 32 * 1000 },
    { type: "a".repeat(129) },
    { url: 1 },
    { props: [] },
    { type: "lifecycle" },
    { type: "lifecycle", props: { stage: "MQL" } },
    { props: JSON.parse('{"a":'.repeat(9) + "1" + "}".repeat(9)) },
  ];
  for (const fields of bad) assert.ok(parseEventLine(line(fields)).bad, JSON.stringify(fields));
});

// Runs a model over `[seconds, type, more]` of one visitor.
function run(model, events, at = null) {
  const full = { name: "m", version: 1, rules: [], ...model };
  const text = events
    .map(([t, type, more]) => JSON.stringify({ visitor: "v", at: t * 1000, type, ...more }))
    .join("\n");
  return replay(full, text, at);
}

const stagesOf = ({ signals }) => signals.map(({ line }) => line.data.stage);
const VIEW = { id: "view", event: "view", points: 10 };

test("hits: keys, limits and expiry", () => {
  const scores = (rule, events) => run({ rules: [{ ...VIEW, ...rule }] }, events).trace.map(({ score }) => score);
  assert.deepEqual(
    scores({}, [
      [1, "view"],
      [2, "view"],
    ]),
    [10, 10],
    "once for ever",
  );
  assert.deepEqual(
    scores({ limit: 3 }, [
      [1, "view"],
      [1, "view"],
      [2, "view"],
    ]),
    [10, 10, 20],
  );
  assert.deepEqual(
    scores({ limit: 3, per: "1m" }, [
      [59, "view"],
      [58, "view"],
      [60, "view"],
    ]),
    [10, 10, 20],
  );
  const distinct = [
    [1, "view", { props: { a: 1 } }],
    [2, "view", { props: { a: "1" } }],
    [3, "view", { props: { a: null } }],
  ];
  assert.deepEqual(scores({ limit: 9, distinct: "a" }, distinct), [10, 20, 20]);
  assert.deepEqual(
    scores({ at_least: 2 }, [
      [1, "view"],
      [2, "view"],
    ]),
    [0, 10],
  );
  assert.deepEqual(
    scores({ expires: "5s" }, [
      [1, "view"],
      [5, "x"],
      [6, "x"],
    ]),
    [10, 10, 0],
    "expires is exclusive",
  );
});

test("trait rules and combinations", () => {
  const rules = [
    { id: "big", trait: { size: { $gte: 5 } }, points: 1 },
    VIEW,
    { id: "both", all: ["big", "view"], within: "3s", points: 100 },
  ];
  const identify = (size) => ["identify", { props: { size } }];
  const events = [
    [1, ...identify(5)],
    [1, ...identify(1)],
    [2, "identify", { props: { other: 1 } }],
    [4, "view"],
    [5, ...identify(null)],
  ];
  assert.deepEqual(
    run({ rules }, events).trace.map(({ score }) => score),
    [1, 1, 1, 111, 10],
  );
  assert.equal(
    run({ rules }, [
      [1, ...identify(5)],
      [5, "view"],
    ]).finals[0].score,
    11,
    "within is inclusive, no more",
  );
});

test("snapshot: stages, next, segment and label", () => {
  const model = {
    dimensions: { fit: { max: 60 } },
    rules: [
      { ...VIEW, limit: 10 },
      { id: "demo", event: "demo", points: 0 },
    ],
    stages: [
      { id: "engaged", at: 10 },
      { id: "mql", at: 30, near: 10, requires: ["demo"], min: { fit: 1 } },
    ],
    label: [
      { dimension: "engagement", cutoffs: { A: 20, B: 10 } },
      { dimension: "fit", cutoffs: { 1: 5 } },
    ],
  };
  const { trace } = run(model, [
    [1, "x"],
    [2, "view"],
    [3, "view"],
  ]);
  assert.deepEqual(
    trace.map(({ segment }) => segment),
    ["visitor", "engaged", "near-mql"],
  );
  assert.deepEqual(
    trace.map(({ label }) => label),
    ["--", "B-", "A-"],
  );
  assert.deepEqual(Object.keys(trace[0].dimensions), ["engagement", "fit"]);
  assert.deepEqual(trace[2].next, { stage: "mql", points: 10, near: true, missing: ["demo", "fit"] });
  const confirmed = run(model, [
    [1, "lifecycle", { props: { stage: "lead" } }],
    [2, "view"],
    [3, "lifecycle", { props: { stage: "mql" } }],
  ]);
  assert.deepEqual(
    confirmed.trace.map(({ segment }) => segment),
    ["lead", "engaged", "mql"],
    "engaged ranks just before mql",
  );
});

test("trips: order, silence, rearming and recycling", () => {
  const at = (score) => ({ rules: [{ ...VIEW, points: score, expires: "10s" }] });
  const two = [
    { id: "one", at: 5 },
    { id: "two", at: 10 },
  ];
  assert.deepEqual(
    stagesOf(
      run({ ...at(10), stages: two }, [
        [1, "view"],
        [2, "x"],
      ]),
    ),
    ["one", "two"],
  );
  assert.deepEqual(
    stagesOf(
      run({ ...at(10), stages: two }, [
        [1, "view"],
        [50, "view"],
      ]),
    ),
    ["one", "two"],
    "never again without rearm",
  );
  const rearm = [{ id: "one", at: 5, rearm: "20s" }];
  assert.deepEqual(
    stagesOf(
      run({ ...at(10), stages: rearm }, [
        [1, "view"],
        [20, "view"],
        [40, "view"],
      ]),
    ),
    ["one", "one"],
  );
  assert.deepEqual(
    stagesOf(
      run({ ...at(10), stages: rearm }, [
        [1, "view"],
        [21, "view"],
      ]),
    ),
    ["one", "one"],
    "rearm is inclusive",
  );
  const recycled = (t) => [t, "lifecycle", { props: { stage: "recycled" } }];
  assert.deepEqual(stagesOf(run({ ...at(10), stages: two }, [[1, "view"], recycled(2), [3, "view"], [30, "view"]])), [
    "one",
    "two",
    "one",
    "two",
  ]);
  assert.deepEqual(
    stagesOf(run({ ...at(10), stages: two }, [[1, "view"], recycled(1), [30, "view"]])),
    ["one", "two"],
    "strictly later",
  );

  /** @type {Record<string, any>} */
  const auto = {
    ...at(5),
    stages: [
      { id: "low", at: 9 },
      { id: "high", at: 50, auto: ["view"] },
    ],
  };
  auto.rules.push({ id: "more", event: "more", points: 20 });
  assert.deepEqual(
    stagesOf(
      run(auto, [
        [1, "view"],
        [2, "more"],
      ]),
    ),
    ["high"],
    "a lower signal never follows a higher one",
  );
  const sales = [
    [1, "lifecycle", { props: { stage: "sql" } }],
    [2, "view"],
  ];
  assert.deepEqual(
    stagesOf(
      run(
        {
          ...at(10),
          stages: [
            { id: "mql", at: 5 },
            { id: "customer", at: 6 },
          ],
        },
        sales,
      ),
    ),
    ["customer"],
  );
});

test("replay: lines, times and armings", () => {
  const model = { name: "m", version: 1, rules: [{ ...VIEW, decay: { linear: "10s" } }], stages: [{ id: "s", at: 1 }] };
  const text =
    '\ufeff{"visitor":"a","type":"view","at":5500}\r\n\n{"visitor":"","type":"view","at":1}\n{"visitor":"b","type":"x","at":0}';
  const { finals, signals, badLines, exitCode } = replay(model, text, 10_999);
  assert.deepEqual(
    [finals.map(({ visitor, score }) => [visitor, score]), badLines, exitCode],
    [
      [
        ["a", 5],
        ["b", 0],
      ],
      [3],
      1,
    ],
  );
  assert.equal(signals[0].line.time, "1970-01-01T00:00:05.500Z");
  assert.deepEqual(signals[0].line.data.reasons, [{ rule: "view", points: 10, hits: 1, last: "1970-01-01T00:00:05Z" }]);
  assert.deepEqual(signals[0].line.data.touchpoints, [{ rule: "view", time: "1970-01-01T00:00:05Z" }]);
});

test("generated cases: repeatable, varied and within the limits", () => {
  const seen = new Set();
  const note = (value) => {
    if (value === null || typeof value !== "object") return;
    for (const [key, child] of Object.entries(value)) {
      seen.add(key);
      note(child);
    }
  };
  let trips = 0;
  for (let index = 0; index < 400; index++) {
    const testCase = generateCase(11, index, quirkSet(index % 2 ? "all" : ""));
    assert.deepEqual(generateCase(11, index, quirkSet(index % 2 ? "all" : "")), testCase);
    const model = JSON.parse(testCase.model);
    assertValid(model);
    note(model);
    trips += replay(model, testCase.events, testCase.at.ms).signals.length;
  }
  const wanted =
    "$eq $ne $gt $gte $lt $lte $in $nin $all $exists $size $type $elemMatch $not $and $or $nor $startsWith \
    $endsWith $contains per distinct limit at_least expires half_life linear step every within disqualify locked near auto \
    requires min max rearm signal label score dimensions url.path url.host url.hash url.query.q";
  for (const name of wanted.split(/\s+/)) assert.ok(seen.has(name), `${name} is never generated`);
  assert.ok(trips > 200, `only ${trips} trips`);
  assert.equal(new Set(WAYS_TO_BREAK).size, WAYS_TO_BREAK.length);
});

function assertValid(model) {
  const rules = new Map(model.rules.map((rule) => [rule.id, rule]));
  const dimensions = { engagement: {}, ...model.dimensions };
  assert.equal(rules.size, model.rules.length);
  for (const rule of model.rules) {
    assert.ok(!(rule.id in dimensions) && (rule.dimension ?? "engagement") in dimensions);
    assert.ok(Math.abs(rule.points ?? 0) <= 10_000);
    assert.ok(!(rule.limit && rule.at_least) && !(rule.per && rule.distinct));
    for (const member of rule.all ?? []) assert.ok(rules.has(member) && !rules.get(member).all);
    if (rule.trait) assert.ok(namedFields(rule.trait).length > 0);
  }
  let lowest = 0;
  for (const stage of model.stages ?? []) {
    assert.ok(stage.at >= lowest && (stage.auto || stage.at <= (model.score?.max ?? Infinity)));
    lowest = stage.at;
    if (stage.near !== undefined) assert.ok(stage.near < stage.at);
    for (const id of [...(stage.auto ?? []), ...(stage.requires ?? [])]) assert.ok(rules.has(id));
    for (const [id, value] of Object.entries(stage.min ?? {})) assert.ok(value <= (dimensions[id].max ?? Infinity));
  }
  for (const { dimension, cutoffs } of model.label ?? []) {
    const values = Object.values(cutoffs);
    assert.equal(new Set(values).size, values.length);
    for (const value of values) assert.ok(value <= (dimensions[dimension].max ?? Infinity));
  }
}
