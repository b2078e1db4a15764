// Three engines behind one small interface:
//   browser.visitor() → somebody with storage of their own
//   visitor.open(url) → a page in a tab: goto, run, until, click, type, press, move, back, forward, reload, front,
//   close, complaints. What is clicked and typed is trusted, as if a hand did it.
import chromium from "./chromium.mjs";
import firefox from "./firefox.mjs";
import webkit from "./webkit.mjs";

const LAUNCH = { chromium, firefox, webkit };

export const ENGINES = process.env.ENGINES?.split(",") ?? Object.keys(LAUNCH);

export const launch = (engine) => LAUNCH[engine]();
