// The parts that the edge's classes share.
import { stages } from "#edge";
import { checked, fail } from "../runtime/errors.js";
import { begin, taken, takenBytes, writeRaw, written } from "../runtime/memory.js";
import { headOf, models, open } from "../runtime/model.js";

/**
 * Writes parts, one after the other; returns the length of each.
 *
 * @param {(string | Uint8Array)[]} parts
 */
export const lengths = (parts) => {
  begin();
  return parts.map((part) => {
    const before = written();
    writeRaw(part);
    return written() - before;
  });
};

/**
 * Returns the number and the beginning of the model by which a model scores accounts; undefined if it scores none.
 *
 * @param {unknown} model
 * @returns {Core.Accounts | undefined}
 */
export const accountsOf = (model) => {
  const [number, head] = open(model);
  if (!head.accounts) {
    const own = stages(number);
    if (own == -4) return undefined;
    checked(own, "model");
    head.accounts = { number: own, head: headOf(takenBytes(taken(1)[0])) };
    models.register(/** @type {object} */ (model), own, /** @type {object} */ (model));
  }
  return head.accounts;
};

/**
 * Throws if the model scores no accounts.
 *
 * @param {unknown} model
 */
export const accounts = (model) => accountsOf(model) ?? fail("model_account");
