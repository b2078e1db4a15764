// The tracker for a page: fetches wasm and model, and gives the page its functions. All decisions are made in the wasm.
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
  sent,
  snap,
  step,
  track,
  wake,
} from "#browser";
import { __wbg_finalize_init, __wbg_get_imports } from "#browser";
import { follow } from "./follow.js";
import { host, text } from "./host.js";
import { hasCookie, inert } from "./inert.js";
import * as lives from "./life.js";
import { load, unload } from "./load.js";
import { locked } from "./lock.js";
import { read, ticks, tried, warn, whenIdle } from "./page.js";
import { pinned } from "./pinned.js";

const slot = { imports: __wbg_get_imports, start: __wbg_finalize_init };

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
 * Starts the tracker, or uses the one that runs already, from whichever file it was started. Returns a lease: the tracker
 * ends when no lease is held at the end of a task, so it survives a component that is removed and mounted again at once.
 * Rejects with an error that has a `code`, where the wasm or the model cannot be had.
 */
export async function start(options = {}) {
  if (!globalThis.document) throw failure("start() needs a page; on a server there is none");
  const running = (window[KEY] ||= begun(options));
  for (const name in options)
    if (options[name] && typeof options[name] != "function" && String(options[name]) != String(running.options?.[name]))
      running.differs ||= warn(`the tracker runs already, and not with this option: ${name}`) || true;
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
  // Whatever is not a word of ours is the name of a consent tool.
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

  const number = isAsked ? 1 : consentNumber(agreed);
  const calls = {
    answered: within(answered),
    hear: within(hear),
    part,
    next: within(next),
    sent: within(sent),
    tell: within((type, props) => track(type, JSON.stringify(props))),
    wake: within(wake),
  };
  const own = host(life, calls, { endpoint, push });
  const open = async () => {
    choose?.();
    wasm(begin)(own, bytes, settings({ endpoint, cookie, search }), number, since);
    do await new Promise((resolve) => whenIdle(resolve, 100));
    while (wasm(step)());
  };
  // Two tabs that begin at one moment are one visitor: the first has stored its id before the second looks.
  await locked("leadscore", {}, PATIENCE, open).catch((error) => {
    stop();
    throw error;
  });

  const over = inert(hasCookie(cookie));
  const make = (release) => api(safe, wasm, over, release, life);
  const tracker = make(() => {});
  // From here on nothing fails: what the page does not let us follow is said, and the rest goes on.
  safe(follow)(life, within(moved));
  // It may have moved while all this began.
  within(moved)(false);
  const takes = {
    track: tracker.track,
    assume: within((value) => consent(consentNumber(value), true)),
    consent: tracker.consent,
    isListening: !!listen,
    isGoogle,
  };
  const followed = parts.map(({ what, file }) => file.then((file) => file && safe(file.follow)(life, what, takes)));
  // The tracker already runs: a file that does not arrive must not delay the page's calls.
  if (parts.length)
    await Promise.race([Promise.all(followed), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  const finish = safe(() => {
    wasm(end)();
    stop();
  });
  // The inspector looks at it.
  return Object.assign(tracker, { make, end: finish });
}

/** By its number in the wasm: all but two are a refusal. */
const CONSENT = ["granted", "pending", "denied"];
const consentNumber = (value) => CONSENT.indexOf(value) >>> 0;

/** What the wasm begins with, as JSON; null for no. */
function settings({ endpoint, cookie, search }) {
  const said = (name) => tried(() => navigator[name]) || null;
  // An edge worker that has counted this view says when, so that both count it once. A copy out of a cache is old news.
  const entry = tried(() => performance.getEntriesByType("navigation")[0]) || {};
  const seen = tried(() => {
    const { transferSize, serverTiming } = entry;
    return transferSize && serverTiming.find(({ name }) => name == "leadscore").duration;
  });
  return JSON.stringify({
    agent: said("userAgent"),
    bot: said("webdriver"),
    gpc: said("globalPrivacyControl"),
    prerendering: tried(() => read(document, "prerendering")) || null,
    endpoint: endpoint || null,
    cookie: hasCookie(cookie) || null,
    seen: seen || null,
    failed: entry.responseStatus >= 400 || null,
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
  throw failure(`cannot load the model ${model || ""}: ${response.status}`);
}

const failure = (message) => Object.assign(new Error(message), { name: "LoadError", code: "load_failed" });

/** Returns the functions that the holder of a lease may call. */
function api(safe, wasm, over, release, life) {
  let isOver;
  const tell = wasm(track);
  const json = (value) => JSON.stringify(value ?? {}) || "";
  const snapshot = () => JSON.parse(text(wasm(snap)()));
  const functions = {
    track: (type, props) => tell(String(type), json(props)),
    identify: (traits) => tell("identify", json(traits)),
    lifecycle: (stage) => tell("lifecycle", json({ stage })),
    consent: wasm((value) => consent(consentNumber(value), false)),
    reset: wasm(reset),
    snapshot,
    on(name, listener) {
      const heard = lives.begin();
      lives.attach(heard, window, ["leadscore:" + name], ({ detail }) => isOver || listener(detail));
      if (name == "segment") safe(() => listener(snapshot()))();
      return () => lives.end(heard);
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
  const getters = { agreed: wasm(() => CONSENT[holds()]), id: () => life.id || undefined };
  for (const name in getters) Object.defineProperty(tracker, name, { get: held(safe(getters[name])) });
  return tracker;
}
