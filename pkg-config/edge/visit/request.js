// Questions about a request and a response: is it a page view, is it HTML, does the browser refuse scoring.

/**
 * Returns true if a person is about to see a page: not for a file, a script's request, or a page fetched ahead.
 *
 * @param {Request} request
 */
export function isPageView({ method, headers }) {
  if (method !== "GET") return false;
  // A prefetched page may never be seen. If it is, the tag reports it.
  const purpose = `${headers.get("sec-purpose")} ${headers.get("purpose")} ${headers.get("x-moz")}`;
  if (/prefetch|prerender|preview/i.test(purpose)) return false;
  const destination = headers.get("sec-fetch-dest");
  return destination ? destination === "document" : (headers.get("accept") ?? "").includes("text/html");
}

/**
 * Returns true if the response is the page that was asked for: no redirect, no file, no error page.
 *
 * @param {Response} response
 */
export function isPage(response) {
  const { status, headers } = response;
  return status === 304 || isPassed(headers) || (status >= 200 && status < 300 && isHtml(headers));
}

/**
 * Returns true if a middleware lets the request pass to the page, so that its response is not the page yet.
 *
 * @param {Headers} headers
 */
export const isPassed = (headers) => headers.has("x-middleware-next") || headers.has("x-middleware-rewrite");

/**
 * Returns true if a middleware has its framework fetch the page from another server. Next.js then puts that server's
 * headers over those of the middleware, `cache-control` too, so this code cannot keep the response private.
 *
 * @param {Response} response
 * @param {Request} request
 */
export function isElsewhere({ headers }, { url }) {
  const target = headers.get("x-middleware-rewrite");
  return target !== null && URL.canParse(target, url) && new URL(target, url).origin !== new URL(url).origin;
}

/** @param {Headers} headers */
export const isHtml = (headers) => /^(text\/html|application\/xhtml\+xml)\b/i.test(headers.get("content-type") ?? "");

/**
 * Returns true if the browser says by Global Privacy Control that its user refuses. The value is the number 1
 * (https://w3c.github.io/gpc/#the-sec-gpc-header-field). Where a proxy adds a second field, both arrive as one list
 * (RFC 9110, 5.3), in which one refusal is enough. Strings are taken out first, as they may hold commas.
 *
 * @param {Headers} headers
 */
export function isRefused(headers) {
  const value = (headers.get("sec-gpc") ?? "").replace(/"(?:[^"\\]|\\.)*"/g, "");
  return value.split(",").some((member) => /^\??1(?:\.0+)?$/.test(member.split(";", 1)[0].trim()));
}
