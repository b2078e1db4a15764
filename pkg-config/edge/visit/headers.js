// What a visit adds to a response.

/** Headers by which shared caches would keep a response that belongs to one visitor. */
const SHARED = ["expires", "surrogate-control", "cdn-cache-control", "cloudflare-cdn-cache-control"];

/**
 * @param {Response} response as the site gives it
 * @param {{ cookie?: string, seen?: number, isVaried: boolean }} visit the `Set-Cookie`, when the page view was counted
 * in milliseconds, and whether the segment was asked for
 */
export function dress(response, visit) {
  if (!visit.cookie && !visit.isVaried && visit.seen === undefined) return response;
  // A body goes out once, to one visitor; without one, the site may answer somebody else with the same response.
  if (response.body) {
    try {
      change(response.headers, visit);
      return response;
    } catch {
      // Headers that were fetched are immutable, of which the first change tells.
    }
  }
  const dressed = new Response(response.body, response);
  change(dressed.headers, visit);
  return dressed;
}

/**
 * @param {Headers} headers
 * @param {{ cookie?: string, seen?: number, isVaried: boolean }} visit
 */
function change(headers, { cookie, seen, isVaried }) {
  // The page counts the same view under the same time, so that both together count it once.
  if (seen !== undefined) headers.append("server-timing", `leadscore;dur=${seen}`);
  if (cookie) {
    headers.append("set-cookie", cookie);
    for (const name of SHARED) headers.delete(name);
    // Asked for again each time, so that a view out of the browser's cache is not missed.
    const isStored = !/\bno-store\b/i.test(headers.get("cache-control") ?? "");
    headers.set("cache-control", isStored ? "private, no-cache" : "private, no-store");
  } else if (isVaried) {
    // What differs by segment must not be given to somebody of another; `cacheKey` is for caches that know segments.
    headers.append("vary", "Cookie");
  }
}
