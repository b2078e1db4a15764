// Hostile requests to receivers in each runtime: see tests/edge/receiver/hostile.mjs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { repeat } from "../../lib/level.mjs";

const SCRIPT = fileURLToPath(new URL("hostile.mjs", import.meta.url));
const bin = (name) => fileURLToPath(new URL(`../../../node_modules/.bin/${name}`, import.meta.url));
const CASES = repeat({ check: 200, test: 2_000, all: 100_000 });

for (const [name, command, ...given] of [
  ["Node", process.execPath],
  ["Deno", bin("deno"), "run", "-A", "--quiet"],
  ["Bun", bin("bun")],
]) {
  test(`no request makes the receiver fail or believe what nobody can prove, in ${name}`, async () => {
    const { stdout } = await promisify(execFile)(command, [...given, SCRIPT, "--cases", String(CASES)]).catch(
      (error) => error,
    );
    const { done, seen, failures } = JSON.parse(stdout);
    assert.deepEqual(failures, []);
    assert.equal(done, CASES);
    // That the cases were of all kinds.
    for (const outcome of [
      ...[
        "POST 201",
        "POST 200",
        "POST 207",
        "POST 400",
        "POST 401",
        "POST 403",
        "POST 413",
        "POST 415",
        "POST 422",
        "POST 503",
      ],
      ...["GET 200", "GET 400", "GET 401", "HEAD 200", "OPTIONS 403", "PUT 405"],
      ...["signal, client, verified", "signal, edge, verified", "account, edge, verified"].map(
        (what) => `stored: ${what}`,
      ),
      ...["signal, client, unverified", "lifecycle, null, null"].map((what) => `stored: ${what}`),
    ]) {
      assert.ok(CASES < 2_000 || seen[outcome] > 0, `${outcome}: ${JSON.stringify(seen)}`);
    }
  });
}
