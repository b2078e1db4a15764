// Runs the targets of tests/fuzz for some seconds each: `node tools/fuzz.mjs SECONDS [TARGET...]`. New inputs are
// stored in tests/fuzz/corpus. A crash is stored in tests/fuzz/artifacts and ends the run. Without names, the targets
// of tests/edge/fuzz follow, which need the package.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { output, succeeds } from "./lib/process.mjs";
import { environment, ROOT } from "./lib/project.mjs";
import { fail, main } from "./lib/say.mjs";

await main(async () => {
  const [seconds = "60", ...named] = process.argv.slice(2);
  // The sanitizer's flags are unstable; the pinned stable compiler knows them all the same.
  const options = { cwd: ROOT, env: { ...environment(), RUSTC_BOOTSTRAP: "1" } };
  const folder = ["--fuzz-dir", "tests/fuzz"];
  const targets = named.length ? named : output("cargo-fuzz", ["list", ...folder], options)?.split("\n");
  if (!targets) fail("cargo-fuzz could not list the targets of tests/fuzz");
  for (const target of targets) {
    console.log(`\n== ${target}, ${seconds} s`);
    const corpus = `tests/fuzz/corpus/${target}`;
    const seeds = `tests/fuzz/seeds/${target}`;
    mkdirSync(join(ROOT, corpus), { recursive: true });
    const inputs = existsSync(join(ROOT, seeds)) ? [corpus, seeds] : [corpus];
    const limits = ["-dict=tests/fuzz/words.dict", `-max_total_time=${seconds}`, "-print_final_stats=1"];
    const args = ["run", ...folder, target, ...inputs, "--", ...limits];
    if (!(await succeeds("cargo-fuzz", args, options))) fail(`the fuzz target ${target} failed`);
  }
  if (named.length > 0) return;
  if (!existsSync(join(ROOT, "pkg/edge.js"))) fail("run `make package` first: the request fuzzers test pkg/");
  const requests = ["tests/edge/fuzz/fuzz.mjs", "--seconds", seconds];
  if (!(await succeeds(process.execPath, requests, { cwd: ROOT }))) fail("a fuzz target of tests/edge/fuzz failed");
});
