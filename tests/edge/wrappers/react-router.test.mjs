// React Router (Remix): around its request handler, in its middleware, and where it renders the document.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../visit/make.mjs";
import { isPrivate, read } from "./check.mjs";
import { project, skip } from "./project.mjs";

const PACKAGES = { react: "19.2.7", "react-dom": "19.2.7", "react-router": "7.18.6" };

/**
 * An app with one page, in the form that React Router's compiler writes. Each test adds its own middleware or response.
 */
const APP = `
import { createElement as h } from "react";
import { renderToString } from "react-dom/server";
import { createRequestHandler, Outlet, ServerRouter } from "react-router";
import { edge } from "./edge.js";
export { edge };

const Document = () => h("html", null, h("body", null, h(Outlet)));
const html = (request, routerContext) =>
  "<!doctype html>" + renderToString(h(ServerRouter, { context: routerContext, url: request.url }));

export function app({ middleware, respond = (_request, response) => response } = {}) {
  const headers = () => ({ "cache-control": "public, max-age=3600", "cdn-cache-control": "max-age=9", "set-cookie": "own=1" });
  const page = { default: () => h("p", null, "Hi"), loader: () => ({}), headers };
  const root = { default: Document, ...(middleware ? { middleware: [middleware] } : {}) };
  const handleRequest = (request, responseStatusCode, responseHeaders, routerContext) => {
    responseHeaders.set("content-type", "text/html");
    return respond(request, new Response(html(request, routerContext), { headers: responseHeaders, status: responseStatusCode }));
  };
  const asset = { id: "", hasAction: false, hasLoader: true, hasErrorBoundary: false, module: "/x.js", imports: [] };
  return createRequestHandler(
    {
      entry: { module: { default: handleRequest } },
      routes: {
        root: { id: "root", path: "", module: root },
        pricing: { id: "pricing", parentId: "root", path: "pricing", module: page },
      },
      assets: { entry: { imports: [], module: "/e.js" }, routes: { root: { ...asset, id: "root" }, pricing: { ...asset, id: "pricing" } }, url: "/m.js", version: "1" },
      publicPath: "/", assetsBuildDirectory: "", basename: "/", future: { v8_middleware: true }, isSpaMode: false, ssr: true,
      prerender: [], routeDiscovery: { mode: "initial" },
    },
    "production",
  );
}
`;

test("React Router", { skip }, async (t) => {
  const { load } = await project("react-router", PACKAGES, { "app.js": APP });
  const { app, edge } = await load("app.js");
  const ask = async (handle, init) => read(await handle(request("/pricing", init)));

  await t.test("around its request handler", async () => {
    const handle = app();
    const answer = await ask(async (asked) => {
      const visit = await edge.visit(asked);
      return visit.respond(visit.mark(await handle(asked)));
    });
    isPrivate(answer, "around", { isMarked: true, others: ["own=1"] });
  });

  await t.test("in its middleware", async () => {
    const middleware = async ({ request: asked }, next) => {
      const visit = await edge.visit(asked);
      return visit.respond(visit.mark(await next()));
    };
    isPrivate(await ask(app({ middleware })), "middleware", { isMarked: true, others: ["own=1"] });
    // The data requests of its own scripts are not page views, and do not set a cookie that a cache could store.
    const headers = { accept: "*/*", "sec-fetch-dest": "empty" };
    const data = await read(await app({ middleware })(request("/pricing.data", { headers })));
    assert.equal(data.status, 200);
    assert.match(data.headers.get("content-type"), /x-script/);
    assert.deepEqual(
      data.headers.getSetCookie().filter((cookie) => cookie.startsWith("__Host-")),
      [],
    );
  });

  await t.test("where it renders the document", async () => {
    const respond = async (asked, response) => {
      const visit = await edge.visit(asked);
      return visit.respond(visit.mark(response));
    };
    isPrivate(await ask(app({ respond })), "document", { isMarked: true, others: ["own=1"] });
  });
});
