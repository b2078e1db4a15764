// examples/spark, run by Spark with two executor threads. PySpark is built once, into target/.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { level } from "../lib/level.mjs";
import { events, folderFor, model, program, root, run, target, write } from "./parts.mjs";

const PYSPARK = "4.1.4";
const venv = join(target, "spark/venv");

function call(command, args, options) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28, ...options });
  assert.equal(status, 0, error?.message ?? stderr);
}

/** The folder of PySpark, of this version. It comes as source: ten minutes the first time. */
function pyspark() {
  const python = join(venv, "bin/python");
  if (!existsSync(python)) call("python3", ["-m", "venv", venv]);
  call(python, ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", `pyspark==${PYSPARK}`]);
  return python;
}

test("Spark gives the same lines as one run", { skip: level !== "all" && "needs Spark" }, (t) => {
  const python = pyspark();
  const folder = folderFor(t);
  const all = events(40_000, 3_000, 5);
  write(folder, "events.ndjson", all);
  const begun = performance.now();
  const expected = run(["replay", model], all).sort();
  t.diagnostic(`replay: ${Math.round(performance.now() - begun)} ms`);
  for (const query of ["states.sql", "replay.sql"]) {
    const out = join(folder, query.replace(".sql", ""));
    const args = [join(root, "examples/spark/score.py"), join(folder, "events.ndjson"), model, program, out, query];
    const settings = [
      "--master",
      "local[2]",
      "--conf",
      "spark.ui.enabled=false",
      "--conf",
      "spark.sql.shuffle.partitions=4",
    ];
    const PYSPARK_SUBMIT_ARGS = [...settings, "--conf", "spark.sql.files.maxPartitionBytes=1m", "pyspark-shell"].join(
      " ",
    );
    const start = performance.now();
    call(python, args, { env: { ...process.env, PYSPARK_SUBMIT_ARGS, PYSPARK_PYTHON: python } });
    const files = readdirSync(out).filter((name) => name.startsWith("part-"));
    const lines = files.flatMap((name) => readFileSync(join(out, name), "utf8").split("\n").slice(0, -1));
    t.diagnostic(`${query}: ${Math.round(performance.now() - start)} ms, ${files.length} files`);
    assert.deepEqual(lines.sort(), expected);
  }
});
