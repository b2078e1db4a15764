// Node, Deno and Bun.
import { beside } from "./beside.js";
import { initSync } from "./edge.js";

initSync(beside("edge.wasm", () => new URL("edge.wasm", import.meta.url)));

export * from "./edge.js";
