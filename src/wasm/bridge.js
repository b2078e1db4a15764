// What the bindings ask of JavaScript beyond what wasm-bindgen writes: values cross as JSON text, results as its bytes.

const decoder = new TextDecoder();

/** The value of JSON in bytes of UTF-8. */
export const parse = (bytes) => JSON.parse(decoder.decode(bytes));

export const string = (bytes) => decoder.decode(bytes);

export const list = () => [];

/** An Error as the package throws it, from its name, its code and its message with a space between. */
export const failure = (text) => {
  const [name, code] = text.split(" ", 2);
  return Object.assign(new Error(text.slice(name.length + code.length + 2)), { name, code });
};

const finite = (_, value) => {
  // eslint-disable-next-line no-throw-literal -- `text` below catches it, and an Error costs bytes
  if (typeof value == "number" && !isFinite(value)) throw 0;
  return value;
};

/**
 * A value as JSON text; empty if it has none: cycles, a getter that throws, a number that is not finite. It runs the
 * page's own code (getters, toJSON), so it is called before anything of the lead is touched.
 */
export const text = (value) => {
  try {
    const json = JSON.stringify(value);
    // JSON turns NaN and infinities into null: look again, but only where there is a null to explain.
    return json.length > 1 << 20 || (json.includes("null") && !JSON.stringify(value, finite)) ? "" : json;
  } catch {
    return "";
  }
};

/**
 * Bytes, or a state as base64url text, of which the first byte tells which it is. Anything else becomes a text that is
 * neither, so that it ends in the same typed error as any other that cannot be read; nothing is none.
 */
export const bytes = (value) => {
  try {
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (value instanceof ArrayBuffer) return new Uint8Array(value);
  } catch {
    // A buffer that went to another thread: its bytes are gone.
    value = 0;
  }
  return new TextEncoder().encode(typeof value == "string" ? value : value == null ? "" : "?");
};

/** The state that a lead is made with. */
export const stateOf = (options) => {
  try {
    return bytes(options.state);
  } catch {
    return bytes(0);
  }
};
