// The errors that the package throws: each has a `name`, a stable `code`, and a message that says what to do next. The
// same as in `src/error.rs`; a test compares both.
import { ERRORS } from "./sentences.js";

export { ERRORS };

/**
 * Throws the error of this code.
 *
 * @param {string} code
 * @returns {never}
 */
export const fail = (code) => {
  const [name, message = code] = ERRORS[code] ?? ["Error"];
  throw Object.assign(new Error(message), { name, code: name == "UsageError" ? "usage" : code });
};

/**
 * Adds errors of another build of the core.
 *
 * @param {Record<string, string[]>} errors
 */
export const add = (errors) => Object.assign(ERRORS, errors);

/**
 * Returns the core's number, or throws if it is below 0: the core reports an error of a model or a state so.
 *
 * @param {number} number
 * @param {string} of
 */
export const checked = (number, of = "state") => {
  if (number < 0) fail(of + ["_corrupt", "_version", "_too_large"][-1 - number]);
  return number;
};
