import { __wbg_finalize_init, __wbg_get_imports, __wbg_lazy } from "#outcomes";
import { guarded } from "./guard.js";
import * as wasm from "./load.js";

const slot = { imports: __wbg_get_imports, start: guarded(__wbg_finalize_init), lazy: __wbg_lazy };
/** @param {import("./load.js").Source} options */
export const loadSync = (options) => wasm.loadSync(slot, options);

export { begin, feed, finish, model, open, settings } from "#outcomes";
export { beginCheck, beginVisits, endCheck, endVisits, isHopeless, otherKind, visitsOut, visitsPiece } from "#outcomes";
