// Scripts that deny an API, like a browser, its settings or another script of the page may do.
const hide = (owner, name) => `Object.defineProperty(${owner}, "${name}", { value: undefined, configurable: true });`;
const refuse = (owner, name) => `Object.defineProperty(${owner}, "${name}", {
  get() { throw new DOMException("denied", "SecurityError"); }, configurable: true });`;
const reject = (owner, name) => `${owner}.${name} = () => { throw new DOMException("denied", "SecurityError"); };`;

/** Scripts by the API that they deny. First come those that a browser's settings or an embedding page deny. */
export const DENIED = {
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
  "idle callbacks that never come": `window.requestIdleCallback = () => 1;`,
  focus: reject("Document.prototype", "hasFocus"),
  "whether the page is visible": refuse("Document.prototype", "visibilityState"),
  "the wall clock": reject("Date", "now"),
  chance: reject("Math", "random"),
  "the vendor": refuse("Navigator.prototype", "vendor"),
  "the state of prerendering": refuse("Document.prototype", "prerendering"),
  "the history": refuse("window", "history"),
  "how far the page is scrolled": refuse("window", "scrollY"),
  "the window's size": refuse("window", "innerWidth") + refuse("window", "innerHeight"),
  microtasks: hide("window", "queueMicrotask"),
  "what is added to the page": hide("window", "MutationObserver"),
  "Global Privacy Control": refuse("Navigator.prototype", "globalPrivacyControl"),
  "what says that a program holds the browser": refuse("Navigator.prototype", "webdriver"),
  "the referrer": refuse("Document.prototype", "referrer"),
  "the title": refuse("Document.prototype", "title"),
  "what a link leads to": refuse("HTMLAnchorElement.prototype", "href"),
  "an event's path": reject("Event.prototype", "composedPath"),
  "the console": `console.warn = console.error = () => { throw new Error("denied"); };`,
};

/** APIs of the platform: without them the page's own scripts would not run either. */
export const PLATFORM =
  `document window location navigator Element EventTarget HTMLScriptElement setTimeout clearTimeout
  setInterval clearInterval TextDecoder TextEncoder URL origin name
  HTMLFormElement HTMLIFrameElement HTMLLabelElement HTMLMediaElement HTMLVideoElement ShadowRoot`.split(/\s+/);
/** Without these APIs the page is not scored, but the tag's functions can still be called: see start.test.mjs. */
export const NEEDED = "WebAssembly fetch Request Response".split(" ");
