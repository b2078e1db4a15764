// Next.js: the edge in its proxy (formerly middleware) before static and dynamic pages, and in a route handler; built,
// and served by the framework's own server.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { AGENT } from "../visit/make.mjs";
import { isPrivate, read } from "./check.mjs";
import { serveNext } from "./next.mjs";
import { project, skip } from "./project.mjs";

const PACKAGES = { next: "16.4.6", react: "19.2.7", "react-dom": "19.2.7" };

const page = (text, head = "") => `${head}
export default function Page() { return <p>${text}</p>; }
`;
const FILES = {
  "next.config.mjs": `export default {
    serverExternalPackages: ["leadscore"],
    turbopack: { root: import.meta.dirname },
    async headers() {
      return [{ source: "/product/cached", headers: [{ key: "cache-control", value: "public, max-age=60" }] }];
    },
  };`,
  "app/layout.js": `export default ({ children }) => <html lang="en"><body>{children}</body></html>;`,
  // Rendered once at build time, with `s-maxage` of a year.
  "app/pricing/page.js": page("Pricing"),
  "app/pricing-near-mql/page.js": page("Near"),
  "app/product/cached/page.js": page("Cached"),
  "app/product/dynamic/page.js": page("Dynamic", 'export const dynamic = "force-dynamic";'),
  "app/product/isr/page.js": page("Again", "export const revalidate = 60;"),
  "app/product/own/route.js": `
    import { edge } from "../../../edge.js";
    export async function GET(request) {
      const visit = await edge.visit(request);
      const headers = { "content-type": "text/html", "cache-control": "public, max-age=60", "set-cookie": "own=1" };
      return visit.respond(visit.mark(new Response("<!doctype html><html><p>Own</p></html>", { headers })));
    }`,
  "proxy.js": `
    import { NextResponse } from "next/server";
    import { edge } from "./edge.js";
    export const config = { matcher: ["/pricing", "/product/cached", "/product/dynamic", "/product/isr", "/product/away", "/product/elsewhere"] };
    export async function proxy(request, event) {
      const visit = await edge.visit(request);
      const url = new URL(request.url);
      let response;
      if (url.pathname === "/pricing") {
        url.pathname = visit.pick({ default: "/pricing", "near-mql": "/pricing-near-mql" });
        response = NextResponse.rewrite(url);
      } else if (url.pathname === "/product/away") response = NextResponse.redirect(new URL("/pricing", request.url));
      else if (url.pathname === "/product/elsewhere") response = NextResponse.rewrite(process.env.ELSEWHERE);
      else response = NextResponse.next();
      response.cookies.set("own", "1");
      return visit.respond(response, event);
    }`,
};

test("Next.js", { skip }, async () => {
  const made = await project("next", PACKAGES, FILES);
  await made.run("node_modules/next/dist/bin/next", ["build"]);
  const elsewhere = createServer((_, answer) =>
    answer
      .writeHead(200, { "content-type": "text/html", "cache-control": "public, max-age=60" })
      .end("<html>elsewhere"),
  ).listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  after(() => elsewhere.close());
  const { url, close } = await serveNext(made, {
    ELSEWHERE: `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (elsewhere.address()).port}/`,
  });
  after(close);
  const headers = { accept: "text/html", "user-agent": AGENT, "sec-fetch-dest": "document" };
  const ask = async (path, more) =>
    read(await fetch(url + path, { headers: { ...headers, ...more }, redirect: "manual" }));

  for (const path of ["/pricing", "/product/cached", "/product/dynamic", "/product/isr"]) {
    isPrivate(await ask(path), path, { others: ["own=1"] });
    // The second answer comes from the framework's own cache.
    const again = await ask(path);
    isPrivate(again, path, { others: ["own=1"] });
    const etag = again.headers.get("etag");
    if (etag) isPrivate(await ask(path, { "if-none-match": etag }), `${path}, not modified`, { others: ["own=1"] });
  }
  isPrivate(await ask("/product/own"), "a route handler", { isMarked: true, others: ["own=1"] });

  const worker = ({ headers: given }) => given.getSetCookie().filter((cookie) => cookie.startsWith("__Host-"));
  const away = await ask("/product/away");
  assert.ok([302, 307].includes(away.status));
  assert.deepEqual(worker(away), [], "no page view");
  // Another server's headers replace the proxy's headers.
  const other = await ask("/product/elsewhere");
  assert.match(other.text, /elsewhere/);
  assert.match(other.headers.get("cache-control"), /public/);
  assert.deepEqual(worker(other), []);

  // A page for a segment is private even if there is no new state to seal.
  let cookie = "";
  const shown = new Set();
  for (let i = 0; i < 6; i++) {
    // Two views in the same second count once.
    if (i % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 1_100));
    const answer = await ask("/pricing", { cookie });
    assert.equal(answer.headers.get("cache-control"), "private, no-cache", `visit ${i}`);
    shown.add(/<p>(\w+)<\/p>/.exec(answer.text)[1]);
    const [set] = worker(answer);
    if (set) cookie = set.slice(0, set.indexOf(";"));
  }
  assert.deepEqual([...shown].sort(), ["Near", "Pricing"]);
});
