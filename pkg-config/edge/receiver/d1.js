// Entries in Cloudflare D1 (SQLite), in the table of migrations/0001_leadscore.sql.
import { FILTERS, PAGE, page } from "./store.js";

const COLUMNS = [
  ...["id", "kind", "visitor", "stage", "score", "segment", "label", "provenance", "verification"],
  ...["happened", "received", "forward", "attempts", "signal"],
];

const INSERT = `INSERT INTO leadscore_entries (${COLUMNS.join(", ")})
  VALUES (${COLUMNS.map(() => "?").join(", ")}) ON CONFLICT (id) DO NOTHING`;

const SELECT = `SELECT *, (
    SELECT decision.stage FROM leadscore_entries AS decision
    WHERE decision.kind = 'lifecycle' AND decision.visitor = entry.visitor
    ORDER BY decision.happened DESC, decision.received DESC, decision.id DESC LIMIT 1
  ) AS lifecycle FROM leadscore_entries AS entry`;

/** @returns {import("./store.js").Store} */
export function d1Store(db) {
  return {
    async insert(entries) {
      if (entries.length === 0) return [];
      // A batch is a transaction: all of them or none.
      const results = await db.batch(entries.map((entry) => db.prepare(INSERT).bind(...values(entry))));
      return results.map((result) => result.meta.changes === 1);
    },

    async update(id, { forward, attempts }) {
      await db
        .prepare("UPDATE leadscore_entries SET forward = ?, attempts = ? WHERE id = ?")
        .bind(forward, attempts, id)
        .run();
    },

    async list(query) {
      const limit = query.limit ?? PAGE;
      const { sql, bound } = select(query, limit + 1);
      const { results } = await db
        .prepare(sql)
        .bind(...bound)
        .all();
      return page(results.map(entryOf), limit);
    },
  };
}

/** The statement of a list, and what is bound to it. */
export function select(query, rows) {
  const conditions = [];
  const bound = [];
  const where = (condition, ...bind) => {
    conditions.push(condition);
    bound.push(...bind);
  };
  for (const name of FILTERS) if (query[name] !== undefined) where(`${name} = ?`, query[name]);
  if (query.since !== undefined) where("received >= ?", query.since);
  if (query.until !== undefined) where("received < ?", query.until);
  const [order, beyond] = query.oldest ? ["ASC", ">"] : ["DESC", "<"];
  if (query.after) where(`(received, id) ${beyond} (?, ?)`, query.after.received, query.after.id);
  const filter = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
  return { sql: `${SELECT} ${filter} ORDER BY received ${order}, id ${order} LIMIT ?`, bound: [...bound, rows] };
}

const values = (entry) =>
  COLUMNS.map((name) => (name === "signal" && entry.signal ? JSON.stringify(entry.signal) : (entry[name] ?? null)));

const entryOf = (row) => ({ ...row, signal: row.signal === null ? null : JSON.parse(row.signal) });
