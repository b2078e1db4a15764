// The code for JSON, URLs and numbers exists twice: in native Rust and in the package's JavaScript. Both must return
// the same bytes for generated events: signals with their ids, snapshots, receipts, states and error codes.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { compile } from "../../pkg/compile-node.js";
import init, * as runtime from "../../pkg/node.js";
import { closeAll, ENGINES, launch } from "../browser/lib/engines.mjs";
import { repeat } from "../lib/level.mjs";
import { inWorkerd, serve } from "../lib/runtimes.mjs";
import { EVENTS, groups, large } from "./cases.js";
import { native, same, SEED } from "./lib.mjs";
import { digest, run } from "./run.js";

/** The number of events in Node, and in workerd and each browser. */
const IN_NODE = repeat({ check: 500, test: 5_000, all: 1_000_000 });
const ELSEWHERE = repeat({ check: 500, test: 1_000, all: 50_000 });
/** The number of groups that are generated, run and compared in one batch. */
const BATCH = 20;
const TIMEOUT = 1_800_000;

after(closeAll);

/** Runs batches of groups until the given number of events. */
async function each(events, compare) {
  const count = Math.ceil(events / EVENTS);
  for (let first = 0; first < count; first += BATCH) await compare(groups(SEED, first, Math.min(BATCH, count - first)));
}

/** Compares digests, and the lines if a digest differs. `call` runs a function of run.js in another runtime. */
async function elsewhere(where, call) {
  await each(ELSEWHERE, async (batch) => {
    const expected = await native(batch);
    const given = await call("digests", batch);
    for (const [at, lines] of batch.entries()) {
      if (given[at] !== digest(expected[at])) same(lines, await call("run", lines), expected[at], where);
    }
    assert.equal(given.length, batch.length);
  });
}

test(`Node, ${IN_NODE} events`, { timeout: TIMEOUT }, async () => {
  await init();
  await each(IN_NODE, async (batch) => {
    const expected = await native(batch);
    batch.forEach((lines, at) => same(lines, run(runtime, compile, lines), expected[at], "Node"));
  });
});

test("signals that carry a part of a state", { timeout: TIMEOUT }, async () => {
  await init();
  // The last has dimensions whose names alone take more than a signal has room for.
  const batch = [large(130, 0, 90_000_000), large(300, 0, 90_000_000), large(900, 0, 1_000), large(60, 400, 5_000)];
  const expected = await native(batch);
  batch.forEach((lines, at) => {
    const made = run(runtime, compile, lines);
    same(lines, made, expected[at], "Node");
    assert.equal(made.at(-1).split('"partial":true').length - 1, 64);
  });
});

test(`workerd, ${ELSEWHERE} events`, { timeout: TIMEOUT }, () =>
  elsewhere("workerd", (name, data) => inWorkerd("/tests/fronts/run.js", name, data)),
);

for (const engine of ENGINES) {
  test(`${engine}, ${ELSEWHERE} events`, { timeout: TIMEOUT }, async () => {
    const [server, browser] = await Promise.all([serve(), launch(engine)]);
    const visitor = await browser.visitor();
    try {
      const page = await visitor.open(`http://127.0.0.1:${server.address().port}/`);
      await elsewhere(engine, (name, data) =>
        page.run(
          async (name, data) => {
            const { default: init, ...own } = await import("/pkg/index.js");
            const { compile: make } = await import("/pkg/compile.js");
            await init();
            return (await import("/tests/fronts/run.js"))[name](own, make, data);
          },
          name,
          data,
        ),
      );
    } finally {
      await visitor.close();
      server.close();
    }
  });
}
