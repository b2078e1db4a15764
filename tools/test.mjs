// `node tools/test.mjs LEVEL`: check (half a minute of work), test (what CI runs) or all (before a release).
// tools/lib/level.mjs defines the levels, tools/lib/suite.mjs the steps.
import { missingEngines, howToGet } from "./lib/browsers.mjs";
import { LEVELS, repetition } from "./lib/level.mjs";
import { environment, ROOT } from "./lib/project.mjs";
import { fail, main } from "./lib/say.mjs";
import { runSteps } from "./lib/steps.mjs";
import { engines, stepsOf } from "./lib/suite.mjs";

await main(async () => {
  const level = process.argv[2] ?? "test";
  if (!LEVELS.includes(level)) fail(`no such level of tests: ${level} (${LEVELS.join(", ")})`);
  const env = { ...environment(), ...repetition(level), ENGINES: engines().join(",") };
  const { steps, leftOut } = stepsOf(level);
  const { passed, failed } = await runSteps(steps, { cwd: ROOT, env });
  if (level !== "check") {
    for (const engine of missingEngines()) console.log(`LEFT OUT: ${engine}, which is not here: ${howToGet(engine)}`);
    for (const name of leftOut) console.log(`LEFT OUT, for want of Chromium: ${name}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
});
