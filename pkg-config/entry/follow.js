// Single-page navigation: calls `moved` where the address may have changed.
import { attach, listenIn } from "./life.js";

export function follow(life, moved) {
  if (window.navigation) return attach(life, navigation, ["currententrychange"], moved);
  // Elsewhere by the history's own functions.
  attach(life, window, ["popstate", "hashchange"], moved);
  for (const name of ["pushState", "replaceState"]) listenIn(life, history, name, moved);
}
