// A substitute for the framework: runs the middleware, then serves the page that it names with the headers that it set.
// It also runs the receiver, which could be on another server.
import { once } from "node:events";
import { createServer } from "node:http";

const port = Number(process.env.PORT ?? 3000);
process.env.SITE ??= `http://localhost:${port}`;
process.env.SIGNALS ??= `http://127.0.0.1:${port}/signals`;

const { createReceiver, memoryStore } = await import("leadscore/edge");
const { config, middleware } = await import("./middleware.js");
const { default: model } = await import("./model.js");

const receiver = createReceiver({
  models: [model],
  // Forgets all when the process ends. A real store is three functions over your own database; see `Store` in the types.
  store: memoryStore(),
  origins: [process.env.SITE],
  keys: [{ id: "2026-11", secret: process.env.KEY }],
  tokens: [process.env.TOKEN],
  address: (request) => addresses.get(request) ?? null,
});
const addresses = new WeakMap();

const form = '<form method="post" action="/demo"><button>Ask for a demo</button></form>';
const PAGES = {
  "/": '<h1>Acme</h1><a href="/pricing">Pricing</a>',
  "/home-near-mql": `<h1>Shall we show you Acme?</h1>${form}`,
  "/pricing": `<h1>Pricing</h1>${form}`,
  "/demo": "<h1>Thanks</h1>",
};

async function answer(request) {
  let { pathname } = new URL(request.url);
  if (pathname.startsWith("/signals")) return receiver.handle(request);
  const headers = new Headers();
  if (config.matcher.includes(pathname)) {
    const event = { waitUntil: (promise) => void promise.catch(console.error) };
    const response = await middleware(request, event);
    pathname = new URL(response.headers.get("x-middleware-rewrite")).pathname;
    for (const [name, value] of response.headers) if (!name.startsWith("x-middleware-")) headers.append(name, value);
  }
  const page = PAGES[pathname];
  return new Response(page ? `<!doctype html>${page}` : "not found", { status: page ? 200 : 404, headers });
}

const server = createServer(async (incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const body = method === "GET" || method === "HEAD" ? undefined : incoming;
  const request = new Request(new URL(url, process.env.SITE), { method, headers, body, duplex: "half" });
  addresses.set(request, incoming.socket.remoteAddress);
  const response = await answer(request);
  for (const name of new Set(response.headers.keys())) {
    outgoing.setHeader(name, name === "set-cookie" ? response.headers.getSetCookie() : response.headers.get(name));
  }
  outgoing.writeHead(response.status).end(Buffer.from(await response.arrayBuffer()));
});
await once(server.listen(port, "127.0.0.1"), "listening");
