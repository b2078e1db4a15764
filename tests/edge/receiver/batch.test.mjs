import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { batch, entries, make, signal } from "./make.mjs";
import { memoryStore } from "./runtime.mjs";

const visitors = (most) => Array.from({ length: most }, (_, i) => signal({ visitor: `v-${i}` }));

async function results(response) {
  const { results } = await response.json();
  return [response.status, ...results.map(({ status, code }) => `${status} ${code}`)];
}

test("the response to a batch has a result for each signal", async () => {
  const { handle, store } = make();
  const [a, b, c] = visitors(3);
  assert.deepEqual(await results(await handle(batch([a, b]))), [200, "201 stored", "201 stored"]);
  assert.deepEqual(await results(await handle(batch([b, c]))), [200, "200 duplicate", "201 stored"]);
  const mixed = await handle(batch([{ ...a, subject: "other" }, signal({ visitor: "v-9" }), 7]));
  assert.equal(mixed.status, 207);
  assert.deepEqual(
    (await mixed.json()).results.map(({ id, code }) => [id, code]),
    [
      [a.id, "signal_mismatch"],
      [signal({ visitor: "v-9" }).id, "stored"],
      [null, "signal_syntax"],
    ],
  );
  assert.equal((await entries(store)).length, 4);
});

test("one id twice in a batch is stored once", async () => {
  const { handle } = make();
  const [a] = visitors(1);
  assert.deepEqual(await results(await handle(batch([a, a]))), [200, "201 stored", "200 duplicate"]);
});

test("a batch without any accepted signal is rejected", async () => {
  const { handle } = make();
  const refused = await results(await handle(batch([{}, null, [[]]])));
  assert.deepEqual(refused, [422, "422 signal_syntax", "422 signal_syntax", "422 signal_syntax"]);
  assert.deepEqual(await results(await handle(batch([]))), [200]);
});

test("a batch has at most 20 signals and 64 KiB, and is an array", async () => {
  const { handle } = make();
  const code = async (body) => (await (await handle(batch(body))).json()).code;
  assert.deepEqual((await handle(batch(visitors(20)))).status, 200);
  assert.equal(await code(visitors(21)), "too_many");
  assert.equal(await code("[".padEnd(64 * 1024) + "]"), "too_large");
  assert.equal(await code(signal()), "not_json");
});

test("a batch is stored in one transaction, or the status is 503", async () => {
  const logged = mock.method(console, "error", () => {});
  let calls = 0;
  const store = { ...memoryStore(), insert: async () => Promise.reject(new Error(`call ${++calls}`)) };
  const response = await make({ store }).handle(batch(visitors(3)));
  logged.mock.restore();
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "30");
  assert.equal(calls, 1);
});

test("a rate-limited signal of a batch says when to retry", async () => {
  const { handle } = make({ limits: { visitor: { per: 10, most: 1 } } });
  const one = [signal(), signal({ stage: "sql" })];
  const response = await handle(batch(one));
  assert.equal(response.headers.get("retry-after"), "10");
  assert.deepEqual(await results(response), [207, "201 stored", "429 limited"]);
  assert.deepEqual(await results(await handle(batch(one))), [429, "429 limited", "429 limited"]);
});
