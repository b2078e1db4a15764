// Visits, accounts, and the receiver's queries to a model: the edge's JavaScript over its wasm must return the same
// bytes as native Rust for generated visits.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { compile } from "../../pkg/compile-node.js";
import { ROOT, TARGET } from "../../tools/lib/project.mjs";
import { repeat } from "../lib/level.mjs";
import { Random } from "../oracle/random.mjs";
import { outputs, SEED } from "./lib.mjs";

const VISITORS = repeat({ check: 20, test: 200, all: 20_000 });
/** The number of visitors that are generated, run and compared in one batch. */
const BATCH = 100;
const START = 1_790_000_000_000;
const RECORD = 700;
const FEW = 60;
const REACHED = "leadscore.stage.reached";
const ACCOUNT = "leadscore.account.reached";

const MODEL = {
  name: "Fronts 🚲",
  version: 2,
  score: { min: -20, max: 200 },
  dimensions: { fit: { max: 60 }, engagement: {} },
  rules: [
    {
      id: "pricing",
      event: "page_view",
      path: "/pricing/*",
      points: 15,
      limit: 3,
      per: "1d",
      decay: { half_life: "7d" },
    },
    { id: "view", event: "page_view", points: 2.5, limit: 20 },
    { id: "ads", event: "page_view", where: { "url.query.utm_source": "ads" }, points: 4 },
    { id: "demo", event: "form_submit", where: { form_id: "demo" }, points: 50, expires: "30d" },
    { id: "large", trait: { employees: { $gte: 100 } }, points: 30, dimension: "fit" },
    { id: "job", event: "careers", points: -12.345, expires: "3d" },
    { id: "spam", event: "spam", disqualify: true },
  ],
  stages: [
    { id: "warm", at: 10, near: 5 },
    { id: "mql", at: 50, near: 10, rearm: "2d" },
    { id: "sql", at: 70, min: { fit: 20 } },
    { id: "silent", at: 90, signal: false },
  ],
  label: [
    { dimension: "fit", cutoffs: { A: 30, B: 10 } },
    { dimension: "engagement", cutoffs: { 1: 50, 2: 20 } },
  ],
  account: {
    person: { max: 60 },
    stages: [
      { id: "known", at: 40 },
      { id: "mqa", at: 80, min: { people: 2 }, rearm: "1d" },
    ],
  },
};

/** Returns the commands of one visitor. */
function visitor(random, number) {
  const pick = (list) => random.pick(list);
  const day = 86_400_000;
  let now = START + random.int(0, 30 * day);
  const events = [
    () => ({
      type: "page_view",
      at: now + pick([0, 0, -1000, -5 * day, 2 * day]),
      url: `https://acme.example${pick(["/", "/pricing/a", "/a/../pricing/ä", "/%7e?utm_source=ads", "/?x=1#h"])}`,
    }),
    () => ({ type: "form_submit", props: { form_id: pick(["demo", "other", 1, null]) } }),
    () => ({ type: "identify", props: { employees: pick([5, 100, "200", 1e21]) } }),
    () => ({
      type: "lifecycle",
      at: now - pick([0, 1000, day]),
      props: { stage: pick(["mql", "customer", "recycled", "recycled", "won"]) },
    }),
    () => ({ type: pick(["careers", "careers", "careers", "spam"]) }),
    () => pick([{}, { type: "a", at: -1 }, { type: "a", url: 5 }, { type: "a", props: [] }]),
  ];
  // AA says that the page was never reset, AQ that it was.
  const pages = ["", "", "AA.last", "AA.last", "AQ.last", "AA.v-1.AA", `AQ.p-${number}.Av0_`, "AA..", "x"];
  const commands = [];
  for (let visits = 1 + random.int(0, 3); visits > 0; visits--) {
    commands.push(["visit", pick(["last", "last", "last", "", "a.b.c", "v.."]), pick(pages), `f-${number}`]);
    for (let views = random.int(0, 4); views > 0; views--) {
      commands.push(["event", now, JSON.stringify(pick(events)())]);
      now += random.int(0, pick([10_000, day]));
    }
    const [key, person] = [pick(["acme", "acme", "acme", "", "x".repeat(129)]), pick(["a", "b", "é", ""])];
    commands.push(["contribute", key, person, now]);
    if (random.chance(0.1)) commands.push(["forget", pick(["a", "b", `f-${number}`])]);
    now += random.int(0, 4 * day);
  }
  const decided = Array.from({ length: random.int(0, 3) }, () => ({
    type: "lifecycle",
    at: pick([1, 1000, 5000, null]),
    props: { stage: pick(["mql", "customer", "recycled", "won"]) },
  }));
  commands.push([
    "asks",
    pick([REACHED, REACHED, ACCOUNT, "other"]),
    pick(["warm", "mql", "known", "mqa", "silent", "customer"]),
    pick(["mql", "near-sql", "near-", "visitor", "customer", "mqa"]),
    pick([null, "A1", "--", "B-", "A1x", ""]),
    pick([0, -20, -20.001, 200, 200.001, 1e300]),
    decided.map((event) => JSON.stringify(event)).join("\n"),
    pick(["v", "", "a\nb", "\u0085", "é".repeat(1024), "é".repeat(1025)]),
    pick(["2026-11-27T10:00:00.000Z", "2026-11-27T10:00:00Z", "2026-02-30T00:00:00.000Z", "2107-01-01T00:00:00.000Z"]),
  ]);
  return commands;
}

