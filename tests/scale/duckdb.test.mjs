// examples/duckdb: DuckDB cuts events at random and puts a visitor's states together.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { events, folderFor, model, program, root, run, write } from "./parts.mjs";

/** Runs the example in a folder, and returns its status and messages. */
function score(folder, args) {
  const path = [join(folder, "bin"), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path, TMPDIR: join(folder, "tmp"), LEADSCORE: program };
  const script = join(root, "examples/duckdb/score.sh");
  return spawnSync(script, args, { cwd: folder, encoding: "utf8", env });
}

test("DuckDB gives the same lines as one run", { skip: process.platform === "win32" && "a shell script" }, (t) => {
  const folder = folderFor(t);
  for (const name of ["bin", "tmp", "events"]) mkdirSync(join(folder, name));
  symlinkSync(join(root, "tests/scale/duckdb.mjs"), join(folder, "bin/duckdb"));
  const all = events(6_000, 700, 9);
  // Characters that mean something in CSV, in SQL and in JSON.
  all.push(
    ...[`a,"b`, "it's; --", "tab\tand \\ 😀"].map((visitor) => JSON.stringify({ ...JSON.parse(all[0]), visitor })),
  );
  write(join(folder, "events"), "a.ndjson", all.slice(0, 4_000));
  write(join(folder, "events"), "b.ndjson", all.slice(4_000));
  const query = join(root, "examples/duckdb/events.sql");
  const { status, stderr } = score(folder, [query, model, "scores.ndjson", "5"]);
  assert.deepEqual([status, stderr], [0, ""]);
  const lines = readFileSync(join(folder, "scores.ndjson"), "utf8").split("\n").slice(0, -1);
  assert.deepEqual(lines.sort(), run(["replay", model], all).sort());

  assert.deepEqual(readdirSync(join(folder, "tmp")), []);

  // A part that fails ends the script.
  assert.notEqual(score(folder, [query, "no-model.lsm", "none.ndjson", "5"]).status, 0);
});
