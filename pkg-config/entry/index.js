import { load, loadSync } from "./load.js";
import { Lead, Model, slot, verify } from "./runtime/index.js";

/** @param {import("./load.js").Source} options */
const initSync = (options) => loadSync(slot, options);

// In just this form, bundlers find the file and ship it.
/** @param {import("leadscore").InitInput | Promise<import("leadscore").InitInput>} input */
const init = (input = new URL("leadscore.wasm", import.meta.url)) => load(slot, input);

export { init as default, initSync, Lead, Model, verify };
