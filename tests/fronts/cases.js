// Groups of input lines for the two fronts: a model, then visitors and their events. A seed makes them the same
// everywhere.
import { Random } from "../oracle/random.mjs";

/** The number of events in a group. */
export const EVENTS = 250;
const START = 1_790_000_000_000;

const when = (where) => ({ event: "e", where });
const PATHS = [
  { id: "a", event: "e", path: "/a b/:x", points: 1 },
  { id: "b", event: "e", path: ["/p/*", "/q{/r}?/s"], points: 2, distinct: "url.path", limit: 9 },
  { id: "l", event: "e", path: "/*", distinct: "url.query.q", limit: 50, points: 0.001, decay: { half_life: "3d" } },
  { id: "hat", event: ["e", "other"], path: "/%C3%A9^{x}?", points: 3, per: "1d", limit: 3 },
  { id: "in-path", ...when({ "url.path": { $in: ["/é", "/a b", "/q/s", "/%2e"] } }), points: 2, limit: 4 },
];
const FIELDS = [
  { id: "c", ...when({ "url.query.q": "1 2" }), points: 3 },
  { id: "d", ...when({ n: { $gte: 10 } }), points: 4 },
  { id: "f", ...when({ "url.query.q": { $lt: 5 } }), points: 5 },
  { id: "g", ...when({ t: { $in: ["x", 1, null] } }), points: 6 },
  { id: "h", ...when({ l: { $elemMatch: { k: { $gt: 1 } } } }), points: 7 },
  { id: "i", ...when({ l: { $size: 2 } }), points: 8 },
  { id: "j", ...when({ "url.host": { $contains: "ex" } }), points: 9 },
  { id: "k", event: "e", distinct: "t", limit: 50, points: 0.125 },
  { id: "same", ...when({ l: { k: 1, z: [2] } }), points: 1.5, per: "1d", limit: 5, decay: { linear: "20d" } },
  { id: "deep", ...when({ "o.a.b": { $exists: true }, n: { $ne: 0 } }), points: -2, limit: 3, expires: "9d" },
  { id: "types", ...when({ t: { $type: "number" } }), points: 1, limit: 5, decay: { step: 20, every: "1d" } },
  { id: "hash", ...when({ "url.hash": { $exists: true } }), points: 2, disqualify: false },
];
const TRAITS = [
  { id: "m", trait: { n: { $lt: 100 } }, points: 1, dimension: "fit" },
  { id: "rival", trait: { t: "x" }, disqualify: true },
  { id: "o", all: ["d", "c"], within: "2d", points: 5 },
];

/** Models whose rules use every value that the fronts pass to the core. */
const MODELS = [
  {
    name: "paths",
    version: 1,
    dimensions: { fit: {} },
    rules: [...PATHS, ...FIELDS, TRAITS[0], TRAITS[2]],
    stages: [
      { id: "s1", at: 10, near: 5 },
      { id: "mql", at: 30, rearm: "1d" },
    ],
  },
  {
    name: "Modèle 🚲",
    version: 7,
    score: { max: 60 },
    dimensions: { engagement: { max: 40 }, fit: { min: -5, max: 30 } },
    rules: [...FIELDS, ...TRAITS, ...PATHS.slice(1, 4)],
    stages: [
      { id: "engaged", at: 4, signal: false },
      { id: "mql", at: 12, near: 6, auto: ["h"], rearm: "2d" },
      { id: "sql", at: 20, requires: ["d"], min: { fit: 1 } },
    ],
    label: [{ dimension: "fit", cutoffs: { A: 1, B: -1 } }],
  },
];

const PARTS = [
  ..."/ / a p q r s .. . %2e %2E%2e %20 é %C3%A9 %c3%a9 %c3 % %zz \\ ^ | ` { } < ? # & = + @ : ~ ' É".split(" "),
  ...[" ", "\t", "\n", "\u{1f600}", "q=1+2", "q=%31%202", "q=4", "q=4e0", "q= 3 ", "q=1e21", "q=-0", "%ed%a0%80"],
  ...["%f0%9f%98%80", "a b", '"', "\u007f", "\u0000", "%00", "%5E", "^x", "é/", "%2F", "/./", "/../", "a%", "%e9"],
];
const BEGINNINGS = [
  "",
  "https://Ex.com",
  "http://u@h:1",
  "//x",
  "a:",
  "/",
  "/",
  "/a%20b",
  "/p",
  "/q",
  "HTTPS://EX.COM:443",
];

