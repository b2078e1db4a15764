// What the bindings ask of JavaScript beyond what wasm-bindgen writes.

/** An Error as the package throws it. */
export const failure = (name, code, message) => Object.assign(new Error(message), { name, code });

/** Longer than any event that is within its limits. */
const longest = 1 << 20;

const finite = (_, value) => {
  if (typeof value == "number" && !isFinite(value)) throw 0;
  return value;
};

/**
 * An event as JSON text; empty if it has none: cycles, a getter that throws, a number that is not finite. Runs the
 * page's own code (getters, toJSON), so it is called before anything of the lead is touched.
 */
export const eventText = (event) => {
  try {
    const { type, at, url, props } = event;
    const known = { type, at, url, props };
    let text = JSON.stringify(known);
    // JSON turns NaN and infinities into null: look again, but only where there is a null to explain.
    if (text.includes("null")) text = JSON.stringify(known, finite);
    return text.length > longest ? "" : text;
  } catch {
    return "";
  }
};
