// Shared by the adapters for frameworks: a lease that is held while a component is mounted, queued calls, and the
// snapshot to render.
import { start } from "./browser.js";
import { inert } from "./inert.js";
import { warn } from "./page.js";

const CALLS = ["track", "identify", "lifecycle", "consent", "reset"];

export function holder() {
  /** Calls made before the tracker runs. */
  const waiting = [];
  let lease, snapshot;
  const listeners = new Set();
  const calls = {};
  for (const name of CALLS)
    calls[name] = (...args) => {
      if (lease) lease[name](...args);
      else waiting.push([name, ...args]);
    };
  const use = (own) => {
    lease = own;
    lease.push(...waiting.splice(0));
  };

  return {
    calls,
    snapshot: () => snapshot,
    /** Calls `listener` with each new snapshot; returns the function that ends it. */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Holds a lease until the returned function is called; on a server nothing happens. */
    hold(options) {
      if (!globalThis.document) return () => {};
      let isOver, own;
      start(options).then(
        (tracker) => {
          if (isOver) return tracker.stop();
          use((own = tracker));
          own.on("segment", (value) => {
            snapshot = value;
            for (const listener of listeners) listener(value);
          });
        },
        (error) => {
          warn("this page is not scored: " + error?.message);
          use(inert(false));
        },
      );
      return () => {
        isOver = true;
        own?.stop();
        if (lease == own) lease = undefined;
      };
    },
  };
}
