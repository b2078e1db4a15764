// Every figure of a backtest must match its definition: definitions.mjs computes the same figures for random visitors
// in a slow and simple way.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repeat } from "../lib/level.mjs";
import { Random } from "../oracle/random.mjs";
import * as define from "./definitions.mjs";
import { folderFor, run, writeLines } from "./program.mjs";

const CASES = repeat({ check: 20, test: 60, all: 1_000 });
const START = 1_767_225_600_000;
const DAY = 86_400_000;

/** Returns random visitors, a model whose rules count once each, and options for the backtest. */
function generate(number) {
  const random = new Random(19, number);
  const rules = Array.from({ length: random.int(1, 5) }, (_, index) => ({
    id: `r${index}`,
    event: `e${index}`,
    points: random.pick([-20, -5, 0, 5, 5, 10, 10.5, 30]),
  }));
  const days = random.int(20, 60);
  const visitors = new Map();
  for (let index = random.int(4, 45); index > 0; index--) {
    const first = START + random.int(0, days * 24) * (DAY / 24);
    const events = [{ type: "visit", at: first }];
    for (const { event } of rules)
      if (random.chance(0.4)) events.push({ type: event, at: first + random.int(0, 240) * (DAY / 24) });
    const won = random.chance(0.45)
      ? first + random.int(-2, 30 * 24) * (DAY / 24) + random.int(0, 2) * 60_000
      : undefined;
    visitors.set(`v${index}`, { events, won });
  }
  const options = {
    snapshot: random.pick([0, DAY, 3 * DAY]),
    every: random.chance(0.3) ? random.pick([2 * DAY, 5 * DAY]) : 0,
    horizon: random.pick([5 * DAY, 14 * DAY]),
    embargo: random.pick([0, 60_000, 300_000]),
    end: START + (days + 30) * DAY,
    seed: random.int(0, 1_000_000),
    capacity: random.pick([1, 2, 7.5]),
  };
  const model = { name: "random", score: { min: -10, max: random.pick([25, 1000]) }, rules };
  return { model, visitors, options };
}

/** Returns a visitor's score at a time: each rule counts once, within the score's bounds. */
function scoreOf({ rules, score }, events, at, without) {
  const live = rules.filter(({ event }) => events.some((own) => own.type === event && own.at <= at));
  const sum = live.filter(({ id }) => id !== without).reduce((sum, { points }) => sum + points, 0);
  return { score: Math.min(score.max, Math.max(score.min, sum)), live: new Set(live.map(({ id }) => id)) };
}

const near = (own, expected, name, allowed = 1e-9) =>
  assert.ok(Math.abs(own - expected) <= allowed * Math.max(1, Math.abs(expected)), `${name}: ${own}, not ${expected}`);

function compare(report, { model, visitors, options }, rows) {
  const [own] = report.models;
  assert.deepEqual([report.rows.rows, report.rows.won], [rows.length, rows.filter(({ won }) => won).length]);
  near(own.auc.value, define.auc(rows), "AUC", 1e-12);
  const { low, high } = define.interval(rows, options.seed);
  near(own.auc.low, low, "low", 1e-12);
  near(own.auc.high, high, "high", 1e-12);
  near(own.gini, 2 * define.auc(rows) - 1, "Gini");
  near(own.ks, define.ks(rows).distance, "KS");
  define.deciles(rows).forEach((expected, index) => {
    for (const name of ["won", "lift", "capture"])
      near(own.deciles[index][name], expected[name], `${name} of ${index}`);
  });
  const bands = define.bands(rows);
  assert.deepEqual(
    own.bands.map((band) => [band.rows, band.won]),
    bands.map((band) => [band.rows, band.won]),
  );
  bands.forEach((band, index) => {
    near(own.bands[index].low, band.low, "low of band", 1e-7);
    near(own.bands[index].high, band.high, "high of band", 1e-7);
  });
  near(own.brier.value, define.brier(rows, own.brier), "Brier");
  const isSeparated = own.auc.value === 1 || own.auc.value === 0;
  if (!isSeparated) {
    const { a, b } = define.gradient(rows, own.brier);
    near(b, 0, "gradient of the intercept", 1e-3);
    near(a, 0, "gradient of the slope", 1e-2);
  }
  const { taken, won } = define.capacity(rows, options.capacity);
  near(own.capacity.taken, taken, "taken");
  near(own.capacity.won, won, "won of capacity");
  const rate = rows.filter((row) => row.won).length / rows.length;
  own.rules.forEach((rule, index) => {
    const { id, points } = model.rules[index];
    const live = rows.filter((row) => row.live.has(id));
    assert.deepEqual([rule.rows, rule.won], [live.length, live.filter((row) => row.won).length], id);
    if (live.length === 0) return;
    near(rule.lift, live.filter((row) => row.won).length / live.length / rate, "lift");
    near(
      rule.woe,
      define.woe(rows, (row) => row.live.has(id)),
      "weight of evidence",
    );
    const without = rows.map((row) => ({
      ...row,
      score: scoreOf(model, visitors.get(row.visitor).events, row.at, id).score,
    }));
    near(rule.drop_one_auc, points === 0 ? 0 : define.auc(rows) - define.auc(without), "drop-one AUC");
    near(rule.drop_one_se, points === 0 ? 0 : define.errorOfDifference(rows, without), "its error");
  });
}

