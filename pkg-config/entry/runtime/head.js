// The beginning of a model, which is needed to read events and to make objects.
import { Reader, names } from "../compiled.js";
import { takenText } from "./memory.js";

/**
 * Returns the head of a model that the core has just accepted.
 *
 * @param {Uint8Array} bytes
 */
export const headOf = (bytes) => {
  const hash = takenText(22);
  const own = names(new Reader(bytes));
  const types = new Map(own.types.map(([type, needs], number) => [type, { number, needs }]));
  return { ...own, hash, types };
};
