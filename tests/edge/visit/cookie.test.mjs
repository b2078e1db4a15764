// The worker's cookie: what is in it, who may have made it, and what happens to any other.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "../../../pkg/compile-node.js";
import { read } from "../../../pkg-config/edge/visit/cookies.js";
import { seal } from "../../../pkg-config/edge/visit/seal.js";
import { browser, FORMER, html, KEY, make, request } from "./make.mjs";

const YEAR = 365 * 86_400;

test("the cookie carries what the worker saw from one visit to the next", async () => {
  const { edge } = make();
  const { go, known, jar } = browser(edge);
  const { set, response } = await go("/pricing");
  assert.match(
    set,
    /^__Host-leadscore=1\.2026-11\.\w+\.[\w-]{22}\.[\w-]+\.[\w-]{43}; Max-Age=31536000; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  );
  assert.ok(set.length < 300, `${set.length} characters`);
  assert.equal(response.headers.get("cache-control"), "private, no-cache");
  assert.equal((await known()).score, 30);
  await go("/product/a");
  assert.equal((await known()).score, 50);
  assert.ok(!Buffer.from(jar.own).includes("product"));
});

test("what is known already costs no page its place in a cache", async () => {
  const { edge, clock } = make();
  const { go, jar } = browser(edge);
  await go("/pricing");
  const before = jar.own;
  clock.now += 5_000;
  const { response, set } = await go("/blog");
  assert.equal(set, null);
  assert.equal(response.headers.get("cache-control"), "public, max-age=600");
  assert.equal(response.headers.get("vary"), null);
  assert.equal(jar.own, before);
});

test("a view that adds no points costs no page its place in a cache, whenever it was", async () => {
  const { edge, clock } = make();
  const { go, known } = browser(edge);
  const sealed = [];
  for (const path of ["/pricing", "/pricing", "/pricing", "/pricing", "/product/a", "/product/a", "/product/b"]) {
    clock.now += 86_400_000;
    sealed.push((await go(path)).set !== null);
  }
  assert.deepEqual(sealed, [true, true, true, false, true, false, true]);
  assert.equal((await known()).score, 130);
});

test("no more than 1,024 bytes, the oldest hits left out", async () => {
  const model = compile({
    name: "many",
    rules: [{ id: "all", event: "page_view", distinct: "url.path", limit: 100, points: 1 }],
  });
  const { edge, clock } = make({ model });
  const { go, known, jar } = browser(edge);
  for (let page = 0; page < 200; page += 1) {
    clock.now += 86_400_000;
    await go(`/page/${page}`);
    assert.ok(jar.own.length <= 1024, `${jar.own.length}`);
  }
  const { score } = await known();
  assert.ok(score > 60 && score < 100, `${score}`);
});

test("keys rotate: the first seals, all open, and what an older one sealed is sealed anew", async () => {
  const old = make({ keys: [FORMER] });
  const visitor = browser(old.edge);
  await visitor.go("/pricing");
  const { edge } = make({ keys: [KEY, FORMER] });
  const next = browser(edge);
  Object.assign(next.jar, visitor.jar);
  await next.go("/blog");
  assert.match(next.jar.own, /=1\.2026-11\./);
  assert.equal((await next.known()).score, 30);

  const { edge: last } = make({ keys: [KEY] });
  const { known, jar } = browser(last);
  Object.assign(jar, visitor.jar);
  assert.equal((await known()).score, 0);
  assert.deepEqual(last.counts, { visits: 1, foreign: 1 });
});

test("a cookie expires, and is prolonged when half its time is over", async () => {
  const { edge, clock } = make();
  const { go, known } = browser(edge);
  await go("/pricing");
  clock.now += 1000 * YEAR * 0.4;
  assert.equal((await go("/blog")).set, null);
  clock.now += 1000 * YEAR * 0.2;
  assert.ok((await go("/blog")).set);
  clock.now += 1000 * YEAR * 0.9;
  assert.equal((await known()).score, 30);
  clock.now += 1000 * YEAR * 0.2;
  assert.equal((await known()).score, 0);
  assert.equal(edge.counts.expired, 1);
});

