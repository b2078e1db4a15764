// The tracker for a page: fetches wasm and model, and gives the page its functions. What decides is in the wasm.
import * as wasm from "#browser";
import { dataLayer } from "./data-layer.js";
import { host } from "./host.js";
import { listen } from "./listen.js";
import { loader } from "./load.js";

const [load] = loader(wasm.__wbg_get_imports, wasm.__wbg_finalize_init);

// One tracker lives in a page, from whichever file it was started.
const KEY = Symbol.for("leadscore");

const warn = (message) => console.warn("leadscore: " + message);

/** When the page began to count, even if it takes a while to load what counts. */
const since = performance.now();

/**
 * Starts the tracker; where one runs already, gives that one.
 * Rejects with an error that has a `code`, where the wasm or the model cannot be had.
 */
export const start = (options) => (globalThis[KEY] ||= begin(options).catch(forget));

function forget(error) {
  delete globalThis[KEY];
  throw error;
}

async function begin({ model, consent = "granted", search = "q,s,search,query,keyword", ...options }) {
  const [bytes] = await Promise.all([fetchModel(model), load(options.wasm || new URL("browser.wasm", import.meta.url))]);
  const { userAgent: agent, webdriver, globalPrivacyControl } = navigator;
  const settings = {
    ...{ agent, search, endpoint: options.endpoint || "", consent: consent == "google" ? "pending" : consent },
    ...{ cookie: options.cookie || null, bot: webdriver || null, gpc: globalPrivacyControl || null },
  };
  const run = () => wasm.begin(host({ ...wasm, warn, push: options.push }), bytes, JSON.stringify(settings), since);
  // Two tabs that begin at one moment are one visitor: the first has stored its id before the second looks.
  await (navigator.locks ? navigator.locks.request("leadscore", run) : run());

  const unlisten = listen(wasm);
  const tracker = api(() => {
    for (const stop of [unlisten, unlayer, wasm.end]) stop();
    delete globalThis[KEY];
  });
  const unlayer = dataLayer(options.listen || (consent == "google" && "dataLayer"), {
    track: options.listen ? tracker.track : () => {},
    consent: consent == "google" ? tracker.consent : () => {},
  });
  return tracker;
}

async function fetchModel(model) {
  if (model instanceof Uint8Array) return model;
  const response = await fetch(model);
  if (!response.ok) throw new Error(`the model ${model} answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** What the page may call. Nothing throws into it. */
function api(stop) {
  const safe =
    (call) =>
    (...args) => {
      try {
        return call(...args);
      } catch (error) {
        warn(error.message);
      }
    };
  const json = (value = {}) => JSON.stringify(value) || "";
  const functions = {
    track: (type, props) => wasm.track(String(type), json(props)),
    identify: (traits) => wasm.track("identify", json(traits)),
    lifecycle: (stage) => wasm.track("lifecycle", json({ stage })),
    consent: wasm.consent,
    reset: wasm.reset,
    snapshot: () => JSON.parse(wasm.snap()),
    on(name, listener) {
      const hear = ({ detail }) => listener(detail);
      addEventListener("leadscore:" + name, hear);
      if (name == "segment") listener(functions.snapshot());
      return () => removeEventListener("leadscore:" + name, hear);
    },
    push(...commands) {
      for (const [name, ...args] of commands) tracker[name](...args);
    },
    stop,
  };
  const tracker = {};
  for (const name in functions) tracker[name] = safe(functions[name]);
  return tracker;
}
