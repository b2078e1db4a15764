import {
  check as checkText,
  compile as compileText,
  listing,
  titles as titlesText,
  __wbg_finalize_init,
  __wbg_get_imports,
  __wbg_lazy,
} from "#authoring";
import { guarded } from "./guard.js";
import * as wasm from "./load.js";

const slot = { imports: __wbg_get_imports, start: guarded(__wbg_finalize_init), lazy: __wbg_lazy };
/** @param {import("leadscore").InitInput | Promise<import("leadscore").InitInput>} input */
export const load = (input) => wasm.load(slot, input);
/** @param {import("./load.js").Source} options */
export const loadSync = (options) => wasm.loadSync(slot, options);

// A value that JSON cannot represent (a cycle, a bigint) is an error of the model like any other.
function text(model) {
  if (typeof model == "string") return model;
  try {
    return JSON.stringify(model) ?? "null";
  } catch (cause) {
    const message = "the model cannot be converted to JSON: " + cause.message;
    throw Object.assign(new Error(message, { cause }), {
      name: "ModelError",
      code: "model_invalid",
      issues: [{ path: "", message }],
    });
  }
}

export const titles = (model) => JSON.parse(titlesText(text(model)));

/** An object has no lines, because the JSON was created from it here. */
function placed(report, given) {
  if (typeof given != "string")
    for (const issue of [...report.errors, ...report.warnings]) (delete issue.line, delete issue.column);
  return report;
}

export function compile(model) {
  try {
    return compileText(text(model));
  } catch (error) {
    if (error.issues) placed({ errors: error.issues, warnings: [] }, model);
    throw error;
  }
}

export function check(given) {
  let model;
  try {
    model = text(given);
  } catch (error) {
    return { errors: error.issues, warnings: [] };
  }
  return placed(checkText(model), given);
}

// For the command line, which has the text of a file.
export { listing };
