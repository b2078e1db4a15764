// `leadscore/inline/edge`, and `leadscore/edge` in Node, Deno and Bun: the wasm is in the code, and is decoded at its
// first use.
import bytes from "./inline/edge.wasm.js";
import { initSync } from "./edge.js";

const source = {
  later: true,
  get module() {
    return bytes();
  },
};
initSync(source);

export * from "./edge.js";
