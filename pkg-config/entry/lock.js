// Locks that serialize tabs, with a time limit: a frozen tab, or any frame of the site, can hold a lock for ever, and a
// browser that blocks cookies denies all locks.

/** True if the browser did not answer whether a lock is free. Later requests do not wait until it answers again. */
let isDeaf = false;

/**
 * Calls `work` once, while it holds the lock of that name; without the lock if locks are refused, or if the browser
 * does not answer within `patience` milliseconds. With `options.ifAvailable`, `work` gets null if another tab holds the
 * lock.
 *
 * @returns {Promise<any>} what `work` gives
 */
export const locked = (name, options, patience, work) =>
  new Promise((resolve) => {
    let begun;
    const begin = (lock) => {
      resolve((begun ||= Promise.resolve(work(lock))));
      return begun;
    };
    const withoutLock = () => {
      begin(true);
    };
    const { ifAvailable } = options;
    const late = () => {
      isDeaf ||= ifAvailable && !begun;
      withoutLock();
    };
    setTimeout(late, isDeaf ? 0 : patience);
    const answered = (lock) => {
      isDeaf = false;
      return begin(lock);
    };
    try {
      navigator.locks.request(name, options, answered).then(null, withoutLock);
    } catch {
      withoutLock();
    }
  });
