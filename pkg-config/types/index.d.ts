/**
 * Scores website visitors as leads, in the page, on a worker or on a server.
 *
 * ```ts
 * import init, { Lead, Model } from "leadscore";
 *
 * await init();
 * const model = new Model(bytes); // from `compile` or `npx leadscore compile`
 * const lead = new Lead(model, { id: "v-1", state: localStorage.lead });
 * const signals = lead.ingest({ type: "page_view", url: location.href }, Date.now());
 * localStorage.lead = lead.toString();
 * ```
 *
 * Times are milliseconds since 1970, as `Date.now()` gives them; scoring rounds them down to seconds. Points have at
 * most three decimals. Every error has a `name` and a stable `code`. A call that throws changes nothing.
 *
 * @packageDocumentation
 */

declare global {
  interface SymbolConstructor {
    /** The same as in TypeScript's library `esnext.disposable`, for projects that do not include it. */
    readonly dispose: unique symbol;
  }
}

/** A `WebAssembly.Module`, also in projects without the types of browsers. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : object;

/** The bytes of the wasm, or a compiled module. */
export type WasmSource = ArrayBuffer | ArrayBufferView | WasmModule;

/** The source of the wasm. Default: the file in the folder of this package. */
export type InitInput = string | URL | Request | Response | WasmSource;

/**
 * Loads the wasm. Call it once, before you use the classes; further calls do nothing.
 *
 * Needs no argument in Node, Deno, Bun, Cloudflare Workers, browsers, Vite and webpack. If a bundler separates the code
 * from `leadscore.wasm`, pass the address of that file.
 *
 * @throws {LoadError} The wasm could not be fetched, or the page's content security policy lacks
 * `'wasm-unsafe-eval'`. The next call tries again.
 */
export default function init(input?: InitInput | Promise<InitInput>): Promise<void>;

/**
 * Loads the wasm synchronously, from a module or its bytes. The argument is optional in Node, Deno, Bun and Cloudflare
 * Workers only.
 */
export function initSync(options?: { module: WasmSource }): void;

/** A compiled scoring model. Any number of leads can share one. */
export class Model {
  /**
   * @param bytes The output of `compile`.
   * @throws {ModelError} `model_corrupt`: the bytes are not a compiled model, or corrupted.
   * `model_version`: they were compiled by another version of leadscore.
   */
  constructor(bytes: Uint8Array);
  /** Frees the memory; the model cannot be used afterwards. Its leads can still be used. */
  free(): void;
  [Symbol.dispose](): void;
}

/** The state of one visitor, under one model. */
export class Lead {
  /**
   * @throws {LeadError} `visitor_id`: the id is not a string of 1 to 1,024 characters.
   * @throws {StateError} `state_corrupt`, `state_version` or `state_too_large`: the state cannot
   * be used. Create the lead without it.
   */
  constructor(model: Model, options: LeadOptions);
  /**
   * Records an event and returns the signals to send now, usually none.
   *
   * The order of events does not matter, and an event that is recorded twice counts once, if `event.at` is set.
   *
   * @param now The time to score at.
   * @throws {EventError} A field of the event is missing, has a wrong type or is too large.
   * @throws {StateError} `state_too_large`: the state would exceed 64 KiB.
   * @throws {LeadError} `now`: not a time.
   */
  ingest(event: Event, now: number): Signal[];
  /** Returns the score and the stage. @param now The time to score at. */
  snapshot(now: number): Snapshot;
  /** Returns the receipt, which explains the score. @param now The time to score at. */
  explain(now: number): Receipt;
  /**
   * Merges the state of another tab, device or worker for this visitor. Nothing is lost or counted twice, and the order
   * does not matter. Stages that are reached by the merge trip at the next event.
   *
   * @param state The output of `encode` or `toString`.
   * @param now The time of the merge. Pass it if the other device's clock may be wrong: entries dated more than a day
   *   ahead then do not count until their time, and replace no others.
   * @throws {StateError} `state_corrupt`, `state_version` or `state_too_large`.
   * @throws {LeadError} `now`: not a time.
   */
  merge(state: Uint8Array | string, now?: number): void;
  /** Returns the state as bytes, typically about a hundred: hashes of ids and of `distinct` values, and times. */
  encode(): Uint8Array;
  /** Returns the state as a base64url string, for a cookie or localStorage. */
  toString(): string;
  /** Frees the memory; the lead cannot be used afterwards. */
  free(): void;
  [Symbol.dispose](): void;
}

