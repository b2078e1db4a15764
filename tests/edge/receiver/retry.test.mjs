// Forwarding: when it tries again, what ends the tries, and the data that survives a restart of the worker.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { context, hook } from "./hook.mjs";
import { entries, FUTURE, make, post, signal, told } from "./make.mjs";
import { memoryStore } from "./runtime.mjs";

mock.method(console, "error", () => {});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function send({ handle }, request) {
  const ctx = context();
  const answer = await told(await handle(request, ctx));
  await ctx.settled();
  return answer;
}

const states = async (store) => (await entries(store)).map(({ forward, attempts }) => `${forward} ${attempts}`);

/** A cron trigger: `forwardPending` each minute. */
async function cron(made, minutes) {
  for (let i = 0; i < minutes; i++) {
    made.clock.now += MINUTE;
    await made.forwardPending();
  }
}

for (const [status, header] of /** @type {[number, (made: ReturnType<typeof make>) => string][]} */ ([
  [429, () => "3600"],
  [503, (made) => new Date(made.clock.now + HOUR).toUTCString()],
])) {
  test(`without a queue, nothing is sent before the Retry-After of a ${status} is over`, async () => {
    const { url, got, answer } = await hook();
    const made = make({ forward: { to: url } });
    answer({ status, headers: { "retry-after": header(made) } });
    await send(made, post(signal()));
    // The other side has asked so of all signals.
    for (let i = 0; i < 5; i++) await send(made, post(signal({ visitor: `w-${i}` })));
    await cron(made, 59);
    assert.equal(got.length, 1);
    answer({ status: 204 });
    await cron(made, 2);
    assert.deepEqual(new Set(await states(made.store)), new Set(["done 2", "done 1"]));
    assert.equal(got.length, 7);
  });
}

test("a Retry-After for one signal does not delay others", async () => {
  const { url, got, answer } = await hook();
  const made = make({ forward: { to: url } });
  answer({ status: 500, headers: { "retry-after": "3600" } }, { status: 204 });
  await send(made, post(signal()));
  await send(made, post(signal({ visitor: "v-2" })));
  assert.equal(got.length, 2);
  assert.deepEqual((await states(made.store)).sort(), ["done 1", "pending 1"]);
});

test("a short Retry-After is awaited at once", async () => {
  const { url, got, answer } = await hook();
  const made = make({ forward: { to: url } });
  answer({ status: 503, headers: { "retry-after": "1" } }, { status: 204 });
  const begun = performance.now();
  await send(made, post(signal()));
  assert.equal(got.length, 2);
  assert.ok(performance.now() - begun >= 990, `${performance.now() - begun} ms`);
});

test("a signal's own wait, its tries and its state outlive the worker; the pause of all and the counts do not", async () => {
  const { url, got, answer } = await hook();
  const store = memoryStore();
  const killed = make({ store, forward: { to: url } });
  answer({ status: 429, headers: { "retry-after": "3600" } });
  await send(killed, post(signal()));
  assert.deepEqual(killed.counts, { stored: 1, undelivered: 1 });

  const made = make({ store, forward: { to: url } });
  assert.deepEqual(made.counts, {});
  await cron(made, 59);
  assert.equal(await send(made, post(signal())), "200 duplicate");
  assert.equal(got.length, 1);
  // It learns of the pause by the first signal that it sends itself.
  await send(made, post(signal({ visitor: "v-2" })));
  await send(made, post(signal({ visitor: "v-3" })));
  assert.equal(got.length, 2);
  await cron(made, 1);
  assert.equal(got.length, 2, "the pause holds for the first as well");
  answer({ status: 204 });
  await cron(made, 60);
  assert.deepEqual((await states(store)).sort(), ["done 1", "done 2", "done 2"]);
});

test("a store without waiting times is not asked for them while the worker runs", async () => {
  const { url, got, answer } = await hook();
  const own = memoryStore();
  const store = {
    insert: (all) => own.insert(all.map(({ due: _due, witnessed: _witnessed, ...entry }) => entry)),
    update: (id, { forward, attempts }) => own.update(id, { forward, attempts }),
    list: own.list,
  };
  const made = make({ store, forward: { to: url } });
  answer({ status: 500, headers: { "retry-after": "3600" } });
  await send(made, post(signal()));
  await cron(made, 59);
  assert.equal(got.length, 1);
  await cron(made, 1);
  assert.equal(got.length, 2);
});

