// The script tag: starts the tracker when the page is idle, with the attributes of its element.
import { start } from "./browser.js";
import { hasCookie, inert } from "./inert.js";
import { attach, begin } from "./life.js";
import { read, warn, whenIdle } from "./page.js";
import { pinned } from "./pinned.js";

// Its own element, and not another one that the page's markup puts in its place.
const { dataset } = [...read(document, "scripts")].find(({ src }) => src == import.meta.url) ||
  [...read(document, "querySelectorAll").call(document, "script[data-model]")].find(
    (element) => element instanceof HTMLScriptElement,
  ) ||
    // The element was removed from the page, and with it the model's address.
    { dataset: /** @type {any} */ ({}) };

/**
 * Loads the inspector. Any link to the page can ask for it, so its hash is checked: no other file may take its place.
 */
const inspect = () =>
  pinned("inspector.js", PINS.inspector)
    .then(({ toggle }) => toggle())
    .catch(() => {});
// By the address, and, as the inspector notes in the tab's name, on all pages after it until it is closed.
const opened = /[?&]leadscore=inspect/.test(location + /** @type {any} */ (name)) && inspect();
// A shortcut that no browser uses and that is not typed by accident.
attach(begin(), window, ["keydown"], (event) => {
  if (event.ctrlKey && event.altKey && event.shiftKey && event.code == "KeyL") inspect();
});

const run = async () => {
  // The inspector shows the first event too.
  await opened;
  const isMirrored = hasCookie(dataset.cookie);
  const isChoice = (command) => command?.[0] == "consent";
  let chosen = 0;
  // These listeners hear events from the start: the first events happen before the queue is passed to the tracker.
  const isListener = (command) => command?.[0] == "on" && /^(event|signal)$/.test(command[1]);
  const early = begin();
  let listening = 0;
  // Consent that the visitor chooses while the files load applies from the first event on.
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
  // Read only now, because the page may have created the queue meanwhile.
  const queue = window.leadscore;
  window.leadscore = tracker;
  // Of the choices before the start only the last is repeated. If it was stored, repeating it changes nothing.
  if (Array.isArray(queue))
    tracker.push(
      ...queue.filter((command, at) => (isChoice(command) ? at >= chosen : at >= listening || !isListener(command))),
    );
};
whenIdle(run, 2_000);
