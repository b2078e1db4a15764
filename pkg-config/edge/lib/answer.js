// Error responses for programs: a stable code, and a message that says what to do. Never cached.
/**
 * @param {number} status
 * @param {string} code
 * @param {string} message
 * @param {Record<string, string>} headers
 */
export function answer(status, code, message, headers = {}) {
  return json(status, { code, message }, headers);
}

/**
 * @param {number} status
 * @param {unknown} value
 * @param {Record<string, string>} headers
 */
export function json(status, value, headers = {}) {
  return Response.json(value, { status, headers: { "cache-control": "no-store", ...headers } });
}
