import { fault } from "./log.js";

// Counts events by name and calls the callback. An error in the callback must not lose a signal.
/** @param {((name: any) => void) | undefined} hook */
export function counting(hook) {
  /** @type {{ [name: string]: number }} */
  const counts = {};
  /** @param {string} name */
  const count = (name) => {
    counts[name] = (counts[name] ?? 0) + 1;
    try {
      hook?.(name);
    } catch (error) {
      fault("count", error);
    }
  };
  return { counts, count };
}
