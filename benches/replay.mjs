// `leadscore replay` against a replay written by hand in JavaScript: one million events, twenty rules.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { visits } from "./lib/events.mjs";
import { interleave, line, met, ratio, timed, title } from "./lib/measure.mjs";

const EVENTS = 1_000_000;
const VISITORS = 50_000;
const ROUNDS = 5;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

function writeEvents(path) {
  const next = visits(EVENTS, VISITORS);
  const file = openSync(path, "w");
  for (let made = 0; made < EVENTS; made += 10_000) {
    writeSync(file, Array.from({ length: 10_000 }, () => JSON.stringify(next()) + "\n").join(""));
  }
  closeSync(file);
}

/** A command's output goes to a file, so that no pipe is measured. */
function run(command, args, out) {
  const file = openSync(out, "w");
  const { status, error, stderr } = spawnSync(command, args, { stdio: ["ignore", file, "pipe"] });
  closeSync(file);
  if (status !== 0) throw new Error(`${command} failed: ${error ?? stderr}`);
}

export async function replay(binary) {
  title("replay, one million events of fifty thousand visitors, twenty rules");
  const folder = mkdtempSync(join(tmpdir(), "leadscore-bench-"));
  try {
    const [events, a, b] = ["events.ndjson", "a.ndjson", "b.ndjson"].map((name) => join(folder, name));
    writeEvents(events);
    const sides = {
      ours: () => timed(() => run(binary, ["replay", here("twenty.json"), events], a)),
      theirs: () => timed(() => run(process.execPath, [here("baseline/replay.mjs"), events], b)),
      // On one core each, as the parser has no threads.
      one: () => timed(() => run(binary, ["replay", "--threads", "1", here("twenty.json"), events], a)),
      parsed: () => timed(() => run(here("parser/target/release/parser"), [events], b)),
    };
    await sides.ours();
    await sides.theirs();
    const lines = readFileSync(a, "utf8");
    if (lines !== readFileSync(b, "utf8")) throw new Error(`they differ: compare ${a} with ${b}`);
    const megabytes = statSync(events).size / 1e6;
    line("both say the same of", `${lines.split("\n").length - 1} visitors, to the last digit`);
    const { ours, theirs, one, parsed } = await interleave(ROUNDS, sides);
    const speed = (took) => `${(took / 1_000).toFixed(2)} s, ${((megabytes * 1_000) / took).toFixed(0)} MB/s`;
    line("leadscore", speed(ours));
    line("by hand in JavaScript", speed(theirs));
    line("how much faster", ratio(theirs, ours), met(theirs >= 3 * ours, "at least 3x"));
    line("leadscore on one core", speed(one));
    line("sonic-rs, the lines into maps", speed(parsed));
    line("against parsing alone", ratio(one, parsed), met(one <= 2.2 * parsed, "at most 2.2x"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
