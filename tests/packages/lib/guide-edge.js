// The environment of the guide's blocks for a worker: a platform's `env`, a compiled model, an edge and a receiver.
import { compile } from "leadscore/compile";
import { createEdge, createReceiver, memoryStore } from "leadscore/edge";

const KEY = "a secret of thirty-two bytes or more";
const model = compile({
  name: "acme-web",
  rules: [{ id: "pricing", event: "page_view", path: "/pricing", points: 60 }],
  stages: [{ id: "mql", at: 60, near: 20 }],
});
const keys = [{ id: "2026-11", secret: KEY }];
const store = memoryStore();
const html = { "content-type": "text/html" };
const statements = [];
const env = {
  KEY,
  TOKEN: "a-token-of-16-characters-or-more",
  SITE: "https://acme.example",
  ASSETS: { fetch: async () => new Response("<!doctype html><html></html>", { headers: html }) },
  DB: { prepare: (sql) => ({ bind: (...values) => ({ run: async () => void statements.push([sql, values]) }) }) },
};
const receiver = createReceiver({ models: [model], store, origins: [env.SITE], keys, tokens: [env.TOKEN] });
const endpoint = (request) => receiver.handle(request);
const edge = createEdge({ model, keys, consent: "granted", lifecycle: store, endpoint });
Object.assign(globalThis, { env, model, keys, store, receiver, edge, statements });

const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/** A visitor causes a signal; then the block's export serves a page. */
const look = async (fetch) => {
  const pending = [];
  const ctx = { waitUntil: (promise) => pending.push(promise) };
  for (const path of ["/pricing", "/"]) {
    const request = new Request(env.SITE + path, { headers: { accept: "text/html", "user-agent": agent } });
    const response = await fetch(request, env, ctx);
    if (response.status !== 200) throw new Error(`${path} gave ${response.status}`);
  }
  await Promise.all(pending);
};
await look(async (request, env, ctx) => {
  const visit = await edge.visit(request);
  return visit.respond(await env.ASSETS.fetch(), ctx);
});
const { default: worker } = await import(process.argv[2]);
if (worker) await look(worker.fetch);
