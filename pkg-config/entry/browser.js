// The tracker for a page: fetches wasm and model, and gives the page its functions. What decides is in the wasm.
import {
  agreed as holds,
  answered,
  begin,
  consent,
  end,
  hear,
  moved,
  next,
  reset,
  snap,
  step,
  track,
  wake,
} from "#browser";
import { __wbg_finalize_init, __wbg_get_imports } from "#browser";
import { dataLayer } from "./data-layer.js";
import { follow } from "./follow.js";
import { host, text } from "./host.js";
import * as lives from "./life.js";
import { loader } from "./load.js";

const [load] = loader(__wbg_get_imports, __wbg_finalize_init);

// One tracker lives in a page, from whichever file it was started.
const KEY = Symbol.for("leadscore");

/** The page counts from here, even if it takes a while to load what counts. */
const since = performance.now();

const warn = (message) => console.warn("leadscore: " + message);

/**
 * Starts the tracker; where one runs already, gives that one.
 * Rejects with an error that has a `code`, where the wasm or the model cannot be had.
 */
export const start = (options) =>
  (window[KEY] ||= run(options).catch((error) => {
    delete window[KEY];
    throw error;
  }));

async function run({ model, endpoint, consent: agreed = "granted", cookie, listen, push, search, wasm }) {
  // The build fills in the hash of the wasm that it made.
  wasm ||= new Request(new URL("browser.wasm", import.meta.url), { integrity: INTEGRITY });
  const [bytes] = await Promise.all([fetchModel(model), load(wasm)]);
  const life = lives.begin();
  const stop = () => {
    lives.end(life);
    delete window[KEY];
  };
  /** What the page calls, or sets off, says what is wrong and never throws. */
  const safe =
    (call) =>
    (...args) => {
      // A wasm that was aborted is in no state to be called again.
      if (life.isOver) return;
      try {
        return call(...args);
      } catch (error) {
        warn(error.message);
        if (error instanceof WebAssembly.RuntimeError) stop();
      }
    };

  const followsGoogle = agreed == "google";
  const number = consentNumber(followsGoogle ? "pending" : agreed);
  const calls = { answered: safe(answered), hear: safe(hear), next: safe(next), wake: safe(wake) };
  const own = host(life, calls, { endpoint, push, warn });
  const open = async () => {
    begin(own, bytes, settings({ endpoint, cookie, search }), number, since);
    do await idle();
    while (step());
  };
  // Two tabs that begin at one moment are one visitor: the first has stored its id before the second looks.
  await (navigator.locks ? navigator.locks.request("leadscore", open) : open()).catch((error) => {
    stop();
    throw error;
  });

  const tracker = api(safe, () => {
    end();
    stop();
  });
  follow(life, safe(moved));
  // It may have moved while all this began.
  moved();
  if (listen || followsGoogle) {
    const assume = safe((value) => consent(consentNumber(value), true));
    const takes = {
      track: listen && tracker.track,
      assume: followsGoogle && assume,
      consent: followsGoogle && tracker.consent,
    };
    dataLayer(life, listen || "dataLayer", takes);
  }
  return tracker;
}

/** When the page has nothing better to do. */
const idle = () => new Promise((resolve) => (window.requestIdleCallback || setTimeout)(resolve, { timeout: 100 }));

/** By its number in the wasm: all but two are a refusal. */
const CONSENT = ["granted", "pending", "denied"];
const consentNumber = (value) => CONSENT.indexOf(value) >>> 0;

/** What the wasm begins with, as JSON; null for no. */
function settings({ endpoint, cookie, search }) {
  const { userAgent, webdriver, globalPrivacyControl } = navigator;
  // An edge worker that has counted this view says when, so that both count it once. A copy out of a cache is old news.
  const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  /** @type {any} */
  const seen = entry?.transferSize && entry.serverTiming?.find(({ name }) => name == "leadscore");
  return JSON.stringify({
    agent: userAgent,
    bot: webdriver || null,
    gpc: globalPrivacyControl || null,
    prerendering: document.prerendering || null,
    endpoint: endpoint || null,
    // As an attribute without a value is meant.
    cookie: cookie === "" || cookie || null,
    seen: seen?.duration || null,
    search: search || "q,s,search,query,keyword",
  });
}

async function fetchModel(model) {
  if (model instanceof Uint8Array) return model;
  /** @type {any} a response, or why there is none */
  const response = model
    ? await fetch(model).catch(({ message }) => ({ status: message }))
    : { status: "none is given" };
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  const error = new Error(`cannot load the model ${model || ""}: ${response.status}`);
  throw Object.assign(error, { name: "LoadError", code: "load_failed" });
}

/** What the page may call. */
function api(safe, stop) {
  const json = (value) => JSON.stringify(value ?? {}) || "";
  const snapshot = () => JSON.parse(text(snap()));
  const functions = {
    track: (type, props) => track(String(type), json(props)),
    identify: (traits) => track("identify", json(traits)),
    lifecycle: (stage) => track("lifecycle", json({ stage })),
    consent: (value) => consent(consentNumber(value), false),
    reset,
    snapshot,
    on(name, listener) {
      /** @param {any} event */
      const hear = ({ detail }) => listener(detail);
      addEventListener("leadscore:" + name, hear);
      if (name == "segment") listener(snapshot());
      return () => removeEventListener("leadscore:" + name, hear);
    },
    push(...commands) {
      for (const [name, ...args] of commands) tracker[name](...args);
    },
    stop,
  };
  const tracker = {};
  for (const name in functions) tracker[name] = safe(functions[name]);
  Object.defineProperty(tracker, "agreed", { get: safe(() => CONSENT[holds()]) });
  return tracker;
}
