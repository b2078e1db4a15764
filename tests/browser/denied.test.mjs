// A browser, its settings or another script of the page may deny any API, or hide it: the page is scored all the same, and
// signals arrive where there is a network.
import assert from "node:assert/strict";
import { repeat } from "../lib/level.mjs";
import { signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counts, track } from "./lib/tag.mjs";

const hide = (owner, name) => `Object.defineProperty(${owner}, "${name}", { value: undefined, configurable: true });`;
const refuse = (owner, name) => `Object.defineProperty(${owner}, "${name}", {
  get() { throw new DOMException("denied", "SecurityError"); }, configurable: true });`;
const reject = (owner, name) => `${owner}.${name} = () => { throw new DOMException("denied", "SecurityError"); };`;

/** What is denied, by the script that does so. Those that a browser's settings or an embedding deny come first. */
const DENIED = {
  "locks that are refused": `navigator.locks.request = async () => { throw new DOMException("denied", "SecurityError"); };`,
  "storage that may not be touched": refuse("window", "localStorage"),
  cookies: `Object.defineProperty(Document.prototype, "cookie", {
    get() { throw new DOMException("denied", "SecurityError"); },
    set() { throw new DOMException("denied", "SecurityError"); }, configurable: true });`,
  "removing from storage": reject("Storage.prototype", "removeItem"),
  "messages to itself": hide("window", "MessageChannel"),
  crypto: hide("window", "crypto"),
  performance: hide("window", "performance"),
  "the list of performance entries": reject("Performance.prototype", "getEntriesByType"),
  beacons: hide("Navigator.prototype", "sendBeacon"),
  AbortSignal: hide("window", "AbortSignal"),
  "navigation that may not be touched": refuse("window", "navigation"),
  "the history's functions": `Object.freeze(history); Object.freeze(History.prototype);`,
  "the user agent": refuse("Navigator.prototype", "userAgent"),
  "custom events": hide("window", "CustomEvent"),
  "locks that are not there": hide("Navigator.prototype", "locks"),
  "locks that may not be touched": refuse("Navigator.prototype", "locks"),
  "locks that never answer": `navigator.locks.request = () => new Promise(() => {});`,
  "storage that is null": `Object.defineProperty(window, "localStorage", { get: () => null, configurable: true });`,
  "storage that refuses each call": ["getItem", "setItem", "removeItem"]
    .map((f) => reject("Storage.prototype", f))
    .join(""),
  "random numbers": reject("Crypto.prototype", "getRandomValues"),
  "server timing": refuse("PerformanceResourceTiming.prototype", "serverTiming"),
  "the page's clock": reject("Performance.prototype", "now"),
  "beacons that throw": reject("Navigator.prototype", "sendBeacon"),
  "deadlines of AbortSignal": reject("AbortSignal", "timeout"),
  matchMedia: hide("window", "matchMedia"),
  navigation: hide("window", "navigation"),
  "navigation that is not one": `Object.defineProperty(window, "navigation", { value: {}, configurable: true });`,
  "idle callbacks": hide("window", "requestIdleCallback"),
  "idle callbacks that throw": `window.requestIdleCallback = () => { throw new Error("denied"); };`,
  focus: reject("Document.prototype", "hasFocus"),
  "Global Privacy Control": refuse("Navigator.prototype", "globalPrivacyControl"),
  "what says that a program holds the browser": refuse("Navigator.prototype", "webdriver"),
  "the referrer": refuse("Document.prototype", "referrer"),
  "the title": refuse("Document.prototype", "title"),
  "what a link leads to": refuse("HTMLAnchorElement.prototype", "href"),
  "an event's path": reject("Event.prototype", "composedPath"),
  "the console": `console.warn = console.error = () => { throw new Error("denied"); };`,
};

/** Of two ways to deny one API the last one stays. */
const together = Object.values(DENIED)
  .map((script) => `try { ${script} } catch {}`)
  .join("\n");

const model = () => {
  const { rules, ...rest } = signalling("hello", "later");
  rules.push({ id: "view", event: "page_view", points: 7, dimension: "views", limit: 9 });
  return { ...rest, rules, dimensions: { views: {} } };
};

/** Seven points for the page view, and one signal for each of two stages. */
async function isScoredAndSignalled({ site, open }, script, what) {
  site.model(model());
  site.file("/deny.js", script);
  site.pages({ head: '<script src="/deny.js"></script>', before: ["date?step=1000"] });
  const page = await open("/");
  assert.deepEqual(await counts(page), { views: 7 }, what);
  await track(page, "hello");
  await site.signals(1);
  await track(page, "later");
  await site.signals(2);
  assert.deepEqual([...new Set(site.received.map(({ signal }) => signal.data.stage))], ["hello", "later"], what);
  const complaints = (await page.complaints()).filter((text) => !text.startsWith("leadscore: "));
  assert.deepEqual(complaints, [], what);
  return page;
}

suite("denied", (everywhere) => {
  const alone = repeat({ check: 2, test: 14, all: 100 });
  for (const [what, script] of Object.entries(DENIED).slice(0, alone)) {
    everywhere(`without ${what}`, (scene) => isScoredAndSignalled(scene, script, what));
  }

  everywhere("without any of them", (scene) => isScoredAndSignalled(scene, together, "all"));
});
