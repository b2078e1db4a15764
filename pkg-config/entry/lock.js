// Locks that make tabs take turns, but never make a page wait for good: a frozen tab, or any frame of the site, can hold one
// for ever, and a browser that blocks cookies refuses all of them.

/**
 * Calls `work` once, while it holds the lock of that name; without the lock where locks are refused, or where it is not
 * granted within `patience` milliseconds. With `options.ifAvailable`, `work` gets null where another tab holds it.
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
    setTimeout(withoutLock, patience);
    try {
      navigator.locks.request(name, options, begin).then(null, withoutLock);
    } catch {
      withoutLock();
    }
  });
