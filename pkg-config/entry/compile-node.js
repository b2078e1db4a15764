// Node, Deno and Bun.
import { beside } from "./beside.js";
import { loadSync } from "./compile-glue.js";

loadSync(beside("compile.wasm", () => new URL("compile.wasm", import.meta.url)));

export { check, compile } from "./compile-glue.js";
