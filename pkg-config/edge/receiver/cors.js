// CORS headers: they allow pages of other origins to send signals here, and to read when to try again.

/**
 * The answer to a preflight.
 *
 * @param {Request} request
 * @param {Set<string | null>} origins
 * @param {string} allow
 */
export function preflight({ headers }, origins, allow) {
  const isAllowed = origins.has(headers.get("origin"));
  if (!isAllowed) return new Response(null, { status: 403 });
  return new Response(null, {
    status: 204,
    headers: {
      allow,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type",
      "access-control-max-age": "86400",
    },
  });
}

/**
 * Lets pages of our own sites read the answer.
 *
 * @param {Response} response
 * @param {Request} request
 * @param {Set<string | null>} origins
 */
export function share(response, { headers }, origins) {
  const origin = headers.get("origin");
  response.headers.append("vary", "origin");
  if (!origins.has(origin)) return;
  response.headers.set("access-control-allow-origin", /** @type {string} */ (origin));
  response.headers.set("access-control-expose-headers", "retry-after");
}
