// What a store of signals is; d1.js and memory.js are two.
/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {"signal" | "account" | "lifecycle"} kind
 * @property {string} visitor The signal's subject; of an account's signal, the account's key.
 * @property {string} stage
 * @property {number | null} score
 * @property {string | null} segment
 * @property {string | null} label
 * @property {"client" | "edge" | null} provenance Null for a decision of sales, as is what follows.
 * @property {"verified" | "unverified" | null} verification
 * @property {string} happened RFC 3339, in UTC, with milliseconds; so is `received`.
 * @property {string} received
 * @property {"none" | "pending" | "done" | "dead" | "withheld"} forward
 * @property {number} attempts How often it was tried to forward it.
 * @property {string | null} lifecycle The visitor's newest decision of sales. `insert` ignores it, `list` fills it in.
 * @property {object | null} signal
 *
 * @typedef {{ received: string, id: string }} Position Where a page ended.
 *
 * @typedef {object} Query All that is given has to hold.
 * @property {string} [id]
 * @property {string} [kind]
 * @property {string} [visitor]
 * @property {string} [stage]
 * @property {string} [verification]
 * @property {string} [provenance]
 * @property {string} [forward]
 * @property {string} [since] Received then or later; in the form of `received`, as `until`.
 * @property {string} [until] Received before.
 * @property {number} [limit] At most so many; 100 if it is left out.
 * @property {Position | null} [after] Those that follow this position.
 * @property {boolean} [oldest] Oldest first; else newest first.
 *
 * @typedef {object} Store
 * @property {(entries: Entry[]) => Promise<boolean[]>} insert For each, whether its id was new: one that is known
 * already stays as it is. All of them in one transaction.
 * @property {(id: string, change: { forward: Entry["forward"], attempts: number }) => Promise<void>} update
 * @property {(query: Query) => Promise<{ entries: Entry[], next: Position | null }>} list In order of receipt, then of
 * id. `next` is null on the last page. What sales decided of a visitor is `list({ kind: "lifecycle", visitor })`.
 */

/** The columns by which a list is narrowed to those that equal. */
export const FILTERS = ["id", "kind", "visitor", "stage", "verification", "provenance", "forward"];

export const PAGE = 100;

/** A page out of one row more than it holds. */
export function page(rows, limit) {
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: rows.length > limit && last ? { received: last.received, id: last.id } : null };
}
