/** A text of at most so many UTF-16 units, and not none. */
export const isText = (value, most) => typeof value === "string" && value.length > 0 && value.length <= most;
