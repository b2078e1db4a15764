// Node, Deno and Bun: the wasm is a file beside this one.
import { readFileSync } from "node:fs";
import { initSync } from "./edge.js";

initSync({ module: readFileSync(new URL("edge.wasm", import.meta.url)) });

export * from "./edge.js";
