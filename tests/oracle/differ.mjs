// Runs random cases through the native command and through the oracle, and compares.
//
//     node tests/oracle/differ.mjs --bin PATH [--cases N] [--seed S] [--first I] [--keep DIR]
//                                  [--quirks NAMES] [--failures N] [--jobs N]
//                                  [--valid-only]
//
// A case is reproduced by its seed and number: `--seed S --first I --cases 1`. It stops at the first failure (or the
// Nth, with --failures); every failure is shrunk, printed and stored in DIR. One case in ten also breaks its model,
// which must be rejected, unless `--valid-only`. `--quirks` adds cases that the design leaves open (see QUIRKS in
// pools.mjs): names with commas, or `all`.

import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { breakModel } from "./broken-models.mjs";
import { compareRun } from "./compare.mjs";
import { generateCase, quirkSet } from "./generate.mjs";
import { Random } from "./random.mjs";
import { replay } from "./replay.mjs";
import { shrink } from "./shrink.mjs";

const { values: options } = parseArgs({
  options: {
    bin: { type: "string" },
    cases: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    keep: { type: "string" },
    quirks: { type: "string", default: "" },
    failures: { type: "string", default: "1" },
    "valid-only": { type: "boolean", default: false },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
});
if (!options.bin) {
  console.error("usage: node differ.mjs --bin PATH [--cases N] [--seed S] [--first I] [--keep DIR] [--quirks NAMES]");
  process.exit(2);
}

const MAX_OUTPUT = 256 * 1024 * 1024;
const TIMEOUT_MS = 20_000;

// The modes of the command for a case: arguments after the files, and the oracle's result.
const MODES = [
  { name: "final", flags: () => [], lines: (run) => run.finals },
  { name: "trace", flags: () => ["--trace"], lines: (run) => run.trace },
  {
    name: "signals",
    flags: () => ["--signals"],
    lines: (run) => run.signals.map(({ line }) => line),
    armings: (run) => run.signals.map(({ arming }) => arming),
  },
  { name: "at", flags: ({ at }) => ["--at", at.text], lines: (run, { at }) => run.finalsAt(at.ms), stdin: true },
  { name: "broken model", flags: () => [], rejects: true },
  { name: "usage", flags: () => ["--trace", "--signals"], rejects: true },
];
const REGULAR_MODES = MODES.filter(({ rejects }) => !rejects);

function expectedOf(mode, testCase, run = oracleRun(testCase)) {
  if (mode.rejects) return { lines: [], badLines: [], exitCode: 2 };
  return {
    lines: mode.lines(run, testCase),
    armings: mode.armings?.(run),
    badLines: run.badLines,
    exitCode: run.exitCode,
  };
}

function oracleRun({ model, events }) {
  return replay(JSON.parse(model), events);
}

const work = mkdtempSync(join(tmpdir(), "leadscore-differ-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

// Writes a case where the command finds it. Standard input is a file's turn now and then.
function write(slot, { model, events }) {
  const files = { model: join(work, `${slot}.json`), events: join(work, `${slot}.ndjson`) };
  writeFileSync(files.model, model);
  writeFileSync(files.events, events);
  return files;
}

function argumentsOf(mode, files, testCase) {
  return ["replay", files.model, ...(mode.stdin ? [] : [files.events]), ...mode.flags(testCase)];
}

function run(mode, files, testCase) {
  return new Promise((resolve) => {
    const settings = { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT };
    const child = execFile(options.bin, argumentsOf(mode, files, testCase), settings, (error, stdout, stderr) => {
      resolve({ stdout, stderr, exitCode: exitCodeOf(error?.code ?? 0, error?.signal) });
    });
    child.stdin.on("error", () => {}); // the command may have left already
    child.stdin.end(mode.stdin ? testCase.events : "");
  });
}

function runSync(mode, testCase) {
  const files = write("shrink", testCase);
  const settings = {
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT,
    input: mode.stdin ? testCase.events : "",
    encoding: /** @type {const} */ ("utf8"),
  };
  const { stdout, stderr, status, signal } = spawnSync(options.bin, argumentsOf(mode, files, testCase), settings);
  return { stdout, stderr, exitCode: exitCodeOf(status, signal) };
}

function exitCodeOf(code, signal) {
  return signal ? `killed by ${signal}` : code;
}

// Cases as they come, some with a broken model instead.
function caseAt(index) {
  const testCase = generateCase(Number(options.seed), index, quirkSet(options.quirks));
  const random = new Random(Number(options.seed) + 1, index);
  const modes = [...REGULAR_MODES.map((mode) => ({ mode, testCase }))];
  if (options["valid-only"]) return modes;
  if (random.chance(0.1)) {
    const { name, model } = breakModel(random, testCase.model);
    modes.push({ mode: { ...MODES[4], name: `broken model: ${name}` }, testCase: { ...testCase, model } });
  }
  if (random.chance(0.01)) modes.push({ mode: MODES[5], testCase });
  return modes;
}

async function check(index, slot) {
  const checks = caseAt(index);
  const { testCase: valid } = checks[0];
  const oracle = oracleRun(valid);
  const validFiles = write(slot, valid);
  const differences = await Promise.all(
    checks.map(async ({ mode, testCase }) => {
      const files = testCase === valid ? validFiles : write(`${slot}-broken`, testCase);
      const actual = await run(mode, files, testCase);
      const difference = compareRun(expectedOf(mode, testCase, oracle), actual);
      return difference && { index, mode, testCase, difference, actual };
    }),
  );
  return differences.find(Boolean) ?? null;
}

// Differences of one kind: where a model is refused, shrinking must not run into another refusal.
function kindOf(mode, difference, actual) {
  if (actual.exitCode === 2 && !mode.rejects)
    return `refused: ${actual.stderr.replace(/\/[^\s:]*|[0-9.]+|`[^`]*`/g, "")}`;
  return /^exit code/.test(difference) ? difference : "output";
}

function report({ index, mode, testCase, difference, actual }) {
  const kind = kindOf(mode, difference, actual);
  const small = mode.rejects
    ? { ...testCase, events: "" }
    : shrink(testCase, (candidate) => {
        const got = runSync(mode, candidate);
        const left = compareRun(expectedOf(mode, candidate), got);
        return left !== null && kindOf(mode, left, got) === kind;
      });
  const got = runSync(mode, small);
  const expected = expectedOf(mode, small);
  const text = [
    `case ${index} of seed ${options.seed}, ${mode.name}: ${difference}`,
    `shrunk: ${compareRun(expected, got)}`,
    `replay model.json events.ndjson ${mode.flags(small).join(" ")}`,
    "--- model.json",
    JSON.stringify(JSON.parse(small.model), null, 1),
    "--- events.ndjson",
    small.events,
    `--- expected (exit ${expected.exitCode})`,
    ...expected.lines.map((line) => JSON.stringify(line)),
    `--- got (exit ${got.exitCode})`,
    got.stdout.trimEnd(),
    got.stderr.trimEnd(),
    "",
  ].join("\n");
  console.log(text.length > 20_000 ? `${text.slice(0, 20_000)}\n... (cut)\n` : text);
  if (!options.keep) return;
  const folder = join(options.keep, `seed-${options.seed}-case-${index}-${mode.name.replace(/[^a-z]+/g, "-")}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "model.json"), small.model);
  writeFileSync(join(folder, "events.ndjson"), small.events);
  writeFileSync(join(folder, "report.txt"), text);
}

const first = Number(options.first);
const end = first + Number(options.cases);
const allowed = Number(options.failures);
let next = first;
let passed = 0;
let failed = 0;

async function worker(slot) {
  while (next < end && failed < allowed) {
    const failure = await check(next++, slot);
    if (failure === null) passed++;
    else if (failed < allowed) {
      failed++;
      report(failure);
    }
  }
}

await Promise.all(Array.from({ length: Number(options.jobs) }, (_, slot) => worker(slot)));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
