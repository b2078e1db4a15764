// Listens to the page's events, including those that do not leave an open shadow root.
import { attach, listen, listenIn, unlisten } from "./life.js";

/** Events that are not composed: listeners outside of their shadow tree do not receive them. */
const WITHIN = ["submit", "formdata", "playing", "timeupdate", "ended", "scroll"];

export function watch(life, kinds, handle) {
  const roots = new WeakSet();
  const enter = (root) => {
    if (!(root instanceof ShadowRoot) || roots.has(root)) return;
    roots.add(root);
    listen(root, WITHIN, handle);
    // A weak reference, so that a long visit does not keep removed elements alive.
    const own = new WeakRef(root);
    life.ends.push(() => {
      const root = own.deref();
      if (root) unlisten(root, WITHIN, handle);
    });
  };
  attach(life, window, [...new Set([...kinds, ...WITHIN])], (event) => {
    // The visitor's input, which is composed, comes before events within a shadow tree, so its roots are found in time.
    if (event.target.shadowRoot && event.type != "pointermove") event.composedPath().forEach(enter);
    handle(event);
  });
  // Or a script plays a video, without input.
  listenIn(
    life,
    HTMLMediaElement.prototype,
    "play",
    /** @this {Node} */ function () {
      enter(this.getRootNode());
    },
  );
}
