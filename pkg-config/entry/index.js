import { Lead, Model, verify, __wbg_finalize_init, __wbg_frees, __wbg_get_imports } from "#runtime";
import { guarded } from "./guard.js";
import { load, loadSync } from "./load.js";

const slot = { imports: __wbg_get_imports, start: guarded(__wbg_finalize_init, __wbg_frees) };
/** @param {import("./load.js").Source} options */
const initSync = (options) => loadSync(slot, options);

// In just this form, bundlers find the file and ship it.
/** @param {import("leadscore").InitInput | Promise<import("leadscore").InitInput>} input */
const init = (input = new URL("leadscore.wasm", import.meta.url)) => load(slot, input);

export { init as default, initSync, Lead, Model, verify };
