// A visit: page views, the page's state, consent, and the response.
import assert from "node:assert/strict";
import { test } from "node:test";
import { verify } from "../../../pkg/edge-node.js";
import { verify as isSignedRight } from "../../../pkg-config/edge/lib/webhook.js";
import { browser, html, KEY, lead, make, mirrored, model, NOW, request, SITE, viewOf } from "./make.mjs";

const scoreOf = async (edge, path, init) => (await edge.visit(request(path, init))).snapshot.score;

test("a page view is a document, by its destination or Accept header, but never a prefetch", async () => {
  const { edge } = make();
  const cases = [
    [30, {}],
    [30, { headers: { accept: "*/*", "sec-fetch-dest": "document" } }],
    [0, { headers: { "sec-fetch-dest": "iframe" } }],
    [0, { headers: { "sec-fetch-dest": "empty" } }],
    [0, { headers: { accept: "*/*" } }],
    [0, { method: "HEAD" }],
    [0, { method: "POST" }],
    [0, { headers: { "sec-purpose": "prefetch" } }],
    [0, { headers: { "sec-purpose": "prefetch;prerender" } }],
    [0, { headers: { purpose: "prefetch" } }],
  ];
  for (const [score, init] of cases) assert.equal(await scoreOf(edge, "/pricing", init), score, JSON.stringify(init));
});

test("an error response, whose headers are immutable, is sent unchanged", async () => {
  const { edge } = make();
  const visit = await edge.visit(new Request(`${SITE}/pricing`));
  visit.track("form_submit", { form_id: "demo" });
  const answer = Response.error();
  assert.equal(await visit.respond(visit.mark(answer)), answer);
});

test("a redirect, a file and a script's answer are not a page view after all, and what was tracked stays", async () => {
  const responses = [
    Response.redirect(`${SITE}/elsewhere`, 302),
    new Response("a,b", { headers: { "content-type": "text/csv" } }),
    new Response(null, { status: 204 }),
  ];
  for (const answer of responses) {
    const { edge, sent } = make();
    const { go, known } = browser(edge);
    assert.equal((await go("/pricing", { respond: () => answer })).set, null);
    await go("/pricing", { respond: () => answer, during: (visit) => visit.track("form_submit", { form_id: "demo" }) });
    assert.equal((await known()).score, 50);
    assert.deepEqual(sent, [], "80 points with the view, 50 without");
  }
  const { edge } = make();
  const { go, known } = browser(edge);
  await go("/pricing", { respond: () => new Response(null, { status: 304 }) });
  assert.equal((await known()).score, 30);
});

test("an error page is never a view", async () => {
  const { edge } = make();
  const { go, known } = browser(edge);
  for (const status of [400, 401, 403, 404, 410, 429, 500, 503]) {
    const { set, response } = await go("/pricing", { respond: () => html({ status }) });
    assert.deepEqual([set, response.status, response.headers.get("server-timing")], [null, status, null]);
  }
  assert.equal((await known()).score, 0);
});

test("page and worker count one view once: the worker says when it was", async () => {
  const { edge } = make();
  const visitor = browser(edge);
  const { response } = await visitor.go("/pricing");
  const [, seen] = /^leadscore;dur=(\d+)$/.exec(response.headers.get("server-timing"));
  assert.equal(Number(seen), NOW);
  visitor.jar.page = mirrored("v-1", lead("v-1", { ...viewOf("/pricing"), at: Number(seen) }));
  const page = lead("v-1");
  page.ingest({ ...viewOf("/pricing"), at: Number(seen) }, Number(seen));
  visitor.jar.page = mirrored("v-1", page);
  assert.equal((await visitor.known()).score, 30);
});

