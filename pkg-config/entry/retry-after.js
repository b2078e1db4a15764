/** Milliseconds: for longer than a day no signal is sent again. */
const MOST = 86_400_000;

/**
 * Returns what a response says in `Retry-After` (RFC 9110, 10.2.3), seconds or a date, in milliseconds from `now`; 0 for
 * nothing. Where two proxies have each said something, the first counts.
 */
export function retryAfter(response, now) {
  const text = response.headers.get("retry-after") ?? "";
  const [, seconds] = /^(\d+)(,|$)/.exec(text) || [];
  const pause = seconds ? +seconds * 1e3 : Date.parse(text.replace(/ GMT.*/, " GMT")) - now;
  return pause > 0 ? Math.min(pause, MOST) : 0;
}
