// An account's Durable Object, tested with the requests of an edge.
import assert from "node:assert/strict";
import { test } from "node:test";
import { contribution, CURRENT, durable, KEY, NOW } from "../receiver/make.mjs";
import { createAccount } from "../receiver/runtime.mjs";

const ADDRESS = "https://leadscore.internal/";

/**
 * An account whose receiver answers as `statuses` say, then with 201.
 *
 * @param {Record<string, any> & { statuses?: any[], kept?: Map<string, any> }} [options]
 */
async function make({ statuses = [], kept, model = CURRENT, ...options } = {}) {
  const sent = [];
  const clock = { now: NOW };
  const endpoint = async (request) => {
    const status = statuses.shift() ?? 201;
    if (status === 0) throw new Error("no connection");
    sent.push(await request.json());
    if (status === "final") return Response.json({ code: "signal_mismatch" }, { status: 422 });
    if (typeof status === "object") return new Response(null, { status: 503, headers: status });
    if (status === "later") return new Response(null, { status: 503, headers: { "retry-after": "300" } });
    return new Response(null, { status });
  };
  const Account = createAccount({ model, keys: [KEY], endpoint, now: () => clock.now, ...options });
  const ctx = durable(kept);
  const account = new Account(ctx, {});
  await ctx.loaded;
  const snapshot = async () => (await account.fetch(new Request(ADDRESS))).json();
  return { account, clock, sent, snapshot, ...ctx };
}

const qualify = async ({ account }) => {
  for (const visitor of ["v-1", "v-2"]) {
    assert.equal((await account.fetch(contribution(visitor))).status, 204);
  }
};

test("adds up its people, each up to the maximum, and signals once", async () => {
  const made = await make();
  await made.account.fetch(contribution("v-1"));
  assert.deepEqual([made.alarms, made.sent], [[], []]);
  const alone = await made.snapshot();
  assert.deepEqual([alone.score, alone.dimensions, alone.stage, alone.segment], [60, { people: 1 }, null, "visitor"]);

  await made.account.fetch(contribution("v-2", { isTold: true }));
  assert.deepEqual(made.alarms, [NOW]);
  await made.account.alarm();
  assert.deepEqual(made.alarms, [NOW]);
  const [signal] = made.sent;
  assert.deepEqual(
    [signal.type, signal.subject, signal.source],
    ["leadscore.account.reached", "acme", "https://acme.example"],
  );
  assert.deepEqual([signal.data.stage, signal.data.snapshot.score, signal.data.provenance], ["mqa", 120, "client"]);
  assert.deepEqual(
    signal.data.people.map(({ visitor, points, engaged, provenance }) => [visitor, points, engaged, provenance]),
    [
      ["v-1", 60, true, "edge"],
      ["v-2", 60, true, "client"],
    ],
  );
  // Once the worker has seen both, it sends its own signal, under the same id.
  await qualify(made);
  await made.account.alarm();
  await qualify(made);
  await made.account.alarm();
  assert.deepEqual(
    made.sent.map(({ id, data }) => [id, data.provenance, data.witnessed]),
    [
      [signal.id, "client", 60],
      [signal.id, "edge", 120],
    ],
  );
});

test("contributions and pending signals survive a restart of the object", async () => {
  const first = await make({ statuses: [0] });
  await qualify(first);
  const second = await make({ kept: first.kept, statuses: [503, 429] });
  assert.equal((await second.snapshot()).score, 120);
  await second.account.alarm();
  await second.account.alarm();
  assert.deepEqual(second.alarms, [NOW, NOW + 1_000, NOW + 2_000]);
  const third = await make({ kept: first.kept });
  await third.account.alarm();
  assert.equal(third.sent.length, 1);
  assert.deepEqual(third.alarms, [NOW]);
  const fourth = await make({ kept: first.kept });
  await fourth.account.alarm();
  assert.deepEqual(fourth.sent, []);
});