test("a trip that the worker's own sight justifies is the edge's word, one that needs the page's is the client's", async () => {
  const { edge, sent, clock } = make();
  const visitor = browser(edge);
  visitor.jar.page = mirrored("v-1", lead("v-1", viewOf("/product/a"), viewOf("/product/b")));
  await visitor.go("/pricing");
  clock.now += 1_000;
  await visitor.go("/pricing");
  await visitor.go("/product/c");
  const told = sent.map(({ signal }) => [signal.data.stage, signal.data.provenance, signal.data.snapshot.score]);
  // 40 of 70 points are the page's, and the same of 120; what the worker saw makes an MQL at 60, but no SQL.
  assert.deepEqual(told, [
    ["mql", "client", 70],
    ["mql", "edge", 60],
    ["sql", "client", 120],
  ]);
  assert.deepEqual(
    sent.map(({ signal }) => signal.data.witnessed),
    [30, 60, 80],
  );
  assert.equal(sent[0].signal.id, sent[1].signal.id, "the receiver makes one of both");
  for (const { signal } of sent) {
    const isRight = (witnessed) => {
      try {
        return verify(model, { ...signal, data: { ...signal.data, witnessed } }) !== undefined;
      } catch {
        return false;
      }
    };
    assert.ok(isRight(signal.data.witnessed));
    assert.equal(isRight(20), signal.data.provenance === "client");
    for (const wrong of [-1, 1e300, "30", null, 30.0001]) assert.ok(!isRight(wrong), `${wrong}`);
  }

  const alone = make();
  const reader = browser(alone.edge);
  for (const path of ["/pricing", "/product/a", "/product/b"]) await reader.go(path);
  const [{ signal, headers }, ...more] = alone.sent;
  assert.deepEqual(more, []);
  assert.deepEqual([signal.data.provenance, signal.source, signal.type], ["edge", SITE, "leadscore.stage.reached"]);
  assert.equal(verify(model, signal).stage, "mql");
  assert.equal(headers.get("content-type"), "application/cloudevents+json");
  assert.equal(headers.get("webhook-id"), signal.id);
  assert.ok(await isSignedRight([KEY.secret], headers, JSON.stringify(signal), NOW));
});

test("the edge's trip has the id of the page's, so that a receiver knows it already", async () => {
  const { edge, sent } = make();
  const visitor = browser(edge);
  visitor.jar.page = mirrored("v-1", lead("v-1"));
  for (const path of ["/pricing", "/product/a", "/product/b"]) await visitor.go(path);
  const page = lead("v-1");
  const [own] = ["/pricing", "/product/a", "/product/b"].flatMap((path) => page.ingest(viewOf(path), NOW + 9_000));
  assert.equal(sent[0].signal.id, own.id);
});

test("a signal is retried if the receiver fails, but not if it is rejected", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const [statuses, counts] of [
    [[503, 429, 201], { sent: 1 }],
    [[0, 201], { sent: 1 }],
    [[422, 201], { sent: 1 }],
    [[422, "final"], { refused: 1 }],
    [["final"], { refused: 1 }],
    [[403, 404, 302, 201], { sent: 1 }],
    [["later", 201], { unsent: 1 }],
    [["soon", 201], { sent: 1 }],
    [[500, 500, 500, 500, 201], { unsent: 1 }],
  ]) {
    let tries = 0;
    const { edge } = make({
      endpoint: () => {
        const status = statuses[tries++];
        if (status === 0) throw new Error("not reached");
        if (status === "final") return Response.json({ code: "signal_mismatch" }, { status: 422 });
        const headers = { "retry-after": status === "soon" ? "3" : "300" };
        if (typeof status === "string") return new Response(null, { status: 503, headers });
        return new Response(null, { status });
      },
    });
    const visit = await edge.visit(request("/pricing"));
    visit.track("form_submit");
    /** @type {any} */
    let pending;
    await visit.respond(html(), { waitUntil: (promise) => (pending = promise) });
    let isOver = false;
    pending.finally(() => (isOver = true));
    while (!isOver) {
      await new Promise(setImmediate);
      t.mock.timers.tick(10_000);
    }
    assert.deepEqual(edge.counts, { visits: 1, tripped: 1, ...counts });
  }
});

