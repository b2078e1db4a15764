// The package against hostile callers, in Node, headless Chromium and workerd: each gets an Error with a name and a
// code, and the score is unchanged.
import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import init, * as runtime from "../../pkg/node.js";
import { compile } from "../../pkg/compile-node.js";
import { inChromium, inWorkerd } from "../lib/runtimes.mjs";
import { hostile } from "./suite.js";

const holds = ({ checks, failures }) => {
  assert.deepEqual(failures, []);
  assert.ok(checks > 1_500, `only ${checks} checks`);
};

test("Node", async () => {
  await init();
  holds(hostile(runtime, compile));
});

test("Chromium", async () => {
  holds(await inChromium("/tests/hostile/suite.js", "hostile"));
});

test("workerd", async () => {
  holds(await inWorkerd("/tests/hostile/suite.js", "hostile"));
});

test("bytes from another realm are accepted", async () => {
  await init();
  const model = new runtime.Model(compile({ name: "m", rules: [{ id: "a", event: "e", points: 1 }] }));
  const lead = new runtime.Lead(model, { id: "v" });
  lead.ingest({ type: "e" }, 0);
  const foreign = vm.runInNewContext("new Uint8Array(bytes)", { bytes: [...lead.encode()] });
  const copy = new runtime.Lead(model, { id: "v", state: foreign });
  assert.equal(copy.toString(), lead.toString());
  copy.merge(foreign);
});
