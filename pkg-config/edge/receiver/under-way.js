// The ids of signals that this worker is sending now. Only ids, because in workerd a request cannot wait for a promise
// of another request; and each for a limited time, because workerd may end a request at any point without notice.

// Milliseconds after which a try, with all that are made at once, has ended or was ended.
const LONGEST_TRY = 60_000;

/** @param {() => number} now */
export function underWay(now) {
  /** @type {Map<string, number>} */
  const since = new Map();
  /** @param {number} begun */
  const isOver = (begun) => Math.abs(now() - begun) > LONGEST_TRY;
  return {
    has: (/** @type {string} */ id) => since.has(id) && !isOver(/** @type {number} */ (since.get(id))),
    /** @param {string} id */
    add(id) {
      // The first are the oldest.
      for (const [other, begun] of since) {
        if (!isOver(begun)) break;
        since.delete(other);
      }
      since.set(id, now());
    },
    delete: (/** @type {string} */ id) => since.delete(id),
  };
}
