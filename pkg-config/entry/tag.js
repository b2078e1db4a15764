// The script tag: starts by itself, when the page has nothing better to do, with what its element says.
import { start } from "./browser.js";

/** @type {Partial<HTMLScriptElement>} */
const { dataset } =
  [...document.scripts].find(({ src }) => src == import.meta.url) || document.querySelector("script[data-model]") || {};

/** Loaded only where somebody asks for it; where it is not there, the browser says so. */
const inspect = () =>
  import("./inspector.js").then(
    ({ toggle }) => toggle(),
    () => {},
  );
// By the address, and, as the inspector notes in the tab's name, on all pages after it until it is closed.
const opened = /[?&]leadscore=inspect/.test(location + /** @type {any} */ (name)) && inspect();
// By a shortcut that no browser takes and nobody types.
addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.altKey && event.shiftKey && event.code == "KeyL") inspect();
});

if (dataset) {
  const run = async () => {
    try {
      // It is to see the first event too.
      await opened;
      const tracker = await start(dataset);
      // Looked at now, as the page may have begun it meanwhile.
      const queue = window.leadscore;
      window.leadscore = tracker;
      if (Array.isArray(queue)) tracker.push(...queue);
    } catch (error) {
      // Whoever pushes goes on as if there were nothing.
      window.leadscore = { push() {} };
      console.warn("leadscore: this page is not scored: " + error.message);
    }
  };
  (window.requestIdleCallback || setTimeout)(run, { timeout: 2_000 });
} else console.warn("leadscore: the script needs a data-model");
