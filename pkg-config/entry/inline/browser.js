// `leadscore/inline/browser`, and `leadscore/browser` of development servers: the wasm is in the code.
import bytes from "./browser.wasm.js";
import { start as startWith } from "../browser.js";

/** @param {import("leadscore/browser").Options} options */
export const start = (options) => startWith({ ...options, wasm: options.wasm ?? bytes });
