// The JavaScript of the README runs unchanged.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { consumer, run } from "./lib/consumer.mjs";

test("the README's JavaScript", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const blocks = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);
  // The second is a worker: tests/edge has it.
  assert.equal(blocks.length, 2);
  // As it is pasted; then with the page's storage, which Node 20 has none of.
  const plain = consumer("readme-plain", { "main.js": blocks[0] });
  assert.equal(run(process.execPath, ["main.js"], { cwd: plain }), "");
  const storage = "globalThis.localStorage = { setItem(name, value) { console.log(name, value.length > 20); } };\n";
  const folder = consumer("readme", { "main.js": `${storage}${blocks[0]}\nconsole.log(signal.data.stage);\n` });
  assert.equal(run(process.execPath, ["main.js"], { cwd: folder }), "lead true\nmql\n");
});
