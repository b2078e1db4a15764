// The native front, and the comparison with it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT, TARGET } from "../../tools/lib/project.mjs";
import { level } from "../lib/level.mjs";

export const SEED = 20_261_127;

const built = {};

/** Builds a native front with the test profile, or for many events with the release profile. Returns its path. */
function program(name) {
  const kind = level === "all" ? ["--release"] : ["--profile", "test"];
  const args = ["build", "--locked", "--quiet", ...kind, "--features", "cli,edge,browser", "--example", name];
  built[name] ??= promisify(execFile)("cargo", args, { cwd: ROOT });
  return built[name].then(() => join(TARGET, level === "all" ? "release" : "debug", "examples", name));
}

/** Returns the lines that a native front prints for input lines. */
export async function outputs(name, lines) {
  const child = execFile(await program(name), { maxBuffer: 1 << 30 });
  let text = "";
  child.stdout.on("data", (chunk) => (text += chunk));
  let complaint = "";
  child.stderr.on("data", (chunk) => (complaint += chunk));
  // If the program has stopped, its own message and exit status are reported below.
  child.stdin.on("error", () => {});
  child.stdin.end(`${lines.join("\n")}\n`);
  const [code] = await once(child, "close");
  assert.equal(code, 0, complaint);
  return text.split("\n").slice(0, -1);
}

/** Returns the output lines of the native front for groups of input lines. */
export async function native(groups) {
  const all = await outputs("fronts", groups.flat());
  let at = 0;
  return groups.map((lines) => all.slice(at, (at += lines.filter((line) => line.startsWith("event ")).length)));
}

/** Fails at the first event of a group for which two fronts differ. */
export function same(lines, given, expected, where) {
  const events = lines.filter((line) => line.startsWith("event "));
  given.forEach((line, at) => {
    if (line === expected[at]) return;
    assert.fail(`${where} differs at event ${at} of ${lines[0]}\n${events[at]}\n${line}\nnatively\n${expected[at]}`);
  });
  assert.equal(given.length, expected.length);
}
