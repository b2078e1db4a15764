// Generated visitors with a known probability to win (examples/known-truth). `calibrate` finds the true points, and
// does not make the model worse if there are few outcomes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { level, repeat } from "../lib/level.mjs";
import { folderFor, generator, reportOf } from "./program.mjs";

const LOOK = ["--snapshot", "28d", "--horizon", "30d"];
const FILES = ["events.ndjson", "--outcomes", "outcomes.ndjson"];

function generate(folder, ...options) {
  const { status, stderr, error } = spawnSync(generator, [folder, ...options.map(String)], { encoding: "utf8" });
  assert.equal(status, 0, error?.message ?? stderr);
}

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const error = (list) => Math.sqrt(mean(list.map((value) => (value - mean(list)) ** 2)) / (list.length - 1));
const modelOf = (folder, file) => JSON.parse(readFileSync(join(folder, file), "utf8"));

/** Returns the factor that brings points closest to the truth, because the log-odds per point are arbitrary. */
function scaleTo(truth, points, weights) {
  const sum = (of) => points.reduce((total, point, index) => total + weights[index] * of(point, truth[index]), 0);
  return sum((point, own) => point * own) / sum((point) => point * point);
}

test("the true model is found: points, half-life, and nearly its AUC", (t) => {
  const seeds = repeat({ check: 1, test: 1, all: 10 });
  const visitors = repeat({ check: 4_000, test: 4_000, all: 20_000 });
  const [found, supported, lost] = [[], [], []];
  let [truth, ids] = [[], []];
  for (let seed = 1; seed <= seeds; seed++) {
    const folder = folderFor(t);
    generate(folder, "--seed", seed, "--visitors", visitors, "--won", level === "all" ? 0.04 : 0.1);
    const report = reportOf(folder, ["calibrate", "by-feel.json", ...FILES, ...LOOK, "-o", "new.json"]);
    assert.ok(report.better, report.verdict);
    const decays = modelOf(folder, "new.json").rules.flatMap(({ decay }) => (decay ? [decay.half_life] : []));
    assert.deepEqual([...new Set(decays)], ["14d"], "the half-life of the truth");
    const true_model = modelOf(folder, "truth.json");
    [truth, ids] = [true_model.rules.map(({ points }) => points), true_model.rules.map(({ id }) => id)];
    const won = report.changes.map((change) => change.won);
    const points = report.changes.map((change) => change.new_points);
    const scale = scaleTo(truth, points, won);
    found.push(points.map((point) => point * scale));
    supported.push(won);
    const versus = reportOf(folder, ["backtest", "truth.json", "new.json", ...FILES, ...LOOK, "--rows", "test"]);
    lost.push(-versus.comparison.auc.value);
  }
  t.diagnostic(`AUC below the truth's: ${lost.map((value) => value.toFixed(4))}`);
  if (level !== "all") {
    assert.ok(mean(lost) < 0.02, `${lost}`);
    return;
  }
  const far = [];
  assert.ok(mean(lost) < 0.005, `AUC ${mean(lost)} below the truth's`);
  truth.forEach((own, rule) => {
    // Rules with an average of 200 won rows in the training data.
    if (mean(supported.map((won) => won[rule])) < 200) return;
    const points = found.map((of) => of[rule]);
    const off = mean(points) / own - 1;
    t.diagnostic(`${ids[rule]}: ${own}, found ${mean(points).toFixed(1)} (${(off * 100).toFixed(1)} %)`);
    assert.ok(Math.abs(off) < 0.1, `${ids[rule]}: ${points}, not ${own}`);
    const deviation = error(points) * Math.sqrt(points.length);
    points.forEach((point, seed) => {
      const by = Math.abs(point - own);
      const isFar = by > Math.max(0.15 * Math.abs(own), 2 * deviation);
      far.push(isFar);
      if (!isFar) return;
      const [percent, errors] = [(by / Math.abs(own)) * 100, by / deviation].map((value) => value.toFixed(2));
      t.diagnostic(
        `${ids[rule]} of seed ${seed + 1}: ${point.toFixed(1)}, off by ${percent} %, ${errors} standard errors`,
      );
    });
  });
  // By chance, one in twenty seeds is more than two standard errors away.
  const count = far.filter(Boolean).length;
  t.diagnostic(`${count} of ${far.length} single estimates beyond 15 % and two standard errors`);
  assert.ok(count <= far.length / 20, `${count} of ${far.length} single estimates are far off`);
});

test("few outcomes do not mislead, and sixty help", { skip: level !== "all" && "many calibrations" }, (t) => {
  const fresh = folderFor(t);
  generate(fresh, "--seed", 1_000, "--visitors", 20_000);
  for (const won of [25, 60, 150]) {
    const gains = [];
    for (let draw = 1; draw <= 20; draw++) {
      const folder = folderFor(t);
      generate(folder, "--seed", 100 + draw, "--visitors", Math.round(won / 0.04 / 0.7));
      reportOf(folder, ["calibrate", "by-feel.json", ...FILES, ...LOOK, "--split", "visitors", "-o", "new.json"]);
      writeFileSync(join(fresh, "new.json"), readFileSync(join(folder, "new.json")));
      const { comparison } = reportOf(fresh, ["backtest", "by-feel.json", "new.json", ...FILES, ...LOOK]);
      gains.push(comparison.auc.value);
    }
    const noise = 2 * error(gains);
    t.diagnostic(`${won} won: AUC ${mean(gains) >= 0 ? "+" : ""}${mean(gains).toFixed(4)}, noise ${noise.toFixed(4)}`);
    assert.ok(mean(gains) > -noise - 1e-9, `${won} won: worse than the author's model, ${gains}`);
    if (won >= 60) assert.ok(mean(gains) > 0, `${won} won: not better than the author's model, ${gains}`);
  }
});
