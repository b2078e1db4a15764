// Waits for an object that another script of the page defines.
import { attach, begin, end } from "./life.js";
import { tried } from "./page.js";

/** Milliseconds between two checks: there is no event when a script that imports another one has finished. */
const PAUSE = 1_000;

/** Calls `then` once, with what `find` returns as soon as that is something. */
export function whenThere(life, find, then) {
  const waiting = begin();
  const check = () => {
    const found = tried(find);
    if (!found) return;
    end(waiting);
    then(found);
  };
  const timer = setInterval(check, PAUSE);
  waiting.ends.push(() => clearInterval(timer));
  // A script's own `load` passes the document, but not the window.
  attach(waiting, document, ["load"], check);
  life.ends.push(() => end(waiting));
  check();
}
