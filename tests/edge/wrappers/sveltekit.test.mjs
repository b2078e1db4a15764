// SvelteKit: the edge in the hook `handle`, alone and in a sequence, including SvelteKit's own changes to the response.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../visit/make.mjs";
import { isPrivate, read } from "./check.mjs";
import { project, skip } from "./project.mjs";

const PACKAGES = {
  "@sveltejs/kit": "2.70.4",
  "@sveltejs/vite-plugin-svelte": "7.3.1",
  svelte: "5.57.3",
  vite: "8.3.8",
};

const PAGE = `
export const load = ({ setHeaders, cookies }) => {
  setHeaders({ "cache-control": "public, max-age=3600", "cdn-cache-control": "max-age=9" });
  cookies.set("own", "1", { path: "/" });
  return {};
};
`;
const FILES = {
  "vite.config.js": `
    import { sveltekit } from "@sveltejs/kit/vite";
    export default { plugins: [sveltekit()], logLevel: "error" };`,
  "svelte.config.js": `export default { kit: {} };`,
  "src/app.html": `<!doctype html>
<html lang="en"><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>`,
  "src/routes/pricing/+page.svelte": "<p>Hi</p>",
  "src/routes/pricing/+page.server.js": PAGE,
  "src/routes/api/+server.js": `export const GET = () => Response.json({}, { headers: { "cache-control": "public" } });`,
  "src/hooks.server.js": `
    import { sequence } from "@sveltejs/kit/hooks";
    import { edge } from "../edge.js";
    const visited = async ({ event, resolve }) => {
      const visit = await edge.visit(event.request);
      const response = await resolve(event);
      return visit.respond(event.url.searchParams.has("plain") ? response : visit.mark(response), event.platform);
    };
    // A hook from other code, which copies the response.
    const copying = async ({ event, resolve }) => {
      const response = await resolve(event);
      const headers = new Headers(response.headers);
      headers.set("x-own", "1");
      return new Response(response.body, { status: response.status, headers });
    };
    export const handle = sequence(copying, visited, async ({ event, resolve }) => resolve(event));`,
};

test("SvelteKit", { skip }, async () => {
  const { load, run } = await project("sveltekit", PACKAGES, FILES);
  await run("node_modules/vite/bin/vite.js", ["build"]);
  const { Server } = await load(".svelte-kit/output/server/index.js");
  const { manifest } = await load(".svelte-kit/output/server/manifest.js");
  const server = new Server(manifest);
  await server.init({ env: {} });
  const ask = async (path, init) =>
    read(await server.respond(request(path, init), { getClientAddress: () => "192.0.2.1", read: () => null }));

  const page = await ask("/pricing");
  isPrivate(page, "page", { isMarked: true, others: ["own=1"] });
  assert.equal(page.headers.get("x-own"), "1");

  // If the page has not changed, SvelteKit itself answers 304, with the headers that the hook has set.
  const plain = await ask("/pricing?plain");
  isPrivate(plain, "not marked", { others: ["own=1"] });
  const same = await ask("/pricing?plain", { headers: { "if-none-match": plain.headers.get("etag") } });
  assert.equal(same.status, 304);
  isPrivate(same, "not modified", { others: ["own=1"] });

  const api = await ask("/api", { headers: { accept: "application/json" } });
  assert.deepEqual(api.headers.getSetCookie(), []);
  assert.match(api.headers.get("cache-control"), /public/);
});
