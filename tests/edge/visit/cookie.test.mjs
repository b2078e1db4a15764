// The worker's cookie: its contents, its verification, and the handling of invalid ones.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compile } from "../../../pkg/compile-node.js";
import { MOST, PAGES, read } from "../../../pkg-config/edge/visit/cookies.js";
import { seal } from "../../../pkg-config/edge/visit/seal.js";
import { AGENT, browser, FORMER, html, KEY, make, request } from "./make.mjs";

const YEAR = 365 * 86_400;
const HEADERS = { accept: "text/html", "user-agent": AGENT };
/** Sealed by the release whose states have version 1; see the file's `note`. */
const RELEASED = JSON.parse(readFileSync(new URL("../../fixtures/seals-1.json", import.meta.url), "utf8"));

test("the cookie carries what the worker saw from one visit to the next", async () => {
  const { edge } = make();
  const { go, known, jar } = browser(edge);
  const { set, response } = await go("/pricing");
  assert.match(
    set,
    /^__Host-leadscore=2\.2026-11\.\w+\.\w+\.[\w-]{22}\.[\w-]+\.\.[\w-]{43}; Max-Age=31536000; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  );
  assert.ok(set.length < 300, `${set.length} characters`);
  assert.equal(response.headers.get("cache-control"), "private, no-cache");
  assert.equal((await known()).score, 30);
  await go("/product/a");
  assert.equal((await known()).score, 50);
  assert.ok(!Buffer.from(jar.own).includes("product"));
});

