// All stores have the same contract: each test runs with each store, and with several combined.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sharded } from "../../../examples/edge/sharded/sharded.js";
import { migrations } from "../../../www/migrations.mjs";
import { MIGRATIONS, startD1 } from "./d1.mjs";
import { batch, decide, get, make, NOW, post, signal, told } from "./make.mjs";
import { d1Store, memoryStore } from "./runtime.mjs";

const { server, db } = await startD1();
after(() => server.dispose());

async function emptyD1() {
  await db.exec("DELETE FROM leadscore_entries");
  return d1Store(db);
}

const time = (seconds) => new Date(NOW + seconds * 1000).toISOString();

/**
 * @param {string} id
 * @param {Partial<Omit<import("leadscore/edge").Entry, "signal">> & { signal?: any }} [changes]
 * @returns {Omit<import("leadscore/edge").Entry, "signal"> & { signal: any }}
 */
const entry = (id, changes = {}) => ({
  id,
  kind: "signal",
  visitor: "v-1",
  stage: "mql",
  score: 80.125,
  segment: "near-sql",
  label: null,
  provenance: "client",
  witnessed: null,
  verification: "verified",
  happened: time(0),
  received: time(0),
  forward: "none",
  attempts: 0,
  due: null,
  lifecycle: null,
  signal: { id, data: { deep: [1, null, "ü\u2028"] } },
  ...changes,
});
const decision = (id, changes) =>
  entry(id, { kind: "lifecycle", score: null, segment: null, provenance: null, verification: null, ...changes });

const ids = async (store, query) => (await store.list(query)).entries.map(({ id }) => id);

/** @type {[string, () => Promise<import("leadscore/edge").Store>][]} */
const STORES = [
  ["memory", async () => memoryStore()],
  ["D1", emptyD1],
  ["sharded", async () => sharded([memoryStore(), await emptyD1(), memoryStore()])],
];

