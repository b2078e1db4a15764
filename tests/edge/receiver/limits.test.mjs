import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { make, post, signal, told } from "./make.mjs";

const from = (address) => ({ headers: { "cf-connecting-ip": address } });

test("limits how often an address sends, before anything else is looked at", async () => {
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

test("what random visitors and addresses send is forgotten", async () => {
  const { handle } = make({ limits: { address: { per: 3600, most: 1 } } });
  const send = async (address) => (await handle(post("{}", from(address)))).status;
  assert.equal(await send("first"), 422);
  assert.equal(await send("first"), 429);
  for (let i = 0; i < 10_000; i++) await send(`random-${i}`);
  assert.equal(await send("first"), 422);
});

test("asks the limiter that there is by a name that tells nobody", async () => {
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

test("a limiter that fails loses no signal", async () => {
  const logged = mock.method(console, "error", () => {});
  const { handle } = make({ limits: { limiter: { limit: () => Promise.reject(new Error("no binding")) } } });
  assert.equal(await told(await handle(post(signal()))), "201 stored");
  logged.mock.restore();
});
