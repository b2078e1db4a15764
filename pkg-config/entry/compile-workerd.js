// Cloudflare Workers.
import module from "./compile.wasm";
import { loadSync } from "./compile-glue.js";

loadSync({ module });

export { check, compile, titles } from "./compile-glue.js";
