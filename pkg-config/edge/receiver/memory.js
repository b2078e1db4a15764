// Entries in memory, for tests, demos and small sites on one server: a limited number, the oldest are dropped first.
import { FILTERS, PAGE, page, UPGRADED } from "./store.js";

/** @returns {import("./store.js").Store} */
export function memoryStore({ most = 10_000 } = {}) {
  const entries = new Map();

  return {
    async insert(added) {
      return added.map((entry) => {
        if (entries.has(entry.id)) return false;
        entries.set(entry.id, structuredClone(entry));
        if (entries.size > most) entries.delete(entries.keys().next().value);
        return true;
      });
    },

    async update(id, { forward, attempts, due = null }) {
      const entry = entries.get(id);
      if (entry) Object.assign(entry, { forward, attempts, due });
    },

    async upgrade(entry) {
      const own = entries.get(entry.id);
      if (own?.provenance !== "client") return false;
      for (const name of UPGRADED) own[name] = structuredClone(entry[name]);
      return true;
    },

    async list(query) {
      const limit = query.limit ?? PAGE;
      const direction = query.oldest ? 1 : -1;
      const found = [...entries.values()]
        .filter((entry) => holds(entry, query, direction))
        .sort((a, b) => direction * compare(a, b))
        .slice(0, limit + 1);
      const decisions = newestDecisions(entries.values());
      const shown = found.map((entry) => ({
        ...structuredClone(entry),
        lifecycle: decisions.get(entry.visitor)?.stage ?? null,
      }));
      return page(shown, limit);
    },
  };
}

/**
 * @param {any} entry
 * @param {Record<string, any>} query
 * @param {number} direction
 */
function holds(entry, query, direction) {
  return (
    FILTERS.every((name) => query[name] === undefined || query[name] === entry[name]) &&
    (query.witnessed === undefined || (entry.witnessed ?? -Infinity) >= query.witnessed) &&
    !(query.rests && entry.due > query.rests.after && entry.due <= query.rests.until) &&
    (query.since === undefined || entry.received >= query.since) &&
    (query.until === undefined || entry.received < query.until) &&
    (!query.after || direction * compare(entry, query.after) > 0)
  );
}

/** @param {Iterable<any>} entries */
function newestDecisions(entries) {
  const newest = new Map();
  for (const entry of entries) {
    if (entry.kind !== "lifecycle") continue;
    const other = newest.get(entry.visitor);
    if (!other || order(entry.happened, other.happened) > 0 || isLater(entry, other)) newest.set(entry.visitor, entry);
  }
  return newest;
}

/**
 * @param {any} a
 * @param {any} b
 */
const isLater = (a, b) => a.happened === b.happened && compare(a, b) > 0;

/**
 * @param {import("./store.js").Position} a
 * @param {import("./store.js").Position} b
 */
const compare = (a, b) => order(a.received, b.received) || order(a.id, b.id);

/**
 * @param {string} a
 * @param {string} b
 */
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
