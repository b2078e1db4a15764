// The tracker for a page: fetches wasm and model, and gives the page its functions. All decisions are made in the wasm.
import * as core from "#browser";
import * as acts from "./acts.js";
import { follow } from "./follow.js";
import { createEvent, numbered, open as openHost } from "./host.js";
import { hasCookie, inert } from "./inert.js";
import * as lives from "./life.js";
import { load, unload } from "./load.js";
import { locked } from "./lock.js";
import { read, ticks, tried, warn, whenIdle } from "./page.js";
import { pinned } from "./pinned.js";
import { attach } from "./runtime/memory.js";

const slot = {
  imports: core.__wbg_get_imports,
  start(instance, module) {
    const exports = core.__wbg_finalize_init(instance, module);
    // Found by its type, because the build shortens its name.
    attach(Object.values(exports).find((own) => own instanceof WebAssembly.Memory));
    return exports;
  },
};

// One tracker lives in a page, from whichever file it was started.
const KEY = Symbol.for("leadscore");

/** The page counts from here, even if it takes a while to load what counts. */
const since = ticks();

/** Milliseconds for which others may keep a page from beginning. */
const PATIENCE = 2_000;

/**
 * Parts that few pages need are separate files. The script tag loads only the ones that it was built with (by their
 * hashes); bundlers find these imports.
 *
 * @type {Record<string, () => Promise<any>>}
 */
const PARTS = {
  "consent-tools": () => import("./consent-tools.js"),
  "data-layer": () => import("./data-layer.js"),
  embeds: () => import("./embeds.js"),
  video: () => import("./video.js"),
};
const part = (name) => (IS_TAG ? pinned(name + ".js", PINS[name]) : PARTS[name]());

/**
 * Starts the tracker, or uses the one that runs already, from whichever file it was started. Returns a lease: the
 * tracker ends when no lease is held at the end of a task, so it survives a component that is removed and mounted again
 * at once. Rejects with an error that has a `code`, if the wasm or the model cannot be loaded.
 */
export async function start(options = {}) {
  // The script tag runs in pages only.
  if (!IS_TAG && !globalThis.document) throw failure("start() needs a page and cannot run on a server");
  const running = (window[KEY] ||= begun(options));
  for (const name in options)
    if (options[name] && typeof options[name] != "function" && String(options[name]) != String(running.options?.[name]))
      running.differs ||= warn(`the tracker already runs with another value of this option: ${name}`) || true;
  const lease = {};
  running.leases.add(lease);
  const { make, end } = await running;
  return make(() => {
    running.leases.delete(lease);
    setTimeout(() => running.leases.size || end());
  });
}

function begun(options) {
  const running = run(options).catch((error) => {
    delete window[KEY];
    throw error;
  });
  return Object.assign(running, { options, leases: new Set(), differs: false });
}

