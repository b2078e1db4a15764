// On a shop's real sessions, at most 20 rules with up to 20 points are nearly as good as a logistic regression on all
// rules.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { repeat } from "../lib/level.mjs";
import { folderFor, reportOf, writeLines } from "./program.mjs";
import { modelOfCuts, sessions } from "./shoppers.mjs";

const DATA = fileURLToPath(new URL("../../examples/online-shoppers/sessions.csv", import.meta.url));
/**
 * The AUC of scikit-learn 1.9 for each fold: LogisticRegression(C=1.0, max_iter=2000) with the same rules as 0 and 1,
 * trained on the rows whose number modulo 5 is not the fold. The mean is 0.7599.
 */
const REGRESSION = [0.7422605776, 0.7601964623, 0.7727500721, 0.7600507528, 0.7641437371];
const ALLOWED = 0.005;
const START = 1_767_225_600_000;
const DAY = 86_400_000;
const FOLDS = repeat({ check: 1, test: 1, all: 5 });

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

test("calibrated points against logistic regression, by folds", (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, "model.json"), JSON.stringify(modelOfCuts()));
  const rows = sessions(DATA);
  assert.equal(rows.length, 12_330);
  const reached = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    // The fold's sessions are a hundred days later, so a split by time divides them from the others.
    const at = (index) => START + (index % 5 === fold ? 100 * DAY : 0);
    const lines = rows.map(({ props }, index) => ({ visitor: `s${index}`, type: "identify", at: at(index), props }));
    const won = rows.flatMap(({ won }, index) =>
      won ? [{ visitor: `s${index}`, at: at(index) + DAY, outcome: "won" }] : [],
    );
    writeLines(join(folder, "events.ndjson"), lines);
    writeLines(join(folder, "outcomes.ndjson"), won);
    const report = reportOf(folder, [
      ...["calibrate", "model.json", "events.ndjson", "--outcomes", "outcomes.ndjson", "-o", "new.json"],
      ...["--snapshot", "0", "--horizon", "2d", "--split", `${START + 50 * DAY}`, "--at", `${START + 200 * DAY}`],
      ...["--max-points", "20", "--rules", "20"],
    ]);
    assert.deepEqual([report.rows.train.rows + report.rows.test.rows, report.adopted], [12_330, true]);
    const points = report.changes.map((change) => change.new_points).filter((points) => points !== 0);
    assert.ok(points.length <= 20 && points.every((own) => Number.isInteger(own) && Math.abs(own) <= 20), `${points}`);
    reached.push(report.models[1].auc.value);
  }
  const expected = mean(REGRESSION.slice(0, FOLDS));
  t.diagnostic(
    `AUC ${reached.map((auc) => auc.toFixed(4))}, mean ${mean(reached).toFixed(4)} against ${expected.toFixed(4)}`,
  );
  assert.ok(mean(reached) > expected - ALLOWED, `AUC ${mean(reached)}, of the regression ${expected}`);
});
