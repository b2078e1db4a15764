/**
 * Functions for an edge worker in front of a site, and for the receiver of signals.
 *
 * ```ts
 * import { env } from "cloudflare:workers";
 * import { createEdge } from "leadscore/edge";
 * import model from "./model.lsm";
 *
 * const edge = createEdge({ model, keys: [{ id: "2026-11", secret: env.KEY }], endpoint: env.SIGNALS });
 *
 * export default {
 *   async fetch(request, env, ctx) {
 *     const visit = await edge.visit(request);
 *     const page = await env.ASSETS.fetch(request);
 *     return visit.respond(visit.segment === "near-mql" ? offerDemo(page) : page, ctx);
 *   },
 * };
 * ```
 *
 * Runs in every runtime with `Request`, `Response` and WebCrypto. In Cloudflare Workers, Deno, Bun and Node the import
 * is enough; elsewhere call `initSync` or `init` first.
 *
 * @packageDocumentation
 */
import type { ModelTitles } from "./compile.js";
import type { Event, InitInput, Provenance, Receipt, Signal, Snapshot, WasmSource } from "./index.js";

export { Lead, Model, verify } from "./index.js";
export type * from "./index.js";

/** Loads the wasm in runtimes where the import does not; see `init` of `leadscore`. */
export function init(input: InitInput | Promise<InitInput>): Promise<void>;

/** Loads the wasm synchronously, from a module or its bytes. */
export function initSync(options: { module: WasmSource }): void;

/** A secret, and an id for it, which is public. */
export interface Key {
  /** 1 to 32 letters, digits, `_` and `-`, such as `2026-11`. */
  id: string;
  /** A string, or `whsec_` and base64: at least 32 bytes, for example from `openssl rand -hex 32`. */
  secret: string;
}

/** The execution context of a worker's `fetch`, for work after the response. */
export interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

export type Consent = "granted" | "pending" | "denied";

// ---- Visits

/** @throws {TypeError} An option is invalid. @throws {ModelError} The bytes are not a compiled model. */
export function createEdge(options: EdgeOptions): Edge;

export interface EdgeOptions {
  /** The output of `compile`, the same bytes that pages use. */
  model: Uint8Array | ArrayBuffer;
  /**
   * The first key seals and signs, all keys open cookies. Add a new key in front; remove the old one when its cookies
   * have expired.
   */
  keys: Key[];
  /**
   * The destination of signals, which are signed with the first key: a URL, a binding to another worker, or a function
   * such as `(request) => receiver.handle(request)`. Without it no signals are sent.
   */
  endpoint?: string | URL | { fetch(request: Request): Promise<Response> } | ((request: Request) => Promise<Response>);
  /**
   * The visitors' consent. `page` (the default) uses the tag's cookie, which exists if consent is granted and contains
   * `denied` if it was withdrawn; without that cookie, a valid sealed cookie counts as granted. Withdrawal and
   * `Sec-GPC: 1` always count as denied. With `pending`, this page view is scored, but no cookie is read or set. With
   * `denied`, nothing is scored.
   */
  consent?: Consent | "page" | ((request: Request) => Consent | "page" | Promise<Consent | "page">);
  /**
   * The site's origin, such as `https://acme.example`: the `source` of signals, and the site that sealed cookies belong
   * to. Default: the request's origin. Set it if a proxy terminates TLS or calls the worker under another host name.
   */
  source?: string;
  /**
   * If true, cookies of releases up to 0.1, which contain neither model nor site, are accepted and sealed again.
   * Supported for one major version.
   */
  legacySeals?: boolean;
  /**
   * The store of a receiver, with the decisions of sales. The edge reads them only for visitors for whom the worker has
   * sent a signal, and only decisions made after the first request from that browser with that id, because ids are not
   * secrets.
   */
  lifecycle?: Pick<Store, "list">;
  /**
   * Returns the account of a visitor, such as a company's domain: 1 to 128 characters. Use only data that the worker
   * can trust: a header of the host, or the session of a logged-in user. If it returns nothing, the account from the
   * last `visit.identify` applies.
   */
  account?: (request: Request) => string | null | undefined | Promise<string | null | undefined>;
  /** The binding to the Durable Objects of the class that `createAccount` returns. */
  accounts?: AccountNamespace;
  /** The lifetime of the cookie in seconds. Default and maximum: a year. */
  maxAge?: number;
  /** Called with the name of each counter that is incremented in `counts`. */
  count?: (name: EdgeCount) => void;
  /** Milliseconds since 1970, for tests. */
  now?: () => number;
}