async function run(options) {
  const { model, endpoint, consent: agreed = "granted", cookie, listen, push, search, embeds, choose } = options;
  let file = options.wasm;
  // The build fills in the hash of the wasm that it made.
  file ||= new Request(new URL("browser.wasm", import.meta.url), { integrity: INTEGRITY });
  const isGoogle = agreed == "google";
  // Any other value is the name of a consent tool.
  const isAsked = consentNumber(agreed) > 2;
  const parts = [
    (listen || isGoogle) && ["data-layer", listen || "dataLayer"],
    isAsked && !isGoogle && ["consent-tools", agreed],
    embeds && ["embeds", embeds],
  ]
    .filter(Boolean)
    .map(([name, what]) => ({ what, file: part(name).catch((error) => warn(error?.message)) }));
  const [bytes] = await Promise.all([fetchModel(model), load(slot, file)]);
  const life = lives.begin();
  const stop = () => {
    lives.end(life);
    delete window[KEY];
  };
  /** Stops after a crash: an instance that throws anything but an error with a `code` must not be called again. */
  const wasm =
    (call) =>
    (...args) => {
      try {
        return call(...args);
      } catch (error) {
        if (!error?.code) {
          stop();
          unload(slot);
        }
        throw error;
      }
    };
  /** Wraps what the page calls or triggers: an error becomes a warning in the console, and nothing is thrown. */
  const safe =
    (call, /** @type {any} */ over = undefined) =>
    (...args) => {
      if (life.isOver) return over?.(...args);
      try {
        return call(...args);
      } catch (error) {
        warn(error?.message);
      }
    };
  const within = (call) => safe(wasm(call));
  const act = wasm(core.act);

  const number = isAsked ? 1 : consentNumber(agreed);
  let own;
  const open = async () => {
    choose?.();
    const given = { endpoint, push, search, hasCookie: hasCookie(cookie) };
    own = wasm(openHost)(life, within, part, given, bytes, bits(endpoint, cookie), number, since, seenAt());
    let steps = 0;
    do {
      await new Promise((resolve) => whenIdle(resolve, 100));
      if (++steps == 3) own.begun();
    } while (act(acts.STEP));
  };
  // Two tabs that begin at one moment are one visitor: the first has stored its id before the second looks.
  await locked("leadscore", {}, PATIENCE, open).catch((error) => {
    stop();
    throw error;
  });

  const over = inert(hasCookie(cookie));
  const make = (release) => api(safe, wasm, act, own, over, release, life);
  const tracker = make(() => {});
  // From here on nothing fails: a part of the page that cannot be followed causes a warning, and the rest starts.
  const navigated = safe((isReplaced) => act(acts.NAVIGATED, isReplaced));
  safe(follow)(life, navigated);
  // It may have moved while all this began.
  navigated(false);
  const takes = {
    track: tracker.track,
    assume: safe((value) => act(acts.ASSUME, consentNumber(value))),
    consent: tracker.consent,
    isListening: !!listen,
    isGoogle,
  };
  const followed = parts.map(({ what, file }) => file.then((file) => file && safe(file.follow)(life, what, takes)));
  // The tracker already runs: a file that does not arrive must not delay the page's calls.
  if (parts.length)
    await Promise.race([Promise.all(followed), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  const finish = safe(() => {
    act(acts.FLUSH);
    stop();
  });
  // The inspector looks at it.
  return Object.assign(tracker, { make, end: finish });
}

/** By its number in the wasm: all but two are a refusal. */
const CONSENT = ["granted", "pending", "denied"];
const consentNumber = (value) => CONSENT.indexOf(value) >>> 0;

/** Returns a member of the navigation's entry. */
const entry = (name) => tried(() => performance.getEntriesByType("navigation")[0][name]);

/** Options of the page, as bits of the wasm. */
function bits(endpoint, cookie) {
  const said = (name) => tried(() => navigator[name]);
  return [
    endpoint,
    hasCookie(cookie),
    said("webdriver"),
    said("globalPrivacyControl"),
    entry("responseStatus") >= 400,
    tried(() => read(document, "prerendering")),
  ].reduce((bits, is, at) => bits | (+!!is << at), 0);
}

/**
 * An edge worker that has counted this view says when, so that both count it once: in milliseconds since 1970, else 0.
 * A copy out of a cache is old news. Most pages have no such entry, and an error thrown here costs a tenth of the
 * start.
 */
const seenAt = () =>
  (entry("transferSize") && entry("serverTiming")?.find(({ name }) => name == "leadscore")?.duration) || 0;

async function fetchModel(model) {
  if (!IS_TAG && model instanceof Uint8Array) return model;
  /** @type {any} a response, or why there is none */
  const response = model
    ? await fetch(model).catch(({ message }) => ({ status: message }))
    : { status: "none is given" };
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw failure(`cannot load the model ${model || ""}: ${response.status}`);
}

const failure = (message) => Object.assign(new Error(message), { name: "LoadError", code: "load_failed" });

/** Returns the functions that the holder of a lease may call. */
function api(safe, wasm, act, own, over, release, life) {
  let isOver;
  const track = (type, props) => wasm(core.interact)(numbered(createEvent(String(type), props)), 0);
  const snapshot = wasm(own.snapshot);
  const functions = {
    track,
    identify: (traits) => track("identify", traits),
    lifecycle: (stage) => track("lifecycle", { stage }),
    consent: (value) => act(acts.CHOOSE, consentNumber(value)),
    reset: () => act(acts.RESET),
    snapshot,
    on(name, listener) {
      const subscription = lives.begin();
      lives.attach(subscription, window, ["leadscore:" + name], ({ detail }) => isOver || listener(detail));
      if (name == "segment") safe(() => listener(snapshot()))();
      return () => lives.end(subscription);
    },
    push: (...commands) => commands.forEach(safe(([name, ...args]) => tracker[name](...args))),
    stop() {
      isOver = true;
      release();
    },
  };
  const tracker = {};
  const held =
    (call, over) =>
    (...args) =>
      isOver ? over?.(...args) : call(...args);
  for (const name in functions) tracker[name] = held(safe(functions[name], over[name]), over[name]);
  const getters = { agreed: () => CONSENT[act(acts.AGREED)], id: () => life.id || undefined };
  for (const name in getters) Object.defineProperty(tracker, name, { get: held(safe(getters[name])) });
  return tracker;
}
