import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "./runtime.mjs";
import { ADDRESS, decide, get, make, NOW, OTHER_TOKEN, post, signal, signed, told, TOKEN } from "./make.mjs";

async function listed(handle, search) {
  const response = await handle(get(search));
  const body = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return body;
}

async function filled() {
  const made = make({ names: ["acme-web"] });
  for (const [i, stage] of ["warm", "mql", "sql"].entries()) {
    made.clock.now = NOW + i * 1000;
    await made.handle(post(signal({ visitor: `v-${i}`, stage })));
  }
  made.clock.now = NOW + 3000;
  await made.handle(await signed(signal({ visitor: "v-3", provenance: "edge" })));
  await made.handle(decide({ visitor: "v-3", stage: "sql" }));
  return made;
}

test("lists newest first", async () => {
  const { handle } = await filled();
  const response = await handle(get());
  assert.equal(response.headers.get("cache-control"), "no-store");
  const { signals, next } = await response.json();
  assert.deepEqual(signals.map(({ visitor }) => visitor).sort(), ["v-0", "v-1", "v-2", "v-3", "v-3"]);
  assert.deepEqual(
    signals.slice(2).map(({ visitor }) => visitor),
    ["v-2", "v-1", "v-0"],
  );
  assert.deepEqual(signals[2].signal, signal({ visitor: "v-2", stage: "sql" }));
  assert.equal(next, null);
});

test("filters", async () => {
  const { handle } = await filled();
  const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();
  const cases = {
    "?stage=warm": ["v-0"],
    "?visitor=v-2": ["v-2"],
    "?visitor=%27%20OR%201=1": [],
    "?kind=lifecycle": ["v-3"],
    "?kind=signal&stage=mql": ["v-3", "v-1"],
    "?verification=verified": ["v-3", "v-2", "v-1", "v-0"],
    "?verification=unverified": [],
    "?provenance=edge": ["v-3"],
    "?forward=none&kind=signal&limit=1": ["v-3"],
    "?forward=dead": [],
    "?witnessed=0": ["v-3"],
    "?witnessed=80": ["v-3"],
    "?witnessed=80.001": [],
    "?witnessed=-5": ["v-3"],
    [`?id=${signal({ visitor: "v-0", stage: "warm" }).id}`]: ["v-0"],
    [`?since=${at(2)}&kind=signal`]: ["v-3", "v-2"],
    [`?until=${at(1)}`]: ["v-0"],
    [`?since=${at(1)}&until=${at(2)}`]: ["v-1"],
    "?until=2026-11-22T11:00:00.251%2B01:00": ["v-0"],
  };
  for (const [search, expected] of Object.entries(cases)) {
    const { signals } = await listed(handle, search);
    assert.deepEqual(
      signals.map(({ visitor }) => visitor),
      expected,
      search,
    );
  }
});

test("pages are stable, even if many signals arrive at once and more during the listing", async () => {
  const { handle, clock } = make();
  const visitors = Array.from({ length: 25 }, (_, i) => `v-${i}`);
  for (const visitor of visitors) await handle(post(signal({ visitor })));
  const seen = [];
  let cursor = "";
  for (let pages = 0; cursor !== null && pages < 10; pages++) {
    const { signals, next } = await listed(handle, `?limit=7${cursor && `&cursor=${cursor}`}`);
    assert.ok(signals.length <= 7);
    seen.push(...signals.map(({ visitor }) => visitor));
    cursor = next;
    clock.now += 1000;
    await handle(post(signal({ visitor: `late-${pages}` })));
  }
  assert.deepEqual(seen.toSorted(), visitors.toSorted());
});

test("a page that is exactly full is the last", async () => {
  const { handle } = make();
  for (const visitor of ["a", "b"]) await handle(post(signal({ visitor })));
  assert.equal((await listed(handle, "?limit=2")).next, null);
  assert.notEqual((await listed(handle, "?limit=1")).next, null);
});

test("names the wrong parameter", async () => {
  const { handle } = make();
  const wrong = {
    limit: ["0", "501", "-1", "1.5", "", "1e2", "ten"],
    since: ["yesterday", "", "2026-11-22", "1", "2026-02-31T25:00:00Z", "9999-12-31T23:59:59-14:00"],
    until: ["2026-11-22T00:00:00"],
    kind: ["person", "__proto__"],
    verification: ["true"],
    provenance: ["server"],
    forward: ["maybe"],
    format: ["xml"],
    witnessed: ["", "many", "1e3", "1.2345", "+1", "0x1", "9".repeat(16)],
    stage: ["MQL", "", "a b"],
    visitor: ["", "x".repeat(2049)],
    cursor: ["", "x", "%00", btoa("[]"), btoa('["a","b"]'), btoa("null"), btoa('{"length":2}'), btoa("\xff")],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const response = await handle(get(`?${new URLSearchParams({ [name]: value })}`));
      const { code, message } = await response.json();
      assert.equal(`${response.status} ${code}`, "400 parameter", `${name}=${value}`);
      assert.ok(message.includes(name), message);
    }
  }
  assert.equal(await told(await handle(get("?visiter=v"))), "400 parameter");
  assert.equal(await told(await handle(get("?limit=1&limit=2"))), "400 parameter");
});

test("requires a token", async () => {
  const { handle, counts } = make();
  for (const authorization of [
    "",
    "Bearer",
    "Bearer wrong",
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Bearer ${TOKEN}2`,
    `Basic ${TOKEN}`,
  ]) {
    const response = await handle(get("", { headers: { authorization } }));
    assert.equal(response.headers.get("www-authenticate"), "Bearer");
    assert.equal(await told(response), "401 token", authorization);
  }
  assert.equal((await handle(get("", { headers: { authorization: `bearer ${OTHER_TOKEN}` } }))).status, 200);
  assert.equal(counts.stranger, 6);
  const without = make({ tokens: undefined });
  assert.equal(await told(await without.handle(get())), "401 token");
  assert.equal(await told(await without.handle(new Request(ADDRESS))), "401 token");
});

test("HEAD is GET without a body", async () => {
  const { handle } = await filled();
  const response = await handle(get("", { method: "HEAD" }));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(await response.text(), "");
  assert.equal((await handle(get("?limit=0", { method: "HEAD" }))).status, 400);
  assert.equal((await handle(get("", { method: "HEAD", headers: { authorization: "" } }))).status, 401);
});

test("a store without witnessed points is not asked for them", async () => {
  const { upgrade: _, ...store } = memoryStore();
  assert.equal(await told(await make({ store }).handle(get("?witnessed=1"))), "400 parameter");
});
