/**
 * Scores a website visitor as a lead, where the visitor is.
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
 * Times are milliseconds since 1970, as `Date.now()` gives them; scoring rounds them down to
 * seconds. Points have at most three decimals. Every error has a `name` and a stable `code`, and
 * nothing has changed when one is thrown.
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

/** Where the wasm comes from, if not from beside this package's files. */
export type InitInput = string | URL | Request | Response | WasmSource;

/**
 * Makes the classes usable; call it once before anything else. Calling it again does nothing.
 *
 * Needs no argument in Node, Deno, Bun, Cloudflare Workers, browsers, Vite and webpack. Where a
 * tool moves the code away from `leadscore.wasm`, say where that file is.
 *
 * @throws {LoadError} The wasm could not be fetched, or the page's content security policy lacks
 * `'wasm-unsafe-eval'`. The next call tries again.
 */
export default function init(input?: InitInput | Promise<InitInput>): Promise<void>;

/**
 * The same at once, from a module or its bytes. The argument may be left out in Node, Deno, Bun
 * and Cloudflare Workers only.
 */
export function initSync(options?: { module: WasmSource }): void;

/** A compiled scoring model. Any number of leads can share one. */
export class Model {
  /**
   * @param bytes What `compile` made.
   * @throws {ModelError} `model_corrupt`: these are not bytes that `compile` made.
   * `model_version`: another version of leadscore made them.
   */
  constructor(bytes: Uint8Array);
  /** Gives the memory back; the model cannot be used afterwards. Leads made from it still can. */
  free(): void;
  [Symbol.dispose](): void;
}

/** What is known of one visitor, under one model. */
export class Lead {
  /**
   * @throws {LeadError} `visitor_id`: the id is not a string of 1 to 1,024 characters.
   * @throws {StateError} `state_corrupt`, `state_version` or `state_too_large`: the state cannot
   * be used. Start again without it.
   */
  constructor(model: Model, options: LeadOptions);
  /**
   * Takes in what the visitor did and returns the signals to send now, mostly none.
   *
   * The order of events does not matter, and one that is taken in twice counts once, provided
   * that `event.at` says when it happened.
   *
   * @param now The time to score at.
   * @throws {EventError} The event has a part that is missing, of a wrong type or too large.
   * @throws {StateError} `state_too_large`: the state would exceed 64 KiB.
   * @throws {LeadError} `now`: not a time.
   */
  ingest(event: Event, now: number): Signal[];
  /** The score and what follows from it. @param now The time to score at. */
  snapshot(now: number): Snapshot;
  /** How the score comes about, in numbers that add up. @param now The time to score at. */
  explain(now: number): Receipt;
  /**
   * Takes over what another tab, device or worker knows of this visitor: all of both, nothing
   * twice, in whatever order. Stages that are reached so trip at the next event.
   *
   * @param state What `encode` or `toString` gave.
   * @param now The time of the merge, if the other device's clock may be wrong: then what it has dated
   * more than a day ahead is set aside until its time comes, and takes the place of nothing.
   * @throws {StateError} `state_corrupt`, `state_version` or `state_too_large`.
   * @throws {LeadError} `now`: not a time.
   */
  merge(state: Uint8Array | string, now?: number): void;
  /** The state as bytes, typically about a hundred: hashes of ids and of `distinct` values, and times. */
  encode(): Uint8Array;
  /** The state as base64url text, for a cookie or localStorage. */
  toString(): string;
  /** Gives the memory back; the lead cannot be used afterwards. */
  free(): void;
  [Symbol.dispose](): void;
}

/**
 * Recomputes a signal from the state that it carries, as a receiver should before believing it.
 *
 * @param model The model that the signal names.
 * @param signal The signal as it arrived, parsed.
 * @returns The snapshot at the signal's time, recomputed.
 * @throws {SignalError} `signal_mismatch`: score or stage do not follow from the state.
 * `signal_model`: another model made it. `signal_syntax`: it is not a signal.
 * @throws {StateError} `state_corrupt` or `state_version`: the state that it carries is damaged.
 */
export function verify(model: Model, signal: Signal): Snapshot;

