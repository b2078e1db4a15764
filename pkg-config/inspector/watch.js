// Observes the tracker in the page: its object, its notifications, its storage. Nothing here writes or sends.
import { fromBase64 } from "../edge/lib/base64.js";
import { PAGES } from "../edge/visit/cookies.js";
import { Reader } from "../entry/compiled.js";
import { CONSENT, KEYS, SIGNAL } from "../entry/keys.js";
import { KEY as CURVE } from "./curve.js";

/** Under which the tracker's promise is kept, whether the tag or `start` made it. */
const KEY = Symbol.for("leadscore");
const [LEAD, , , RETRY] = KEYS;
const PREFIX = LEAD.slice(0, LEAD.indexOf(".") + 1);

const script = () => /** @type {HTMLElement | null} */ (document.querySelector("script[data-model]"))?.dataset ?? {};

/** The script tag's attributes for the model and the endpoint. */
export const configured = () => ({ model: script().model, titles: script().titles, endpoint: script().endpoint });

function area() {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

export const stored = () => area()?.getItem(LEAD) ?? "";

/** All that the tracker keeps, `undefined` where the browser blocks it. */
export function items() {
  const storage = area();
  if (!storage) return undefined;
  const cookie = document.cookie.split("; ").find((pair) => PAGES.includes(pair.split("=")[0]));
  const own = sessionStorage.getItem(CURVE);
  return [
    ...Object.keys(storage)
      .filter((key) => key.startsWith(PREFIX) || key === CONSENT)
      .sort()
      .map((key) => ({ where: "localStorage", key, bytes: key.length + (storage.getItem(key) ?? "").length })),
    ...(own ? [{ where: "sessionStorage, the inspector’s own", key: CURVE, bytes: CURVE.length + own.length }] : []),
    ...(cookie ? [{ where: "cookie", key: cookie.split("=")[0], bytes: cookie.length }] : []),
  ];
}

/** Signals that wait for their answer, by id. */
export function waiting() {
  const storage = area();
  const signals = new Map();
  for (const key of Object.keys(storage ?? {}).filter((key) => key.startsWith(SIGNAL))) {
    const item = storage?.getItem(key) ?? "";
    try {
      signals.set(key.slice(SIGNAL.length), JSON.parse(item.slice(item.indexOf(" ") + 1)));
    } catch {
      // On its way out, or another version's.
    }
  }
  return signals;
}

/** Returns the numbers of a record in storage (`src/browser/record.rs`); none for a damaged one. */
export const record = (word) =>
  new Reader(fromBase64(word) ?? /** @type {any} */ ([])).rest((reader) => reader.number());

/** Returns `{ until, failures }` while the tracker waits because the endpoint failed. */
export function retry() {
  const [until = 0, failures] = record(area()?.getItem(RETRY) ?? "");
  return failures ? { until, failures } : undefined;
}

export class Watch {
  #tracker;
  #onEvent;
  #promise;
  #ends = [];

  /** Calls `onEvent` with each event, signal and segment that the tracker dispatches, and with the tracker itself. */
  constructor(onEvent) {
    this.#onEvent = onEvent;
    const listen = (name, kind) => {
      const handle = ({ detail }) => onEvent(kind, detail);
      document.addEventListener(name, handle);
      this.#ends.push(() => document.removeEventListener(name, handle));
    };
    for (const kind of ["event", "signal", "segment"]) listen(`leadscore:${kind}`, kind);
    // Events of which the page hears only once consent is given.
    listen("leadscore:held", "event");
  }

  end() {
    for (const end of this.#ends.splice(0)) end();
  }

  /** The tracker's snapshot of now; `undefined` where none runs. */
  snapshot() {
    const promise = window[KEY];
    if (promise !== this.#promise) {
      this.#promise = promise;
      this.#tracker = undefined;
      promise?.then?.(
        (tracker) => {
          this.#tracker = tracker;
          this.#onEvent("tracker", tracker);
        },
        () => {},
      );
    }
    return this.#tracker?.snapshot();
  }

  /** Returns `{ value, why }`: the current consent, and its source. */
  consent() {
    if (navigator.globalPrivacyControl) return { value: "denied", why: "The browser sends Global Privacy Control." };
    const configured = script().consent ?? "granted";
    const agreed = this.#tracker ? this.#tracker.agreed : configured;
    const isFollowed = !["granted", "pending", "denied"].includes(configured);
    if (isFollowed && agreed !== "granted" && agreed !== "denied") {
      const tool = configured === "google" ? "Google’s Consent Mode" : `the consent tool (${configured})`;
      return { value: "pending", why: `Waits for ${tool}.` };
    }
    if (agreed === "granted") return { value: "granted", why: "Events are stored, and signals are sent." };
    if (agreed === "pending") return { value: "pending", why: "Scored in memory; nothing is stored or sent." };
    return { value: "denied", why: "Nothing is recorded or stored." };
  }
}
