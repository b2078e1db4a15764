// CPU time and memory of a calibration with 100,000 visitors, 50 rules and 6 half-lives.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { level } from "../lib/level.mjs";
import { Random } from "../oracle/random.mjs";
import { folderFor, program } from "./program.mjs";

const VISITORS = 100_000;
const RULES = 50;
const SECONDS = 60;
/** The limit of memory for 1.3 million events, which take 172 MB according to docs/design.md. */
const MEGABYTES = 256;
const START = 1_767_225_600_000;
const DAY = 86_400_000;

/**
 * Writes a model with wrong points, visitors who match a dozen rules each, and outcomes that follow the true points.
 */
function generate(folder) {
  const random = new Random(50);
  const truth = Array.from({ length: RULES }, () => random.int(2, 20) * (random.chance(0.2) ? -1 : 1));
  const rules = truth.map((points, index) => ({
    id: `r${index}`,
    event: `e${index}`,
    points: Math.sign(points) * random.int(2, 20),
    limit: 1 + (index % 3),
    decay: { half_life: "21d" },
  }));
  const stages = [{ id: "mql", at: 40 }];
  writeFileSync(
    join(folder, "model.json"),
    JSON.stringify({ name: "large", score: { min: -2000, max: 5000 }, rules, stages }),
  );
  const [events, outcomes] = ["events.ndjson", "outcomes.ndjson"].map((name) => openSync(join(folder, name), "w"));
  for (let index = 0; index < VISITORS; index++) {
    const visitor = `v${index}`;
    const first = START + random.int(0, 120 * DAY);
    const lines = [{ visitor, type: "visit", at: first }];
    let score = 0;
    for (let rule = 0; rule < RULES; rule++) {
      if (!random.chance(0.24)) continue;
      const at = first + random.int(0, 20 * DAY);
      lines.push({ visitor, type: `e${rule}`, at });
      score += truth[rule] * 2 ** (-(first + 21 * DAY - at) / (7 * DAY));
    }
    writeSync(events, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    if (random.chance(1 / (1 + Math.exp(4.5 - score / 12)))) {
      const at = first + 21 * DAY + 600_000 + random.int(0, 13 * DAY);
      writeSync(outcomes, `${JSON.stringify({ visitor, at, outcome: "won" })}\n`);
    }
  }
  closeSync(events);
  closeSync(outcomes);
}

test(
  `${VISITORS} visitors take less than ${SECONDS} s of CPU and ${MEGABYTES} MB`,
  { skip: level !== "all" && "a long calculation" },
  (t) => {
    const folder = folderFor(t);
    generate(folder);
    const args =
      "calibrate model.json events.ndjson --outcomes outcomes.ndjson --snapshot 21d --horizon 14d --split visitors -o new.json --json";
    // Memory for data; only Linux holds a process to it.
    const limit = process.platform === "linux" ? `ulimit -d ${MEGABYTES * 1_024};` : "";
    // `times` prints two lines: the shell's CPU time and that of its children.
    const command = `${limit} "$0" ${args} > report.json; times`;
    const { stdout, status, stderr } = spawnSync("sh", ["-c", command, program], { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const [user, system] = stdout.split("\n")[1].split(" ");
    const seconds = [user, system].reduce((sum, time) => {
      const [, minutes, rest] = /^(\d+)m([\d.]+)s$/.exec(time);
      return sum + Number(minutes) * 60 + Number(rest);
    }, 0);
    const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
    t.diagnostic(`${seconds.toFixed(1)} s of CPU; ${report.rows.train.won} won train rows; ${report.verdict}`);
    assert.equal(report.fit.half_lives.filter(({ half_life: seconds }) => seconds !== null).length, 6);
    assert.equal(report.changes[0].new_half_life, 7 * 86_400);
    assert.ok(seconds < SECONDS, `${seconds} s of CPU`);
  },
);
