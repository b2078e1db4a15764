// The headers that a visit adds to a response.
import { isPassed } from "./request.js";

/**
 * Headers by which shared caches would keep a response that belongs to one visitor. Those with a cache's own name count
 * more there than `cache-control` does (RFC 9213): `cdn-cache-control`, `netlify-cdn-cache-control` and so on.
 */
const SHARED = /^(?:expires|surrogate-control|edge-control|x-accel-expires|.+-cache-control)$/;
/**
 * Cache headers with precedence in Next.js's caches and in CDNs, which a site's configuration may set for all its
 * pages.
 */
export const CACHES = ["cdn-cache-control", "vercel-cdn-cache-control", "surrogate-control"];
const isShared = (/** @type {string} */ name) => SHARED.test(name);

/**
 * @param {Response} response as the site gives it
 * @param {{ cookie?: string, seen?: number, isVaried: boolean }} visit the `Set-Cookie`, when the page view was counted
 * in milliseconds, and whether the segment was asked for
 */
export function dress(response, visit) {
  if (!visit.cookie && !visit.isVaried && visit.seen === undefined) return response;
  // `Response.error()` has no headers to add to, and cannot be copied: its status is 0.
  if (response.type === "error") return response;
  // A body is sent once, to one visitor; a response without a body may be reused by the site for another visitor.
  if (response.body) {
    try {
      change(response.headers, visit);
      return response;
    } catch {
      // Headers of fetched responses are immutable, so the first change throws.
    }
    return replace(response, response.body, (headers) => change(headers, visit));
  }
  const dressed = new Response(null, response);
  change(dressed.headers, visit);
  // The cookie stays with the copy. What keeps it out of shared caches must not be copied over with the site's word.
  const kept = new Headers(response.headers);
  restrict(kept, visit);
  /** @param {string} name */
  const isRestricted = (name) => name === "cache-control" || name === "vary" || isShared(name);
  if ([...response.headers.keys()].some(isRestricted)) show(response, kept);
  return dressed;
}

/**
 * The response with another body and headers that were changed. From here on the former response shows the same
 * headers.
 *
 * Frameworks copy headers from the response that is replaced to the one that replaces it: Hono's `c.res = response`
 * sets all that the former had (https://github.com/honojs/hono/blob/main/src/context.ts), and with them a
 * `cache-control: public` beside a visitor's cookie, or the length of another body.
 *
 * @param {Response} response
 * @param {BodyInit | null} body
 * @param {(headers: Headers) => void} change
 */
export function replace(response, body, change) {
  const replaced = new Response(body, response);
  change(replaced.headers);
  show(response, replaced.headers);
  return replaced;
}

/**
 * @param {Response} response
 * @param {Headers} headers
 */
function show(response, headers) {
  // It hides the getter of the prototype.
  Object.defineProperty(response, "headers", { value: headers, configurable: true });
}

/**
 * @param {Headers} headers
 * @param {{ cookie?: string, seen?: number, isVaried: boolean }} visit
 */
function change(headers, visit) {
  const { cookie, seen } = visit;
  // The page counts the same view under the same time, so that both together count it once.
  if (seen !== undefined) headers.append("server-timing", `leadscore;dur=${seen}`);
  if (cookie) headers.append("set-cookie", cookie);
  restrict(headers, visit);
}

/**
 * Keeps what belongs to one visitor out of shared caches.
 *
 * @param {Headers} headers
 * @param {{ cookie?: string, isVaried: boolean }} visit
 */
function restrict(headers, { cookie, isVaried }) {
  // Next.js replaces the page's `Vary`, and lets shared caches keep prebuilt pages for a year; it keeps only the
  // middleware's `cache-control`.
  if (cookie || (isVaried && isPassed(headers))) {
    for (const name of [...headers.keys()].filter(isShared)) headers.delete(name);
    // Asked for again each time, so that a view out of the browser's cache is not missed.
    const isStored = !/\bno-store\b/i.test(headers.get("cache-control") ?? "");
    headers.set("cache-control", isStored ? "private, no-cache" : "private, no-store");
    // A middleware's headers are put over those of the page and of the configuration, so one that is missing here may
    // come.
    if (isPassed(headers)) for (const name of CACHES) headers.set(name, "private, no-store");
  } else if (isVaried) {
    // A response that depends on the segment must not be served to another one; `cacheKey` is for caches that know
    // segments.
    if (!/(^|,)\s*(\*|cookie)\s*(,|$)/i.test(headers.get("vary") ?? "")) headers.append("vary", "Cookie");
  }
}
