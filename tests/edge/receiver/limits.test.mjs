import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { buckets, network } from "../../../pkg-config/edge/receiver/limits.js";
import { batch, CURRENT, FUTURE, make, NOW, post, signal, signed, told } from "./make.mjs";

const from = (address) => ({ headers: { "cf-connecting-ip": address } });

test("limits requests by address before any other check", async () => {
  const { handle, clock, counts } = make({ limits: { address: { per: 60, most: 2 } } });
  const send = async (address) => (await handle(post("{}", from(address)))).status;
  assert.deepEqual([await send("192.0.2.1"), await send("192.0.2.1"), await send("192.0.2.1")], [422, 422, 429]);
  assert.equal(await send("192.0.2.2"), 422);

  const refused = await handle(
    post("", { headers: { "cf-connecting-ip": "192.0.2.1", origin: "https://evil.example" } }),
  );
  assert.equal(refused.headers.get("retry-after"), "30");
  assert.equal(await told(refused), "429 limited");
  clock.now += 29_000;
  assert.equal(await send("192.0.2.1"), 429);
  clock.now += 1_000;
  assert.equal(await send("192.0.2.1"), 422);
  clock.now -= 3_600_000;
  assert.equal(await send("192.0.2.1"), 429);
  assert.equal(counts.limited, 4);
});

test("the addresses of one IPv6 network are one", async () => {
  const { handle } = make({ limits: { address: { per: 60, most: 1 } } });
  const send = async (address) => (await handle(post("{}", from(address)))).status;
  assert.equal(await send("2001:db8:0:1::1"), 422);
  assert.equal(await send("2001:db8:0:1:ffff:1:2:3"), 429);
  assert.equal(await send("2001:db8::1:0:0:0:9"), 429);
  assert.equal(await send("2001:db8:0:2::1"), 422);
  assert.equal(await send("::1"), 422);
  assert.equal(await send("::ffff:192.0.2.1"), 422);
});

test("each signal of a batch counts, so that one address cannot fill the database", async () => {
  const { handle, store } = make({ limits: { address: { per: 60, most: 120 } } });
  let sent = 0;
  const send = async (count, init = from("192.0.2.1")) => {
    const signals = Array.from({ length: count }, () => signal({ visitor: `v-${sent++}` }));
    return handle(batch(signals, init));
  };
  for (let i = 0; i < 5; i++) assert.equal((await send(20)).status, 200);
  assert.equal((await send(15)).status, 200);
  const partly = await send(20);
  assert.equal(partly.status, 207);
  const codes = (await partly.json()).results.map(({ code }) => code);
  assert.deepEqual(codes, [...Array(5).fill("stored"), ...Array(15).fill("limited")]);
  assert.equal(partly.headers.get("retry-after"), "1");
  assert.equal((await send(1)).status, 429);
  assert.equal((await send(20, from("192.0.2.2"))).status, 200);
  assert.equal((await store.list({ limit: 500 })).entries.length, 140);
  // Signals from the site's own worker are limited by visitor, not by address.
  const own = { type: "application/cloudevents-batch+json", ...from("192.0.2.1") };
  const list = Array.from({ length: 20 }, (_, i) => signal({ visitor: `w-${i}` }));
  for (let i = 0; i < 2; i++) assert.equal((await handle(await signed(list, own))).status, 200);
});

test("without an address there is no limit by it", async () => {
  const limits = { address: { per: 60, most: 1 } };
  for (const options of [{}, { address: () => null }]) {
    const { handle } = make({ limits, ...options });
    for (let i = 0; i < 3; i++) assert.equal((await handle(post("{}"))).status, 422);
  }
  const { handle } = make({ limits, address: ({ headers }) => headers.get("x-forwarded-for") });
  const send = async () => (await handle(post("{}", { headers: { "x-forwarded-for": "192.0.2.1" } }))).status;
  assert.deepEqual([await send(), await send()], [422, 429]);
});

test("limits how often a visitor's signals are looked at", async () => {
  const { handle } = make({ limits: { visitor: { per: 60, most: 2 } } });
  const send = async (visitor) => told(await handle(post(signal({ visitor }))));
  assert.equal(await send("v-1"), "201 stored");
  assert.equal(await send("v-1"), "200 duplicate");
  assert.equal(await send("v-1"), "429 limited");
  assert.equal(await send("v-2"), "201 stored");
});

test("a bucket is kept among any number of others, and does not block them", () => {
  const clock = { now: NOW };
  const take = buckets({ per: 60, most: 30 }, () => clock.now);
  const taken = (name, times) => Array.from({ length: times }, () => take(name)).filter((wait) => wait === 0).length;
  assert.equal(taken("v", 31), 30);
  let refused = 0;
  for (let i = 0; i < 100_000; i++) if (take(`other-${i}`) > 0) refused++;
  assert.equal(taken("v", 31), 0);
  assert.equal(refused, 0);
  // A thousand who have used up theirs, and those who come after them.
  for (let i = 0; i < 1_000; i++) taken(`greedy-${i}`, 30);
  for (let i = 0; i < 10_000; i++) if (take(`late-${i}`) > 0) refused++;
  assert.ok(refused <= 10, `${refused} of 10,000`);
  clock.now += 2_000;
  assert.equal(taken("v", 31), 1);
});

