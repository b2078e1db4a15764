// The ids of signals that this worker is sending now. Only ids, because in workerd a request cannot wait for a promise
// of another request; and each for a limited time, because workerd may end a request at any point without notice.

// Milliseconds after which a try, with all that are made at once, has ended or was ended.
const LONGEST_TRY = 60_000;

export function underWay(now) {
  const since = new Map();
  const isOver = (begun) => Math.abs(now() - begun) > LONGEST_TRY;
  return {
    has: (id) => since.has(id) && !isOver(since.get(id)),
    add(id) {
      // The first are the oldest.
      for (const [other, begun] of since) {
        if (!isOver(begun)) break;
        since.delete(other);
      }
      since.set(id, now());
    },
    delete: (id) => since.delete(id),
  };
}
