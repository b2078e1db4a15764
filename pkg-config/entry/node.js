// Node, Deno and Bun: the wasm is a file beside this one; nothing is fetched.
import { readFileSync } from "node:fs";
import load, { initSync as start } from "./index.js";

export { Lead, Model, verify } from "./index.js";

// A getter, so that a second call does not read the file again.
const beside = {
  get module() {
    return readFileSync(new URL("leadscore.wasm", import.meta.url));
  },
};

/** @param {{ module: WebAssembly.Module | BufferSource }} options */
export function initSync(options = beside) {
  start(options);
}

/** @param {import("leadscore").InitInput | Promise<import("leadscore").InitInput>} [input] */
export default async function init(input) {
  return input === undefined ? start(beside) : load(input);
}
