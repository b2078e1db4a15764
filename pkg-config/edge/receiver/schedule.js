// Decides when a signal that could not be forwarded is tried again. All times are milliseconds.

/** Before each try while the request's worker still lives. */
export const AT_ONCE = [0, 500, 2_000];
/** So many tries each signal gets, however wrong a clock was meanwhile. */
const FEWEST = 12;
/** The longest pause between two tries, unless the other side asks for more. */
const LONGEST = 2 * 3_600_000;
/** For no longer does a queue keep a message back. */
const QUEUED_AT_MOST = 12 * 3_600_000;
/** After which what is still pending was lost by the queue. */
const LOST = 960_000;
/** So many waits are remembered for stores that keep none. */
const MOST_WAITS = 10_000;

/**
 * The pause after a number of failures: 30 s after the first, twice as long after each further one.
 *
 * @param {number} attempts
 */
const backoff = (attempts) => 30_000 * 2 ** (attempts - 1);
/** @param {number} attempts */
const pause = (attempts) => Math.min(backoff(attempts), LONGEST);

/**
 * The store keeps how often an entry was tried and until when it has to rest, so both outlive this worker. Only in this
 * worker's memory: that the other side, as a whole, asked to be left alone, and the rests of entries of a store that
 * does not keep `due`. A restarted worker may therefore try once too early, and gets the same response.
 *
 * @param {{ runtime: { signalLifetime: () => number }, forward: { attempts: number, queue?: object }, now: () => number }} context
 */
export function schedule({ runtime, forward, now }) {
  const lifetime = runtime.signalLifetime();
  /** @type {Map<string, number>} */
  const waits = new Map();
  let pausedUntil = 0;

  /** Milliseconds for which nothing is sent, as the other side has asked. */
  function paused() {
    const rest = pausedUntil - now();
    // A clock that was set back since: no pause is longer.
    return rest > 0 && rest <= lifetime ? rest : 0;
  }

  /**
   * After a failure: the time from which on it is tried again, or null where it is dead.
   *
   * @param {{ id: string, received: string }} entry
   * @param {number} attempts that have failed
   * @param {number} wait for which the other side wants to be left alone
   * @param {boolean} isForAll whether by all signals, not by this one only
   */
  function next({ id, received }, attempts, wait, isForAll) {
    const time = now();
    const rest = Math.min(wait, lifetime);
    if (rest > 0 && isForAll) pausedUntil = Math.max(time + rest, time + paused());
    const begun = Date.parse(received);
    if (attempts >= forward.attempts || (time - begun >= lifetime && attempts >= FEWEST)) return null;
    // The pause after each failure is about as long as the time since the signal arrived, by any clock.
    const due = attempts > AT_ONCE.length ? Math.min(Math.min(begun, time) + backoff(attempts), time + LONGEST) : time;
    const at = Math.min(Math.max(due, time + rest), time + lifetime);
    waits.delete(id);
    waits.set(id, at);
    if (waits.size > MOST_WAITS) waits.delete(/** @type {string} */ (waits.keys().next().value));
    return at;
  }

  /**
   * Returns the time from which an entry may be tried without a queue.
   *
   * @param {Pick<import("leadscore/edge").Entry, "id" | "received" | "attempts" | "due">} entry
   */
  function dueAt({ id, received, attempts, due }) {
    const begun = Date.parse(received);
    if (attempts === 0) return forward.queue ? begun : 0;
    const known = Math.max(Date.parse(/** @type {string} */ (due)) || 0, waits.get(id) ?? 0);
    return known || (attempts > AT_ONCE.length ? begun + backoff(attempts) : begun);
  }

  return {
    paused,
    next,
    forget: (/** @type {string} */ id) => waits.delete(id),
    /**
     * Returns true if an entry may be tried now; with a queue, if the queue must have lost it.
     *
     * @param {import("leadscore/edge").Entry} entry
     */
    isDue(entry) {
      const lost = forward.queue ? LOST + (entry.attempts > 0 ? pause(entry.attempts) : 0) : 0;
      const wait = dueAt(entry) + lost - now();
      // Longer than any wait: the clock was set back since.
      return wait <= 0 || wait > lifetime + LOST + QUEUED_AT_MOST;
    },
    /** For the store: entries whose `due` is in this range have to wait. A later `due` was set by a wrong clock. */
    rests() {
      const time = now();
      /** @param {number} at */
      const iso = (at) => new Date(at).toISOString();
      return { after: iso(forward.queue ? time - LOST : time), until: iso(time + lifetime) };
    },
    /**
     * Seconds for which the queue is to keep a message of an entry back: until then, or as long as it can.
     *
     * @param {number} attempts
     * @param {any} at milliseconds, if it is known
     */
    delay(attempts, at = 0) {
      return Math.ceil(Math.min(Math.max(at - now(), pause(Math.max(attempts, 1))), QUEUED_AT_MOST) / 1000);
    },
    /**
     * Returns the seconds that an entry, or all entries, must still wait; 0 for none.
     *
     * @param {{ due: string | null }} entry
     */
    rest({ due }) {
      const own = (Date.parse(/** @type {string} */ (due)) || 0) - now();
      const rest = Math.max(own > lifetime ? 0 : own, paused());
      return Math.ceil(Math.min(Math.max(rest, 0), QUEUED_AT_MOST) / 1000);
    },
  };
}
