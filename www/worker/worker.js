// The demo's backend in workerd: pages, the compiled model and the receiver of signals.
import init, { Model, verify } from "../../pkg/workerd.js";
import { withLayout } from "./layout.js";
import modelBytes from "./model.lsm";
import { answer, receive } from "./receiver.js";
import { newestSignals } from "./store.js";

await init();
// The very bytes that pages score with: a page and its receiver cannot disagree about the model.
const model = new Model(new Uint8Array(modelBytes));

const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "referrer-policy": "strict-origin-when-cross-origin",
  "x-content-type-options": "nosniff",
};

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const response = await route(request, url, env);
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  },
};

function route(request, url, env) {
  if (url.pathname === "/signals") {
    if (request.method === "POST") return receiveAndLog(request, env.DB);
    // One address for people and programs; this demo has nobody to hide the list from, a real site has.
    if (request.method === "GET" && wantsJson(request)) return listSignals(env.DB);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    const allow = url.pathname === "/signals" ? "GET, HEAD, POST" : "GET, HEAD";
    return answer(405, "method", `this address takes ${allow}`, { allow });
  }
  return url.pathname === "/model.lsm" ? compiledModel() : page(request, url, env.ASSETS);
}

async function receiveAndLog(request, db) {
  let response;
  try {
    response = await receive(request, db, (signal) => verify(model, signal));
  } catch (error) {
    console.error(error);
    response = answer(503, "unavailable", "the signal could not be stored; send it again", { "retry-after": "30" });
  }
  // Neither address, query nor visitor: a log of signals would be a log of people.
  console.log(`POST /signals ${response.status}`);
  return response;
}

async function listSignals(db) {
  const headers = { "cache-control": "no-store", vary: "accept" };
  return Response.json({ signals: await newestSignals(db) }, { headers });
}

function compiledModel() {
  const headers = { "content-type": "application/octet-stream", "cache-control": "no-cache" };
  return new Response(modelBytes, { headers });
}

async function page(request, url, assets) {
  if (url.pathname.length > 1 && url.pathname.endsWith("/")) {
    // Without a scheme and host, and never `//host`, which a browser would take for another site.
    const location = url.pathname.replace(/^\/+/, "/").replace(/\/+$/, "") || "/";
    return new Response(null, { status: 308, headers: { location: location + url.search } });
  }
  const asset = await assets.fetch(request);
  const isPage = asset.headers.get("content-type")?.startsWith("text/html");
  return isPage ? withLayout(asset, url.pathname) : asset;
}

function wantsJson(request) {
  return request.headers.get("accept")?.includes("application/json") ?? false;
}
