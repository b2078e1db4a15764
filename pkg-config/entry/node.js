// `leadscore/inline`, and `leadscore` in Node, Deno, Bun and development servers: the wasm is in the code, so no tool
// that bundles or moves it can lose the file.
import bytes from "./inline/leadscore.wasm.js";
import load, { initSync as start } from "./index.js";

export { Lead, Model, verify } from "./index.js";

// A getter, so that a second call does not decode it again.
const own = {
  get module() {
    return bytes();
  },
};

/** @param {{ readonly module: WebAssembly.Module | BufferSource }} options */
export function initSync(options = own) {
  start(options);
}

/** @param {import("leadscore").InitInput | Promise<import("leadscore").InitInput>} [input] */
export default async function init(input) {
  return input === undefined ? start(own) : load(input);
}
