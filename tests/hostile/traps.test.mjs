// After a trap, a wasm instance throws in every call and never uses inconsistent data.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "../../pkg/compile-node.js";
import { withLittleRoom } from "../lib/little-room.mjs";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const MODEL = compile({
  name: "acme-web",
  rules: [{ id: "view", event: "page_view", points: 30, distinct: "url.path", limit: 50 }],
  stages: [{ id: "mql", at: 60 }],
});
const isDead = { name: "InstanceError", code: "instance_dead" };
const view = (path) => ({ type: "page_view", at: NOW, url: `https://acme.example/${path}` });

let copies = 0;
/** A fresh copy of an entry of the package. */
const copy = (file) => import(new URL(`../../pkg/${file}?copy=${++copies}`, import.meta.url).href);

/** Calls again and again until it throws, and gives what it threw. */
function exhausted(call) {
  for (let times = 0; times < 100_000; times++) {
    try {
      call(times);
    } catch (error) {
      return error;
    }
  }
  throw new Error("the memory was large enough");
}

async function runtime(module) {
  const leadscore = await copy("index.js");
  leadscore.initSync({ module });
  return leadscore;
}

test("after one lead runs out of memory, no object of the instance works", async () => {
  const module = withLittleRoom("leadscore.wasm");
  const { initSync, Lead, Model, verify } = await runtime(module);
  const model = new Model(MODEL);
  const other = new Lead(model, { id: "other" });
  const [signal] = [1, 2].flatMap((at) => other.ingest(view(at), NOW));
  assert.equal(verify(model, signal).score, 60);
  const kept = [];
  const error = exhausted((at) => {
    const lead = new Lead(model, { id: `v-${at}` });
    kept.push(lead);
    for (let path = 0; path < 20; path++) lead.ingest(view(path), NOW);
  });
  assert.ok(error instanceof Error);
  assert.deepEqual({ name: error.name, code: error.code }, isDead);
  assert.ok(error.cause instanceof WebAssembly.RuntimeError, String(error.cause));
  assert.match(error.message, /new process/);

  initSync({ module });
  const calls = {
    ingest: () => other.ingest(view(3), NOW),
    snapshot: () => other.snapshot(NOW),
    explain: () => other.explain(NOW),
    merge: () => other.merge(""),
    encode: () => other.encode(),
    toString: () => other.toString(),
    verify: () => verify(model, signal),
    Lead: () => new Lead(model, { id: "new" }),
    Model: () => new Model(MODEL),
  };
  for (const [name, call] of Object.entries(calls)) assert.throws(call, isDead, name);
  for (const object of [other, model, ...kept]) object.free();

  const fresh = await runtime(withLittleRoom("leadscore.wasm"));
  const lead = new fresh.Lead(new fresh.Model(MODEL), { id: "v" });
  lead.ingest(view(1), NOW);
  assert.equal(lead.snapshot(NOW).score, 30);
});

test("wrong arguments do not trap", async () => {
  const { Lead, Model, verify } = await runtime(withLittleRoom("leadscore.wasm"));
  const model = new Model(MODEL);
  const lead = new Lead(model, { id: "v" });
  assert.throws(() => lead.snapshot(/** @type {any} */ (1n)), { code: "now" });
  assert.throws(() => lead.snapshot(/** @type {any} */ (Symbol("now"))), { code: "now" });
  assert.throws(() => lead.ingest(/** @type {any} */ ({}), NOW), { code: "event_type" });
  assert.throws(() => verify(model, {}), { code: "signal_syntax" });
  assert.throws(() => new Model(new Uint8Array(3)), { code: "model_corrupt" });
  const freed = new Lead(model, { id: "w" });
  freed.free();
  assert.throws(() => freed.snapshot(NOW), { code: "usage" });
  lead.ingest(view(1), NOW);
  assert.equal(lead.snapshot(NOW).score, 30);
});

test("an exhausted stack is a trap too", async () => {
  const { Lead, Model } = await runtime(withLittleRoom("leadscore.wasm"));
  const lead = new Lead(new Model(MODEL), { id: "v" });
  // Each level calls, so that the stack ends within a call; where it ends outside of the wasm, nothing is broken, and
  // other frames move the end.
  const deep = (...frame) => {
    lead.snapshot(NOW);
    deep(...frame);
  };
  const isAlive = () => {
    try {
      return lead.snapshot(NOW).score === 0;
    } catch {
      return false;
    }
  };
  for (let size = 0; size < 100 && isAlive(); size++) assert.throws(() => deep(...Array(size).keys()));
  assert.throws(() => lead.snapshot(NOW), isDead);
});

test("visits and receiver of a dead instance: requests fail, and no response blames the sender", async () => {
  const edge = await copy("edge.js");
  edge.initSync({ module: withLittleRoom("edge.wasm") });
  const secret = "a secret that nobody else has, really";
  const worker = edge.createEdge({ model: MODEL, keys: [{ id: "k", secret }], consent: "granted", now: () => NOW });
  const receiver = edge.createReceiver({
    models: [MODEL],
    store: edge.memoryStore(),
    origins: ["https://acme.example"],
    now: () => NOW,
  });
  const page = () => new Request("https://acme.example/pricing", { headers: { accept: "text/html" } });
  const lead = new edge.Lead(new edge.Model(MODEL), { id: "v-1234567890", source: "https://acme.example" });
  const [signal] = [1, 2].flatMap((at) => lead.ingest(view(at), NOW));
  const post = () =>
    receiver.handle(
      new Request("https://in.example/", {
        method: "POST",
        headers: { origin: "https://acme.example", "content-type": "text/plain" },
        body: JSON.stringify(signal),
      }),
    );
  const before = await worker.visit(page());
  assert.equal((await post()).status, 201);

  const visits = [];
  let error;
  while (!error && visits.length < 100_000) {
    try {
      const visit = await worker.visit(page());
      visits.push(visit);
      for (let at = 0; at < 20; at++) visit.ingest(view(at));
    } catch (caught) {
      error = caught;
    }
  }
  assert.deepEqual({ name: error?.name, code: error?.code }, isDead);
  assert.equal(worker.counts.dropped, undefined, "a trap is not the visitor's fault");
  await assert.rejects(worker.visit(page()), isDead);
  assert.throws(() => before.snapshot, isDead);
  await assert.rejects(before.respond(new Response("")), isDead);
  for (const visit of visits) visit.free();
  const log = console.error;
  console.error = () => {};
  try {
    assert.equal((await post()).status, 503);
  } finally {
    console.error = log;
  }
});

test("a model that is too large for the memory traps the compiler", async () => {
  const compiler = await copy("compile-glue.js");
  compiler.loadSync({ module: withLittleRoom("compile.wasm") });
  const model = { name: "m", rules: [{ id: "a", event: "e", points: 1 }] };
  assert.deepEqual(compiler.check(model).errors, []);
  const large = {
    name: "m",
    rules: Array.from({ length: 50_000 }, (_, at) => ({ id: `r${at}`, event: "e", points: 1 })),
  };
  assert.throws(() => compiler.compile(large), isDead);
  assert.throws(() => compiler.compile(model), isDead);
  assert.throws(() => compiler.check(model), isDead);
});
