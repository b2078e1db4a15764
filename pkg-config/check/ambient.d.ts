/// <reference path="core.d.ts" />
// Declarations for the type check of the package's JavaScript, in addition to TypeScript's own: constants of the build,
// and web APIs that not every browser has.

/** The build fills in the hash of browser.wasm. */
declare const INTEGRITY: string;
/** True in the files whose wasm is in the code. */
declare const IS_INLINE: boolean;
/** True in the script tag's bundle; and the hashes of the files that it loads later. */
declare const IS_TAG: boolean;
declare const PINS: Record<string, string>;

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

/** Modules that the build makes of the wasm: they return its bytes. */
declare module "*.wasm.js" {
  const bytes: () => Uint8Array<ArrayBuffer>;
  export default bytes;
}

declare module "#bytes" {
  const bytes: () => Uint8Array<ArrayBuffer>;
  export default bytes;
}

declare module "next/server.js" {
  export const NextResponse: { next(): Response };
}

declare module "*.css" {
  const text: string;
  export default text;
}

/** The package's own file, seen from its command. */
declare module "*/compile-node.js" {
  export { check, compile, titles } from "leadscore/compile";
}

declare module "*/compile-glue.js" {
  export { check, compile } from "leadscore/compile";
  export { listing } from "#authoring";
  export function titles(model: string): object;
}

declare module "*/outcomes-glue.js" {
  export * from "#outcomes";
  export function loadSync(options: { module: BufferSource }): void;
}

// The glue that wasm-bindgen generates, one for each build of the wasm.

declare module "#loader" {
  export function __wbg_get_imports(): WebAssembly.Imports;
  export function __wbg_finalize_init(instance: WebAssembly.Instance, module: WebAssembly.Module): WebAssembly.Exports;
  /** Calls `load` before the first call of a wasm function; `load` must call `__wbg_finalize_init`. */
  export function __wbg_lazy(load: () => void): void;
  /** Names of the exports that free objects. */
  export const __wbg_frees: string[];
}

declare module "#runtime" {
  export { __wbg_finalize_init, __wbg_frees, __wbg_get_imports, __wbg_lazy } from "#loader";
  export function bytes(): number;
  export function encode(lead: number, version: number, isText: number): number;
  export function explain(lead: number, now: number): number;
  export function forgettable(lead: number, now: number): number;
  export function free_lead(lead: number): void;
  export function free_model(model: number): void;
  export function ingest(lead: number, kind: number, length: number, at: number, now: number, decision: number): number;
  export function lead(model: number): number;
  export function merge(lead: number, length: number, now: number): number;
  export function model(length: number): number;
  export function name(length: number): void;
  export function numbers(): number;
  export function read(lead: number, length: number, now: number): number;
  export function record(lead: number, stage: number, now: number): void;
  export function room(length: number): number;
  export function signal(lead: number, now: number): number;
  export function snapshot(lead: number, now: number): number;
  export function tripping(lead: number, now: number, isPartial: number): number;
  export function without(lead: number, count: number): number;
}

declare module "#authoring" {
  export { __wbg_finalize_init, __wbg_get_imports, __wbg_lazy } from "#loader";
  export function check(json: string): import("leadscore/compile").Report;
  export function compile(json: string): Uint8Array;
  export function listing(file: string, json: string): { good: boolean; all: string; errors: string; warnings: string };
  export function titles(json: string): string;
}

declare module "#outcomes" {
  export { __wbg_finalize_init, __wbg_get_imports, __wbg_lazy } from "#runtime";
  export function settings(): string;
  export function model(file: string, bytes: Uint8Array): void;
  export function begin(command: string, given: string): void;
  export function open(kind: "event" | "outcome" | "state"): void;
  export function feed(piece?: Uint8Array): string;
  export function finish(html: boolean, markdown: boolean, progress: Function): string;
  export function beginVisits(command: string, file: string, model: Uint8Array, given: string, terminal: boolean): void;
  export function beginCheck(): void;
  export function visitsPiece(piece?: Uint8Array): string;
  export function visitsOut(): Uint8Array;
  export function isHopeless(): boolean;
  export function otherKind(bytes: Uint8Array): string | undefined;
  export function endVisits(): boolean;
  export function endCheck(file: string): string;
}