for (const [name, open] of STORES) {
  test(`${name}: leaves out the entries that rest, and only those`, async () => {
    const store = await open();
    const dues = { none: null, over: time(1), just: time(2), soon: time(3), last: time(5), never: time(6) };
    await store.insert(Object.entries(dues).map(([id, due]) => entry(id, { forward: "pending", due })));
    const found = await ids(store, { forward: "pending", rests: { after: time(2), until: time(5) } });
    assert.deepEqual(found.sort(), ["just", "never", "none", "over"]);
  });

  test(`${name}: gives back what it was given`, async () => {
    const store = await open();
    const kept = [entry("a"), entry("b", { label: "A1", forward: "pending" }), { ...decision("c"), signal: null }];
    assert.deepEqual(await store.insert(kept), [true, true, true]);
    const { entries, next } = await store.list({ oldest: true });
    assert.deepEqual(
      entries.map((own) => ({ ...own, lifecycle: null })),
      kept,
    );
    assert.equal(next, null);
  });

  test(`${name}: an id is taken once`, async () => {
    const store = await open();
    assert.deepEqual(await store.insert([entry("a"), entry("b"), entry("a", { stage: "sql" })]), [true, true, false]);
    assert.deepEqual(await store.insert([entry("b", { stage: "sql" }), entry("c")]), [false, true]);
    assert.deepEqual(await store.insert([]), []);
    const { entries } = await store.list({});
    assert.deepEqual(new Set(entries.map(({ stage }) => stage)), new Set(["mql"]));
  });

  test(`${name}: updates how forwarding stands, and nothing else`, async () => {
    const store = await open();
    await store.insert([entry("a", { forward: "pending" }), entry("b", { forward: "pending" })]);
    await store.update("a", { forward: "dead", attempts: 12, due: time(9) });
    await store.update("unknown", { forward: "done", attempts: 1, due: null });
    const { entries } = await store.list({ oldest: true });
    assert.deepEqual(entries, [
      entry("a", { forward: "dead", attempts: 12, due: time(9) }),
      entry("b", { forward: "pending" }),
    ]);
  });

  test(`${name}: filters by each of its columns`, async () => {
    const store = await open();
    await store.insert([
      entry("a"),
      entry("b", { kind: "account", received: time(1) }),
      entry("c", { visitor: "v-2", received: time(2) }),
      entry("d", { stage: "sql", received: time(3) }),
      entry("e", { verification: "unverified", received: time(4) }),
      entry("f", { provenance: "edge", witnessed: 40.5, received: time(5) }),
      entry("g", { forward: "pending", received: time(6) }),
    ]);
    const cases = [
      [{ id: "d" }, "d"],
      [{ kind: "account" }, "b"],
      [{ visitor: "v-2" }, "c"],
      [{ visitor: "' OR 1=1 --" }, ""],
      [{ stage: "sql" }, "d"],
      [{ verification: "unverified" }, "e"],
      [{ provenance: "edge" }, "f"],
      [{ forward: "pending" }, "g"],
      [{ witnessed: 40.5 }, "f"],
      [{ witnessed: 0, provenance: "edge" }, "f"],
      [{ witnessed: 41 }, ""],
      [{ since: time(5) }, "gf"],
      [{ until: time(1) }, "a"],
      [{ since: time(1), until: time(3), kind: "signal" }, "c"],
      [{ kind: "signal", visitor: "v-1", stage: "mql" }, "gfea"],
      [{ oldest: true, limit: 2 }, "ab"],
      [{ limit: 3 }, "gfe"],
    ];
    for (const [query, expected] of cases) {
      assert.equal((await ids(store, query)).join(""), expected, JSON.stringify(query));
    }
  });

  test(`${name}: pages through equal times in either direction`, async () => {
    const store = await open();
    const all = Array.from({ length: 20 }, (_, i) => entry(`id-${i}`, { received: time(i % 3) }));
    await store.insert(all);
    for (const oldest of [false, true]) {
      const seen = [];
      let after = null;
      do {
        const { entries, next } = await store.list({ limit: 3, after, oldest });
        seen.push(...entries);
        after = next;
      } while (after);
      assert.equal(new Set(seen.map(({ id }) => id)).size, 20);
      const order = seen.map(({ received, id }) => `${received} ${id}`);
      const sorted = order.toSorted();
      assert.deepEqual(order, oldest ? sorted : sorted.reverse());
    }
  });

  test(`${name}: shows the newest decision of each visitor`, async () => {
    const store = await open();
    await store.insert([
      entry("a"),
      entry("b", { visitor: "v-2" }),
      decision("c", { stage: "customer", happened: time(2), received: time(3) }),
      decision("d", { stage: "sql", happened: time(1), received: time(4) }),
      decision("e", { stage: "lead", happened: time(2), received: time(2) }),
    ]);
    const { entries } = await store.list({ kind: "signal", oldest: true });
    assert.deepEqual(
      entries.map(({ lifecycle }) => lifecycle),
      ["customer", null],
    );
    assert.deepEqual(await ids(store, { kind: "lifecycle", visitor: "v-1" }), ["d", "c", "e"]);
    assert.deepEqual(await ids(store, { kind: "lifecycle", visitor: "v-2" }), []);
  });

  test(`${name}: holds what a receiver takes`, async () => {
    const { handle } = make({ store: await open() });
    assert.equal(await told(await handle(post(signal({ visitor: "väl 'x'" })))), "201 stored");
    assert.equal((await handle(batch([signal(), signal({ visitor: "v-2" }), signal()]))).status, 200);
    assert.equal(await told(await handle(post(signal()))), "200 duplicate");
    assert.equal(await told(await handle(decide({ visitor: "v-2", stage: "accepted" }))), "201 stored");
    const { signals } = await (await handle(get("?kind=signal&limit=2"))).json();
    assert.equal(signals.length, 2);
    const all = await (await handle(get())).json();
    const { lifecycle, signal: kept } = all.signals.find(({ visitor, kind }) => visitor === "v-2" && kind === "signal");
    assert.equal(lifecycle, "sal");
    assert.deepEqual(kept, signal({ visitor: "v-2" }));
  });
}

test("memory: is bounded, the first in are the first out", async () => {
  const store = memoryStore({ most: 2 });
  await store.insert([entry("a"), entry("b"), entry("c")]);
  assert.deepEqual(await ids(store, { oldest: true }), ["b", "c"]);
});

test("memory: what is done to an entry outside changes nothing inside", async () => {
  const store = memoryStore();
  const given = entry("a");
  await store.insert([given]);
  given.signal.data.deep[0] = 2;
  /** @type {any} */
  const [listed] = (await store.list({})).entries;
  listed.signal.data.deep[0] = 3;
  /** @type {any} */
  const [again] = (await store.list({})).entries;
  assert.equal(again.signal.data.deep[0], 1);
});

test("D1: a batch of which one fails stores nothing", async () => {
  const store = await emptyD1();
  await assert.rejects(store.insert([entry("a"), entry("b", { stage: null })]));
  assert.deepEqual(await ids(store, {}), []);
});

