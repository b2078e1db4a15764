// Node, Deno and Bun.
import { readFileSync } from "node:fs";
import { loadSync } from "./compile-glue.js";

loadSync({ module: readFileSync(new URL("compile.wasm", import.meta.url)) });

export { check, compile } from "./compile-glue.js";