/**
 * The counters of the edge.
 *
 * Visits: `visits`; `tripped`, those that caused signals; `dropped`, events that could not be recorded.
 *
 * Sealed cookies that were not accepted: `oversized`, `unreadable`, `foreign` (unknown key), `forged`, `expired`. Sealed
 * cookies of earlier releases: `legacy`, see `legacySeals`. Cookies of the tag that were not accepted: `page_oversized`,
 * `page_unreadable`.
 *
 * Signals: `sent`, `refused` (permanently, by the receiver), `unsent` (after all tries).
 *
 * Failed requests to the store or the account: `lifecycle_failed`, `account_failed`. States that do not fit into the
 * cookie or the account, so that the previous record is kept: `over_budget`.
 */
export type EdgeCount =
  | "visits"
  | "oversized"
  | "unreadable"
  | "foreign"
  | "forged"
  | "expired"
  | "legacy"
  | "page_oversized"
  | "page_unreadable"
  | "dropped"
  | "tripped"
  | "sent"
  | "refused"
  | "unsent"
  | "lifecycle_failed"
  | "account_failed"
  | "over_budget";

export interface Edge {
  /**
   * Reads the visitor's cookies and, if the request is for a page, records the page view. The promise is not rejected,
   * whatever the visitor sends.
   */
  visit(request: Request): Promise<Visit>;
  /** Returns the account with this key. @throws {TypeError} The option `accounts` is missing. */
  account(key: string): Account;
  /** The counters since the worker started. */
  readonly counts: { [name in EdgeCount]?: number };
}

/** One request of a visitor. After `respond` or `free` its methods throw a `UsageError` with the code `usage`. */
export interface Visit {
  /** The visitor's id: the tag's, if there is one. */
  readonly visitor: string;
  readonly consent: Consent;
  /** The snapshot of both states, the worker's and the page's. */
  readonly snapshot: Snapshot;
  /** The segment, for personalisation. */
  readonly segment: string;
  /** Returns the receipt of the snapshot. */
  explain(): Receipt;
  /** True after the segment, the snapshot or the receipt was read: the response may be personalised. */
  readonly isVaried: boolean;
  /** Records an event that the worker observed, such as a posted form. */
  track(type: string, props?: Event["props"]): void;
  /**
   * Evaluates the model's trait rules with facts about a logged-in user. The traits are not stored. The account, such
   * as their company's domain, is sealed in the cookie; `null` removes it.
   */
  identify(traits: NonNullable<Event["props"]>, account?: string | null): void;
  /** Records a complete event. @throws {EventError} A field is missing, has a wrong type or is too large. */
  ingest(event: Event): void;
  /** Returns the variant for the visitor's segment, or `default`. */
  pick<T>(variants: { default: T; [segment: string]: T }): T;
  /**
   * Sets `data-leadscore-segment` on `<html>`. Reads only the beginning of the page and streams the rest. The page is
   * not changed if the root element cannot be found there, as in UTF-16 or in a compressed body.
   */
  mark(response: Response): Response;
  /**
   * Returns the page's address with the segment as a query parameter, as the key for a cache.
   *
   * @param segments The segments with separate entries; all others share one. Default: all.
   */
  cacheKey(segments?: string[]): string;
  /**
   * Returns the response to send. Seals the cookie if the state has changed, and sends signals with `ctx.waitUntil`. A
   * response with `Set-Cookie` is made `private`; others remain cacheable, with `Vary: Cookie` if the segment was read.
   * The page view counts only if the response is a page, and not a redirect or an error.
   */
  respond(response: Response, ctx?: Context): Promise<Response>;
  /** Frees the memory without sealing or sending anything. Call it if you do not call `respond`. */
  free(): void;
  [Symbol.dispose](): void;
}

// ---- Accounts

/**
 * Returns a class for Cloudflare's Durable Objects. Each object merges the states of one account's visitors, and posts
 * a signal when a stage of the model's `account` trips.
 *
 * ```ts
 * export const Account = createAccount({ model, keys, endpoint });
 * ```
 *
 * @param options The options, or a function that returns them for the worker's `env`
 */
export function createAccount<Env = unknown>(
  options: AccountOptions | ((env: Env) => AccountOptions),
): new (ctx: object, env: Env) => { fetch(request: Request): Promise<Response>; alarm(): Promise<void> };

/** Options of `createAccount`, with the same meaning as for `createEdge`. The model needs an `account`. */
export type AccountOptions = Pick<EdgeOptions, "model" | "keys" | "endpoint" | "now">;

/** A binding to Durable Objects: the methods that are used. */
export interface AccountNamespace {
  idFromName(name: string): unknown;
  get(id: any): { fetch(request: Request): Promise<Response> };
}

export interface Account {
  /** Returns the current snapshot of the account. */
  snapshot(): Promise<AccountSnapshot>;
  /** Deletes all people with this visitor id. People who withdraw consent at the edge are deleted automatically. */
  forget(visitor: string): Promise<void>;
}

