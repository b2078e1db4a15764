// The npm packages of package-lock.json: those of `dependencies` for building and the demo, all of them for testing.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { succeeds } from "./process.mjs";
import { ROOT } from "./project.mjs";
import { fail, say } from "./say.mjs";

const STAMP = join(ROOT, "node_modules/.setup");

/** Installs what `purpose` ("build" or "test") needs; more than that is left as it is. */
export async function packages(purpose) {
  const hash = createHash("sha256").update(process.version + process.platform + process.arch);
  for (const file of ["package-lock.json", ".npmrc"]) hash.update(readFileSync(join(ROOT, file)));
  const key = hash.digest("hex");
  const [installed, extent] = existsSync(STAMP) ? readFileSync(STAMP, "utf8").trim().split(" ") : [];
  if (installed === key && (extent === "test" || extent === purpose)) return;
  say(`npm packages from package-lock.json, to ${purpose}`);
  // None runs a script of its own but bun's, which puts its binary in place.
  const args = [
    "ci",
    "--ignore-scripts",
    "--no-progress",
    "--loglevel=error",
    ...(purpose === "build" ? ["--omit=dev"] : []),
  ];
  const options = { cwd: ROOT };
  if (!(await succeeds("npm", args, options))) fail("the npm packages could not be installed; npm says why above");
  if (purpose !== "build" && !(await succeeds(process.execPath, ["node_modules/bun/install.js"], options))) {
    fail("bun could not be put in place");
  }
  writeFileSync(STAMP, `${key} ${purpose}\n`);
}