/**
 * The outcome of train rows is known before the split; test rows begin after it. A visitor is on the side of most rows.
 */
function sidesOf(rows, at, horizon) {
  const sideOf = (row) => (row.at >= at ? "test" : row.at + horizon <= at ? "train" : "between");
  const sides = { train: [], test: [] };
  for (const visitor of new Set(rows.map((row) => row.visitor))) {
    const own = rows.filter((row) => row.visitor === visitor);
    const [train, test] = ["train", "test"].map((side) => own.filter((row) => sideOf(row) === side));
    if (test.length > train.length) sides.test.push(...test);
    else sides.train.push(...train);
  }
  return sides;
}

test(`${CASES} random cases have figures equal to their definitions`, (t) => {
  const folder = folderFor(t);
  let [told, stable] = [0, 0];
  for (let number = 0; number < CASES; number++) {
    const testCase = generate(number);
    const { model, visitors, options } = testCase;
    writeFileSync(join(folder, "model.json"), JSON.stringify(model));
    const list = [...visitors].flatMap(([visitor, { events }]) => events.map((event) => ({ visitor, ...event })));
    writeLines(join(folder, "events.ndjson"), list);
    const outcomes = [...visitors].filter(([, { won }]) => won !== undefined);
    writeLines(
      join(folder, "outcomes.ndjson"),
      outcomes.map(([visitor, { won }]) => ({ visitor, at: won, outcome: "won" })),
    );
    const seconds = (millis) => `${millis / 1000}s`;
    const { report, status, refused } = run(folder, [
      ...["backtest", "model.json", "events.ndjson", "--outcomes", "outcomes.ndjson", "--at", `${options.end}`],
      ...["--snapshot", seconds(options.snapshot), "--horizon", seconds(options.horizon)],
      ...["--embargo", seconds(options.embargo), "--seed", `${options.seed}`, "--capacity", `${options.capacity}/w`],
      ...(options.every ? ["--every", seconds(options.every)] : []),
    ]);
    const times = new Map(
      [...visitors]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, { events, won }]) => [id, { events: events.map(({ at }) => at), won }]),
    );
    const rows = define.rowsOf(times, options).map((row) => ({
      ...row,
      ...scoreOf(model, visitors.get(row.visitor).events, row.at),
    }));
    const won = rows.filter((row) => row.won).length;
    try {
      if (won === 0 || won === rows.length || rows.every(({ live }) => live.size === 0)) {
        assert.equal(status, 2, "a case without an answer was answered");
        continue;
      }
      assert.ok(report, refused);
      compare(report, testCase, rows);
      told++;
      const { split_at: at } = report.rows;
      if (at === null) continue;
      const { train, test } = sidesOf(rows, Date.parse(at), options.horizon);
      assert.deepEqual([report.rows.train.rows, report.rows.test.rows], [train.length, test.length]);
      const [before, after] = [train, test].map((side) => side.map((row) => row.score));
      const { psi } = report.models[0].stability;
      if (before.length && after.length) {
        near(psi.value, define.psi(before, after), "PSI");
        stable++;
      } else assert.equal(psi.value, null);
    } catch (error) {
      error.message = `case ${number}: ${error.message}`;
      throw error;
    }
  }
  assert.ok(told > CASES * 0.6 && stable > CASES * 0.3, `${told} of ${CASES} cases had figures, ${stable} a stability`);
});
