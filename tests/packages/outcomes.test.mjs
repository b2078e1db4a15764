// `npx leadscore backtest | calibrate | diff` compared with the native program: the same reports, files and exit
// status.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { consumer, native } from "./lib/consumer.mjs";

const START = 1_767_225_600_000;
const DAY = 86_400_000;
const model = (points) =>
  JSON.stringify({
    name: "shop",
    rules: [
      { id: "view", event: "page_view", path: "/pricing", points: points[0], limit: 3, decay: { half_life: "7d" } },
      { id: "demo", event: "form_submit", points: points[1] },
      { id: "noise", event: "scroll", points: points[2] },
    ],
    stages: [
      { id: "mql", at: 10 },
      { id: "sql", at: 25 },
    ],
  });

/**
 * Half a year of visits. A demo predicts much, a pricing view little, a scroll nothing. Lifecycle events give outcomes.
 */
function visits() {
  const lines = [];
  const add = (visitor, type, day, more = {}) =>
    lines.push(JSON.stringify({ visitor, type, at: START + Math.round(day * DAY), ...more }));
  for (let index = 0; index < 600; index++) {
    const [visitor, day] = [`v-${index}`, index * 0.3];
    add(visitor, "page_view", day, { url: index % 3 ? "/" : "/pricing" });
    if (index % 2) add(visitor, "scroll", day + 1);
    if (index % 5 === 0) add(visitor, "form_submit", day + 2);
    const isWon = index % 5 === 0 ? index % 10 === 0 || index % 3 === 0 : index % 21 === 0;
    if (isWon) add(visitor, "lifecycle", day + 9 + (index % 7), { props: { stage: "customer" } });
  }
  add("last", "page_view", 240, { url: "/" });
  return lines.join("\n");
}

let folder;
before(() => {
  folder = consumer("outcomes", {
    "model.json": model([20, 5, 15]),
    "other.json": model([5, 30, 0]),
    "visits.ndjson": visits(),
    "few.ndjson": visits().split("\n").slice(0, 20).join("\n"),
    "bad.ndjson": `${visits()}\n{}\nnonsense`,
    "outcomes.ndjson": JSON.stringify({ visitor: "v-1", at: START + 20 * DAY, outcome: "won" }),
    "broken.json": "{",
  });
});

const run = (command, args) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 });
  return { status, stdout, stderr };
};
const npm = (...args) => run(join(folder, "node_modules/.bin/leadscore"), args);

for (const args of [
  ["backtest", "model.json", "visits.ndjson", "--horizon", "14d"],
  ["backtest", "model.json", "visits.ndjson", "--json", "--capacity", "3/w", "--every", "7d", "--seed", "7"],
  ["backtest", "model.json", "other.json", "visits.ndjson", "--fail-on", "auc_change < 0"],
  ["backtest", "model.json", "visits.ndjson", "--fail-on", "auc < 0.99"],
  ["backtest", "model.json", "bad.ndjson"],
  ["backtest", "model.json", "visits.ndjson", "--outcomes", "outcomes.ndjson"],
  ["backtest", "model.json", "few.ndjson"],
  ["backtest", "broken.json", "visits.ndjson"],
  ["backtest", "absent.json", "visits.ndjson"],
  ["backtest", "model.json", "absent.ndjson"],
  ["backtest", "model.json", "visits.ndjson", "--snapshot", "soon"],
  ["calibrate", "model.json", "visits.ndjson", "--horizon", "14d"],
  ["calibrate", "model.json", "visits.ndjson", "--json", "-o", "model.json"],
  ["calibrate", "model.json", "visits.ndjson", "-o", "visits.ndjson"],
  ["calibrate", "model.json", "visits.ndjson", "-o", "bad.ndjson"],
  ["calibrate", "model.json", "visits.ndjson", "-o", "."],
  ["diff", "model.json", "other.json", "visits.ndjson", "--html", "visits.ndjson"],
  ["diff", "model.json", "other.json", "visits.ndjson"],
  ["diff", "model.json", "other.json", "visits.ndjson", "--fail-on", "mql > +1%"],
])
  test(`leadscore ${args.join(" ")}`, () => {
    const [own, expected] = [npm(...args), run(native, args)];
    assert.deepEqual(own, expected);
    assert.ok(own.stdout || own.stderr);
  });

test("calibrated models, pages and Markdown are the same files", () => {
  const args = ["calibrate", "model.json", "visits.ndjson", "--horizon", "14d", "--anyway"];
  const files = ["new.json", "report.html", "report.md"];
  const more = ["-o", files[0], "--html", files[1], "--markdown", files[2]];
  const written = [(...args) => npm(...args), (...args) => run(native, args)].map((program) => {
    for (const file of files) rmSync(join(folder, file), { force: true });
    assert.equal(program(...args, ...more).status, 0);
    return files.map((file) => readFileSync(join(folder, file), "utf8"));
  });
  assert.deepEqual(written[0], written[1]);
  const [, demo, noise] = JSON.parse(written[0][0]).rules;
  assert.ok(demo.points > noise.points, written[0][0]);
});

test("the help of each command has an example that works", () => {
  const help = npm("calibrate", "--help").stdout;
  for (const name of ["--outcomes <FILE>", "--half-lives <LIST>", "-o, --output <FILE>"])
    assert.ok(help.includes(name), help);
  for (const command of ["backtest", "calibrate", "diff"]) {
    const [, example] = /^Example: npx leadscore (.+)$/m.exec(npm(command, "--help").stdout);
    const args = [...example.matchAll(/"([^"]+)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word);
    if (command === "diff") writeFileSync(join(folder, "calibrated.json"), model([20, 5, 15]));
    const { status, stderr } = npm(...args);
    assert.equal(status, 0, `${example}: ${stderr}`);
  }
});
