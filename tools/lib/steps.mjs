// Runs the steps of a check, some at a time: each as soon as what it needs is done. The output of a step is shown at
// once, and only if it failed; a line each minute says what is running; the run ends with tables of times.
import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { clock } from "./say.mjs";
import { countTests, cpuTime, slowFiles, testsSoFar } from "./written.mjs";

/** More than there are processors, as tests in browsers wait for half of their time. */
const SIDE_BY_SIDE = cpus().length + 2;

/** The time in milliseconds without a line after which the running steps are listed. */
const SILENCE = 60_000;

/** Stops a step with all that it started. */
function stop(child) {
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

/** The shell reports the CPU time of its children on every system; node does not. */
const WITH_TIMES = '"$@"; code=$?; times >&3; exit $code';

/**
 * Runs one command; what it writes is added to `written`. Returns whether it succeeded, and its CPU time in
 * milliseconds: of the processes that were waited for, so not of all processes of a browser.
 */
function runCommand(command, { cwd, env, extra = {} }, written, running) {
  return new Promise((resolve) => {
    let times = "";
    const child = spawn("/bin/sh", ["-c", WITH_TIMES, "sh", ...command], {
      cwd,
      env: { ...env, ...extra },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      // A group of its own, of which nothing is left behind when the run is broken off.
      detached: true,
    });
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => written.push(chunk));
    child.stdio[3]?.on("data", (chunk) => (times += chunk));
    child.on("error", (error) => {
      written.push(Buffer.from(`/bin/sh: ${error.message}\n`));
      resolve({ passed: false, cpu: 0 });
    });
    child.on("close", (code) => {
      running.delete(child);
      resolve({ passed: code === 0, cpu: cpuTime(times) });
    });
  });
}

/** The time in milliseconds that all processors of this machine have worked since it was started, for whomever. */
const machineTime = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);

/**
 * Runs `steps`, in this order as far as they do not wait for one another. A step is `{ name, commands, needs, lane, env
 * }`: its commands, each a list of words, run one after the other until one fails; `needs` names the steps that have to
 * pass before; of those with the same `lane` one runs at a time. After a failure the other steps go on, so that one run
 * shows all that is wrong; those that need what failed are left out. Returns `{ passed, failed, omitted }`.
 */
export async function runSteps(steps, { cwd, env, width = SIDE_BY_SIDE, silence = SILENCE }) {
  const began = performance.now();
  const sinceBegin = () => clock(performance.now() - began).padStart(5);
  const workedBefore = machineTime();
  const state = new Map(steps.map(({ name }) => [name, "waiting"]));
  const times = [];
  const running = new Set();
  /** The running steps: what each has written, and since when. */
  const underWay = new Map();
  const listed = setInterval(() => {
    const each = [...underWay].map(([name, { start, written }]) => {
      const tests = testsSoFar(Buffer.concat(written).toString());
      return `${name} (${clock(performance.now() - start)}${tests ? `, ${tests} tests` : ""})`;
    });
    console.log(`${sinceBegin()}  runs  ${each.join("; ")}`);
  }, silence);
  const end = (signal) => {
    for (const child of running) stop(child);
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", end).once("SIGTERM", end);

  async function run(step) {
    console.log(`${sinceBegin()}  ...   ${step.name}`);
    listed.refresh();
    const start = performance.now();
    const written = [];
    underWay.set(step.name, { start, written });
    let passed = true;
    let cpu = 0;
    for (const command of step.commands) {
      const run = await runCommand(command, { cwd, env, extra: step.env }, written, running);
      passed = run.passed;
      cpu += run.cpu;
      if (!passed) break;
    }
    const time = performance.now() - start;
    const text = Buffer.concat(written).toString();
    const tests = countTests(text);
    state.set(step.name, passed ? "passed" : "failed");
    underWay.delete(step.name);
    times.push({ name: step.name, time, cpu, passed, tests, files: slowFiles(text) });
    if (!passed) console.log(`\n${text}`);
    const outcome = passed ? "ok  " : "FAILED";
    console.log(`${sinceBegin()}  ${outcome}  ${step.name}, ${clock(time)}${tests ? `, ${tests} tests` : ""}`);
    listed.refresh();
  }

  const taken = (lane) => lane && steps.some((other) => other.lane === lane && state.get(other.name) === "running");
  const isReady = ({ name, lane, needs = [] }) =>
    state.get(name) === "waiting" &&
    !taken(lane) &&
    needs.every((need) => !state.has(need) || state.get(need) === "passed");
  const active = new Set();
  for (;;) {
    const next = active.size < width ? steps.find(isReady) : undefined;
    if (next) {
      state.set(next.name, "running");
      const work = run(next).finally(() => active.delete(work));
      active.add(work);
    } else if (active.size) await Promise.race(active);
    else break;
  }
  clearInterval(listed);
  process.off("SIGINT", end).off("SIGTERM", end);

  const count = (what) => [...state.values()].filter((value) => value === what).length;
  const total = performance.now() - began;
  printTables(times, total, machineTime() - workedBefore);
  for (const [name, value] of state) {
    if (value === "waiting") console.log(`not run, since what it needs failed: ${name}`);
    if (value === "failed") console.log(`failed: ${name}`);
  }
  return { passed: count("passed"), failed: count("failed"), omitted: count("waiting") };
}

const FILES_SHOWN = 15;

const sum = (rows, key) => rows.reduce((total, row) => total + row[key], 0);
const row = (time, cpu, tests, name) =>
  console.log(`${time.padStart(6)} ${cpu.padStart(6)} ${String(tests || "").padStart(6)}  ${name}`);

function printTables(steps, total, worked) {
  console.log("");
  row("time", "CPU", "tests", "step");
  for (const { name, time, cpu, tests, passed } of steps.sort((a, b) => b.time - a.time)) {
    row(clock(time), clock(cpu), tests, `${name}${passed ? "" : " (failed)"}`);
  }
  row(clock(total), clock(sum(steps, "cpu")), sum(steps, "tests"), "in all");
  // More than the sum, as a browser ends without waiting for its processes, and others may use the machine.
  row("", clock(worked), "", `on the machine's ${cpus().length} processors meanwhile`);

  const files = steps.flatMap(({ name, files }) => files.map(({ file, time }) => ({ file, time, step: name })));
  if (!files.length) return console.log("");
  console.log("\n  time  slowest files");
  for (const { file, time, step } of files.sort((a, b) => b.time - a.time).slice(0, FILES_SHOWN)) {
    console.log(`${clock(time).padStart(6)}  ${file} (${step})`);
  }
  console.log("");
}
