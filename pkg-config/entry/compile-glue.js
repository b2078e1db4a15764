import { check as checkText, compile as compileText, __wbg_finalize_init, __wbg_get_imports } from "#authoring";
import { guarded } from "./guard.js";
import { loader } from "./load.js";

export const [load, loadSync] = loader(__wbg_get_imports, guarded(__wbg_finalize_init));

// What JSON cannot hold (a cycle, a bigint) is a fault of the model like any other.
function text(model) {
  if (typeof model == "string") return model;
  try {
    return JSON.stringify(model) ?? "null";
  } catch (cause) {
    const message = "the model cannot be written as JSON: " + cause.message;
    throw Object.assign(new Error(message, { cause }), {
      name: "ModelError",
      code: "model_invalid",
      issues: [{ path: "", message }],
    });
  }
}

export const compile = (model) => compileText(text(model));

export function check(model) {
  try {
    model = text(model);
  } catch (error) {
    return { errors: error.issues, warnings: [] };
  }
  return checkText(model);
}
