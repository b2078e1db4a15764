// What a request says of itself: whether somebody looks at a page, and what they agreed to.

/** Whether a person is about to see a page: not a file, a script's request, or a page fetched ahead. */
export function isPageView({ method, headers }) {
  if (method !== "GET") return false;
  // What is fetched ahead may never be seen; where it is, the tag tells.
  const purpose = `${headers.get("sec-purpose")} ${headers.get("purpose")} ${headers.get("x-moz")}`;
  if (/prefetch|prerender|preview/i.test(purpose)) return false;
  const destination = headers.get("sec-fetch-dest");
  return destination ? destination === "document" : (headers.get("accept") ?? "").includes("text/html");
}

/** Whether the response is what the visitor sees then, and no redirect, file or failure to serve one. */
export function isPage({ status, headers }) {
  // A middleware that lets the request pass does not know the page yet.
  const isPassed = headers.has("x-middleware-next") || headers.has("x-middleware-rewrite");
  if (status === 304 || isPassed) return true;
  const isRedirect = status >= 300 && status < 400;
  return !isRedirect && /^(text\/html|application\/xhtml\+xml)\b/i.test(headers.get("content-type") ?? "");
}

/** `granted`, `pending` or `denied`. */
export async function consentOf(request, option, pageCookie) {
  if (request.headers.get("sec-gpc") === "1") return "denied";
  let consent = typeof option === "function" ? await option(request) : option;
  // The tag writes its cookie where consent is granted, and deletes it where it is withdrawn.
  if (consent === "page") consent = pageCookie ? "granted" : "pending";
  return consent === "granted" || consent === "pending" ? consent : "denied";
}
