// Single-page navigation: calls `moved` when the address may have changed, with true if the history entry was replaced.
import { attach, listenIn } from "./life.js";
import { own, tried } from "./page.js";

/** Milliseconds between two looks at the address, in browsers without the Navigation API. */
const PAUSE = 200;

export function follow(life, moved) {
  const isFollowed = tried(() => {
    const navigation = own("navigation");
    if (navigation)
      attach(life, navigation, ["currententrychange"], ({ navigationType }) => moved(navigationType == "replace"));
    return navigation;
  });
  if (isFollowed) return;
  // Browsers without the Navigation API: listen in on the history's functions.
  let href, length;
  const entries = () => tried(() => history.length);
  const onAddress = (isReplaced) => {
    ({ href } = location);
    length = entries();
    moved(isReplaced);
  };
  onAddress(true);
  tried(() => attach(life, window, ["popstate", "hashchange"], () => onAddress(false)));
  tried(() => listenIn(life, history, "pushState", () => onAddress(false)));
  tried(() => listenIn(life, history, "replaceState", () => onAddress(true)));
  // A router that saved these functions before the tag ran calls the originals, so the address is polled as well.
  const timer = setInterval(() => location.href != href && onAddress(entries() == length), PAUSE);
  life.ends.push(() => clearInterval(timer));
}
