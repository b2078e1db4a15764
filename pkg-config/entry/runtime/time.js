// Formats times of signals, receipts and snapshots; the same as in `src/text/time.rs`. A test compares both.

/** @type {number | undefined} */
let day;
/** @type {string} */
let date;
/** @param {number} number */
const two = (number) => (number < 10 ? "0" : "") + number;

/**
 * Returns seconds since 1970 as an RFC 3339 string. The date is kept, because most times are of few days.
 *
 * @param {number} seconds
 */
export const iso = (seconds) => {
  const rest = seconds % 86400;
  if (day != (day = seconds - rest)) date = new Date(day * 1000).toISOString().slice(0, 11);
  return date + two(Math.floor(rest / 3600)) + ":" + two(Math.floor(rest / 60) % 60) + ":" + two(rest % 60) + "Z";
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
