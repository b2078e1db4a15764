// The script tag: starts by itself, when the page has nothing better to do, with what its element says.
import { start } from "./browser.js";
import { hasCookie, inert } from "./inert.js";
import { attach, begin } from "./life.js";
import { read, warn, whenIdle } from "./page.js";
import { pinned } from "./pinned.js";

// Its own element, and no other that a page's markup puts in its place.
const { dataset } = [...read(document, "scripts")].find(({ src }) => src == import.meta.url) ||
  [...read(document, "querySelectorAll").call(document, "script[data-model]")].find(
    (element) => element instanceof HTMLScriptElement,
  ) ||
    // Gone by now, and nobody knows which model it named.
    { dataset: /** @type {any} */ ({}) };

/** Loads the inspector where somebody asks for it. Anybody can, by an address, so no other file may be loaded in its place. */
const inspect = () =>
  pinned("inspector.js", PINS.inspector)
    .then(({ toggle }) => toggle())
    .catch(() => {});
// By the address, and, as the inspector notes in the tab's name, on all pages after it until it is closed.
const opened = /[?&]leadscore=inspect/.test(location + /** @type {any} */ (name)) && inspect();
// By a shortcut that no browser takes and nobody types.
attach(begin(), window, ["keydown"], (event) => {
  if (event.ctrlKey && event.altKey && event.shiftKey && event.code == "KeyL") inspect();
});

const run = async () => {
  // It is to see the first event too.
  await opened;
  const isMirrored = hasCookie(dataset.cookie);
  const isChoice = (command) => command?.[0] == "consent";
  let chosen = 0;
  // What listens from the first moment on: both are told once the tracker has begun.
  const isListener = (command) => command?.[0] == "on" && /^(event|signal)$/.test(command[1]);
  const early = begin();
  let listening = 0;
  // What the visitor has chosen while all this loads holds from the first moment on.
  const choose = () => {
    const queue = window.leadscore;
    if (!Array.isArray(queue)) return;
    chosen = queue.findLastIndex(isChoice);
    inert(isMirrored, 0).push(...queue);
    listening = queue.length;
    for (const [, name, listener] of queue.filter(isListener))
      attach(early, window, ["leadscore:" + name], ({ detail }) => listener(detail));
  };
  const tracker = await start({ ...dataset, choose }).catch((error) => {
    warn("this page is not scored: " + error?.message);
    return inert(isMirrored);
  });
  // Looked at now, as the page may have begun it meanwhile.
  const queue = window.leadscore;
  window.leadscore = tracker;
  // Of what was chosen by then only the last, which no longer changes anything where it could be stored.
  if (Array.isArray(queue))
    tracker.push(
      ...queue.filter((command, at) => (isChoice(command) ? at >= chosen : at >= listening || !isListener(command))),
    );
};
whenIdle(run, 2_000);
