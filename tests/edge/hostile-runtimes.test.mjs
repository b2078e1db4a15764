// Some of the cases of hostile-visits.mjs in each runtime except workerd.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { repeat } from "../lib/level.mjs";

const CASES = repeat({ check: 200, test: 1_000, all: 100_000 });
const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const tool = (name) => path(`../../node_modules/.bin/${name}`);
const RUNTIMES = {
  Node: [process.execPath],
  Deno: [tool("deno"), "run", "--no-lock", "--allow-read", "--allow-env"],
  Bun: [tool("bun"), "--no-install"],
};

for (const [name, [file, ...args]] of Object.entries(RUNTIMES))
  test(`no cookie or header makes a visit throw or believe a forgery in ${name}`, async () => {
    const all = [...args, path("hostile-visits.mjs"), "--cases", String(CASES)];
    const { stdout } = await promisify(execFile)(file, all, { cwd: path("../.."), maxBuffer: 1 << 24 });
    const { failures, seen } = JSON.parse(stdout);
    assert.deepEqual(failures, []);
    for (const outcome of ["granted, genuine", "granted, not believed", "pending, not believed", "denied, genuine"])
      assert.ok(seen[outcome] > 0, `${outcome}: ${JSON.stringify(seen)}`);
  });