test("a bucket keeps to its rate, whatever the clock does", () => {
  const clock = { now: NOW };
  const take = buckets({ per: 60, most: 7 }, () => clock.now);
  const taken = (times) => Array.from({ length: times }, () => take("v")).filter((wait) => wait === 0).length;
  assert.equal(taken(20), 7);
  assert.equal(take("v"), 9);
  for (const years of [10, -10, 0, -10, 10]) {
    clock.now = NOW + years * 365 * 86_400_000;
    taken(20);
    clock.now += 60_000;
    assert.equal(taken(20), 7, `${years} years`);
  }
});

test("invalid signals do not use up anybody's bucket", async () => {
  const { handle } = make({ limits: { visitor: { per: 60, most: 2 } } });
  const forged = { ...signal(), id: "forged" };
  for (let i = 0; i < 40; i++) assert.equal(await told(await handle(post(forged))), "422 signal_mismatch");
  assert.equal(await told(await handle(post(signal()))), "201 stored");
});

test("unverified signals do not use up the limit of verified ones", async () => {
  const { handle } = make({ names: ["acme-web"], limits: { visitor: { per: 60, most: 1 } } });
  const send = async (bytes) => told(await handle(post(signal({ bytes }))));
  assert.equal(await send(FUTURE), "201 stored");
  assert.equal(await send(FUTURE), "429 limited");
  assert.equal(await send(CURRENT), "201 stored");
  assert.equal(await send(CURRENT), "429 limited");
});

test("signals from pages do not use up the limit of the site's own workers, nor the other way round", async () => {
  const limits = { visitor: { per: 60, most: 1 }, signed: { per: 60, most: 2 }, address: { per: 60, most: 3 } };
  const { handle } = make({ limits });
  const page = async () => told(await handle(post(signal(), from("192.0.2.1"))));
  const worker = async (options = {}) => {
    const request = await signed(signal({ provenance: "edge" }), { ...from("192.0.2.1"), ...options });
    return told(await handle(request));
  };
  assert.deepEqual([await page(), await page(), await page(), await page()].slice(1), Array(3).fill("429 limited"));
  assert.deepEqual([await worker(), await worker(), await worker()], ["200 upgraded", "200 duplicate", "429 limited"]);
  const other = make({ limits });
  const forge = async () =>
    told(
      await other.handle(
        await signed(signal(), { ...from("192.0.2.1"), secret: "another, of thirty-two bytes or so" }),
      ),
    );
  assert.deepEqual([await forge(), await forge(), await forge()], Array(3).fill("401 signature"));
  assert.equal(await forge(), "429 limited", "a forger uses up what their own address has");
  const request = await signed(signal({ provenance: "edge" }), from("192.0.2.1"));
  assert.equal(await told(await other.handle(request)), "201 stored");
});

test("all spellings of an address count as one", () => {
  const same = (...written) => assert.equal(new Set(written.map(network)).size, 1, written.map(network).join(" "));
  same("192.0.2.1", "::ffff:192.0.2.1", "::FFFF:192.0.2.1", "::ffff:c000:201", "0:0:0:0:0:ffff:c000:0201");
  same("2001:db8::1", "2001:DB8::2", "2001:0db8:0:0:ffff::", "2001:db8:0000::", "2001:db8:0:0:1:2:3:4");
  assert.notEqual(network("2001:db8:0:1::1"), network("2001:db8::1"));
  assert.notEqual(network("::ffff:192.0.2.1"), network("::ffff:192.0.2.2"));
});

test("calls the given limiter with a key that reveals no address", async () => {
  const keys = [];
  const limiter = {
    async limit({ key }) {
      keys.push(key);
      return { success: keys.length < 4 };
    },
  };
  const { handle } = make({ limits: { limiter } });
  const send = async () => told(await handle(post(signal(), from("192.0.2.1"))));
  assert.equal(await send(), "201 stored");
  assert.equal(await send(), "429 limited", "the visitor");
  assert.equal(await send(), "429 limited", "the address");
  assert.match(keys[0], /^address:[\w-]{43}$/);
  assert.match(keys[1], /^visitor:[\w-]{43}$/);
  assert.equal(new Set(keys).size, 2);
});

test("a failing limiter loses no signals", async () => {
  const logged = mock.method(console, "error", () => {});
  const { handle } = make({ limits: { limiter: { limit: () => Promise.reject(new Error("no binding")) } } });
  assert.equal(await told(await handle(post(signal()))), "201 stored");
  logged.mock.restore();
});