/**
 * Verifies a signal by recomputing it from the state in it. A receiver should do this before it uses a signal.
 *
 * @param model The model that the signal names.
 * @param signal The signal as it arrived, parsed.
 * @returns The recomputed snapshot at the signal's time.
 * @throws {SignalError} `signal_mismatch`: the score or the stage does not follow from the state.
 * `signal_model`: it was made under another model. `signal_syntax`: it is not a signal.
 * @throws {StateError} `state_corrupt` or `state_version`: the state in it is corrupted.
 */
export function verify(model: Model, signal: Signal): Snapshot;

export interface LeadOptions {
  /** The visitor's id, which signals contain: 1 to 1,024 characters. */
  id: string;
  /** The state of an earlier lead, from `encode` or `toString`, under any version of the model. */
  state?: Uint8Array | string | undefined;
  /** The `source` of signals: the site's origin. Default: the origin of each event's URL. */
  source?: string | undefined;
  /** The origin of the data: the page (`client`, the default) or your own worker (`edge`). */
  provenance?: Provenance | undefined;
}

export type Provenance = "client" | "edge";

/** The types that leadscore's own tracker sends, named as in GA4. */
export type KnownEventType =
  | "page_view"
  | "user_engagement"
  | "scroll"
  | "click"
  | "form_start"
  | "form_submit"
  | "file_download"
  | "view_search_results"
  | "video_start"
  | "video_progress"
  | "video_complete"
  | "session_start"
  | "first_visit"
  | "identify"
  | "lifecycle";

/** A JSON value of an event's props. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** An event of a visitor. */
export interface Event {
  /** A known type or a custom one, at most 128 characters. */
  type: KnownEventType | (string & {});
  /** The time in milliseconds since 1970, before 2106. Default, and maximum: `now`. */
  at?: number | undefined;
  /** The page's address: `https://site/path?query#hash` or `/path?query#hash`, at most 64 KiB. */
  url?: string | null | undefined;
  /** The values for the rules' conditions: at most 64 KiB of JSON, at most 8 levels deep. */
  props?: { [name: string]: Json | undefined } | null | undefined;
}

/** Stages that sales confirms with a `lifecycle` event. */
export type LifecycleStage = "subscriber" | "lead" | "mql" | "sal" | "sql" | "opportunity" | "customer" | "evangelist";

/** A lead at one moment. */
export interface Snapshot {
  /** Points, within the model's bounds. */
  score: number;
  /** Points of every dimension, in the model's order. */
  dimensions: { [id: string]: number };
  /** The current stage: the last one that is reached. */
  stage: string | null;
  /** The stage after it; null after the last one and when disqualified. */
  next: Next | null;
  /**
   * The segment, for personalisation and caching: `disqualified`, a stage, `near-` and a stage, or `visitor`.
   */
  segment: string;
  /** The label, such as `A1`; null if the model has none. */
  label: string | null;
  /** The stage that sales has confirmed. */
  lifecycle: LifecycleStage | null;
  /** True if a rule with `disqualify` is live. */
  disqualified: boolean;
}

export interface Next {
  stage: string;
  /** The number of missing points; 0 if only rules or dimensions are missing. */
  points: number;
  /** True if at most the stage's `near` points are missing. */
  near: boolean;
  /** Required rules that are not live, then dimensions that are below their minimum. */
  missing: string[];
}

/** The signal that a stage was reached: a CloudEvents 1.0 object, to be sent as `application/cloudevents+json`. */
export interface Signal {
  specversion: "1.0";
  /**
   * The same in every tab that detects the same trip, so that a receiver can ignore duplicates: a hash of visitor,
   * model name, stage, the event that armed the stage, and the site (the host of `source`).
   */
  id: string;
  /** The site's origin. */
  source: string;
  type: "leadscore.stage.reached";
  /** The visitor's id. */
  subject: string;
  /** The time of the trip: RFC 3339, in UTC, with milliseconds. */
  time: string;
  datacontenttype: "application/json";
  data: SignalData;
}

export interface SignalData {
  /** The stage that was reached. */
  stage: string;
  snapshot: Snapshot;
  /** The rules that contribute to the score, largest first. */
  reasons: Reason[];
  /** The newest hits before the trip, newest first, at most 50. */
  touchpoints: Touchpoint[];
  model: { name: string; version: number; hash: string };
  /** The state, in base64url, from which `verify` recomputes the signal. */
  state: string;
  /**
   * True if the complete signal would exceed 16 KiB: it then contains the part of the state that fits, and at most 50
   * reasons.
   */
  partial?: true;
  provenance: Provenance;
  /** The score from the edge worker's own state alone. Only in signals that a worker has signed. */
  witnessed?: number;
}

