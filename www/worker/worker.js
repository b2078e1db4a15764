// The demo's site and backend in workerd: personalised pages, the compiled model, and signals.
import { createEdge, createReceiver, d1Store } from "../../pkg/edge-workerd.js";
import { file } from "./files.js";
import { OFFERS, withLayout, withOffer } from "./layout.js";
// The very bytes that pages score with: page, worker and receiver cannot disagree about the model.
import model from "./model.lsm";
// The titles of its rules and stages, which people read instead of ids.
import titles from "./model.titles.json";

// The playground starts a worker, which takes a policy by name; everywhere else no script may make markup or addresses.
const TRUSTED_TYPES = { "/playground": "leadscore-playground" };

const policyOf = (pathname) =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    "media-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${TRUSTED_TYPES[pathname] ?? "'none'"}`,
  ].join("; ");

const HEADERS = {
  "referrer-policy": "strict-origin-when-cross-origin",
  "x-content-type-options": "nosniff",
};

export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    const response = await route(request, url, parts(env), env, ctx);
    const headers = new Headers(response.headers);
    headers.set("content-security-policy", policyOf(url.pathname));
    for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  },
};

let cached;

function parts({ DB, KEY, ORIGINS, TOKEN }) {
  if (cached) return cached;
  const keys = [{ id: "demo", secret: KEY }];
  const store = d1Store(DB);
  const receiver = createReceiver({ models: [model], store, origins: ORIGINS, keys, tokens: [TOKEN] });
  const endpoint = (request) => receiver.handle(request);
  const edge = createEdge({ model, keys, endpoint, lifecycle: store });
  return (cached = { edge, receiver });
}

async function route(request, url, { edge, receiver }, env, ctx) {
  if (url.pathname === "/signals" || url.pathname === "/signals/lifecycle") {
    if (!isPage(request)) return signals(request, url, receiver, env, ctx);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response("this address takes GET and HEAD", { status: 405, headers: { allow: "GET, HEAD" } });
  }
  if (url.pathname === "/model.lsm") return compiled(model, "application/octet-stream");
  if (url.pathname === "/model.titles.json") return compiled(titles, "application/json");
  if (url.pathname.length > 1 && url.pathname.endsWith("/")) {
    // Without a scheme and host, and never `//host`, which a browser would take for another site.
    const location = url.pathname.replace(/^\/+/, "/").replace(/\/+$/, "") || "/";
    return new Response(null, { status: 308, headers: { location: location + url.search } });
  }
  const found = await file(request, env);
  // Only pages are visited.
  if (!found.headers.get("content-type").startsWith("text/html")) return found;
  const visit = await edge.visit(request);
  return visit.respond(page(found, url, visit), ctx);
}

async function signals(request, url, receiver, { TOKEN }, ctx) {
  const { method, headers } = request;
  // The list is for the site's owner. This demo shows it to everyone; a real site must not.
  const isOpen = (method === "GET" || method === "HEAD") && !headers.has("authorization");
  const asked = isOpen
    ? new Request(request, { headers: [...headers, ["authorization", `Bearer ${TOKEN}`]] })
    : request;
  const response = await receiver.handle(asked, ctx);
  // Neither address, query nor visitor: a log of signals would be a log of people.
  if (method === "POST") console.log(`POST ${url.pathname} ${response.status}`);
  return response;
}

function compiled(body, type) {
  return new Response(body, { headers: { "content-type": type, "cache-control": "no-cache" } });
}

function page(found, url, visit) {
  const laid = withLayout(found, url.pathname);
  if (url.pathname !== "/") return laid;
  const offer = visit.pick(OFFERS);
  return visit.mark(offer ? withOffer(laid, offer) : laid);
}

/** One address for people and programs. */
const isPage = ({ method, headers }) => method === "GET" && (headers.get("accept") ?? "").includes("text/html");
