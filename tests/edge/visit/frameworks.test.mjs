// Routers that replace responses, in their real packages: responses with a visitor's cookie are private.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Hono } from "hono";
import { compress } from "hono/compress";
import { etag } from "hono/etag";
import { secureHeaders } from "hono/secure-headers";
import { AutoRouter, cors } from "itty-router";
import { browser, make, request, SITE } from "./make.mjs";

const PAGE = "<!doctype html><html><p>Hi</html>";
const HEADERS = {
  "content-type": "text/html",
  "cache-control": "public, max-age=3600, s-maxage=9",
  "cdn-cache-control": "max-age=9",
  etag: '"1"',
  vary: "accept-language",
};

let origin, address;
before(async () => {
  // Like a site's own server behind the worker: a fetched response has immutable headers.
  origin = createServer((asked, answer) => {
    if (asked.headers["if-none-match"]) return answer.writeHead(304, { ...HEADERS, "content-type": [] }).end();
    answer.writeHead(200, { ...HEADERS, "set-cookie": "own=1", "content-length": PAGE.length }).end(PAGE);
  });
  await /** @type {Promise<void>} */ (new Promise((ready) => origin.listen(0, "127.0.0.1", ready)));
  address = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (origin.address()).port}/`;
});
after(() => origin.close());

const PAGES = {
  "made here": () => new Response(PAGE, { headers: HEADERS }),
  fetched: () => fetch(address),
  "fetched, not modified": () => fetch(address, { headers: { "if-none-match": '"1"' } }),
};
const RESPOND = {
  plain: (visit, page) => visit.respond(page),
  marked: (visit, page) => visit.respond(visit.mark(page)),
};

async function isPrivate(answer, what) {
  const text = await answer.text();
  assert.equal(answer.headers.get("cache-control"), "private, no-cache", what);
  assert.equal(answer.headers.get("cdn-cache-control"), null, what);
  const own = answer.headers.getSetCookie().filter((cookie) => cookie.startsWith("__Host-leadscore=2."));
  assert.equal(own.length, 1, what);
  if (answer.status === 304) return;
  assert.ok(text.endsWith("<p>Hi</html>"), `${what}: ${text}`);
  const length = answer.headers.get("content-length");
  assert.ok(length === null || Number(length) === text.length, `${what}: ${length} bytes of ${text.length}`);
}

const each = async (use) => {
  for (const [kind, page] of Object.entries(PAGES))
    for (const [way, respond] of Object.entries(RESPOND)) await use(`${kind}, ${way}`, page, respond);
};

test("Hono, with and without middleware around it", () =>
  each(async (what, page, respond) => {
    for (const around of [[], [compress(), etag(), secureHeaders()]]) {
      const { edge } = make();
      const app = new Hono();
      for (const middleware of around) app.use(middleware);
      app.use(async (c, next) => {
        const visit = await edge.visit(c.req.raw);
        await next();
        c.res = await respond(visit, c.res);
      });
      app.get("/pricing", () => page());
      await isPrivate(await app.request(request("/pricing")), `${what}, ${around.length} around`);
    }
  }));

test("itty-router, with its own headers added after", () =>
  each(async (what, page, respond) => {
    const { edge } = make();
    const { corsify } = cors({ origin: "*" });
    const visits = new WeakMap();
    const router = AutoRouter({
      before: [async (asked) => void visits.set(asked, await edge.visit(new Request(asked.url, asked)))],
      finally: [(answer, asked) => respond(visits.get(asked), answer), corsify],
    });
    router.get("/pricing", () => page());
    await isPrivate(await router.fetch(request("/pricing")), what);
  }));

test("a worker that copies the headers by hand", () =>
  each(async (what, page, respond) => {
    const { edge } = make();
    const visit = await edge.visit(request("/pricing"));
    const given = await page();
    const answer = await respond(visit, given);
    const headers = new Headers(given.headers);
    for (const [name, value] of answer.headers) if (name !== "set-cookie") headers.set(name, value);
    headers.delete("set-cookie");
    for (const cookie of answer.headers.getSetCookie()) headers.append("set-cookie", cookie);
    headers.set("x-own", "1");
    await isPrivate(new Response(answer.body, { status: answer.status, headers }), what);
  }));

test("a middleware that lets a request pass keeps the visitor's segment out of shared caches", async () => {
  const passed = (headers) => ({ respond: () => new Response(null, { headers }), during: (visit) => visit.segment });
  const { edge } = make();
  const visitor = browser(edge);
  const caching = async (headers, path = "/blog") => {
    const { response } = await visitor.go(path, passed(headers));
    return [response.headers.get("cache-control"), response.headers.has("set-cookie")];
  };
  assert.deepEqual(await caching({ "x-middleware-next": "1" }, "/pricing"), ["private, no-cache", true]);
  assert.deepEqual(await caching({ "x-middleware-next": "1" }), ["private, no-cache", false]);
  assert.deepEqual(await caching({ "x-middleware-rewrite": "/b" }), ["private, no-cache", false]);
  assert.deepEqual(await caching({ "content-type": "text/html" }), [null, false]);
  // Another server's headers could make the response public again, so it gets no cookie.
  const elsewhere = { "x-middleware-rewrite": "https://other.example/b" };
  assert.deepEqual(await caching(elsewhere, "/product/a"), [null, false]);
  assert.deepEqual(await caching({ "x-middleware-rewrite": `${SITE}/b` }, "/product/a"), ["private, no-cache", true]);
});
