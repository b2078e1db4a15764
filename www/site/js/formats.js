// Formats numbers and dates. A format is created at its first use, because the first one on a page loads the browser's
// locale data (about 20 ms on a fast processor), which would delay the first paint.
const lazy = (make) => {
  let format;
  return (value) => (format ??= make()).format(value);
};

/** A function that writes a number; the reader's own locale if none is named. */
export const number = (locale, options) => lazy(() => new Intl.NumberFormat(locale, options));

/** A function that writes a date, or milliseconds. */
export const date = (locale, options) => lazy(() => new Intl.DateTimeFormat(locale, options));