test("failed forwarding is retried for a day, less and less often, then it is dead", async () => {
  const { url, got, answer } = await hook();
  const made = make({ forward: { to: url } });
  answer({ status: 401 });
  await send(made, post(signal()));
  await cron(made, 23 * 60);
  const tries = got.length;
  assert.ok(tries >= 15 && tries <= 20, `${tries}`);
  assert.deepEqual(await states(made.store), [`pending ${tries}`]);
  await cron(made, 25 * 60);
  assert.deepEqual(await states(made.store), [`dead ${got.length}`]);
  assert.ok(got.length <= tries + 1, `${got.length}`);
});

test("with a Retry-After of an hour each time, it is retried all day, and no sooner", async () => {
  const { url, got, answer } = await hook();
  const made = make({ forward: { to: url } });
  answer({ status: 429, headers: { "retry-after": "3600" } });
  await send(made, post(signal()));
  await cron(made, 22 * 60);
  assert.ok(got.length >= 14 && got.length <= 23, `${got.length}`);
  answer({ status: 200 });
  await cron(made, 2 * 60);
  assert.deepEqual(await states(made.store), [`done ${got.length}`]);
});

test("only an answer about the signal itself ends its retries at once", async () => {
  const refusal = JSON.stringify({ code: "signal_mismatch", message: "…" });
  const cases = [
    [{ status: 410 }, "dead 1"],
    [{ status: 422, body: refusal }, "dead 1"],
    [{ status: 400, body: refusal }, "dead 1"],
    [{ status: 422 }, "pending 3"],
    [{ status: 400, body: "<html>" }, "pending 3"],
    [{ status: 400, body: JSON.stringify({ code: "cut_off" }) }, "pending 3"],
    [{ status: 403, body: refusal }, "pending 3"],
    [{ status: 404 }, "pending 3"],
    [{ status: 422, body: refusal.padEnd(100_000) }, "pending 3"],
  ];
  await Promise.all(
    cases.map(async ([said, expected]) => {
      const { url, answer } = await hook();
      const made = make({ forward: { to: url } });
      answer(said);
      await send(made, post(signal()));
      assert.deepEqual(await states(made.store), [expected], JSON.stringify(said).slice(0, 80));
    }),
  );
});

test("a clock that is ten years off for a while loses and delays nothing", async () => {
  const years = 3650 * 24 * HOUR;
  for (const off of [years, -years]) {
    const { url, got, answer } = await hook();
    const made = make({ forward: { to: url } });
    answer({ status: 500, headers: { "retry-after": "600" } });
    await send(made, post(signal()));
    made.clock.now += off;
    await cron(made, 5);
    assert.deepEqual(new Set((await states(made.store)).map((state) => state.split(" ")[0])), new Set(["pending"]));
    await send(made, post(signal({ visitor: "v-2" })));
    made.clock.now -= off;
    answer({ status: 204 });
    const before = got.length;
    await cron(made, 30);
    assert.equal(got.length, before + 2, `${off / years} decades`);
    assert.deepEqual(new Set((await states(made.store)).map((state) => state.split(" ")[0])), new Set(["done"]));
  }
});

test("unverified signals are forwarded only to webhooks that accept them", async () => {
  for (const unverified of [undefined, false, true]) {
    const { url, got } = await hook();
    const made = make({ names: ["acme-web"], forward: { to: url, unverified } });
    assert.equal(await send(made, post(signal({ bytes: FUTURE }))), "201 stored");
    assert.equal(await send(made, post(signal({ bytes: FUTURE }))), "200 duplicate");
    await cron(made, 1);
    assert.deepEqual(await states(made.store), [unverified ? "done 1" : "none 0"]);
    assert.equal(got.length, unverified ? 1 : 0);
    if (!unverified) continue;
    assert.equal(got[0].headers["webhook-id"], `unverified:${signal({ bytes: FUTURE }).id}`);
    assert.equal(JSON.parse(got[0].body).verification, "unverified");
  }
});