test("a signal rejected by the receiver is not sent again, one rejected by anything else is", async () => {
  const made = await make({ statuses: [422, 403, "final"] });
  await qualify(made);
  for (let i = 0; i < 5; i++) await made.account.alarm();
  assert.deepEqual([made.sent.length, made.alarms.length], [3, 3]);
});

test("a signal is retried no sooner than asked, for a day, however often the object restarts", async () => {
  const made = await make({ statuses: ["later", ...Array(99).fill(503)] });
  await qualify(made);
  await made.account.alarm();
  assert.deepEqual(made.alarms, [NOW, NOW + 300_000]);
  let { kept } = made;
  const pauses = [];
  for (let i = 0; i < 12; i++) {
    const next = await make({ kept, statuses: [503] });
    await next.account.alarm();
    pauses.push((next.alarms.at(-1) - NOW) / 1_000);
    kept = next.kept;
  }
  assert.deepEqual(pauses, [2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600]);
  const last = await make({ kept });
  last.clock.now += 86_400_001;
  await last.account.alarm();
  assert.deepEqual([last.sent, last.kept.get("waiting")], [[], []]);
});

test("a receiver that asks for an endless wait is tried again within a signal's lifetime", async () => {
  for (const after of ["9".repeat(11), "9".repeat(400), "Fri, 31 Dec 9999 23:59:59 GMT"]) {
    const made = await make({ statuses: [{ "retry-after": after }] });
    await qualify(made);
    await made.account.alarm();
    assert.deepEqual(made.alarms, [NOW, NOW + 86_400_000], after);
  }
});

test("an alarm survives failing storage, and the next request sets a lost one", async () => {
  const made = await make({ statuses: Array(8).fill(503) });
  await qualify(made);
  const { setAlarm, put, getAlarm } = made.storage;
  const failing = async () => {
    throw new Error("storage: internal error");
  };
  // Only the record of the tries fails: the alarm is set all the same.
  made.storage.put = failing;
  await made.account.alarm();
  assert.equal(made.alarms.length, 2);
  // Nothing works: the platform is notified, and tries six times more.
  made.storage.setAlarm = failing;
  for (let i = 0; i < 7; i++) await assert.rejects(made.account.alarm());
  // It has given up.
  Object.assign(made.storage, { put, setAlarm, getAlarm: async () => null });
  await made.account.fetch(new Request(ADDRESS));
  assert.equal(made.alarms.length, 3);
  made.storage.getAlarm = getAlarm;
  const next = await make({ kept: made.kept });
  assert.deepEqual(next.alarms, [NOW], "a new object looks too");
  await next.account.alarm();
  assert.equal(next.sent.length, 1);
});

test("a clock that was ten years off loses no signals, and leaves no alarm in ten years", async () => {
  const YEARS = 10 * 365 * 86_400_000;
  const made = await make({ statuses: Array(9).fill(503) });
  await qualify(made);
  // The alarm fires while the clock is ahead. A failed attempt must not discard a signal that is really minutes old.
  made.clock.now += YEARS;
  await made.account.alarm();
  assert.equal(made.alarms.at(-1), NOW + YEARS + 1_000);
  made.clock.now -= YEARS;
  await made.account.fetch(new Request(ADDRESS));
  assert.equal(made.alarms.at(-1), NOW, "the next request sets it anew");
  await made.account.fetch(new Request(ADDRESS));
  assert.equal(made.alarms.length, 3, "one that is near stays");
  for (let i = 0; i < 12; i++) await made.account.alarm();
  assert.equal(made.sent.length, 10, "nine failed, and the tenth was taken");
});

