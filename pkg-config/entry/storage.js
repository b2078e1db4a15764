// Storage that never fails: data that the browser does not store is kept in memory until the page ends.
import { tried } from "./page.js";

export function storage() {
  const memory = {};
  return {
    /** Returns the value of a key; empty for none. */
    get: (key) => memory[key] ?? tried(() => localStorage.getItem(key)) ?? "",
    /**
     * Returns the same, but prefers what other tabs have stored to what this page could not store. `?` if nothing can
     * be read: storage that cannot be read must not look like storage that was cleared.
     */
    seen: (key) => tried(() => localStorage.getItem(key) ?? "") ?? memory[key] ?? "?",
    /** Stores a value; an empty one removes the key. Returns true unless it lives as long as the page only. */
    set(key, value) {
      delete memory[key];
      try {
        if (value) localStorage.setItem(key, value);
        else localStorage.removeItem(key);
        return true;
      } catch {
        // Also that it is removed: a signal that stays in the storage would be sent for ever.
        if (value || tried(() => localStorage.getItem(key))) memory[key] = value;
      }
    },
    /** Tries again to store, or to remove, what it could not, of keys for which `is` holds. */
    retry(is) {
      for (const key in memory) if (is(key)) this.set(key, memory[key]);
    },
    /** Returns all keys. */
    keys: () => Object.keys(memory).concat(tried(() => Object.keys(localStorage)) ?? []),
  };
}
