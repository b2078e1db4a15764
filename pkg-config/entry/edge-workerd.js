// Cloudflare Workers: the wasm is imported as a compiled module.
import module from "./edge.wasm";
import { initSync } from "./edge.js";

initSync({ module });

export * from "./edge.js";