/** A snapshot whose one dimension is the number of people engaged. */
export interface AccountSnapshot extends Snapshot {
  dimensions: { people: number };
  /** The people who add points, in descending order; of an account's visitors, the 50 with the latest visits count. */
  people: Person[];
}

export interface Person {
  /** The visitor's id from the page. */
  visitor: string;
  /** The person's id that the worker assigns. Default: the visitor's id. */
  person?: string;
  /** The points that they add: their score, up to `person.max`. */
  points: number;
  engaged: boolean;
  /** RFC 3339. */
  last: string | null;
  /** `client` if any of the data comes from a page. */
  provenance: Provenance;
}

/** The signal of an account; its subject is the account's key. */
export interface AccountSignal extends Omit<Signal, "type" | "data"> {
  type: "leadscore.account.reached";
  data: Omit<Signal["data"], "snapshot" | "reasons" | "touchpoints"> & {
    snapshot: Omit<AccountSnapshot, "people">;
    people: (Person & { state: string })[];
  };
}

// ---- The receiver

/** @throws {TypeError} An option is invalid. @throws {ModelError} The bytes are not a compiled model. */
export function createReceiver(options: ReceiverOptions): Receiver;

export interface ReceiverOptions {
  /** Compiled models whose signals may still arrive, the newest first. */
  models: (Uint8Array | ArrayBuffer)[];
  /**
   * Names of `models` for which signals of unknown versions are stored as `unverified`, with separate ids. Default:
   * none. For other names, signals of unknown versions are answered 503 `model_unknown` and senders try again, because
   * the new model may be deployed to pages before the receiver.
   */
  names?: string[];
  store: Store;
  /** Sites whose pages may send, such as `https://acme.example`. */
  origins: string[];
  /** The keys of the site's own edge workers. Only signed requests may have the provenance `edge`. */
  keys?: Key[];
  /**
   * Bearer tokens for reading signals and for `/lifecycle`, each of at least 16 characters. Without tokens neither is
   * allowed.
   */
  tokens?: string[];
  forward?: Forward;
  limits?: Limits;
  /** Returns the sender's address, for rate limits only; null for no limit. Default: `CF-Connecting-IP`. */
  address?: (request: Request) => string | null;
  /** Called with the name of each counter that is incremented in `counts`. */
  count?: (name: string) => void;
  /** Milliseconds since 1970, for tests. */
  now?: () => number;
}

export interface Receiver {
  /**
   * Handles `POST` with a signal or a batch, `GET` for the list, and `POST …/lifecycle` with a decision of sales. The
   * promise is never rejected.
   */
  handle(request: Request, ctx?: Context): Promise<Response>;
  /** The consumer of the queue that `forward` names. */
  queue(batch: MessageBatch): Promise<void>;
  /** Forwards pending entries; for a cron trigger. Returns the number of entries. */
  forwardPending(): Promise<number>;
  readonly counts: { [name: string]: number };
}

export interface Forward {
  /**
   * The URL of a webhook, or a function that converts a signal to a request, such as `toHubSpot`; it returns null to
   * send nothing.
   */
  to: string | ((signal: Signal | AccountSignal, entry: Entry) => Request | null | Promise<Request | null>);
  /** The secret that signs requests to the webhook, according to Standard Webhooks; at least 32 bytes. */
  secret?: string;
  /** A Cloudflare queue whose consumer is `receiver.queue`. */
  queue?: { send(message: unknown): Promise<unknown> };
  /** The number of tries after which a signal is `dead`. Default: no limit for a day after its receipt. */
  attempts?: number;
  /** If true, `unverified` signals are forwarded too. Default: false, because anyone can forge them. */
  unverified?: boolean;
  /**
   * For `why` in a webhook's body: the content of `MODEL.titles.json`, which `leadscore compile` writes. Default: the
   * ids of rules.
   */
  titles?: ModelTitles;
  /** The language of `why`: German for `de…`, else English. */
  locale?: string;
  /** The time zone for the days in `why`, such as `Europe/Berlin`. */
  timeZone?: string;
}

/** The batch that Cloudflare passes to a queue's consumer. */
export interface MessageBatch {
  messages: readonly {
    body: unknown;
    attempts: number;
    ack(): void;
    retry(options?: { delaySeconds?: number }): void;
  }[];
}

export interface Limits {
  /** The maximum bytes of a body with one signal. Default: 16 KiB. */
  body?: number;
  /** The maximum bytes of a batch, which has at most 20 signals. Default: 64 KiB. */
  batch?: number;
  /** The rate of accepted signals of a visitor, counted in each worker. Default: 30 in 60 seconds. */
  visitor?: Rate;
  /** The rate of signals of a visitor or account in signed requests. Default: 120 in 60 seconds. */
  signed?: Rate;
  /** The rate of requests of an address that are not signed or wrongly signed. Default: 120 in 60 seconds. */
  address?: Rate;
  /** A limiter for all workers together, such as Cloudflare's rate limiting binding. */
  limiter?: { limit(options: { key: string }): Promise<{ success: boolean }> };
}

