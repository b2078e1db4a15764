// Some of the cases of `node tests/edge/hostile.mjs`, with all of its checks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { repeat } from "../lib/level.mjs";
import { hostile } from "./hostile.mjs";

const CASES = repeat({ check: 3_000, test: 3_000, all: 100_000 });

test("no cookie or body makes the edge fail, believe a forgery or grow", async () => {
  const { failures, seen, seed } = await hostile({ cases: CASES, seed: 20261122 });
  assert.deepEqual(failures, [], `seed ${seed}`);
  // That the cases were of all kinds.
  for (const outcome of [
    ...["body 201", "body 200", "body 400", "body 401", "body 413", "body 415", "body 422"],
    ...["cookie: granted, genuine", "cookie: granted, not believed", "cookie: pending, not believed"],
    ...["stored: client, verified, as it was made", "stored: edge, verified, as it was made"],
  ]) {
    assert.ok(seen[outcome] > 0, `${outcome}: ${JSON.stringify(seen)}`);
  }
});
