// The runner of the steps: what runs when, what is shown, and what is counted.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { countTests, runSteps } from "../../tools/lib/steps.mjs";

const script = (source) => [process.execPath, "-e", source];
const PASSES = [script("console.log('all is well')")];
const FAILS = [
  script("console.log('first line'); console.error('second line'); process.exit(3)"),
  script("console.log('never')"),
];

/** Runs steps; gives the outcome and all that was printed. */
async function run(context, steps, options) {
  const lines = [];
  const print = context.mock.method(console, "log", (line) => lines.push(line));
  try {
    const outcome = await runSteps(steps, { cwd: process.cwd(), env: process.env, ...options });
    return { outcome, text: lines.join("\n") };
  } finally {
    print.mock.restore();
  }
}

test("what passes says so in a line; what fails is shown whole, and the others go on", async (t) => {
  const { outcome, text } = await run(t, [
    { name: "good", commands: PASSES },
    { name: "bad", commands: FAILS },
    { name: "built on bad", needs: ["bad"], commands: PASSES },
    { name: "another", needs: ["good"], commands: PASSES },
  ]);
  assert.deepEqual(outcome, { passed: 2, failed: 1, omitted: 1 });
  assert.match(text, /first line\nsecond line/);
  assert.match(text, /^failed: bad$/m);
  assert.match(text, /^not run, since what it needs failed: built on bad$/m);
  assert.doesNotMatch(text, /all is well|never/);
});

test("a program that is not there fails its step", async (t) => {
  const { outcome, text } = await run(t, [{ name: "none", commands: [["no-such-program-here"]] }]);
  assert.deepEqual(outcome, { passed: 0, failed: 1, omitted: 0 });
  assert.match(text, /no-such-program-here: spawn no-such-program-here ENOENT/);
});

test("three steps run at a time, and one of a lane", async (t) => {
  const seen = [];
  const logged = (name) => [script(`console.log(${JSON.stringify(name)}); setTimeout(() => {}, 150)`)];
  const print = t.mock.method(console, "log", (line) => seen.push(line));
  const steps = ["a", "b", "c", "d", "e"].map((name) => ({
    name,
    lane: name < "c" ? "cargo" : undefined,
    commands: logged(name),
  }));
  await runSteps(steps, { cwd: process.cwd(), env: process.env });
  print.mock.restore();
  const running = new Set();
  let most = 0;
  for (const line of seen) {
    const [, what, name] = /^\s*\d+:\d+ {2}(\.\.\.|ok) +(\w)\b/.exec(line) ?? [];
    if (what === "...") running.add(name);
    if (what === "ok") running.delete(name);
    most = Math.max(most, running.size);
    assert.ok(!(running.has("a") && running.has("b")), "both of one lane");
  }
  assert.equal(most, 3);
});

test("the tests of node's and of cargo's runners are counted", () => {
  assert.equal(countTests("ℹ tests 9\nℹ pass 7\nℹ fail 0\n"), 7);
  assert.equal(countTests("test result: ok. 52 passed; 0 failed\n...\ntest result: ok. 3 passed; 0 failed\n"), 55);
  assert.equal(countTests("# pass 4\n"), 4);
});

const SOURCE = `
  import { runSteps } from ${JSON.stringify(new URL("../../tools/lib/steps.mjs", import.meta.url).href)};
  const shell = '"$0" -e "setInterval(() => {}, 1000)" & echo $! > "$OUT"; wait';
  await runSteps([{ name: "long", commands: [["/bin/sh", "-c", shell, process.execPath]] }], { env: process.env });`;

test("a run that is broken off leaves no program behind", { timeout: 20_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "leadscore-steps-"));
  const out = join(folder, "pid");
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
  const env = { ...process.env, OUT: out };
  const runner = spawn(process.execPath, ["--input-type=module", "--eval", SOURCE], { env });
  while (!existsSync(out) || !readFileSync(out, "utf8").endsWith("\n")) await pause();
  const pid = Number(readFileSync(out, "utf8"));
  runner.kill("SIGINT");
  const [code] = await once(runner, "exit");
  assert.equal(code, 130);
  const isThere = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (isThere()) await pause();
  rmSync(folder, { recursive: true });
});

test("a test file that cannot be loaded fails the run in one process", async () => {
  const folder = mkdtempSync(join(tmpdir(), "leadscore-together-"));
  const write = (name, source) => (writeFileSync(join(folder, name), source), join(folder, name));
  const good = write("good.mjs", 'import { test } from "node:test"; test("passes", () => {});');
  const bad = write("bad.mjs", 'import "no-such-package-here";');
  const together = fileURLToPath(new URL("../lib/together.mjs", import.meta.url));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = (...files) => spawnSync(process.execPath, [together, ...files], { encoding: "utf8", env });
  assert.equal(run(good).status, 0);
  const { status, stderr } = run(good, bad, good);
  assert.equal(status, 1);
  assert.match(stderr, /no-such-package-here/);
  assert.match(stderr, /not loaded, so not tested: \S+bad\.mjs, \S+good\.mjs/);
  rmSync(folder, { recursive: true });
});
