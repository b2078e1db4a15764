import { env } from "cloudflare:workers";
import { createEdge, createReceiver, d1Store } from "leadscore/edge";
// The very file that pages load.
import model from "../public/leadscore/model.lsm";

const keys = [{ id: "2026-11", secret: env.KEY }];

const receiver = createReceiver({
  models: [model],
  store: d1Store(env.DB),
  origins: [env.SITE],
  keys,
  tokens: [env.TOKEN],
  forward: { to: env.WEBHOOK, secret: env.KEY, queue: env.LEADS },
});

const edge = createEdge({ model, keys, source: env.SITE, endpoint: (request) => receiver.handle(request) });

export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    if (/^\/signals(\/lifecycle)?$/.test(url.pathname)) return receiver.handle(request, ctx);

    const visit = await edge.visit(request);
    if (url.pathname === "/demo" && request.method === "POST") {
      visit.track("form_submit", { form_id: "demo" });
      return visit.respond(Response.redirect(new URL("/thanks", url), 303), ctx);
    }

    // Another page for whoever is about to qualify, …
    if (url.pathname === "/") url.pathname = visit.pick({ default: "/", "near-mql": "/home-near-mql" });
    // … and the segment on each page's <html>, for CSS. Asked for without If-None-Match: the mark changes, the file does not.
    const page = await env.ASSETS.fetch(url);
    return visit.respond(visit.mark(page), ctx);
  },

  queue: (batch) => receiver.queue(batch),
  scheduled: (event, env, ctx) => ctx.waitUntil(receiver.forwardPending()),
};
