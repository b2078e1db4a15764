import { compile } from "leadscore/compile";
import { createEdge, createReceiver, memoryStore } from "leadscore/edge";

const port = Number(Deno.env.get("PORT") ?? 8000);
const site = Deno.env.get("SITE") ?? `http://localhost:${port}`;
const keys = [{ id: "2026-11", secret: Deno.env.get("KEY") }];
const model = compile(await Deno.readTextFile(new URL("model.json", import.meta.url)));

// Of those who send signals. Behind a proxy, take the header that your proxy sets instead.
const addresses = new WeakMap();

const receiver = createReceiver({
  models: [model],
  // Forgets all when the process ends. A real store is three functions over your own database; see `Store` in the types.
  store: memoryStore(),
  origins: [site],
  keys,
  tokens: [Deno.env.get("TOKEN")],
  address: (request) => addresses.get(request) ?? null,
});

const edge = createEdge({
  model,
  keys,
  source: site,
  endpoint: (request) => receiver.handle(request),
  // Without a tag on the page, the consent comes from the site's own banner.
  consent: ({ headers }) => (/(^|; )consent=yes(;|$)/.test(headers.get("cookie") ?? "") ? "granted" : "pending"),
});

const html = (body) =>
  new Response(`<!doctype html>${body}`, { headers: { "content-type": "text/html; charset=utf-8" } });
const form = '<form method="post" action="/demo"><button>Ask for a demo</button></form>';

async function page(request, visit) {
  const url = new URL(request.url);
  if (url.pathname === "/pricing") return html(`<h1>Pricing</h1>${form}`);
  if (url.pathname === "/demo" && request.method === "POST") {
    visit.track("form_submit", { form_id: "demo" });
    return Response.redirect(new URL("/", site), 303);
  }
  if (url.pathname !== "/") return new Response("not found", { status: 404 });
  return html(
    visit.pick({
      default: '<h1>Acme</h1><a href="/pricing">Pricing</a>',
      "near-mql": `<h1>Shall we show you Acme?</h1>${form}`,
    }),
  );
}

Deno.serve({ hostname: "127.0.0.1", port }, async (request, { remoteAddr }) => {
  if (/^\/signals(\/lifecycle)?$/.test(new URL(request.url).pathname)) {
    addresses.set(request, remoteAddr.hostname);
    return receiver.handle(request);
  }
  const visit = await edge.visit(request);
  return visit.respond(await page(request, visit));
});
