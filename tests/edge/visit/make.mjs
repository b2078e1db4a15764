// Shared by the tests of visits: a model, a browser that keeps its cookie, and the cookie of the tag.
import { compile } from "../../../pkg/compile-node.js";
import { createEdge, Lead, Model } from "../../../pkg/edge-node.js";

export const SITE = "https://acme.example";
export const NOW = Date.parse("2026-11-22T10:00:00.250Z");
export const KEY = { id: "2026-11", secret: "a secret that nobody else has, really" };
export const FORMER = { id: "2026-10", secret: "what was the secret until a month ago" };
export const AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

export const MODEL = compile({
  name: "acme-web",
  rules: [
    { id: "pricing", event: "page_view", path: "/pricing", points: 30, limit: 3 },
    { id: "product", event: "page_view", path: "/product/*", points: 20, distinct: "url.path", limit: 5 },
    { id: "demo", event: "form_submit", points: 50 },
    { id: "enterprise", trait: { employees: { $gte: 200 } }, points: 30 },
  ],
  stages: [
    { id: "engaged", at: 20, signal: false },
    { id: "mql", at: 60, near: 30 },
    { id: "sql", at: 110, near: 20 },
  ],
});
export const model = new Model(MODEL);

export const html = (init) =>
  new Response("<!doctype html><html><head></head><body>Hi</body></html>", {
    ...init,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "public, max-age=600", ...init?.headers },
  });

/**
 * @param {string} path
 * @param {RequestInit & { cookie?: string }} [init]
 */
export const request = (path, { cookie, headers, ...init } = {}) =>
  new Request(SITE + path, {
    ...init,
    headers: { accept: "text/html", "user-agent": AGENT, ...(cookie ? { cookie } : {}), ...headers },
  });

/** The tag's cookie of a lead. */
export const mirrored = (visitor, lead, resets = "AA") => `leadscore=${resets}.${visitor}.${lead}`;

/** A lead as the page's tag knows it after these events. */
export function lead(id, ...events) {
  const lead = new Lead(model, { id, source: SITE });
  for (const event of events) lead.ingest(event, NOW - 60_000);
  return lead;
}
export const viewOf = (path) => ({ type: "page_view", url: SITE + path });

/**
 * An edge whose visitors have agreed, its clock, and what it sent.
 *
 * @param {Record<string, any>} options
 */
export function make(options = {}) {
  const clock = { now: NOW };
  const sent = [];
  const endpoint = async (request) => {
    sent.push({ headers: request.headers, signal: await request.json() });
    return new Response(null, { status: 201 });
  };
  /** @type {import("leadscore/edge").EdgeOptions} */
  const all = { model: MODEL, keys: [KEY, FORMER], endpoint, consent: "granted", now: () => clock.now, ...options };
  return { edge: createEdge(all), clock, sent };
}

/** @typedef {import("leadscore/edge").Visit} Visit */

/** The visitor's browser: keeps the worker's cookie, sends it and the tag's. */
export function browser(edge) {
  const jar = { own: "", page: "" };
  const cookie = () => [jar.own, jar.page].filter(Boolean).join("; ");
  /**
   * @param {string} path
   * @param {RequestInit & { respond?: (visit: Visit) => Response, during?: (visit: Visit) => unknown }} [init]
   */
  async function go(path, { respond = () => html(), during = () => {}, ...init } = {}) {
    const pending = [];
    const visit = await edge.visit(request(path, { cookie: cookie(), ...init }));
    await during(visit);
    const { consent, visitor } = visit;
    const response = await visit.respond(respond(visit), { waitUntil: (promise) => pending.push(promise) });
    const set = response.headers.get("set-cookie");
    if (set) jar.own = set.includes("Max-Age=0") ? "" : set.slice(0, set.indexOf(";"));
    await Promise.all(pending);
    return { response, set, consent, visitor };
  }
  /** Returns the visitor's data, without another page view. */
  const known = async () => (await edge.visit(request("/x", { cookie: cookie(), method: "HEAD" }))).snapshot;
  return { jar, go, known, cookie };
}
