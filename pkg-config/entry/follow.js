// Single-page navigation: calls `moved` where the address may have changed, with true where it was replaced.
import { attach, listenIn } from "./life.js";
import { own, tried } from "./page.js";

/** Milliseconds between two looks at the address, where nothing tells that it has changed. */
const PAUSE = 200;

export function follow(life, moved) {
  const isFollowed = tried(() => {
    const navigation = own("navigation");
    if (navigation)
      attach(life, navigation, ["currententrychange"], ({ navigationType }) => moved(navigationType == "replace"));
    return navigation;
  });
  if (isFollowed) return;
  // Elsewhere by the history's own functions.
  let href, length;
  const entries = () => tried(() => history.length);
  const look = (isReplaced) => {
    ({ href } = location);
    length = entries();
    moved(isReplaced);
  };
  look(true);
  tried(() => attach(life, window, ["popstate", "hashchange"], () => look(false)));
  tried(() => listenIn(life, history, "pushState", () => look(false)));
  tried(() => listenIn(life, history, "replaceState", () => look(true)));
  // A router that has kept them from before the tag ran calls them unheard.
  const timer = setInterval(() => location.href != href && look(entries() == length), PAUSE);
  life.ends.push(() => clearInterval(timer));
}
