import { createEdge } from "leadscore/edge";
import model from "./model.js";

const { KEY, SIGNALS, SITE } = process.env;
const edge = createEdge({
  model,
  keys: [{ id: "2026-11", secret: KEY }],
  source: SITE,
  endpoint: SIGNALS,
  // Without a tag on the page, the consent comes from the site's own banner.
  consent: ({ headers }) => (/(^|; )consent=yes(;|$)/.test(headers.get("cookie") ?? "") ? "granted" : "pending"),
});

export const config = { matcher: ["/", "/pricing", "/demo"] };

export async function middleware(request, event) {
  const visit = await edge.visit(request);
  const url = new URL(request.url);
  if (url.pathname === "/demo" && request.method === "POST") visit.track("form_submit", { form_id: "demo" });
  if (url.pathname === "/") url.pathname = visit.pick({ default: "/", "near-mql": "/home-near-mql" });
  return visit.respond(rewrite(url), event);
}

// As NextResponse.rewrite(url, { headers }) makes it. The page is not there yet, so its type says what it will be: only
// the view of a page counts.
const rewrite = (url) =>
  new Response(null, {
    headers: { "x-middleware-rewrite": url.href, "content-type": "text/html; charset=utf-8" },
  });
