// Browsers and their bundlers.
import { load } from "./compile-glue.js";

await load(new URL("compile.wasm", import.meta.url));

export { check, compile, titles } from "./compile-glue.js";
