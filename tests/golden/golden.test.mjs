// The golden journeys in Node, headless Chromium and workerd: the results must equal the native ones.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import init, * as runtime from "../../pkg/node.js";
import { compile } from "../../pkg/compile-node.js";
import { inChromium, inWorkerd } from "../lib/runtimes.mjs";
import { run } from "./run.js";

const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
const golden = JSON.parse(read("journeys.json"));
const expected = read("expected.jsonl").trimEnd().split("\n");

const agrees = (given) => {
  assert.equal(given.length, expected.length);
  given.forEach((line, index) => assert.equal(line, expected[index]));
};

test("Node", async () => {
  await init();
  agrees(run(runtime, compile, golden));
});

test("Chromium", async () => {
  agrees(await inChromium("/tests/golden/run.js", "run", golden));
});

test("workerd", async () => {
  agrees(await inWorkerd("/tests/golden/run.js", "run", golden));
});
