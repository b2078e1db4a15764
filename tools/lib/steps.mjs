// Runs the steps of a check, three at a time: each as soon as what it needs is done. What a step writes is shown in one
// piece, and only where it failed; a table of the times ends the run.
import { spawn } from "node:child_process";
import { clock } from "./say.mjs";

/** More than there are cores, as tests in browsers mostly wait. */
const SIDE_BY_SIDE = 3;

/** Stops a step with all that it started. */
function stop(child) {
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

/** Runs one command; what it writes is added to `written`. Returns true where it succeeded. */
function runCommand([program, ...args], { cwd, env, extra = {} }, written, running) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...env, ...extra },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, of which nothing is left behind when the run is broken off.
      detached: true,
    });
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => written.push(chunk));
    child.on("error", (error) => {
      written.push(Buffer.from(`${program}: ${error.message}\n`));
      resolve(false);
    });
    child.on("close", (code) => {
      running.delete(child);
      resolve(code === 0);
    });
  });
}

/** Returns how many tests the runners of node and cargo say that they ran. */
export function countTests(text) {
  let count = 0;
  for (const [, passed] of text.matchAll(/^(?:ℹ|#) pass (\d+)$/gm)) count += Number(passed);
  for (const [, passed] of text.matchAll(/^test result: ok\. (\d+) passed/gm)) count += Number(passed);
  return count;
}

/**
 * Runs `steps`, in this order as far as they do not wait for one another. A step is `{ name, commands, needs, lane, env }`:
 * its commands, each a list of words, run one after the other until one fails; `needs` names the steps that have to
 * pass before; of those with the same `lane` one runs at a time. After a failure the other steps go on, so that one run shows all that is wrong; those that need what
 * failed are left out. Returns `{ passed, failed, omitted }`.
 */
export async function runSteps(steps, { cwd, env, width = SIDE_BY_SIDE }) {
  const began = performance.now();
  const state = new Map(steps.map(({ name }) => [name, "waiting"]));
  const times = [];
  const running = new Set();
  const end = (signal) => {
    for (const child of running) stop(child);
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", end).once("SIGTERM", end);

  async function run(step) {
    console.log(`${clock(performance.now() - began).padStart(5)}  ...   ${step.name}`);
    const start = performance.now();
    const written = [];
    let passed = true;
    for (const command of step.commands) {
      passed = await runCommand(command, { cwd, env, extra: step.env }, written, running);
      if (!passed) break;
    }
    const time = performance.now() - start;
    const text = Buffer.concat(written).toString();
    const tests = countTests(text);
    state.set(step.name, passed ? "passed" : "failed");
    times.push({ name: step.name, time, passed, tests });
    if (!passed) console.log(`\n${text}`);
    const outcome = passed ? "ok  " : "FAILED";
    console.log(
      `${clock(performance.now() - began).padStart(5)}  ${outcome}  ${step.name}, ${clock(time)}${tests ? `, ${tests} tests` : ""}`,
    );
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
  process.off("SIGINT", end).off("SIGTERM", end);

  const count = (what) => [...state.values()].filter((value) => value === what).length;
  const total = performance.now() - began;
  printTable(times, total);
  for (const [name, value] of state) {
    if (value === "waiting") console.log(`not run, since what it needs failed: ${name}`);
    if (value === "failed") console.log(`failed: ${name}`);
  }
  return { passed: count("passed"), failed: count("failed"), omitted: count("waiting") };
}

function printTable(times, total) {
  console.log("\n time   tests  step");
  for (const { name, time, tests, passed } of times.sort((a, b) => b.time - a.time)) {
    console.log(`${clock(time).padStart(5)}  ${String(tests || "").padStart(6)}  ${name}${passed ? "" : " (failed)"}`);
  }
  console.log(
    `${clock(total).padStart(5)}  ${String(times.reduce((sum, { tests }) => sum + tests, 0)).padStart(6)}  in all\n`,
  );
}