const hex = (bytes) => Buffer.from(bytes).toString("hex");

function shown(call) {
  try {
    return call();
  } catch (error) {
    if (!error.code) throw error;
    return error.code;
  }
}

/** The same program as tests/fronts/edge.rs. */
function run({ Account, Model, VisitState, ...edge }, lines) {
  const out = [];
  let model, visit, account;
  const json = (call) => shown(() => JSON.stringify(call()));
  const sent = (call) =>
    shown(() =>
      call()
        .map((signal) => JSON.stringify(signal) + json(() => edge.verify(model, signal)))
        .join(""),
    );
  const part = (text) => (text === undefined ? "-" : hex(Buffer.from(text, "base64url")));
  const state = () => {
    const flags = [visit.isChanged, visit.hasPage, visit.hasSealed, visit.hasTripped].join(", ");
    const records = [RECORD, FEW].map((bytes) => visit.record(bytes) ?? "-");
    return [visit.visitor, `[${flags}]`, ...records, part(visit.witnessed), part(visit.told)].join(" ");
  };
  const commands = {
    visit(sealed, page, fresh) {
      const last = visit?.record(RECORD) ?? "";
      visit?.free();
      const mirrored = page.replace("last", last.slice(0, Math.max(last.lastIndexOf("."), 0)));
      visit = new VisitState(model, sealed === "last" ? last : sealed, mirrored, fresh);
      return state();
    },
    event(now, text) {
      const signals = sent(() => visit.ingest(JSON.parse(text), now, "https://acme.example"));
      const shows = [json(() => visit.snapshot(now)), shown(() => visit.segment(now)), json(() => visit.explain(now))];
      return [signals, state(), ...shows].join(" ");
    },
    contribute(key, person, now) {
      const [own, told] = [visit.witnessed, visit.told].map((text) => Buffer.from(text ?? "", "base64url"));
      const source = "https://ACME.example:443";
      const signals = sent(() => account.contribute(key, person, visit.visitor, own, told, now, source));
      return [signals, json(() => account.snapshot(now)), hex(account.encode())].join(" ");
    },
    forget(name) {
      const forgotten = [account.forgetPerson(name), account.forget(name)];
      const bytes = account.encode();
      account.free();
      account = new Account(model, bytes);
      return `[${forgotten.join(", ")}]`;
    },
    asks(type, stage, segment, label, points, told, id, time) {
      const has = edge.hasOutcome(model, type, stage, segment, label ?? undefined);
      const isIn = edge.isInRange(model, type, points);
      const events = told.split("\n").filter(Boolean);
      const isConfirmed = edge.isConfirmed(
        model,
        type,
        stage,
        events.map((event) => JSON.parse(event)),
      );
      const millis = edge.parseTime(time);
      const at = millis === undefined ? "None" : `Some(${millis})`;
      return [has, isIn, isConfirmed, edge.isVisitorId(id), at].join(" ");
    },
  };
  for (const [what, ...given] of lines) {
    if (what === "model") {
      model = new Model(compile(given[0]));
      account = new Account(model, new Uint8Array());
    } else out.push(commands[what](...given));
  }
  return out;
}

/** The edge's classes, which the package does not export. */
async function classes() {
  const glue = join(TARGET, "package/bindgen/edge/edge.small.js");
  const contents = `
    import { loadSync } from "./pkg-config/entry/load.js";
    import { slot } from "./pkg-config/entry/runtime/slot.js";
    export * from "./pkg-config/entry/edge/index.js";
    export const start = (module) => loadSync(slot, { module });`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    format: "esm",
    write: false,
    alias: { "#edge": glue, "#runtime": glue },
  });
  const own = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  own.start(readFileSync(join(ROOT, "pkg/edge.wasm")));
  return own;
}

test(`Node, ${VISITORS} visitors of an edge`, { timeout: 1_800_000 }, async () => {
  const edge = await classes();
  const random = new Random(SEED);
  for (let first = 0; first < VISITORS; first += BATCH) {
    const lines = [["model", JSON.stringify(MODEL)]];
    for (let n = first; n < Math.min(VISITORS, first + BATCH); n++) lines.push(...visitor(random, n));
    const expected = await outputs(
      "fronts-edge",
      lines.map((line) => JSON.stringify(line)),
    );
    const given = run(edge, lines);
    for (const [at, line] of given.entries()) assert.equal(line, expected[at], JSON.stringify(lines[at + 1]));
    assert.equal(given.length, expected.length);
  }
});
