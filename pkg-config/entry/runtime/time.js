// Formats times of signals, receipts and snapshots; the same as in `src/text/time.rs`. A test compares both.

/**
 * Days as they are written. A signal has dozens of times, of few days, for which `Date` would take half of its time.
 *
 * @type {Map<number, string>}
 */
const days = new Map();
/** @param {number} number */
const two = (number) => (number < 10 ? "0" : "") + number;

/**
 * Returns seconds since 1970 as an RFC 3339 string.
 *
 * @param {number} seconds
 */
export const iso = (seconds) => {
  const rest = seconds % 86400;
  const day = seconds - rest;
  if (!days.has(day)) {
    if (days.size > 999) days.clear();
    days.set(day, new Date(day * 1000).toISOString().slice(0, 11));
  }
  return (
    days.get(day) + two(Math.floor(rest / 3600)) + ":" + two(Math.floor(rest / 60) % 60) + ":" + two(rest % 60) + "Z"
  );
};

/**
 * Returns the milliseconds of a time in a signal's format; undefined for anything else.
 *
 * @param {unknown} text
 */
export const parseTime = (text) => {
  const at = typeof text == "string" ? Date.parse(text) : NaN;
  return at >= 0 && at < 2 ** 32 * 1000 && new Date(at).toISOString() == text ? at : undefined;
};
