import { fault } from "./log.js";

// Counts events by name and calls the callback. An error in the callback must not lose a signal.
export function counting(hook) {
  /** @type {{ [name: string]: number }} */
  const counts = {};
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
