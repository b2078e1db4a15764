// The runner of the steps: order, output and counts.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runSteps } from "../../tools/lib/steps.mjs";
import { countTests, cpuTime, slowFiles, testsSoFar } from "../../tools/lib/written.mjs";

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

test("a step that passes prints one line; one that fails prints its output, and the others continue", async (t) => {
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

test("a missing program fails its step", async (t) => {
  const { outcome, text } = await run(t, [{ name: "none", commands: [["no-such-program-here"]] }]);
  assert.deepEqual(outcome, { passed: 0, failed: 1, omitted: 0 });
  assert.match(text, /no-such-program-here.*not found/);
});

test("at most the given number of steps run at a time, and one of each lane", async (t) => {
  const seen = [];
  const logged = (name) => [script(`console.log(${JSON.stringify(name)}); setTimeout(() => {}, 150)`)];
  const print = t.mock.method(console, "log", (line) => seen.push(line));
  const steps = ["a", "b", "c", "d", "e"].map((name) => ({
    name,
    lane: name < "c" ? "cargo" : undefined,
    commands: logged(name),
  }));
  await runSteps(steps, { cwd: process.cwd(), env: process.env, width: 3 });
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

test("a run that prints nothing for a while says what is running, with its time", async (t) => {
  const source = "console.log('  ✔ one (1ms)\\ntest two ... ok\\n▶ suite'); setTimeout(() => {}, 700)";
  const { text } = await run(t, [{ name: "long", commands: [script(source)] }], { silence: 500 });
  assert.match(text, /^ +0:0\d {2}runs {2}long \(0:0\d(, 2 tests)?\)$/m);
  const { text: quick } = await run(t, [{ name: "quick", commands: PASSES }]);
  assert.doesNotMatch(quick, / runs /);
});

test("the tests of node's and of cargo's runners are counted", () => {
  assert.equal(countTests("ℹ tests 9\nℹ pass 7\nℹ fail 0\n"), 7);
  assert.equal(countTests("test result: ok. 52 passed; 0 failed\n...\ntest result: ok. 3 passed; 0 failed\n"), 55);
  assert.equal(countTests("# pass 4\n"), 4);
  assert.equal(testsSoFar("▶ suite\n  ✔ one (1ms)\n  ✖ two (2ms)\n✔ suite (3ms)\n✔ three (1ms)\n"), 2);
  assert.equal(testsSoFar("test one ... ok\ntest two ... FAILED\n"), 1);
});

test("each step's time on the processor and the slowest files are in the tables", async (t) => {
  const busy = script(
    "const used = () => { const { user, system } = process.cpuUsage(); return user + system; }; while (used() < 0.6e6);",
  );
  const file = script("console.log('ℹ file 61500 ms tests/slow.test.mjs')");
  const { text } = await run(t, [
    { name: "busy", commands: [busy, busy] },
    { name: "idle", commands: [file] },
  ]);
  const [, seconds] = /^ +\d+:\d\d +0:0(\d) +busy$/m.exec(text) ?? [];
  assert.ok(Number(seconds) >= 1, text);
  assert.match(text, /^ +\d+:\d\d +0:00 +idle$/m);
  assert.match(text, /^ +1:02 {2}tests\/slow\.test\.mjs \(idle\)$/m);
});

test("the shells' ways to tell the time", () => {
  assert.equal(cpuTime("0m0.000s 0m0.010s\n1m2.500s 0m0.250s\n"), 62_750);
  assert.equal(cpuTime("0m0.000000s 0m0.000000s\n0m0.120000s 0m0.030000s\n"), 150);
  assert.equal(cpuTime("0m0,000s 0m0,010s\n0m1,500s 0m0,250s\n"), 1750);
  assert.equal(cpuTime(""), 0);
});

test("the time of each file of cargo's and of node's runners", () => {
  const cargo = `     Running unittests src/lib.rs (target/debug/deps/leadscore-1)
     Running tests/laws/main.rs (target/debug/deps/laws-2)
   Doc-tests leadscore
test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.25s
test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 40.50s
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 3.00s
`;
  assert.deepEqual(slowFiles(cargo), [
    { file: "src/lib.rs", time: 1250 },
    { file: "tests/laws/main.rs", time: 40_500 },
    { file: "Doc-tests", time: 3000 },
  ]);
  const reporter = fileURLToPath(new URL("../lib/reporter.mjs", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "leadscore-reporter-"));
  const path = join(folder, "some.test.mjs");
  writeFileSync(
    path,
    'import { test } from "node:test"; test("waits", () => new Promise((end) => setTimeout(end, 50)));',
  );
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout } = spawnSync(process.execPath, ["--test", `--test-reporter=${reporter}`, path], {
    encoding: "utf8",
    env,
    cwd: folder,
  });
  rmSync(folder, { recursive: true });
  assert.equal(countTests(stdout), 1, stdout);
  const [{ file, time }] = slowFiles(stdout);
  assert.equal(file, "some.test.mjs");
  assert.ok(time >= 49, `${time} ms`);
});

const SOURCE = `
  import { runSteps } from ${JSON.stringify(new URL("../../tools/lib/steps.mjs", import.meta.url).href)};
  const shell = '"$0" -e "setInterval(() => {}, 1000)" & echo $! > "$OUT"; wait';
  await runSteps([{ name: "long", commands: [["/bin/sh", "-c", shell, process.execPath]] }], { env: process.env });`;

test("an interrupted run leaves no process behind", { timeout: 20_000 }, async () => {
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
