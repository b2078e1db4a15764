// A few inputs for each fuzz target; `make fuzz` runs them for longer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { repeat } from "../../lib/level.mjs";
import { fuzz, TARGETS } from "./fuzz.mjs";

const inputs = repeat({ check: 500, test: 500, all: 50_000 });

for (const name of Object.keys(TARGETS)) {
  test(`fuzzing: ${name}`, async () => {
    const { finding, blocks } = await fuzz(name, { inputs, seed: 20261127 });
    assert.equal(finding, null);
    assert.ok(blocks > 50, `${blocks} blocks of the script have run`);
  });
}
