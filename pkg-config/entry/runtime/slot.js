// Starts the core's wasm.
import { __wbg_finalize_init, __wbg_frees, __wbg_get_imports } from "#runtime";
import { guarded } from "../guard.js";
import { attach } from "./memory.js";

/** @type {import("../guard.js").Start} */
const start = (instance, module) => {
  const exports = __wbg_finalize_init(instance, module);
  // Found by its type, because the build shortens its name.
  attach(Object.values(exports).find((own) => own instanceof WebAssembly.Memory));
  return exports;
};

export const slot = { imports: __wbg_get_imports, start: guarded(start, __wbg_frees) };