test("D1: no list reads or sorts the whole table", async () => {
  // The statements as the store prepares them.
  const plans = [];
  const watched = d1Store({
    prepare: (sql) => ({
      bind: (...values) => ({
        async all() {
          const { results } = await db
            .prepare(`EXPLAIN QUERY PLAN ${sql}`)
            .bind(...values)
            .all();
          plans.push(results.map(({ detail }) => detail).join("\n"));
          return { results: [] };
        },
      }),
    }),
  });
  const after = { received: time(0), id: "a" };
  /** @type {import("leadscore/edge").Query[]} */
  const queries = [
    {},
    { after },
    { since: time(0), until: time(1) },
    { id: "a" },
    ...["kind", "stage", "verification", "provenance", "forward"].flatMap((column) => [
      { [column]: "mql" },
      { [column]: "mql", after },
      { [column]: "mql", since: time(0) },
    ]),
    { forward: "pending", oldest: true, after },
    { forward: "pending", oldest: true, after, rests: { after: time(0), until: time(9) } },
    { kind: "lifecycle", visitor: "v-1" },
    { kind: "signal", visitor: "v-1", after },
  ];
  for (const query of queries) {
    await watched.list(query);
    const plan = plans.at(-1);
    assert.doesNotMatch(plan, /TEMP B-TREE/, `${JSON.stringify(query)}\n${plan}`);
    assert.match(plan, /SEARCH decision USING (COVERING )?INDEX leadscore_decision \(visitor=\?\)/);
    // An index in order of receipt is read from its end, up to the limit.
    assert.match(plan, /(SEARCH|SCAN) entry USING INDEX/, `${JSON.stringify(query)}\n${plan}`);
  }
  await watched.list({ kind: "lifecycle", visitor: "v-1" });
  assert.match(plans.at(-1), /SEARCH entry USING INDEX leadscore_visitor \(visitor=\? AND kind=\?\)/);
  await watched.list({ visitor: "v-1" });
  assert.match(plans.at(-1), /SEARCH entry USING INDEX leadscore_visitor \(visitor=\?\)/);
});

for (const [name, open] of STORES) {
  test(`${name}: the edge's word takes the place of a page's, once, and nothing else changes`, async () => {
    const store = await open();
    const page = entry("a", { forward: "pending", attempts: 3, due: time(9), received: time(1) });
    const edge = entry("a", {
      ...{ provenance: "edge", witnessed: 90, score: 90, segment: "mql", label: "A1", happened: time(5) },
      ...{ received: time(7), signal: { id: "a", data: { provenance: "edge" } } },
    });
    assert.equal(await store.upgrade(edge), false, "there is none yet");
    await store.insert([page, entry("b")]);
    assert.equal(await store.upgrade(edge), true);
    assert.equal(await store.upgrade({ ...edge, score: 1 }), false);
    const [own, other] = (await store.list({ oldest: true })).entries.toReversed();
    assert.deepEqual(own, { ...edge, forward: "pending", attempts: 3, due: time(9), received: time(1) });
    assert.deepEqual(other, entry("b"));
  });
}

test("D1: tables of the first migration go on as before, and the second one keeps all that they hold", async () => {
  const [first, second] = migrations(MIGRATIONS);
  const { server, db } = await startD1({ migrations: [first] });
  after(() => server.dispose());
  const store = d1Store(db);
  assert.deepEqual(await store.insert([entry("a", { witnessed: 3 }), entry("b")]), [true, true]);
  assert.deepEqual(await store.insert([entry("a")]), [false]);
  await store.update("a", { forward: "pending", attempts: 2, due: time(9) });
  assert.equal(await store.upgrade(entry("b", { provenance: "edge", witnessed: 80, score: 80 })), true);
  await store.insert([
    entry("c", { kind: "account", provenance: "edge" }),
    entry("d", { verification: "unverified" }),
    entry("e", { kind: "account", verification: "unverified" }),
    decision("lifecycle:f"),
  ]);
  const { handle } = make({ store });
  assert.equal(await told(await handle(post(signal()))), "201 stored");
  // Queries on a column that does not exist before the migration.
  assert.deepEqual(await ids(store, { forward: "pending", rests: { after: time(0), until: time(99) } }), ["a"]);
  await assert.rejects(store.list({ witnessed: 1 }), { code: "unkept" });
  const fresh = make({ store: d1Store(db) });
  assert.equal(await told(await fresh.handle(get("?witnessed=1"))), "400 parameter");
  assert.equal((await fresh.handle(get("?forward=pending"))).status, 200);
  const before = (await store.list({})).entries;

  await db.batch(second.statements.map((statement) => db.prepare(statement)));
  const { entries } = await d1Store(db).list({});
  assert.equal(entries.length, before.length);
  const byId = (all) =>
    Object.fromEntries(all.map(({ id, witnessed: _, ...rest }) => [id.split(":").at(-1), { ...rest, due: null }]));
  assert.deepEqual(byId(entries), byId(before));
  assert.deepEqual(Object.fromEntries(entries.map(({ id, witnessed }) => [id, witnessed])), {
    ...{ a: null, b: 80, "account:c": 80.125, "unverified:d": null, "unverified:account:e": null },
    ...{ "lifecycle:f": null, [signal().id]: null },
  });
  assert.equal(await told(await handle(post(signal()))), "200 duplicate");
  assert.deepEqual(await d1Store(db).insert([entry("g", { witnessed: 7 })]), [true]);
  assert.equal((await d1Store(db).list({ id: "g" })).entries[0].witnessed, 7);
});
