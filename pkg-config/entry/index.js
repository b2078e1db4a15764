import { Lead, Model, verify, __wbg_finalize_init, __wbg_frees, __wbg_get_imports } from "#runtime";
import { guarded } from "./guard.js";
import { loader } from "./load.js";

const [load, initSync] = loader(__wbg_get_imports, guarded(__wbg_finalize_init, __wbg_frees));

// In just this form, bundlers find the file and ship it.
/** @param {import("leadscore").InitInput | Promise<import("leadscore").InitInput>} input */
const init = (input = new URL("leadscore.wasm", import.meta.url)) => load(input);

export { init as default, initSync, Lead, Model, verify };
