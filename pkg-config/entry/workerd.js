// Cloudflare Workers: the wasm is imported as a compiled module; a worker may not compile bytes.
import module from "./leadscore.wasm";
import load, { initSync as start } from "./index.js";

export { Lead, Model, verify } from "./index.js";

/** @param {{ module: WebAssembly.Module | BufferSource }} options */
export function initSync(options = { module }) {
  start(options);
}

/** @param {import("leadscore").InitInput | Promise<import("leadscore").InitInput>} [input] */
export default async function init(input) {
  return input === undefined ? start({ module }) : load(input);
}
