// The peers' workload: a round runs every scorer once, each in its own process, and starts with the next scorer.
// node benches/peers/run.mjs [--rules 20,200,10000] [--rounds 3] [--budget MS] [--only NAMES] [--pkg FOLDER]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { median, met, title } from "../lib/measure.mjs";
import { translated } from "./scorers/leadscore.mjs";
import { model } from "./workload.mjs";

const SCORERS = [
  "plain",
  "indexed",
  "json-logic",
  "ingest",
  "snapshot",
  "plain-decay",
  "ingest-decay",
  "snapshot-decay",
];
/** The highest allowed ratio to the time of `plain`, by the number of rules. */
const TARGETS = { 20: { ingest: 6, snapshot: 12 }, 200: { ingest: 1 }, 10_000: { ingest: 0.05 } };
/** The limits: microseconds per event for the first 100 events, and bytes per visitor. */
const COLD = 15;
const BYTES = 500;
const TIMEOUT_MS = 300_000;

function measure(name, rules, budget, verify, pkg, file) {
  const args = ["--expose-gc", fileURLToPath(new URL("child.mjs", import.meta.url))];
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [...args, name, rules, budget, verify ? 1 : 0, pkg, file],
    { encoding: "utf8", timeout: TIMEOUT_MS },
  );
  if (status !== 0) throw new Error(`${name} of ${rules} rules failed: ${error ?? stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

/** @param {{ rules?: number[], rounds?: number, budget?: number, only?: string[], pkg: URL }} options */
export async function peers({ rules = [20, 200], rounds = 3, budget = 800, only = SCORERS, pkg }) {
  const { compile } = await import(new URL("compile-node.js", pkg).href);
  const folder = mkdtempSync(join(tmpdir(), "leadscore-peers-"));
  const growth = {};
  try {
    for (const size of rules) {
      const files = {};
      for (const decay of [false, true]) {
        files[decay] = join(folder, `${size}-${decay}.lsm`);
        writeFileSync(files[decay], compile(translated(model(size, decay), decay)));
      }
      const runs = Object.fromEntries(only.map((name) => [name, []]));
      for (let round = 0; round < rounds; round++) {
        for (let turn = 0; turn < only.length; turn++) {
          const name = only[(turn + round) % only.length];
          const file = files[name.endsWith("-decay")];
          runs[name].push(measure(name, size, budget, round === 0, pkg.href, file));
        }
      }
      growth[size] = report(size, runs);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const [small, large] = [growth[20], growth[10_000]];
  if (small && large) console.log(`ingest grows from 20 to 10,000 rules by ${(large / small).toFixed(1)}x`);
}

/** Prints a table. Returns the nanoseconds per event of `ingest`. */
function report(size, runs) {
  title(`peers' workload, ${size} rules: CPU time, ratios within a round`);
  const of = (name, field) => median(runs[name].map((run) => run[field]));
  console.log("scorer           ns an event   of plain   of indexed   load ms   cold µs   visitor bytes   verified");
  for (const name of Object.keys(runs)) {
    const by = (other) => {
      const own = name.endsWith("-decay") && other === "plain" ? "plain-decay" : other;
      if (!runs[own]) return "-";
      return median(runs[name].map((run, round) => run.ns / runs[own][round].ns)).toFixed(2);
    };
    const bytes = of(name, "bytes");
    const best = (field) => Math.min(...runs[name].map((run) => run[field]));
    const columns = [
      name.padEnd(16),
      of(name, "ns").toFixed(0).padStart(12),
      by("plain").padStart(10),
      by("indexed").padStart(12),
      best("init").toFixed(1).padStart(9),
      best("cold").toFixed(1).padStart(9),
      (bytes === null ? "-" : bytes.toFixed(0)).padStart(15),
      String(runs[name][0].verified ?? "-").padStart(10),
    ];
    const verdicts = [];
    const target = TARGETS[size]?.[name];
    if (target && runs.plain) verdicts.push(met(by("plain") <= target, `at most ${target}x plain`));
    if (name === "ingest" && size === 20) {
      verdicts.push(met(best("cold") <= COLD, `cold at most ${COLD} µs`));
      if (bytes !== null) verdicts.push(met(bytes <= BYTES, `at most ${BYTES} bytes`));
    }
    console.log([columns.join(""), ...verdicts].join("   "));
  }
  return runs.ingest && of("ingest", "ns");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      rules: { type: "string" },
      rounds: { type: "string" },
      budget: { type: "string" },
      only: { type: "string" },
      pkg: { type: "string" },
    },
  });
  const pkg = values.pkg ? pathToFileURL(`${resolve(values.pkg)}/`) : new URL("../../pkg/", import.meta.url);
  await peers({
    rules: values.rules?.split(",").map(Number),
    rounds: values.rounds && Number(values.rounds),
    budget: values.budget && Number(values.budget),
    only: values.only?.split(","),
    pkg,
  });
}
