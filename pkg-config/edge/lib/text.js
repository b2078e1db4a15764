/**
 * Returns true for a string of 1 to `most` UTF-16 units.
 *
 * @param {unknown} value
 * @param {number} most
 * @returns {value is string}
 */
export const isText = (value, most) => typeof value === "string" && value.length > 0 && value.length <= most;