export interface Reason {
  rule: string;
  points: number;
  /** The number of live hits. */
  hits: number;
  /** The time of the newest live hit: RFC 3339, in UTC. */
  last: string;
}

export interface Touchpoint {
  rule: string;
  /** RFC 3339, in UTC. */
  time: string;
}

/**
 * The explanation of a score. The `score` is the sum of the `points` of all rules, the `base` of all dimensions, and
 * `capped`.
 */
export interface Receipt {
  score: number;
  /** Every rule, in the model's order. */
  rules: ReceiptRule[];
  /** Every dimension, in the model's order. */
  dimensions: ReceiptDimension[];
  /** The sum of the dimensions' points. */
  sum: number;
  /** The points that the bounds of the score add to `sum`: usually 0, negative if they cap it. */
  capped: number;
  disqualified: boolean;
  next: ReceiptNext | null;
}

export interface ReceiptRule {
  rule: string;
  dimension: string;
  /** True if the rule counts now. */
  live: boolean;
  /** The number of live hits; 0 if the rule is not live. */
  hits: number;
  /** The time of the newest live hit: RFC 3339, in UTC; null if the rule is not live. */
  last: string | null;
  /** Points of the live hits before decay. */
  raw: number;
  /** Points of the live hits after decay. */
  decayed: number;
  /** The points that count within the dimension's bounds; earlier rules of the model count first. */
  points: number;
  /** The way in which the rule counts. */
  counts:
    | "once for ever"
    | "once"
    | "once enough"
    | "each time"
    | "each period"
    | "each value"
    | "while true"
    | "while all are live";
}

export interface ReceiptDimension {
  dimension: string;
  /** The points without any hits: 0, or the nearest bound if the bounds do not allow 0. */
  base: number;
  /** The sum of its rules' decayed points. */
  sum: number;
  /** The sum within the dimension's bounds. */
  points: number;
}

/** The next stage, and the rules that would help to reach it. */
export interface ReceiptNext extends Next {
  /** Rules that one more event could fire. Those that would reach a stage come first, then in order of points. */
  rules: ReceiptCloser[];
}

export interface ReceiptCloser {
  rule: string;
  /** The points that it would add to the score, including the effects of caps and combinations. */
  points: number;
  /** True if it would reach a stage after the current one. */
  reaches: boolean;
}

/** An error of leadscore: an `Error` with a `code` that stays the same between versions. */
export type LeadscoreError =
  LoadError | InstanceError | UsageError | ModelError | LeadError | EventError | StateError | SignalError;

/**
 * `init` failed; `cause` is the reason. `no_wasm`: the browser has no WebAssembly, or the page's content security
 * policy blocks it (it lacks `'wasm-unsafe-eval'`). `load_failed`: any other cause, such as a missing file.
 */
export interface LoadError extends Error {
  name: "LoadError";
  code: "load_failed" | "no_wasm";
}

/**
 * The wasm has crashed, in this call or an earlier one, and its data may be inconsistent. Every later call of any
 * function or method throws this error, except for `free`, which does nothing. `init` does not restart the wasm: reload
 * the page, or start a new process or worker. `cause` is the crash.
 */
export interface InstanceError extends Error {
  name: "InstanceError";
  code: "instance_dead";
}

/** An object was used after `free`, or an argument is not a `Model`. */
export interface UsageError extends Error {
  name: "UsageError";
  code: "usage";
}

/** The bytes are not a usable model. */
export interface ModelError extends Error {
  name: "ModelError";
  code: "model_corrupt" | "model_version" | "model_account";
}

/** Another argument is invalid. */
export interface LeadError extends Error {
  name: "LeadError";
  code: "visitor_id" | "now";
}

/** The event is invalid. */
export interface EventError extends Error {
  name: "EventError";
  code: "event_syntax" | "event_type" | "event_time" | "event_url" | "event_props" | "event_lifecycle";
}

/** The state cannot be used. */
export interface StateError extends Error {
  name: "StateError";
  code: "state_corrupt" | "state_version" | "state_too_large";
}

/** The signal is invalid. */
export interface SignalError extends Error {
  name: "SignalError";
  code: "signal_syntax" | "signal_model" | "signal_mismatch";
}
