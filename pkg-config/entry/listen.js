// Hands what happens in the page to the wasm. One listener for each kind of event, for as long as the tracker lives.

// In the capturing phase all of them pass the window, those that do not bubble too.
const KINDS =
  "click auxclick submit input keydown pointerdown pointermove touchstart wheel scroll play timeupdate ended " +
  "visibilitychange focus blur pageshow pagehide freeze prerenderingchange storage online";

export function listen({ hear, moved }) {
  const controller = new AbortController();
  const { signal } = controller;
  for (const kind of KINDS.split(" ")) addEventListener(kind, hear, { capture: true, passive: true, signal });
  const restore = followAddress(moved, signal);
  return () => {
    controller.abort();
    restore();
  };
}

/** Single-page navigation: by the Navigation API, elsewhere by the history's own functions. */
function followAddress(moved, signal) {
  if (window.navigation) {
    navigation.addEventListener("currententrychange", moved, { signal });
    return () => {};
  }
  for (const kind of ["popstate", "hashchange"]) addEventListener(kind, moved, { signal });
  const restores = ["pushState", "replaceState"].map((name) => replace(history, name, moved));
  return () => restores.forEach((restore) => restore());
}

/** Calls `then` after each call of a function; gives what puts the function back. */
export function replace(object, name, then) {
  const own = Object.hasOwn(object, name);
  const original = object[name];
  let live = true;
  const replaced = function (...args) {
    const result = original.apply(this, args);
    if (live) then(...args);
    return result;
  };
  object[name] = replaced;
  return () => {
    // Where somebody else has replaced it since, ours goes on unnoticed.
    live = false;
    if (object[name] != replaced) return;
    if (own) object[name] = original;
    else delete object[name];
  };
}
