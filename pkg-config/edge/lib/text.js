/** Returns true for a string of 1 to `most` UTF-16 units. */
export const isText = (value, most) => typeof value === "string" && value.length > 0 && value.length <= most;
