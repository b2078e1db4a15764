// Node, Deno, Bun and workerd, each with the packed tarball.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bundle, startWorker } from "../lib/worker.mjs";
import { consumer, program, reference, run, tool } from "./lib/consumer.mjs";

const print = program("console.log(json);");

test("Node: the journey has the score that the model defines", () => {
  const result = JSON.parse(reference());
  const [first, second, third, fourth] = result.steps.map(({ snapshot }) => snapshot);
  assert.equal(first.score, 15);
  assert.equal(first.segment, "visitor");
  assert.ok(second.score > 25 && second.score < 30, "the first view has decayed for three days");
  assert.equal(second.stage, "engaged");
  assert.deepEqual(second.next.missing, ["demo-request"]);
  assert.ok(third.score > second.score + 12);
  assert.equal(fourth.stage, "mql");
  assert.deepEqual(
    result.steps.map(({ signals }) => signals.length),
    [0, 0, 0, 1],
    "silence until the threshold trips",
  );
  const [signal] = result.steps[3].signals;
  assert.equal(signal.type, "leadscore.stage.reached");
  assert.equal(signal.subject, "v-1");
  assert.equal(signal.source, "https://site.example");
  assert.equal(signal.data.stage, "mql");
  assert.deepEqual(signal.data.snapshot, fourth);
  assert.deepEqual(result.verified, [fourth]);
  assert.equal(result.forged[0].name, "SignalError");
  assert.equal(result.merged, true);
  assert.ok(result.later.snapshot.score < fourth.score);
  assert.equal(result.later.receipt.score, result.later.snapshot.score);
  assert.deepEqual([result.badModel.name, result.badModel.code], ["ModelError", "model_invalid"]);
  assert.equal(result.badModel.issues[0].path, "/rules/0/pionts");
  assert.deepEqual([result.badEvent.name, result.badEvent.code], ["EventError", "event_type"]);
  assert.deepEqual([result.badBytes.name, result.badBytes.code], ["ModelError", "model_corrupt"]);
  assert.equal(result.cyclic, "model_invalid");
  assert.equal(result.badText, true);
  for (const { isError } of [result.badModel, result.badEvent, result.badBytes]) assert.equal(isError, true);
});

test("Node: initSync, and init again, do no harm", () => {
  const folder = consumer("node-sync", {
    "main.js": `
import init, { initSync, Lead, Model } from "leadscore";
import { compile } from "leadscore/compile";
import { readFileSync } from "node:fs";
initSync();
const model = new Model(compile({ name: "kept", rules: [{ id: "a", event: "x", points: 1 }] }));
const lead = new Lead(model, { id: "v-1" });
lead.ingest({ type: "x" }, 1_000);
initSync({ module: readFileSync(new URL(import.meta.resolve("leadscore/leadscore.wasm"))) });
await init();
await init(readFileSync(new URL(import.meta.resolve("leadscore/leadscore.wasm"))));
console.log(lead.snapshot(1_000).score);
`,
  });
  assert.equal(run(process.execPath, ["main.js"], { cwd: folder }), "1\n");
});

test("Node: a wasm that cannot be loaded is one typed error, and the next call tries again", () => {
  const folder = consumer("node-load", {
    "main.js": `
import init, { Model } from "leadscore";
const error = await init("http://127.0.0.1:1/none.wasm").catch((error) => error);
await init();
console.log(error instanceof Error, error.name, error.code, typeof Model.prototype.free);
`,
  });
  assert.equal(run(process.execPath, ["main.js"], { cwd: folder }), "true LoadError load_failed function\n");
});

test("Node: misuse is a typed error, and freeing twice is allowed", () => {
  const folder = consumer("node-misuse", {
    "main.js": `
import init, { Lead, Model } from "leadscore";
import { compile } from "leadscore/compile";
await init();
const model = new Model(compile({ name: "freed", rules: [{ id: "a", event: "x", points: 1 }] }));
const lead = new Lead(model, { id: "v-1" });
model.free();
model.free();
lead.snapshot(1_000);
lead.free();
lead.free();
for (const misuse of [() => lead.snapshot(1_000), () => new Lead({}, { id: "v-1" }), () => new Lead(model, { id: "v-1" })])
  try {
    misuse();
  } catch (error) {
    console.log(error instanceof Error, error.name, error.code, error.message);
  }
`,
  });
  assert.equal(
    run(process.execPath, ["main.js"], { cwd: folder }),
    "true UsageError usage this object was freed, or is in use\n" +
      "true UsageError usage expected a Model\n" +
      "true UsageError usage this object was freed, or is in use\n",
  );
});

test("Deno", () => {
  const folder = consumer("deno", { "main.js": print });
  const args = ["run", "--quiet", "--no-remote", "--allow-read", "main.js"];
  assert.equal(run(tool("deno"), args, { cwd: folder }).trim(), reference());
});

test("Bun", () => {
  const folder = consumer("bun", { "main.js": print });
  assert.equal(run(tool("bun"), ["--no-install", "main.js"], { cwd: folder }).trim(), reference());
});

test("workerd, bundled as wrangler does", async () => {
  const folder = consumer("workerd", {
    "worker.js": `
import init, * as runtime from "leadscore";
import * as authoring from "leadscore/compile";
import { journey } from "./journey.js";
runtime.initSync();
export default {
  async fetch() {
    await init();
    return new Response(journey({ ...authoring, ...runtime }));
  },
};
`,
  });
  await bundle(folder);
  const miniflare = startWorker(folder);
  try {
    const response = await miniflare.dispatchFetch("http://worker.example/");
    assert.equal(await response.text(), reference());
  } finally {
    await miniflare.dispose();
  }
});
