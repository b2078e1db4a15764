// Numbers and dates as people read them. A format is made when it is first used: the first one of a page loads the
// browser's tables of languages (some 20 ms of a fast processor), and that is not to stand before the first paint.
const lazy = (make) => {
  let format;
  return (value) => (format ??= make()).format(value);
};

/** A function that writes a number; the reader's own locale if none is named. */
export const number = (locale, options) => lazy(() => new Intl.NumberFormat(locale, options));

/** A function that writes a date, or milliseconds. */
export const date = (locale, options) => lazy(() => new Intl.DateTimeFormat(locale, options));
