// A visitor with cookies of maximum size, and a browser's request headers.
import { readFileSync } from "node:fs";
import { compile } from "../../../pkg/compile-node.js";
import { createEdge, Lead, Model } from "../../../pkg/edge-node.js";

export const SITE = "https://acme.example";
export const KEY = { id: "2026-11", secret: "a secret of the benchmarks, no site's" };
export const BROWSER = {
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  accept: "text/html,application/xhtml+xml",
  "sec-fetch-dest": "document",
  referer: `${SITE}/`,
};
export const OWN = "__Host-leadscore";
export const PAGE = "leadscore";
const MOST = 1024;
const DAY = 86_400_000;

const TWENTY = JSON.parse(readFileSync(new URL("../../twenty.json", import.meta.url), "utf8"));

/** The model of twenty rules; with `limit`, each rule with a limit keeps this number of hits. */
export function twenty(limit) {
  const rules = TWENTY.rules.map((rule) => (rule.limit && limit ? { ...rule, limit } : rule));
  return compile(JSON.stringify({ ...TWENTY, rules }));
}

// Hits of all rules but careers, which would cost points.
const DEEDS = [
  (i) => ({ type: "page_view", url: `/product/${i}` }),
  (i) => ({ type: "page_view", url: `/blog/news/${i}` }),
  (i) => ({ type: "page_view", url: `/docs/${i}` }),
  () => ({ type: "page_view", url: "/pricing" }),
  (i) => ({ type: "file_download", url: `/papers/${i}.pdf` }),
  (i) => ({ type: "scroll", url: `/blog/news/${i}`, props: { percent_scrolled: 95 } }),
  () => ({ type: "video_complete", url: "/" }),
  () => ({ type: "page_view", url: "/?utm_medium=cpc" }),
  (i) => ({ type: "page_view", url: `/customers/${i}` }),
  () => ({ type: "user_engagement", url: "/pricing", props: { engaged_seconds: 90 } }),
  () => ({ type: "form_start", url: "/demo", props: { form_id: "demo" } }),
  () => ({ type: "form_submit", url: "/demo", props: { form_id: "newsletter" } }),
  () => ({ type: "view_search_results", url: "/search", props: { search_term: "pricing" } }),
  () => ({ type: "identify", props: { employees: 500 } }),
];

export const deed = (i, at) => {
  const { url = "/", ...event } = DEEDS[i % DEEDS.length](i);
  return { ...event, url: SITE + url, at };
};

/** The tag's cookie of a page with a number of actions until `now`, as many as fit. */
export function pageCookie(model, visitor, now, deeds = 400) {
  const lead = new Lead(new Model(model), { id: visitor, source: SITE });
  let cookie = "";
  for (let i = 0; i < deeds; i++) {
    lead.ingest(deed(i, now - ((i * 37) % 600) * (DAY / 30) - DAY), now);
    const grown = `AA.${visitor}.${lead.toString()}`;
    if (PAGE.length + 1 + grown.length > MOST) break;
    cookie = grown;
  }
  return cookie;
}

export const cookieHeader = ({ own, page }) => `${PAGE}=${page}; ${OWN}=${own}`;

/**
 * Both cookies, as the worker leaves them once nothing is new to it at `now`.
 *
 * @param {Uint8Array} model
 * @param {number} now
 * @param {{ deeds?: number, keys?: import("leadscore/edge").Key[], maxAge?: number }} [options]
 */
export async function fullPair(model, now, { deeds = 600, keys = [KEY], maxAge } = {}) {
  const clock = { now };
  const edge = createEdge({ model, keys, maxAge, consent: "granted", now: () => clock.now });
  let own = "";
  let visitor;
  const go = async (at, url, cookies, events = []) => {
    clock.now = at;
    const headers = { ...BROWSER, cookie: cookies };
    const visit = await edge.visit(new Request(SITE + url, { headers }));
    visitor = visit.visitor;
    for (const event of events) visit.ingest(event);
    const response = await visit.respond(new Response("", { headers: { "content-type": "text/html" } }));
    const [set] = response.headers.getSetCookie();
    if (set) own = set.slice(OWN.length + 1, set.indexOf(";"));
    return Boolean(set);
  };
  // The worker gets a posted form in one request per twenty actions.
  for (let i = 0; i === 0 || i < deeds; i += 20) {
    const at = now - DAY * 20 + (i / (deeds || 1)) * DAY * 19;
    const events = Array.from({ length: Math.min(20, deeds - i) }, (_, k) => deed(i + k, at + k * 1000));
    await go(at + 60_000, "/about", `${OWN}=${own}`, events);
  }
  const page = pageCookie(model, visitor, now);
  for (let tries = 0; await go(now, "/about", cookieHeader({ own, page })); tries++) {
    if (tries > 20) throw new Error("the cookie never settles");
  }
  return { own, page, visitor };
}

export const sizes = ({ own, page }) => `${OWN.length + 1 + own.length} + ${PAGE.length + 1 + page.length} bytes`;
