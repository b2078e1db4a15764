// Node, Deno and Bun: the wasm is a file beside this one; nothing is fetched.
import { beside } from "./beside.js";
import load, { initSync as start } from "./index.js";

export { Lead, Model, verify } from "./index.js";

const file = beside("leadscore.wasm", () => new URL("leadscore.wasm", import.meta.url));
// A getter, so that a second call does not read the file again. It reads at once, so that init reports a missing file.
const own = {
  get module() {
    return file.module;
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
