// The native command line, for tests of its reports: the path in LEADSCORE_PROGRAM, or the build of the Rust tests.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target", import.meta.url));
export const program = process.env.LEADSCORE_PROGRAM ?? join(target, "debug/leadscore");
/** The example that generates visits with a known truth. The Rust tests build it. */
export const generator = process.env.LEADSCORE_KNOWN_TRUTH ?? join(target, "debug/examples/known-truth");

/** Runs the program. Returns its report from JSON, or its error message. */
export function run(folder, args) {
  const { status, stdout, stderr, error } = spawnSync(program, [...args, "--json"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  return status === 0 ? { report: JSON.parse(stdout) } : { status, refused: stderr };
}

/** Returns the report of a run that must succeed. */
export function reportOf(folder, args) {
  const { report, refused } = run(folder, args);
  assert.ok(report, refused);
  return report;
}

/** Makes a folder that is deleted after the test. */
export function folderFor(test) {
  const folder = mkdtempSync(join(tmpdir(), "leadscore-outcomes-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes objects as lines of JSON. */
export const writeLines = (path, list) => writeFileSync(path, list.map((line) => `${JSON.stringify(line)}\n`).join(""));
