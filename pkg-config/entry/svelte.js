// `leadscore/svelte`: a store of the lead. The tracker runs while the store has a subscriber.
import { holder } from "./holder.js";

export function createLead(options) {
  const own = holder();
  let subscribers = 0;
  let release;
  return {
    ...own.calls,
    subscribe(run) {
      run(own.snapshot());
      const end = own.subscribe(run);
      if (!subscribers++) release = own.hold(options);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        end();
        if (!--subscribers) release();
      };
    },
  };
}