declare module "#edge" {
  export * from "#runtime";
  export function account(model: number, length: number): number;
  export function account_at(account: number, now: number): number;
  export function account_of(model: number, length: number, now: number): number;
  export function account_snapshot(account: number, now: number, isOwn: number): number;
  export function account_tripping(account: number, now: number, isOwn: number): number;
  export function account_trips(account: number, isOwn: number, version: number): number;
  export function answer_bytes(): number;
  export function confirms(lead: number, model: number, length: number): boolean;
  export function contribute(
    account: number,
    person: number,
    visitor: number,
    own: number,
    told: number,
    now: number,
  ): number;
  export function crawls(length: number): boolean;
  export function encode_account(account: number): number;
  export function flags(visit: number): number;
  export function forget(account: number, length: number, isPerson: number): boolean;
  export function free_account(account: number): void;
  export function free_visit(visit: number): void;
  export function has_outcome(model: number, stage: number, segment: number, label: number): boolean;
  export function has_score(model: number, points: number): boolean;
  export function lifetime(): number;
  export function outcome(status: number, length: number, isWebhook: number): number;
  export function part(visit: number, which: number, most: number): number;
  export function people(account: number, now: number, isOwn: number, version: number): number;
  export function record_account(account: number, now: number): void;
  export function record_visit(visit: number, now: number): void;
  export function see(visit: number, kind: number, length: number, at: number, now: number, decision: number): number;
  export function stages(model: number): number;
  export function state(visit: number, now: number, isOwn: number): number;
  export function visit(model: number, sealed: number, page: number, fresh: number): number;
}

declare module "#browser" {
  export { __wbg_finalize_init, __wbg_get_imports } from "#loader";
  export {
    encode,
    forgettable,
    free_lead,
    ingest,
    name,
    numbers,
    record,
    room,
    signal,
    snapshot,
    without,
  } from "#runtime";
  export { bytes } from "#runtime";
  export function act(what: number, value?: number | boolean): number;
  export function answered(status: number, retryAfter: number, length: number, random: number): void;
  export function begin(length: number, options: number, agreed: number, since: number, seen: number): number;
  export function crawler(length: number): number;
  export function interact(event: number, at: number): void;
}

/** Errors of the package have a code, those of Node an errno too. */
interface Error {
  code?: string;
  errno?: number;
}

interface Document {
  /** https://developer.mozilla.org/docs/Web/API/Document/prerendering */
  readonly prerendering?: boolean;
}

interface Navigator {
  /** https://w3c.github.io/gpc/ */
  readonly globalPrivacyControl?: boolean;
}

interface Window {
  /** https://developer.mozilla.org/docs/Web/API/Navigation */
  readonly navigation?: EventTarget;
  /** The queue of commands that a page may begin, then the tracker. */
  leadscore?: import("leadscore/browser").Tracker | { push(...commands: import("leadscore/browser").Command[]): void };
  /** The tracker's promise under its symbol, and data layers under names that the site chooses. */
  [name: string | symbol]: any;
}
declare const navigation: EventTarget;

/** Of Cloudflare's workers: https://developers.cloudflare.com/workers/runtime-apis/streams/transformstream/ */
declare var IdentityTransformStream: typeof TransformStream | undefined;

/** Of Cloudflare's workers: https://developers.cloudflare.com/workers/runtime-apis/html-rewriter/ */
declare class HTMLRewriter {
  on(selector: string, handlers: object): this;
  onDocument(handlers: object): this;
  transform(response: Response): Response;
}
