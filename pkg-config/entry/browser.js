// The tracker for a page: fetches wasm and model, and gives the page its functions. What decides is in the wasm.
import { answered, begin as beginWith, consent, end, hear, moved, next, reset, snap, track, wake } from "#browser";
import { __wbg_finalize_init, __wbg_get_imports } from "#browser";
import { dataLayer } from "./data-layer.js";
import { follow } from "./follow.js";
import { host } from "./host.js";
import { loader } from "./load.js";

const [load] = loader(__wbg_get_imports, __wbg_finalize_init);

// One tracker lives in a page, from whichever file it was started.
const KEY = Symbol.for("leadscore");

/** The page counts from here, even if it takes a while to load what counts. */
const since = performance.now();

const decoder = new TextDecoder();
const consentNumber = (value) => ["granted", "pending"].indexOf(value) >>> 0;

/** What is called from the page says what is wrong and never throws. */
const safe =
  (call) =>
  (...args) => {
    try {
      return call(...args);
    } catch (error) {
      warn(error.message);
    }
  };
const warn = (message) => console.warn("leadscore: " + message);

/**
 * Starts the tracker; where one runs already, gives that one.
 * Rejects with an error that has a `code`, where the wasm or the model cannot be had.
 */
export const start = (options) =>
  (window[KEY] ||= begin(options).catch((error) => {
    delete window[KEY];
    throw error;
  }));

async function begin({ model, endpoint, consent: agreed = "granted", cookie, listen, push, search, wasm: source }) {
  const [bytes] = await Promise.all([fetchModel(model), load(source || new URL("browser.wasm", import.meta.url))]);
  const controller = new AbortController();
  const { signal } = controller;
  const { userAgent: agent, webdriver, globalPrivacyControl } = navigator;
  // As an attribute without a value is meant.
  const yes = (value) => (value || value === "" ? 1 : null);
  const settings = JSON.stringify({
    agent,
    bot: yes(webdriver),
    gpc: yes(globalPrivacyControl),
    prerendering: yes(document.prerendering),
    endpoint: endpoint ? 1 : null,
    cookie: yes(cookie),
    search: search || "q,s,search,query,keyword",
  });
  const followsGoogle = agreed == "google";
  const number = consentNumber(followsGoogle ? "pending" : agreed);
  const own = host({ answered, hear, next, wake }, { endpoint, push, signal, warn });
  const run = () => beginWith(own, bytes, settings, number, since);
  // Two tabs that begin at one moment are one visitor: the first has stored its id before the second looks.
  await (navigator.locks ? navigator.locks.request("leadscore", run) : run());

  const tracker = api(() => {
    controller.abort();
    end();
    delete window[KEY];
  });
  follow(safe(moved), signal);
  if (listen || followsGoogle)
    dataLayer(
      listen || "dataLayer",
      { track: listen && tracker.track, consent: followsGoogle && tracker.consent },
      signal,
    );
  return tracker;
}

async function fetchModel(model) {
  if (model instanceof Uint8Array) return model;
  const response = await fetch(model);
  if (!response.ok) throw Object.assign(new Error(`the model ${model} answered ${response.status}`), { code: "load_failed" });
  return new Uint8Array(await response.arrayBuffer());
}

/** What the page may call. */
function api(stop) {
  const json = (value = {}) => JSON.stringify(value) || "";
  const snapshot = () => JSON.parse(decoder.decode(snap()));
  const functions = {
    track: (type, props) => track(String(type), json(props)),
    identify: (traits) => track("identify", json(traits)),
    lifecycle: (stage) => track("lifecycle", json({ stage })),
    consent: (value) => consent(consentNumber(value)),
    reset,
    snapshot,
    on(name, listener) {
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
  return tracker;
}
