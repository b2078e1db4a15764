// Entries in Cloudflare D1 (SQLite), in the table of migrations/.
import { FILTERS, PAGE, page, UNKEPT, UPGRADED } from "./store.js";

const COLUMNS = [
  ...["id", "kind", "visitor", "stage", "score", "segment", "label", "provenance", "verification"],
  ...["happened", "received", "forward", "attempts", "signal"],
];
// The columns of 0002_leadscore.sql.
const ADDED = ["witnessed", "due"];

/** @param {string[]} columns */
const insertInto = (columns) => `INSERT INTO leadscore_entries (${columns.join(", ")})
  VALUES (${columns.map(() => "?").join(", ")}) ON CONFLICT (id) DO NOTHING`;

/** @param {string[]} columns */
const assign = (columns) =>
  `UPDATE leadscore_entries SET ${columns.map((name) => `${name} = ?`).join(", ")} WHERE id = ?`;

const SELECT = `SELECT *, (
    SELECT decision.stage FROM leadscore_entries AS decision
    WHERE decision.kind = 'lifecycle' AND decision.visitor = entry.visitor
    ORDER BY decision.happened DESC, decision.received DESC, decision.id DESC LIMIT 1
  ) AS lifecycle FROM leadscore_entries AS entry`;

/**
 * A table to which only the first migration was applied works as before, without the additions of the second one.
 *
 * @param {any} db
 * @returns {import("./store.js").Store}
 */
export function d1Store(db) {
  let hasAdded = true;

  // Runs with the columns that there are, which only the first statement finds out.
  /**
   * @template T
   * @param {(having: (columns: string[]) => string[]) => Promise<T>} run
   * @returns {Promise<T>}
   */
  async function either(run) {
    if (hasAdded) {
      try {
        return await run((columns) => columns);
      } catch (error) {
        if (!isMissing(error)) throw error;
        hasAdded = false;
      }
    }
    return run((columns) => columns.filter((name) => !ADDED.includes(name)));
  }

  return {
    async insert(entries) {
      if (entries.length === 0) return [];
      return either(async (having) => {
        const columns = having([...COLUMNS, ...ADDED]);
        const insert = db.prepare(insertInto(columns));
        // A batch is a transaction: all of them or none.
        const results = await db.batch(entries.map((entry) => insert.bind(...values(entry, columns))));
        return results.map((/** @type {any} */ result) => result.meta.changes === 1);
      });
    },

    async update(id, change) {
      await either(async (having) => {
        const columns = having(["forward", "attempts", "due"]);
        await db
          .prepare(assign(columns))
          .bind(...values(change, columns), id)
          .run();
      });
    },

    async upgrade(entry) {
      return either(async (having) => {
        const columns = having([...UPGRADED]);
        const { meta } = await db
          .prepare(`${assign(columns)} AND provenance = 'client'`)
          .bind(...values(entry, columns), entry.id)
          .run();
        return meta.changes === 1;
      });
    },

    async list(query) {
      const limit = query.limit ?? PAGE;
      return either(async (having) => {
        const { sql, bound } = select(query, limit + 1, having(ADDED));
        const { results } = await db
          .prepare(sql)
          .bind(...bound)
          .all();
        return page(results.map(entryOf), limit);
      });
    },
  };
}

// SQLite's messages for an INSERT and an UPDATE.
/** @param {any} error */
const isMissing = (error) => /has no column named|no such column/.test(String(error?.message));

/**
 * Returns the statement of a list and its bound values; `added` are the columns of `ADDED` that the table has.
 *
 * @param {Record<string, any>} query
 * @param {number} rows
 * @param {string[]} added
 */
export function select(query, rows, added = ADDED) {
  /** @type {string[]} */
  const conditions = [];
  /** @type {unknown[]} */
  const bound = [];
  /**
   * @param {string} condition
   * @param {...unknown} bind
   */
  const where = (condition, ...bind) => {
    conditions.push(condition);
    bound.push(...bind);
  };
  for (const name of FILTERS) if (query[name] !== undefined) where(`${name} = ?`, query[name]);
  if (query.witnessed !== undefined) {
    if (!added.includes("witnessed")) throw Object.assign(new Error("migration 0002 adds it"), { code: UNKEPT });
    where("witnessed >= ?", query.witnessed);
  }
  // An entry without `due` is never waiting.
  if (query.rests && added.includes("due")) {
    where("(due IS NULL OR due <= ? OR due > ?)", query.rests.after, query.rests.until);
  }
  if (query.since !== undefined) where("received >= ?", query.since);
  if (query.until !== undefined) where("received < ?", query.until);
  const [order, beyond] = query.oldest ? ["ASC", ">"] : ["DESC", "<"];
  if (query.after) where(`(received, id) ${beyond} (?, ?)`, query.after.received, query.after.id);
  const filter = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
  return { sql: `${SELECT} ${filter} ORDER BY received ${order}, id ${order} LIMIT ?`, bound: [...bound, rows] };
}

/**
 * @param {Record<string, any>} entry
 * @param {string[]} columns
 */
const values = (entry, columns) =>
  columns.map((name) => (name === "signal" && entry.signal ? JSON.stringify(entry.signal) : (entry[name] ?? null)));

/**
 * @param {any} row
 * @returns {import("./store.js").Entry}
 */
const entryOf = (row) => ({
  ...row,
  witnessed: row.witnessed ?? null,
  due: row.due ?? null,
  signal: row.signal === null ? null : JSON.parse(row.signal),
});
