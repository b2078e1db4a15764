// The interface of a store of signals; d1.js and memory.js implement it.
/**
 * @typedef {object} Entry
 * @property {string} id The signal's id, with the prefix `account:` for a signal of an account, `unverified:` for an
 *   unverified one, and `lifecycle:` for a decision. So none of these can replace another.
 * @property {"signal" | "account" | "lifecycle"} kind
 * @property {string} visitor The signal's subject; for a signal of an account, the account's key.
 * @property {string} stage
 * @property {number | null} score
 * @property {string | null} segment
 * @property {string | null} label
 * @property {"client" | "edge" | null} provenance Null for a decision of sales, like the next two.
 * @property {number | null} witnessed The score from the edge worker's own state; null if the signal does not contain it.
 * @property {"verified" | "unverified" | null} verification
 * @property {string} happened RFC 3339, in UTC, with milliseconds; so are `received` and `due`.
 * @property {string} received
 * @property {"none" | "pending" | "done" | "dead" | "withheld"} forward
 * @property {number} attempts How often it was tried to forward it.
 * @property {string | null} due Until when it is not tried again.
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
 * @property {number} [witnessed] The minimum of witnessed points. Used only with a store that has `upgrade`.
 * @property {string} [since] Received then or later; in the form of `received`, as `until`.
 * @property {string} [until] Received before.
 * @property {{ after: string, until: string }} [rests] Leaves out entries whose `due` is later than `after` and not later
 * than `until`. A store that keeps no `due` ignores it.
 * @property {number} [limit] The maximum number of entries. Default: 100.
 * @property {Position | null} [after] Those that follow this position.
 * @property {boolean} [oldest] Oldest first; else newest first.
 *
 * @typedef {object} Store
 * @property {(entries: Entry[]) => Promise<boolean[]>} insert For each, whether its id was new: one that is known
 * already stays as it is. All of them in one transaction.
 * @property {(id: string, change: Pick<Entry, "forward" | "attempts"> & { due?: string | null }) => Promise<void>} update
 * A store without a place for `due` leaves it out: then it is known only as long as the worker lives.
 * @property {(query: Query) => Promise<{ entries: Entry[], next: Position | null }>} list In order of receipt, then of
 * id. `next` is null on the last page. `list({ kind: "lifecycle", visitor })` returns the decisions of sales about a
 * visitor. Rejects with an error whose `code` is `UNKEPT` if it does not keep what a filter compares.
 * @property {(entry: Entry) => Promise<boolean>} [upgrade] Puts the edge's word in the place of a page's: of the entry
 * with this id, if its provenance is `client`, all of `UPGRADED`, in one step; true where it did. A store without it
 * keeps what came first.
 */

/** The columns by which a list is narrowed to those that equal. */
export const FILTERS = /** @type {const} */ ([
  "id",
  "kind",
  "visitor",
  "stage",
  "verification",
  "provenance",
  "forward",
]);

/** The fields that `upgrade` changes. The others stay: when it arrived, and how far it was forwarded. */
export const UPGRADED = /** @type {const} */ ([
  ...["score", "segment", "label", "provenance", "witnessed", "happened", "signal"],
]);

export const PAGE = 100;

/** The `code` of the error if `list` gets a filter on a column that the store does not keep. */
export const UNKEPT = "unkept";

/**
 * Returns a page from its rows and one more.
 *
 * @template {Position} T
 * @param {T[]} rows
 * @param {number} limit
 */
export function page(rows, limit) {
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: rows.length > limit && last ? { received: last.received, id: last.id } : null };
}
