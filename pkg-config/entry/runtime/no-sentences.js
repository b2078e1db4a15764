// In the script tag, where an error is a line in the console, its code says what it is.

/**
 * See `sentences.js`.
 *
 * @type {Record<string, string[]>}
 */
export const ERRORS = {};