test("a contribution that could not be stored does not count, so that it trips when it is stored", async () => {
  const made = await make();
  await made.account.fetch(contribution("v-1"));
  const { put } = made.storage;
  made.storage.put = async () => {
    throw new Error("storage: full");
  };
  await assert.rejects(made.account.fetch(contribution("v-2")), /full/);
  assert.equal((await made.snapshot()).score, 60);
  made.storage.put = put;
  await made.account.fetch(contribution("v-2"));
  await made.account.alarm();
  assert.equal(made.sent.length, 1);
});

test("the pause between attempts grows to an hour", async () => {
  const made = await make({ statuses: Array(20).fill(0) });
  await qualify(made);
  for (let i = 0; i < 20; i++) await made.account.alarm();
  const pauses = made.alarms.slice(1).map((at) => at - NOW);
  assert.deepEqual([pauses[0], pauses[1], pauses.at(-1)], [1_000, 2_000, 3_600_000]);
});

test("a contribution with nothing new is not written", async () => {
  const made = await make();
  await made.account.fetch(contribution("v-1"));
  const { put } = made.storage;
  made.storage.put = () => assert.fail("written again");
  await made.account.fetch(contribution("v-1"));
  made.storage.put = put;
  await made.account.fetch(contribution("v-1", { types: ["page_view", "form_submit", "trial"] }));
  assert.equal((await make({ kept: made.kept })).kept.size, 1);
});

test("forgets a visitor", async () => {
  const made = await make();
  await qualify(made);
  const forget = (visitor) => made.account.fetch(new Request(`${ADDRESS}?visitor=${visitor}`, { method: "DELETE" }));
  assert.equal((await forget("v-1")).status, 204);
  assert.equal((await forget("nobody")).status, 204);
  assert.deepEqual(
    (await made.snapshot()).people.map(({ visitor }) => visitor),
    ["v-2"],
  );
  assert.equal((await (await make({ kept: made.kept })).snapshot()).score, 60);
});

test("an invalid contribution is rejected and changes nothing", async () => {
  const made = await make();
  const post = (body) => made.account.fetch(new Request(ADDRESS, { method: "POST", body }));
  const code = async (body) => {
    const response = await post(body);
    return `${response.status} ${(await response.json()).code}`;
  };
  assert.equal(await code("no JSON"), "422 state_corrupt");
  assert.equal(await code("x".repeat(17_000)), "422 state_corrupt");
  const sound = await contribution("v-1").json();
  assert.equal(await code(JSON.stringify({ ...sound, account: "" })), "422 account_key");
  assert.equal(await code(JSON.stringify({ ...sound, visitor: "" })), "422 visitor_id");
  assert.equal(await code(JSON.stringify({ ...sound, own: "AAAA" })), "422 state_corrupt");
  assert.equal(await code(JSON.stringify({ ...sound, told: "AAAA" })), "422 state_corrupt");
  assert.equal(await code(JSON.stringify({ ...sound, person: "" })), "422 visitor_id");
  assert.deepEqual([made.kept.size, (await made.snapshot()).people], [0, []]);
});

test("an account with unreadable bytes starts again and fills again", async () => {
  const made = await make({ kept: new Map([["account", new Uint8Array([9, 9, 9, 9, 9, 9])]]) });
  await qualify(made);
  assert.equal((await made.snapshot()).score, 120);
});

test("mistakes in the options are thrown at once", async () => {
  await assert.rejects(make({ keys: [] }), /keys must contain one/);
  await assert.rejects(make({ model: null }), /model must be the bytes/);
  const { compile } = await import("../receiver/runtime.mjs");
  await assert.rejects(make({ model: compile({ name: "m", rules: [] }) }), { code: "model_account" });
});

test("options may come from the worker's env", async () => {
  const Account = createAccount(({ KEY }) => ({ model: CURRENT, keys: [KEY], now: () => NOW }));
  const ctx = durable();
  const account = new Account(ctx, { KEY });
  await ctx.loaded;
  await qualify({ account });
  assert.deepEqual([(await (await account.fetch(new Request(ADDRESS))).json()).stage, ctx.alarms], ["mqa", []]);
});
