// The page's events, also those that do not leave an open shadow root.
import { attach, listen, listenIn, unlisten } from "./life.js";

/** Events that are not composed, so that they are only heard within their own tree. */
const WITHIN = ["submit", "formdata", "playing", "timeupdate", "ended", "scroll"];

export function watch(life, kinds, hear) {
  const roots = new WeakSet();
  const enter = (root) => {
    if (!(root instanceof ShadowRoot) || roots.has(root)) return;
    roots.add(root);
    listen(root, WITHIN, hear);
    // A long visit sees many, and keeps none of them alive.
    const own = new WeakRef(root);
    life.ends.push(() => {
      const root = own.deref();
      if (root) unlisten(root, WITHIN, hear);
    });
  };
  attach(life, window, [...new Set([...kinds, ...WITHIN])], (event) => {
    // Before anything happens to what is in a shadow tree, a hand is there.
    if (event.target.shadowRoot && event.type != "pointermove") event.composedPath().forEach(enter);
    hear(event);
  });
  // Or a script that plays a video.
  listenIn(
    life,
    HTMLMediaElement.prototype,
    "play",
    /** @this {Node} */ function () {
      enter(this.getRootNode());
    },
  );
}
