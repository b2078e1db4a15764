// Single-page navigation, and functions of the page that are listened in on until the tracker stops.

/** Calls `moved` where the address may have changed: by the Navigation API, elsewhere by the history's own functions. */
export function follow(moved, signal) {
  if (window.navigation) return navigation.addEventListener("currententrychange", moved, { signal });
  for (const kind of ["popstate", "hashchange"]) addEventListener(kind, moved, { signal });
  for (const name of ["pushState", "replaceState"]) listenIn(history, name, moved, signal);
}

/** Calls `then` after each call of a function, and puts the function back at the end. */
export function listenIn(object, name, then, signal) {
  const own = Object.hasOwn(object, name);
  const original = object[name];
  const replaced = function (...args) {
    const result = original.apply(this, args);
    // Where somebody else has replaced it since, it stays there and goes unnoticed.
    if (!signal.aborted) then(...args);
    return result;
  };
  object[name] = replaced;
  signal.addEventListener("abort", () => {
    if (object[name] != replaced) return;
    if (own) object[name] = original;
    else delete object[name];
  });
}
