// Replaces `sentences.js` in the script tag, whose errors are logged with their codes only.

/**
 * See `sentences.js`.
 *
 * @type {Record<string, string[]>}
 */
export const ERRORS = {};
