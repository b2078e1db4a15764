// Formats times of signals, receipts and snapshots; the same as in `src/text/time.rs`. A test compares both.

/**
 * Returns seconds since 1970 as an RFC 3339 string.
 *
 * @param {number} seconds
 */
export const iso = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19) + "Z";

/**
 * Returns the milliseconds of a time in a signal's format; undefined for anything else.
 *
 * @param {unknown} text
 */
export const parseTime = (text) => {
  const at = typeof text == "string" ? Date.parse(text) : NaN;
  return at >= 0 && at < 2 ** 32 * 1000 && new Date(at).toISOString() == text ? at : undefined;
};