export interface Rate {
  most: number;
  /** Seconds. */
  per: number;
}

/** A stored signal, or a stored decision of sales. */
export interface Entry {
  /** The signal's id, with the prefix `account:` for signals of accounts and `unverified:` for unverified ones. */
  id: string;
  kind: "signal" | "account" | "lifecycle";
  visitor: string;
  stage: string;
  /** The recomputed score; null for decisions. */
  score: number | null;
  segment: string | null;
  label: string | null;
  provenance: Provenance | null;
  /** The score from the edge worker's own state; null if the signal does not contain it. */
  witnessed: number | null;
  verification: "verified" | "unverified" | null;
  /** RFC 3339, by the sender's clock. */
  happened: string;
  /** RFC 3339. */
  received: string;
  forward: "none" | "pending" | "done" | "dead" | "withheld";
  attempts: number;
  /** RFC 3339: the time before which it is not tried again; null for none. */
  due: string | null;
  /** The newest decision of sales about this visitor; only in lists. */
  lifecycle: string | null;
  signal: Signal | AccountSignal | null;
}

/** The end of a page of the list. */
export interface Position {
  received: string;
  id: string;
}

export interface Query {
  id?: string;
  kind?: Entry["kind"];
  visitor?: string;
  stage?: string;
  verification?: NonNullable<Entry["verification"]>;
  provenance?: NonNullable<Entry["provenance"]>;
  forward?: Entry["forward"];
  /** The minimum of witnessed points. */
  witnessed?: number;
  /** The earliest time of receipt, RFC 3339. */
  since?: string;
  /** The time before which entries were received, RFC 3339. */
  until?: string;
  /**
   * Excludes entries whose `due` is later than `after` and not later than `until`; RFC 3339. A store without `due` may
   * ignore it.
   */
  rests?: { after: string; until: string };
  limit?: number;
  /** If true, the oldest entries come first. */
  oldest?: boolean;
  after?: Position;
}

/** The storage of a receiver's entries. */
export interface Store {
  /** Inserts all entries or none, each id once. Returns true for new entries. */
  insert(entries: Entry[]): Promise<boolean[]>;
  /** Updates an entry. A store may ignore `due`; pauses then do not survive a restart of the worker. */
  update(id: string, changes: Pick<Entry, "forward" | "attempts"> & { due?: string | null }): Promise<void>;
  /**
   * Returns a page of entries. The promise is rejected with the code `unkept` if the query filters by a field that is
   * not stored.
   */
  list(query: Query): Promise<{ entries: Entry[]; next: Position | null }>;
  /**
   * Optional. If the entry with this id has the provenance `client`, replaces its `score`, `segment`, `label`,
   * `provenance`, `witnessed`, `happened` and `signal` in one step and returns true.
   */
  upgrade?(entry: Entry): Promise<boolean>;
}

/** Returns a store in Cloudflare's D1, with the tables of `leadscore/migrations`. */
export function d1Store(database: object): Store;

/** Returns a store in memory, for tests. It keeps the newest `most` entries. Default: 10,000. */
export function memoryStore(options?: { most?: number }): Store;

// ---- Mappers, for `forward.to`

export interface HubSpotOptions {
  /** A private app's token. */
  token: string;
  /** The contact property, with unique values, for the visitor's id. Default: `leadscore_visitor`. */
  property?: string;
  /** HubSpot's lifecycle stage for each stage of the model. */
  lifecycle?: { [stage: string]: string };
  /** Further contact properties. */
  properties?: (signal: Signal) => { [name: string]: string };
  /** The contact property for the reasons in one line, from `why`. Default: none. */
  note?: string;
  /** For the note: the content of `MODEL.titles.json`, which `leadscore compile` writes. */
  titles?: ModelTitles;
  /** The note's language: German for `de…`, else English. */
  locale?: string;
  /** The time zone for the days in the note, such as `Europe/Berlin`. */
  timeZone?: string;
}

export { why } from "./why.js";

/** Returns a request that creates or updates a contact; null for signals of accounts. */
export function toHubSpot(signal: Signal | AccountSignal, options: HubSpotOptions): Request | null;

export interface GA4Options {
  measurementId: string;
  apiSecret: string;
  /** GA's client id of the visitor. Default: the visitor's id. */
  clientId?: string | ((signal: Signal) => string);
  /** GA's session id, for attribution. Default: a separate session. */
  sessionId?: string | ((signal: Signal) => string);
  /** Milliseconds since 1970, for tests. */
  now?: () => number;
}

/** Returns a request with the event `qualify_lead` of the Measurement Protocol; null for signals of accounts. */
export function toGA4(signal: Signal | AccountSignal, options: GA4Options): Request | null;
