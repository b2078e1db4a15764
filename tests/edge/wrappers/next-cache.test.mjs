// Next.js behind a shared cache that obeys headers: a page chosen for one visitor is never served to another.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { AGENT } from "../visit/make.mjs";
import { serveNext } from "./next.mjs";
import { project, skip } from "./project.mjs";
import { sharedCache } from "./shared-cache.mjs";

const PACKAGES = { next: "16.4.6", react: "19.2.7", "react-dom": "19.2.7" };
const page = (text) => `export default function Page() { return <p>{"This is ${text}."}</p>; }`;
/** Headers that a site may set for all its pages. */
const CACHED = ["Cache-Control", "CDN-Cache-Control", "Vercel-CDN-Cache-Control", "Surrogate-Control"];
const FILES = {
  "next.config.mjs": `export default {
    turbopack: { root: import.meta.dirname },
    async headers() {
      const headers = ${JSON.stringify(CACHED)}.map((key) => ({ key, value: "public, max-age=600, s-maxage=31536000" }));
      return [{ source: "/cached", headers }, { source: "/about", headers }];
    },
  };`,
  "app/layout.js": `export default ({ children }) => <html lang="en"><body>{children}</body></html>;`,
  "app/page.js": page("everybody's page"),
  "app/home-near-mql/page.js": page("one visitor's page"),
  "app/cached/page.js": page("everybody's cached page"),
  "app/about/page.js": page("about"),
  "app/pricing/page.js": page("pricing"),
  "proxy.js": `
    import { NextResponse } from "next/server";
    import { createProxy } from "leadscore/next";
    import { edge } from "./edge.js";
    export const config = { matcher: ["/", "/cached", "/pricing", "/own", "/elsewhere"] };
    export const proxy = createProxy(edge, (visit, request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/pricing") return;
      const own = visit.pick({ default: false, "near-mql": true });
      if (pathname === "/own") return new Response(own ? "one visitor's" : "everybody's", { headers: { "content-type": "text/html" } });
      if (pathname === "/elsewhere") return NextResponse.rewrite(process.env.ELSEWHERE);
      return own ? NextResponse.rewrite(new URL("/home-near-mql", request.url)) : undefined;
    });`,
};

describe("Next.js behind a shared cache", { skip }, () => {
  let next, cache, elsewhere;
  before(async () => {
    const made = await project("next-cache", PACKAGES, FILES);
    await made.run("node_modules/next/dist/bin/next", ["build"]);
    elsewhere = createServer((_, answer) =>
      answer.writeHead(200, { "cache-control": "public, max-age=60" }).end("<html>"),
    );
    await once(elsewhere.listen(0, "127.0.0.1"), "listening");
    next = await serveNext(made, {
      ELSEWHERE: `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (elsewhere.address()).port}/`,
    });
    cache = await sharedCache(next.url);
  });
  after(() => (cache?.close(), next?.close(), elsewhere?.close()));

  /** A browser that keeps its cookie. */
  function visitor() {
    let cookie = "";
    return async (path, more = {}) => {
      const headers = { accept: "text/html", "user-agent": AGENT, "sec-fetch-dest": "document", ...more };
      const response = await fetch(cache.url + path, { headers: { ...headers, ...(cookie && { cookie }) } });
      const set = response.headers.getSetCookie().find((value) => value.startsWith("__Host-leadscore="));
      if (set) cookie = set.slice(0, set.indexOf(";"));
      return { from: response.headers.get("x-cache"), status: response.status, text: await response.text() };
    };
  }
  const OWN = "one visitor's";

  // As documents, and as Next.js's own router asks for pages.
  for (const [what, headers] of Object.entries({
    documents: {},
    "the router's requests": { rsc: "1", accept: "*/*", "sec-fetch-dest": "empty" },
    "what the router asks for ahead": {
      rsc: "1",
      "next-router-prefetch": "1",
      accept: "*/*",
      "sec-fetch-dest": "empty",
    },
  })) {
    test(`${what}: a visitor gets the page that was chosen, and nobody else does`, async () => {
      for (const path of ["/", "/cached", "/own"]) {
        const [near, before, after] = [visitor(), visitor(), visitor()];
        await near("/pricing");
        const query = headers.rsc ? "?_rsc=1a2b3" : "";
        const first = await before(path + query, headers);
        assert.ok(first.status === 200 && !first.text.includes(OWN), `${path}, before: ${first.text}`);
        const { text } = await near(path + query, headers);
        assert.ok(text.includes(OWN), `${path}, the visitor: ${text}`);
        assert.ok(!(await after(path + query, headers)).text.includes(OWN), `${path}, after`);
        assert.ok((await near(path + query, headers)).text.includes(OWN), `${path}, the visitor again`);
      }
    });
  }

  test("a page that is nobody's own is served from the cache", async () => {
    await visitor()("/about");
    assert.equal((await visitor()("/about")).from, "hit");
  });

  test("a rewrite to another server, whose headers would count, is an error after the segment was looked at", async () => {
    assert.equal((await visitor()("/elsewhere")).status, 500);
  });
});
