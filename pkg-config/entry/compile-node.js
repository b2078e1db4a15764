// `leadscore/inline/compile`, and `leadscore/compile` in Node, Deno, Bun and development servers: the wasm is in the
// code, and is decoded at its first use.
import bytes from "./inline/compile.wasm.js";
import { loadSync } from "./compile-glue.js";

const source = {
  later: true,
  get module() {
    return bytes();
  },
};
loadSync(source);

export { check, compile, titles } from "./compile-glue.js";