/** Values as JSON, also in spellings that `JSON.stringify` does not produce. */
const NUMBERS = [
  ..."0 -0 -0.0 1 10 10.0 1e1 1E+1 0.1 1e21 1e-7 123456789012345680000 9007199254740993 1e308 5e-324 1e400 -1e400".split(
    " ",
  ),
  ..."0.30000000000000004 0.1000000000000000055511151231257827021181583404541015625 2.4703282292062327208e-324".split(
    " ",
  ),
  ..."179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207.5 4.35".split(
    " ",
  ),
];
const TEXTS = [
  ...['"x"', '"10"', '" 10 "', '"1e1"', '"10."', '"+10"', '"0x10"', '"\\u00a010"', '""', '"é"', '"\\ud83d\\ude00"'],
  ...['"\\u0000"', '"a\\/b"', '"\\u0078"', '"1\\n"', '"\\b1"', '"Infinity"', '"-0"'],
];
const LONE = ['"\\ud800"', '"a\\udc00b"', '"\\ude00\\ud83d"'];
const NESTED = [
  ...["[]", "[1,2]", '[{"k":2},3]', '{"k":1,"z":[2]}', '{"z":[2],"k":1}', '{"z":[2.0],"k":1e0}', '[{"k":"2"}]', "{}"],
  ...['{"a":{"b":null}}', '{"a":{"b":1}}', '{"__proto__":{"b":1},"a":1}', '{"a":1,"a":{"b":2}}', "[[[[[[[[1]]]]]]]]"],
];
const WORDS = ["true", "false", "null"];

function value(random) {
  return random.weighted([
    [5, random.pick(NUMBERS)],
    [5, random.pick(TEXTS)],
    [2, random.pick(WORDS)],
    [4, random.pick(NESTED)],
    [0.05, random.pick(LONE)],
  ]);
}

function url(random) {
  return random.pick(BEGINNINGS) + random.times(random.int(0, 6), () => random.pick(PARTS)).join("");
}

/** Returns an event as JSON. It may be invalid. */
function event(random, now) {
  const members = [];
  const type = random.weighted([
    [8, "e"],
    [1, "identify"],
    [0.4, "lifecycle"],
    [1, "other"],
    [1, "unknown"],
  ]);
  members.push(random.chance(0.995) ? `"type":${JSON.stringify(type)}` : `"type":${value(random)}`);
  if (random.chance(0.5)) {
    const at = now - random.pick([0, 0, 1, 999, 1_000, 86_400_000, -5_000, 40 * 86_400_000]);
    members.push(
      `"at":${random.chance(0.97) ? random.pick([at, `${at}.0`, `${at}.75`, `${at / 1_000}e3`]) : value(random)}`,
    );
  }
  if (random.chance(0.9)) members.push(`"url":${random.chance(0.99) ? JSON.stringify(url(random)) : value(random)}`);
  if (random.chance(0.9)) {
    const stage = JSON.stringify(random.pick(["mql", "recycled", "sql", "customer", "nope"]));
    const props = ["n", "t", "l", "o"].filter(() => random.chance(0.8)).map((name) => `"${name}":${value(random)}`);
    if (type === "lifecycle" || random.chance(0.1)) props.push(`"stage":${stage}`);
    // JavaScript's parser drops the first of two equal names: that one must not have a value that only Rust would
    // refuse.
    if (random.chance(0.05) && !/1e400|\\u/.test(props.join())) props.push(`"n":${value(random)}`);
    members.push(
      random.chance(0.99) ? `"props":{${props.join(random.chance(0.1) ? " , " : ",")}}` : `"props":${value(random)}`,
    );
  }
  if (random.chance(0.05)) members.push(`"extra":${value(random)}`);
  if (random.chance(0.1)) members.reverse();
  return `{${members.join(",")}}`;
}

/** Returns the lines of a group. */
export function group(seed, number) {
  const random = new Random(seed, number);
  const lines = [`model ${JSON.stringify(MODELS[number % MODELS.length])}`];
  let now = START;
  for (let made = 0; made < EVENTS; made++) {
    if (made % 25 === 0) {
      lines.push(`lead v-${number}-${made}`);
      now = START + random.int(0, 1_000_000);
    }
    now += random.pick([0, 1, 900, 1_000, 60_000, 3_600_000, 30_000_000, 86_400_000, -2_000, -2 * 86_400_000]);
    lines.push(`event ${now} ${event(random, now)}`);
  }
  return lines;
}

/** Returns `count` groups, starting with number `first`. */
export const groups = (seed, first, count) => Array.from({ length: count }, (_, at) => group(seed, first + at));

/** Returns the lines of a lead of whom one event makes 64 signals, each too large to carry all that is known. */
export function large(rules, dimensions, apart) {
  /** @type {object[]} */
  const own = Array.from({ length: rules }, (_, n) => ({
    id: `r${n}`,
    event: "e",
    points: (n % 7) + 0.125,
    limit: 20,
    ...(n % 3 ? {} : { decay: { half_life: "9d" } }),
  }));
  const names = Array.from({ length: dimensions }, (_, n) => [`d${"-".repeat(50)}${n}`, {}]);
  const stages = Array.from({ length: 64 }, (_, n) => ({
    id: `s${"-".repeat(Math.max(0, 60 - n))}${n}`,
    at: 1_000 * rules,
    auto: ["demo"],
  }));
  own.push({ id: "demo", event: "demo" });
  const model = { name: "large", rules: own, dimensions: Object.fromEntries(names), stages };
  const lines = [`model ${JSON.stringify(model)}`, "lead v-1"];
  for (let n = 0; n < 20; n++) lines.push(`event ${START + n * apart} {"type":"e","url":"/é"}`);
  lines.push(`event ${START + 20 * apart} {"type":"demo"}`);
  return lines;
}
