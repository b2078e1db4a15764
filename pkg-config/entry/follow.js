// Single-page navigation: calls `moved` where the address may have changed.
import { attach, listenIn } from "./life.js";
import { own, tried } from "./page.js";

export function follow(life, moved) {
  const isFollowed = tried(() => {
    const navigation = own("navigation");
    if (navigation) attach(life, navigation, ["currententrychange"], moved);
    return navigation;
  });
  if (isFollowed) return;
  // Elsewhere by the history's own functions.
  tried(() => attach(life, window, ["popstate", "hashchange"], moved));
  for (const name of ["pushState", "replaceState"]) tried(() => listenIn(life, history, name, moved));
}
