import { fault } from "./log.js";

// Counts all that happens by name, and tells whoever wants to know. What they do with it must not lose a signal.
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