export interface LeadOptions {
  /** Names the visitor to whoever receives the signals: 1 to 1,024 characters. */
  id: string;
  /** What `encode` or `toString` of an earlier lead gave; any model version's will do. */
  state?: Uint8Array | string | undefined;
  /** The `source` of signals: the site's origin. Without it, the origin of each event's URL. */
  source?: string | undefined;
  /** Whose word the signals are: the page's (the default) or your own worker's. */
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

/** JSON, which is what an event's props hold. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** Something that the visitor did. */
export interface Event {
  /** One of the known types or one of the site's own, of at most 128 characters. */
  type: KnownEventType | (string & {});
  /** When, in milliseconds since 1970, before 2106. Without it, and if later than `now`: `now`. */
  at?: number | undefined;
  /** Where: `https://site/path?query#hash` or `/path?query#hash`, of at most 64 KiB. */
  url?: string | null | undefined;
  /** What the rules' conditions look at: at most 64 KiB of JSON, 8 levels deep. */
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
  /** The last stage that is met. */
  stage: string | null;
  /** The stage after it; null after the last one and when disqualified. */
  next: Next | null;
  /**
   * One word to vary content and caches by: `disqualified`, a stage, `near-` and a stage, or
   * `visitor`.
   */
  segment: string;
  /** Such as `A1`; null where the model has no label. */
  label: string | null;
  /** What sales has confirmed. */
  lifecycle: LifecycleStage | null;
  /** Whether a rule that disqualifies is live. */
  disqualified: boolean;
}

export interface Next {
  stage: string;
  /** How many points are missing; 0 where only something else is. */
  points: number;
  /** Whether that is little, by the stage's own `near`. */
  near: boolean;
  /** Required rules that are not live, then dimensions that are below their minimum. */
  missing: string[];
}

/** A stage was reached: a CloudEvents 1.0 object, to be sent as `application/cloudevents+json`. */
export interface Signal {
  specversion: "1.0";
  /**
   * The same from every tab that sees the same trip, so that a receiver can drop duplicates: a hash of visitor, model
   * name, stage, what armed the stage, and the site (the host of `source`).
   */
  id: string;
  /** The site's origin. */
  source: string;
  type: "leadscore.stage.reached";
  /** The visitor's id. */
  subject: string;
  /** When it tripped: RFC 3339, in UTC, with milliseconds. */
  time: string;
  datacontenttype: "application/json";
  data: SignalData;
}

export interface SignalData {
  /** The stage that was reached. */
  stage: string;
  snapshot: Snapshot;
  /** What the score is made of, largest first. */
  reasons: Reason[];
  /** What led there, newest first, at most 50. */
  touchpoints: Touchpoint[];
  model: { name: string; version: number; hash: string };
  /** base64url; `verify` recomputes the rest from it. */
  state: string;
  /** The signal would exceed 16 KiB: it carries the part of the state that fits, and at most 50 reasons. */
  partial?: true;
  provenance: Provenance;
  /** The score that the edge worker's own sight gives alone. Only signals that a worker has signed say it. */
  witnessed?: number;
}

export interface Reason {
  rule: string;
  points: number;
  /** How many hits are live. */
  hits: number;
  /** When the newest one was: RFC 3339, in UTC. */
  last: string;
}

export interface Touchpoint {
  rule: string;
  /** RFC 3339, in UTC. */
  time: string;
}

/**
 * How a score comes about. It adds up: the `points` of all rules, the `base` of all dimensions and
 * `capped` are the `score`.
 */
export interface Receipt {
  score: number;
  /** Every rule, in the model's order. */
  rules: ReceiptRule[];
  /** Every dimension, in the model's order. */
  dimensions: ReceiptDimension[];
  /** The dimensions' points together. */
  sum: number;
  /** What the score's own bounds add to `sum`, mostly 0; negative where they cap it. */
  capped: number;
  disqualified: boolean;
  next: ReceiptNext | null;
}

export interface ReceiptRule {
  rule: string;
  dimension: string;
  /** Whether the rule counts now. */
  live: boolean;
  /** How many hits are live; 0 where the rule is not. */
  hits: number;
  /** When the newest live hit was: RFC 3339, in UTC; null where the rule is not live. */
  last: string | null;
  /** Points of the live hits before decay. */
  raw: number;
  /** The same after decay. */
  decayed: number;
  /** What of it the dimension's bounds let through: rules that stand first fill a cap. */
  points: number;
  /** How often the rule counts. */
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
  /** Where it starts if its bounds do not allow 0; else 0. */
  base: number;
  /** Its rules' decayed points together. */
  sum: number;
  /** The same within the dimension's bounds. */
  points: number;
}

/** The way to the next stage. */
export interface ReceiptNext extends Next {
  /** Rules that one more event could fire: first those that would reach a stage, then by points. */
  rules: ReceiptCloser[];
}

export interface ReceiptCloser {
  rule: string;
  /** What it would add to the score, caps and combinations included. */
  points: number;
  /** Whether it would reach a stage beyond the current one. */
  reaches: boolean;
}

/** An error of leadscore: a real `Error` with a `code` that stays the same between versions. */
export type LeadscoreError =
  LoadError | InstanceError | UsageError | ModelError | LeadError | EventError | StateError | SignalError;

/**
 * `init` failed; `cause` is the reason. `no_wasm`: the browser has no WebAssembly, or the page's content security policy
 * refuses it (it lacks `'wasm-unsafe-eval'`). `load_failed`: any other cause, such as a missing file.
 */
export interface LoadError extends Error {
  name: "LoadError";
  code: "load_failed" | "no_wasm";
}

/**
 * The wasm has crashed, in this call or a former one, and does not go on: what it was changing may be half changed. Every
 * call throws this, of all objects and functions, except that `free` does nothing. There is no way back within the process;
 * `init` does not start it again. Reload the page, or start a new process or worker. `cause` is what it crashed with.
 */
export interface InstanceError extends Error {
  name: "InstanceError";
  code: "instance_dead";
}

/** An object was used after `free`, or something else was given where a `Model` belongs. */
export interface UsageError extends Error {
  name: "UsageError";
  code: "usage";
}

/** These are not the bytes of a model. */
export interface ModelError extends Error {
  name: "ModelError";
  code: "model_corrupt" | "model_version" | "model_account";
}

/** An argument that is not about an event or a state. */
export interface LeadError extends Error {
  name: "LeadError";
  code: "visitor_id" | "now";
}

/** The event cannot be taken in. */
export interface EventError extends Error {
  name: "EventError";
  code: "event_syntax" | "event_type" | "event_time" | "event_url" | "event_props" | "event_lifecycle";
}

/** The state cannot be used. */
export interface StateError extends Error {
  name: "StateError";
  code: "state_corrupt" | "state_version" | "state_too_large";
}

/** The signal cannot be believed. */
export interface SignalError extends Error {
  name: "SignalError";
  code: "signal_syntax" | "signal_model" | "signal_mismatch";
}