test("a crawler is scored, gets no cookie, and is not a lead", async () => {
  const { edge, sent } = make();
  for (const agent of ["curl/8.0", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", ""]) {
    const visitor = browser(edge);
    const during = (visit) => visit.track("form_submit");
    const { set, response } = await visitor.go("/pricing", { headers: { "user-agent": agent }, during });
    assert.equal(set, null);
    assert.equal(response.headers.get("server-timing"), null);
  }
  assert.deepEqual(sent, []);
});

test("decisions of sales are requested once a stage has tripped, and a customer is no longer a lead", async () => {
  const asked = [];
  const decision = (stage, happened) => ({ stage, happened: new Date(happened).toISOString() });
  let entries = [];
  const lifecycle = {
    list: async (query) => {
      asked.push(query);
      if (entries === null) throw new Error("out of order");
      return { entries, next: null };
    },
  };
  const { edge, clock, sent } = make({ lifecycle });
  const visitor = browser(edge);
  await visitor.go("/blog");
  await visitor.go("/blog");
  assert.deepEqual(asked, []);
  for (const path of ["/pricing", "/product/a", "/product/b"]) await visitor.go(path);
  assert.equal(sent.length, 1);

  entries = [decision("customer", NOW + 60_000), decision("sql", NOW + 30_000), decision("nonsense", NOW)];
  clock.now += 120_000;
  /** @type {any} */
  let snapshot;
  const { visitor: id } = await visitor.go("/product/c", { during: (visit) => (snapshot = visit.snapshot) });
  assert.deepEqual(asked[0], { kind: "lifecycle", visitor: id, limit: 20 });
  assert.deepEqual([snapshot.segment, snapshot.lifecycle], ["customer", "customer"]);
  await visitor.go("/product/d");
  assert.equal(sent.length, 1, "110 points and more, and nobody is told of a customer");

  entries = null;
  await visitor.go("/pricing", { during: (visit) => (snapshot = visit.snapshot) });
  assert.equal(snapshot.segment, "customer", "the cookie remembers");
  assert.equal(edge.counts.lifecycle_failed, 1);
});

test("personalised: by segment, by variant, and by a cache's key", async () => {
  const { edge } = make();
  const visitor = browser(edge);
  await visitor.go("/pricing");
  const seen = {};
  const { response } = await visitor.go("/home?b=1", {
    during: (visit) => {
      seen.segment = visit.segment;
      seen.variant = visit.pick({ "near-mql": "offer", default: "plain" });
      seen.other = visit.pick({ customer: "thanks", default: "plain" });
      seen.key = visit.cacheKey();
      seen.shared = visit.cacheKey(["customer"]);
      seen.raw = visit.explain().rules.find(({ rule }) => rule === "pricing").points;
      seen.page = visit.mark(html()).headers.get("content-type");
    },
  });
  assert.deepEqual(seen, {
    segment: "near-mql",
    variant: "offer",
    other: "plain",
    key: `${SITE}/home?b=1&leadscore-segment=near-mql`,
    shared: `${SITE}/home?b=1&leadscore-segment=default`,
    raw: 30,
    page: "text/html; charset=utf-8",
  });
  assert.equal(response.headers.get("vary"), "Cookie", "another visitor's cache must not have it");
  assert.equal(response.headers.get("cache-control"), "public, max-age=600");
});

test("headers that would let shared caches keep a visitor's cookie go, others stay", async () => {
  const { edge } = make();
  const headers = { "cdn-cache-control": "max-age=9", expires: "0", "x-own": "1", "set-cookie": "a=b" };
  const { response } = await browser(edge).go("/pricing", { respond: () => html({ headers, status: 203 }) });
  assert.equal(response.status, 203);
  assert.equal(response.headers.get("cdn-cache-control"), null);
  assert.equal(response.headers.get("expires"), null);
  assert.equal(response.headers.get("x-own"), "1");
  assert.equal(response.headers.getSetCookie().length, 2);
  const { edge: other } = make();
  const kept = await browser(other).go("/pricing", {
    respond: () => html({ headers: { "cache-control": "no-store" } }),
  });
  assert.equal(kept.response.headers.get("cache-control"), "private, no-store");
});

test("no cache's own header counts more than that a page with a cookie is private", async () => {
  const own = ["Netlify-CDN", "Vercel-CDN", "Cloudflare-CDN", "CDN", "Akamai", "X-Own"].map(
    (name) => `${name}-Cache-Control`,
  );
  for (const name of [...own, "Surrogate-Control", "Edge-Control", "X-Accel-Expires"]) {
    for (const respond of [(headers) => html({ headers }), (headers) => new Response(null, { status: 304, headers })]) {
      const { edge } = make();
      const { response } = await browser(edge).go("/pricing", { respond: () => respond({ [name]: "max-age=600" }) });
      assert.equal(response.headers.getSetCookie().length, 1, name);
      assert.equal(response.headers.get(name), null, name);
      assert.equal(response.headers.get("cache-control"), "private, no-cache", name);
    }
  }
});

test("copying the headers of the replaced response cannot make a visitor's page public again", async () => {
  const fetched = async () => {
    const page = await fetch("data:text/html,<p>Hi");
    // As what came from an origin is: immutable, and public.
    const headers = new Headers({
      "content-type": "text/html",
      "cache-control": "public, max-age=600",
      vary: "accept",
    });
    Object.defineProperty(page, "headers", { value: headers, configurable: true });
    for (const name of ["set", "append", "delete"])
      headers[name] = () => {
        throw new TypeError("immutable");
      };
    return page;
  };
  const copied = (from, to) => {
    const copy = new Response(to.body, to);
    for (const [name, value] of from.headers) if (name !== "set-cookie") copy.headers.set(name, value);
    return copy.headers;
  };
  const { edge } = make();
  const respond = async (response, mark) => {
    const visit = await edge.visit(request("/pricing"));
    return visit.respond(mark ? visit.mark(response) : response);
  };
  for (const mark of [false, true])
    for (const response of [html(), await fetched()]) {
      const headers = copied(response, await respond(response, mark));
      assert.equal(headers.get("cache-control"), "private, no-cache");
      assert.equal(headers.getSetCookie().length, 1);
    }
  const unchanged = new Response(null, { status: 304, headers: { "cache-control": "public", etag: '"1"' } });
  const headers = copied(unchanged, await respond(unchanged));
  assert.equal(headers.get("cache-control"), "private, no-cache");
  assert.equal(headers.getSetCookie().length, 1);
  assert.deepEqual(unchanged.headers.getSetCookie(), [], "the site may answer somebody else with it");
});

test("a response is changed in place if it is for this visitor only, otherwise copied", async () => {
  const { edge } = make();
  const respond = async (response) => (await edge.visit(request("/pricing"))).respond(response);
  const own = html();
  assert.equal(await respond(own), own);
  assert.ok(own.headers.get("set-cookie"));

  // A site may keep a response without a body, and answer everybody with it.
  const kept = new Response(null, { status: 304 });
  const answer = await respond(kept);
  assert.equal(answer.status, 304);
  assert.ok(answer.headers.get("set-cookie"));
  assert.deepEqual([...kept.headers], []);

  const fetched = await fetch("data:text/html,<p>Hi");
  assert.throws(() => fetched.headers.set("a", "b"));
  const copy = await respond(fetched);
  assert.ok(copy.headers.get("set-cookie"));
  assert.equal(copy.headers.getSetCookie().length, 1);
  assert.equal(copy.headers.get("server-timing"), `leadscore;dur=${NOW}`);
  assert.equal(await copy.text(), "<p>Hi");
});

test("traits from the site are evaluated but not stored, and an invalid event is reported with the reason", async () => {
  const { edge } = make();
  const visitor = browser(edge);
  const during = (visit) => {
    visit.identify({ employees: 500 });
    assert.throws(() => visit.ingest({ type: 7 }), { code: "event_type" });
    assert.throws(() => visit.track("x".repeat(200)), { code: "event_type" });
  };
  await visitor.go("/blog", { during });
  assert.equal((await visitor.known()).score, 30);
  assert.ok(!visitor.jar.own.includes("500"));
  const { edge: long } = make();
  assert.equal(await scoreOf(long, `/pricing?${"x".repeat(70_000)}`), 0);
  assert.equal(long.counts.dropped, 1);
});

test("after `respond` or `free` a visit says so, and frees what it holds once, `using` included", async () => {
  const { edge } = make();
  const begin = () => edge.visit(request("/pricing"));
  const uses = {
    visitor: (visit) => visit.visitor,
    snapshot: (visit) => visit.snapshot,
    segment: (visit) => visit.segment,
    explain: (visit) => visit.explain(),
    track: (visit) => visit.track("form_submit"),
    identify: (visit) => visit.identify({ employees: 500 }),
    ingest: (visit) => visit.ingest({ type: "form_submit", at: NOW }),
    pick: (visit) => visit.pick({ default: 1 }),
    cacheKey: (visit) => visit.cacheKey(),
    mark: (visit) => visit.mark(html()),
  };
  const isOver = { name: "UsageError", code: "usage" };
  const holds = async (visit) => {
    for (const [name, use] of Object.entries(uses)) assert.throws(() => use(visit), isOver, name);
    await assert.rejects(visit.respond(html()), isOver);
    visit.free();
  };
  const freed = await begin();
  assert.equal(freed.snapshot.score, 30);
  freed.free();
  await holds(freed);
  const disposed = await begin();
  disposed[Symbol.dispose]();
  await holds(disposed);
  const denied = await make({ consent: "denied" }).edge.visit(request("/pricing"));
  denied.free();
  await holds(denied);

  // As `using visit = …; return visit.respond(…)` does: the block ends before the response is made.
  const used = await begin();
  const response = used.respond(html());
  used[Symbol.dispose]();
  assert.match((await response).headers.get("set-cookie"), /^__Host-leadscore=/);
  await holds(used);
});

test("a visit whose response fails is freed too", async () => {
  const { edge } = make({ consent: "granted" });
  const visit = await edge.visit(request("/pricing"));
  await assert.rejects(visit.respond(/** @type {any} */ (undefined)), TypeError);
  assert.throws(() => visit.snapshot, { code: "usage" });
});
