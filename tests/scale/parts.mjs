// Events in parts, and the comparison of their scores.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { visits } from "../../benches/lib/events.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
export const program = process.env.LEADSCORE_PROGRAM ?? join(target, "debug/leadscore");
export const model = join(root, "benches/twenty.json");
export { root, target };

/** Makes a folder that is deleted after the test. */
export function folderFor(test) {
  const folder = mkdtempSync(join(tmpdir(), "leadscore-scale-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The lines of so many events. */
export function events(count, visitors, seed) {
  const next = visits(count, visitors, seed);
  return Array.from({ length: count }, () => JSON.stringify(next()));
}

/** Runs the program on lines, and returns the lines that it prints. */
export function run(args, lines) {
  const input = lines.map((line) => `${line}\n`).join("");
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: "utf8", maxBuffer: 1 << 30 });
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout.split("\n").slice(0, -1);
}

export const write = (folder, name, lines) =>
  writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(""));