test("a cookie that was changed anywhere is a fresh lead, counted, and no error", async () => {
  const { edge } = make();
  const { go, jar } = browser(edge);
  await go("/pricing");
  const [name, value] = jar.own.split("=");
  const parts = value.split(".");
  const swap = (at, part) => parts.map((own, i) => (i === at ? part : own)).join(".");
  const other = browser(edge);
  await other.go("/product/a");
  const foreign = other.jar.own.slice(name.length + 1).split(".");
  const cases = [
    ["unreadable", ""],
    ["unreadable", "1.2.3"],
    ["unreadable", "x".repeat(900)],
    ["unreadable", swap(0, "2")],
    ["forged", `${value}.x`],
    ["unreadable", `${value}.x.x`],
    ["foreign", swap(1, "2020-01")],
    ["forged", swap(2, "zzzzzz")],
    ["forged", swap(3, "somebody")],
    ["forged", swap(4, foreign[4])],
    ["forged", swap(5, foreign[5])],
    ["forged", swap(5, "")],
    ["forged", swap(5, "%%%")],
    ["forged", swap(5, parts[5].slice(0, -2))],
    ["oversized", `${value}${"A".repeat(1024)}`],
  ];
  for (const [count, changed] of cases) {
    const { edge: fresh } = make();
    const visit = await fresh.visit(request("/pricing", { cookie: `a=b; ${name}=${changed}; leadscores=1` }));
    assert.equal(visit.snapshot.score, 30, changed);
    const response = await visit.respond(html());
    assert.equal(response.status, 200);
    assert.ok(response.headers.get("set-cookie"), "sealed anew");
    assert.deepEqual(fresh.counts, { visits: 1, ...(changed ? { [count]: 1 } : {}) }, changed);
  }
});

test("a state that cannot be read under a right seal, and a cookie header of any kind, are no error", async () => {
  const { edge, clock } = make();
  for (const record of ["v-1.AAAA", ".AAAA", "v-1.", "v-1.????"]) {
    const own = await seal(() => record, "", [KEY], clock.now, 60);
    const visit = await edge.visit(request("/pricing", { cookie: `__Host-leadscore=${own}` }));
    assert.equal(visit.snapshot.score, 30);
  }
  assert.equal(edge.counts.unreadable, 4);
  for (const cookie of [";;;", "=", "__Host-leadscore", "leadscore=", "x".repeat(9_000), "leadscore=a; leadscore=b"]) {
    const visit = await edge.visit(request("/pricing", { cookie }));
    assert.equal(visit.snapshot.score, 30, cookie);
  }
});

test("only spaces and tabs around a cookie's name are no part of it, and of several the first that opens counts", async () => {
  const { edge } = make();
  const { go, jar, known } = browser(edge);
  await go("/pricing");
  const own = jar.own;
  const value = own.slice(own.indexOf("=") + 1);
  const scoreOf = async (cookie) => ((jar.own = cookie), (await known()).score);
  for (const cookie of [
    ` ${own}`,
    `\t${own}\t`,
    `a=b;${own} ;c=d`,
    `__Host-leadscore =\t${value}`,
    `__Host-leadscore=x; ${own}`,
    `__Host-leadscore=; __Host-leadscore; ${own}`,
    `__Host-leadscore=${value.slice(0, -1)}; ${own}`,
    `__Host-leadscore=${"x".repeat(2_000)}; ${own}`,
  ])
    assert.equal(await scoreOf(cookie), 30, cookie);
  for (const blank of ["\u00a0", "\v", "\f", "\x85", "\x1c"])
    for (const cookie of [`${blank}${own}`, `__Host-leadscore${blank}=${value}`, `__Host-leadscore=${blank}${value}`])
      assert.equal(await scoreOf(cookie), 0, JSON.stringify(cookie.slice(0, 20)));
  for (const name of ["__host-leadscore", "__Host-leadscore-", "%5F%5FHost-leadscore", "", "=__Host-leadscore"])
    assert.equal(await scoreOf(`${name}=${value}`), 0, name);
  // What no header can hold in Node: other runtimes read cookies as UTF-8.
  for (const blank of ["\u2000", "\u3000", "\ufeff", "\u2028"]) {
    assert.deepEqual(read(`${blank}__Host-leadscore=${value}`), { own: [], page: [] });
    assert.deepEqual(read(`a=b; ${blank}leadscore=denied`), { own: [], page: [] });
  }
});

test("a visitor without a cookie that can be read gets a name, and keeps it", async () => {
  const { edge } = make({ consent: "granted" });
  for (const page of ["", "leadscore=AA.v-1.????"]) {
    const { go, jar } = browser(edge);
    jar.page = page;
    const { visitor, set } = await go("/pricing");
    assert.match(visitor, /^[\w-]{22}$/);
    assert.ok(set.includes(`.${visitor}.`));
    assert.equal((await go("/product/a")).visitor, visitor);
  }
});

test("what createEdge is made with is checked at once", async () => {
  for (const [options, message] of [
    [{ model: undefined }, /model must be/],
    [{ model: new Uint8Array(9) }, /no compiled model/],
    [{ keys: [] }, /at least one/],
    [{ keys: [{ id: "a.b", secret: "x" }] }, /1 to 32/],
    [{ keys: [{ id: "a", secret: "" }] }, /secret/],
    [{ keys: [{ id: "a", secret: "short" }] }, /the key "a" has 5 bytes and needs 32. Make one with: openssl/],
    [{ maxAge: 1.5 }, /seconds/],
  ])
    assert.throws(() => make(options), message);
});
