import { env } from "cloudflare:workers";
import { createAccount, createEdge, createReceiver, d1Store } from "leadscore/edge";
// The very file that pages load.
import model from "../public/leadscore/model.lsm";

const keys = [{ id: "2026-11", secret: env.KEY }];

const store = d1Store(env.DB);

const receiver = createReceiver({
  models: [model],
  store,
  origins: [env.SITE],
  keys,
  tokens: [env.TOKEN],
  forward: { to: env.WEBHOOK, secret: env.KEY, queue: env.LEADS },
});

const endpoint = (request) => receiver.handle(request);

// The visitors of one company, in a Durable Object of its own.
export const Account = createAccount({ model, keys, endpoint });

const edge = createEdge({
  model,
  keys,
  endpoint,
  source: env.SITE,
  lifecycle: store,
  accounts: env.ACCOUNTS,
  account: ({ headers }) => headers.get(env.COMPANY_HEADER),
});

export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    if (/^\/signals(\/lifecycle)?$/.test(url.pathname)) return receiver.handle(request, ctx);

    const visit = await edge.visit(request);
    if (url.pathname === "/demo" && request.method === "POST") {
      visit.track("form_submit", { form_id: "demo" });
      return visit.respond(Response.redirect(new URL("/thanks", url), 303), ctx);
    }

    // Another page for visitors who are close to a stage, …
    if (url.pathname === "/") url.pathname = visit.pick({ default: "/", "near-mql": "/home-near-mql" });
    // … and the segment on each page's <html>, for CSS.
    const page = await env.ASSETS.fetch(url);
    return visit.respond(visit.mark(page), ctx);
  },

  queue: (batch) => receiver.queue(batch),
  scheduled: (event, env, ctx) => ctx.waitUntil(receiver.forwardPending()),
};
