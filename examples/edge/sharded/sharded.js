// A store for the receiver that uses several databases: all signals of a visitor, and the decisions about them, are in
// the same one. tests/edge/receiver/stores.test.mjs runs the same tests as for the other stores.

/**
 * Joins stores, such as a `d1Store` for each of several databases. Their number and order must stay: a visitor's place
 * follows from both.
 *
 * @param {import("leadscore/edge").Store[]} stores
 * @returns {import("leadscore/edge").Store}
 */
export function sharded(stores) {
  const hash = (visitor) => [...visitor].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) >>> 0, 0);
  const storeOf = (visitor) => stores[hash(visitor) % stores.length];
  return {
    async insert(entries) {
      const isNew = [];
      // A batch of several visitors is a transaction in each database; a sender without a response sends all of it
      // again.
      for (const entry of entries) isNew.push(...(await storeOf(entry.visitor).insert([entry])));
      return isNew;
    },
    upgrade: (entry) => storeOf(entry.visitor).upgrade(entry),
    // `update` names no visitor: an id is in one database, and matches nothing in the others.
    update: async (id, changes) => void (await Promise.all(stores.map((store) => store.update(id, changes)))),
    async list(query) {
      if (query.visitor) return storeOf(query.visitor).list(query);
      const limit = query.limit ?? 100;
      const pages = await Promise.all(stores.map((store) => store.list({ ...query, limit })));
      const way = query.oldest ? 1 : -1;
      const place = ({ received, id }) => `${received} ${id}`;
      const all = pages.flatMap(({ entries }) => entries).sort((a, b) => (place(a) < place(b) ? -way : way));
      const entries = all.slice(0, limit);
      const isMore = all.length > limit || pages.some(({ next }) => next);
      const last = entries.at(-1);
      return { entries, next: isMore && last ? { received: last.received, id: last.id } : null };
    },
  };
}