test("repeated data does not make a page uncacheable", async () => {
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

test("a view without points never makes a page uncacheable", async () => {
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

test("keys rotate: the first seals, all open, and cookies sealed with an older key are sealed again", async () => {
  const old = make({ keys: [FORMER] });
  const visitor = browser(old.edge);
  await visitor.go("/pricing");
  const { edge } = make({ keys: [KEY, FORMER] });
  const next = browser(edge);
  Object.assign(next.jar, visitor.jar);
  await next.go("/blog");
  assert.match(next.jar.own, /=2\.2026-11\./);
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

test("a modified cookie means a new lead, and is counted instead of an error", async () => {
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
    ["unreadable", swap(0, "3")],
    ["unreadable", swap(0, "02")],
    ["unreadable", swap(0, "1")],
    ["unreadable", swap(0, "__proto__")],
    ["unreadable", `${value}.x`],
    ["forged", `${value}.x.x`],
    ["foreign", swap(1, "2020-01")],
    ["forged", swap(2, "zzzzzz")],
    ["forged", swap(3, "1")],
    ["forged", swap(4, "somebody")],
    ["forged", swap(5, foreign[5])],
    ["forged", swap(6, foreign[5])],
    ["forged", swap(7, foreign[7])],
    ["forged", swap(7, "")],
    ["forged", swap(7, "%%%")],
    ["forged", swap(7, parts[7].slice(0, -2))],
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

test("an unreadable state in a valid seal, or any cookie header, is not an error", async () => {
  const { edge, clock } = make();
  for (const record of ["v-1.AAAA.", ".AAAA.", "v-1..", "v-1.????."]) {
    const known = { record: () => record, since: clock.now, account: "", person: "" };
    const own = await seal(known, { keys: [KEY], maxAge: 60, model: "acme-web" }, "acme.example", clock.now);
    const visit = await edge.visit(request("/pricing", { cookie: `__Host-leadscore=${own}` }));
    assert.equal(visit.snapshot.score, 30);
  }
  assert.equal(edge.counts.unreadable, 4);
  for (const cookie of [";;;", "=", "__Host-leadscore", "leadscore=", "x".repeat(9_000), "leadscore=a; leadscore=b"]) {
    const visit = await edge.visit(request("/pricing", { cookie }));
    assert.equal(visit.snapshot.score, 30, cookie);
  }
});

test("a seal is valid for one model and one site, at any address of the worker", async () => {
  const cookie = async (options, url = "https://acme.example/pricing") => {
    const visit = await make(options).edge.visit(new Request(url, { headers: HEADERS }));
    const response = await visit.respond(html());
    return response.headers.get("set-cookie").split(";")[0];
  };
  const known = async (cookie, options, url = "https://acme.example/x") => {
    const { edge } = make(options);
    const visit = await edge.visit(new Request(url, { method: "HEAD", headers: { ...HEADERS, cookie } }));
    return [visit.snapshot.score, edge.counts.forged ?? 0];
  };
  const own = await cookie();
  assert.deepEqual(await known(own), [30, 0]);
  assert.deepEqual(await known(own, {}, "http://ACME.example:80/x"), [30, 0], "one host, whatever its scheme");
  for (const url of ["https://other.example/x", "https://acme.example:8443/x", "https://www.acme.example/x"])
    assert.deepEqual(await known(own, {}, url), [0, 1], url);
  const rules = [{ id: "pricing", event: "page_view", path: "/pricing", points: 9_999 }];
  assert.deepEqual(await known(own, { model: compile({ name: "another", rules }) }), [0, 1]);
  // A later version of the same model goes on where the former stopped.
  assert.equal((await known(own, { model: compile({ name: "acme-web", version: 2, rules }) }))[0], 9_999);

  // Behind a proxy that ends TLS the worker is asked under another address than the visitor's.
  const source = "https://Acme.example:443/";
  const proxied = await cookie({ source }, "http://10.0.0.7:3000/pricing");
  assert.deepEqual(await known(proxied, { source }, "http://10.0.0.8:3000/x"), [30, 0]);
  assert.deepEqual(await known(proxied), [30, 0]);
  assert.deepEqual(await known(proxied, {}, "http://10.0.0.7:3000/x"), [0, 1]);
  for (const wrong of ["acme.example", "", 7, "leadscore:demo", "file:///x"])
    assert.throws(() => make({ source: wrong }), /source must be the site's origin/);
});

test("cookies sealed by the last release open with legacySeals, and are sealed again", async () => {
  const { now, model: bytes, keys, seals } = RELEASED;
  assert.ok(seals.length >= 4);
  for (const { cookie, url, score, visitor, account } of seals) {
    const accounts = account && { idFromName: (name) => name, get: () => ({ fetch: async () => new Response(null) }) };
    const visit = async (options, text = cookie) => {
      const { edge } = make({
        model: Buffer.from(bytes, "base64"),
        keys,
        now: () => now + 1_000,
        accounts,
        ...options,
      });
      const visit = await edge.visit(new Request(url, { method: "HEAD", headers: { ...HEADERS, cookie: text } }));
      const found = { score: visit.snapshot.score, isNamed: visit.visitor === visitor };
      const response = await visit.respond(html());
      return { ...found, set: response.headers.get("set-cookie"), counts: edge.counts };
    };
    const known = await visit({ legacySeals: true });
    assert.deepEqual([known.score, known.isNamed], [score, true]);
    assert.match(known.set, /^__Host-leadscore=2\./);
    // From now on the option is not needed.
    const again = await visit({}, known.set.split(";")[0]);
    assert.deepEqual([again.score, again.isNamed, again.set], [score, true, null]);
    const stranger = await visit({});
    assert.deepEqual([stranger.score, stranger.isNamed, stranger.counts.legacy], [0, false, 1]);
  }
});

test("only spaces and tabs around a cookie's name are not part of it, and of several the first that opens counts", async () => {
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
  // No header in Node can contain this: other runtimes read cookies as UTF-8.
  for (const blank of ["\u2000", "\u3000", "\ufeff", "\u2028"]) {
    assert.deepEqual(read(`${blank}__Host-leadscore=${value}`), { own: [], page: [] });
    assert.deepEqual(read(`a=b; ${blank}leadscore=denied`), { own: [], page: [] });
  }
});

test("a visitor without a readable cookie gets an id, and keeps it", async () => {
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

test("createEdge checks its options at once", async () => {
  for (const [options, message] of [
    [{ model: undefined }, /model must be/],
    [{ model: new Uint8Array(9) }, /not a compiled model/],
    [{ keys: [] }, /at least one/],
    [{ keys: [{ id: "a.b", secret: "x" }] }, /1 to 32/],
    [{ keys: [{ id: "a", secret: "" }] }, /secret/],
    [{ keys: [{ id: "a", secret: "short" }] }, /the key "a" has 5 bytes and needs 32. Generate one with: openssl/],
    [{ maxAge: 1.5 }, /seconds/],
  ])
    assert.throws(() => make(options), message);
});

test("the tag's cookie has the names and the size that the worker reads", () => {
  const text = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
  const [secure, plain] = PAGES;
  const [, bytes, longest] = /COOKIE_BYTES: usize = ([\d_]+) - "([\w-]+)="/.exec(text("src/browser/store.rs"));
  assert.deepEqual([Number(bytes.replace("_", "")), longest], [MOST, secure]);
  const written = [...text("pkg-config/entry/cookie.js").matchAll(/write\("([\w-]+)"/g)].map(([, name]) => name);
  assert.deepEqual(written.sort(), [secure, plain].sort());
});
