// Checks for every response with a visitor's cookie, for all frameworks.
import assert from "node:assert/strict";

/**
 * @param {{ status: number, headers: Headers, text: string }} answer
 * @param {string} what
 * @param {{ isMarked?: boolean, others?: string[] }} expected `others`: cookies of the site's own
 */
export function isPrivate({ status, headers, text }, what, { isMarked = false, others = [] } = {}) {
  const cookies = headers.getSetCookie();
  const own = cookies.filter((cookie) => cookie.startsWith("__Host-leadscore=2."));
  assert.equal(own.length, 1, `${what}: one cookie of the worker, not ${JSON.stringify(cookies)}`);
  for (const other of others)
    assert.ok(
      cookies.some((cookie) => cookie.startsWith(other)),
      `${what}: ${other} is lost`,
    );
  const shared = [...headers].filter(
    ([name, value]) => /cache-control|surrogate|expires/.test(name) && /public|s-maxage|max-age=[1-9]/.test(value),
  );
  assert.deepEqual(shared, [], what);
  assert.match(headers.get("cache-control") ?? "", /private|no-store/, what);
  if (status === 304) return;
  assert.ok(text.includes("</html>"), `${what}: the page is whole: ${text.slice(-200)}`);
  assert.equal(/<html[^>]* data-leadscore-segment=/.test(text), isMarked, `${what}: ${text.slice(0, 200)}`);
  const length = headers.get("content-length");
  assert.ok(
    length === null || Number(length) === Buffer.byteLength(text),
    `${what}: ${length} bytes of ${Buffer.byteLength(text)}`,
  );
}

export const read = async (response) => ({
  status: response.status,
  headers: response.headers,
  text: await response.text(),
});
