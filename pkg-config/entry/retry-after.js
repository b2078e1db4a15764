/** Milliseconds of a day, the maximum time for sending a signal again. */
const MOST = 86_400_000;

/**
 * Returns the pause that a response asks for in `Retry-After` (RFC 9110, 10.2.3; seconds or a date), in milliseconds
 * from `now`; 0 without one. If two proxies have each added a value, the first counts.
 *
 * @param {{ headers: { get(name: string): string | null } }} response
 * @param {number} now
 */
export function retryAfter(response, now) {
  const text = response.headers.get("retry-after") ?? "";
  const [, seconds] = /^(\d+)(,|$)/.exec(text) || [];
  const pause = seconds ? +seconds * 1e3 : Date.parse(text.replace(/ GMT.*/, " GMT")) - now;
  return pause > 0 ? Math.min(pause, MOST) : 0;
}
