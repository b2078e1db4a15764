// Locks that make tabs take turns, but never make a page wait for good: a frozen tab, or any frame of the site, can hold one
// for ever, and a browser that blocks cookies refuses all of them.

/** The browser did not answer when it was asked whether a lock is free: it is not waited for again until it does. */
let isDeaf = false;

/**
 * Calls `work` once, while it holds the lock of that name; without the lock where locks are refused, or where there is no
 * answer within `patience` milliseconds. With `options.ifAvailable`, `work` gets null where another tab holds it.
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
