// Three engines behind one small interface:
//   browser.visitor() → a visitor with separate storage
//   visitor.open(url) → a page in a tab: goto, run, until, click, type, press, move, wheel, back, forward, reload, front,
//   close, complaints. Clicks and input are trusted events.
import { ENGINES as ALL, demanded, find } from "../../../tools/lib/engines.mjs";
import chromium from "./chromium.mjs";
import firefox from "./firefox.mjs";
import webkit from "./webkit.mjs";

const LAUNCH = { chromium, firefox, webkit };

/** Those of the variable ENGINES, a list such as "chromium,webkit", else those that this machine has. */
const present = demanded() ?? ALL.filter(find);
const only = process.env.ONLY_ENGINE;

/** The engines that this process tests in: all of the run's, or the one of ONLY_ENGINE. */
export const ENGINES = only ? present.filter((engine) => engine === only) : present;

/** The engine for what all engines do alike. */
export const MAIN = present[0];

const launched = new Map();

/** Launches an engine, once in a process: to start a browser takes longer than most tests. */
export function launch(engine) {
  if (!launched.has(engine)) launched.set(engine, LAUNCH[engine]());
  return launched.get(engine);
}

/** Closes all that was launched. */
export async function closeAll() {
  const browsers = await Promise.allSettled(launched.values());
  launched.clear();
  await Promise.allSettled(browsers.map((browser) => browser.status === "fulfilled" && browser.value.close()));
}
