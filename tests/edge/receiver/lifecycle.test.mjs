import assert from "node:assert/strict";
import { test } from "node:test";
import { decide, entries, get, make, NOW, post, signal, told, TOKEN } from "./make.mjs";

test("stores decisions of sales, and shows the newest beside each signal", async () => {
  const { handle, store, counts, clock } = make();
  await handle(post(signal()));
  assert.equal(await told(await handle(decide({ visitor: "v-1", stage: "customer", at: NOW }))), "201 stored");
  clock.now += 1000;
  // An older one that arrives later.
  const at = new Date(NOW - 1000).toISOString();
  assert.equal(await told(await handle(decide({ visitor: "v-1", stage: "accepted", at }))), "201 stored");
  const [older, newer] = await entries(store, { kind: "lifecycle", visitor: "v-1" });
  assert.equal(older.stage, "sal");
  assert.equal(older.happened, at);
  assert.deepEqual(newer, {
    id: newer.id,
    kind: "lifecycle",
    visitor: "v-1",
    stage: "customer",
    score: null,
    segment: null,
    label: null,
    provenance: null,
    witnessed: null,
    verification: null,
    happened: new Date(NOW).toISOString(),
    received: new Date(NOW).toISOString(),
    forward: "none",
    attempts: 0,
    due: null,
    lifecycle: "customer",
    signal: null,
  });
  const { signals } = await (await handle(get("?kind=signal"))).json();
  assert.equal(signals[0].lifecycle, "customer");
  assert.equal(counts.decided, 2);
});

test("is idempotent by the given id, or by the content of the decision", async () => {
  const { handle } = make();
  const send = async (decision) => told(await handle(decide({ visitor: "v-1", stage: "sql", at: NOW, ...decision })));
  assert.equal(await send({}), "201 stored");
  assert.equal(await send({}), "200 duplicate");
  assert.equal(await send({ at: new Date(NOW).toISOString() }), "200 duplicate");
  assert.equal(await send({ at: "2026-11-22T11:00:00.250+01:00" }), "200 duplicate");
  assert.equal(await send({ at: NOW + 0.9 }), "200 duplicate");
  assert.equal(await send({ at: NOW + 1 }), "201 stored");
  assert.equal(await send({ stage: "sal" }), "201 stored");
  assert.equal(await send({ stage: "accepted" }), "200 duplicate");
  assert.equal(await send({ id: "deal:7" }), "201 stored");
  assert.equal(await send({ id: "deal:7", stage: "customer" }), "200 duplicate");
  assert.equal(await send({ at: undefined, visitor: "v-2" }), "201 stored");
});

test("a page cannot take the id of a decision", async () => {
  const { handle, store } = make();
  const { id } = signal();
  await handle(post(signal()));
  assert.equal(await told(await handle(decide({ visitor: "v-1", stage: "sql", id }))), "201 stored");
  assert.equal((await entries(store)).length, 2);
});

test("accepts every lifecycle stage", async () => {
  const { handle } = make();
  const stages = ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist", "recycled"];
  for (const stage of stages) assert.equal(await told(await handle(decide({ visitor: "v-1", stage }))), "201 stored");
});

test("rejects an invalid decision, and names the wrong part", async () => {
  const { handle, store } = make();
  const good = { visitor: "v-1", stage: "sql", at: NOW };
  const wrong = {
    visitor: [undefined, "", 3, null, "x".repeat(1025), "a\tb"],
    stage: [undefined, "won", "__proto__", "constructor", 3, ["sql"], null],
    at: [
      null,
      "",
      "today",
      "2026-13-01T00:00:00Z",
      -1,
      0,
      NOW / 1000,
      "1999-12-31T23:59:59Z",
      1e300,
      NOW + 301_000,
      {},
      [NOW],
      true,
    ],
    id: [null, "", "a b", "x".repeat(65), 7, "é"],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const answer = await told(await handle(decide({ ...good, [name]: value })));
      assert.equal(answer, `422 ${name}`, `${name} ${JSON.stringify(value)}`);
    }
  }
  assert.equal(await told(await handle(decide("[]"))), "400 not_json");
  assert.equal(await told(await handle(decide("{"))), "400 not_json");
  assert.equal(await told(await handle(decide(good, { type: "text/plain" }))), "415 content_type");
  assert.equal(await told(await handle(decide(" ".repeat(20_000)))), "413 too_large");
  assert.deepEqual(await entries(store), []);
});

test("requires a token", async () => {
  const good = { visitor: "v-1", stage: "sql" };
  for (const authorization of ["", "Bearer", "Bearer wrong", `Basic ${TOKEN}`, TOKEN]) {
    const response = await make().handle(decide(good, { headers: { authorization } }));
    assert.equal(await told(response), "401 token", authorization);
  }
  const { handle } = make({ tokens: undefined });
  assert.equal(await told(await handle(decide(good))), "401 token");
});
