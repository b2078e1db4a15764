/**
 * The edge of a site, and the backend behind it.
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
 * Runs wherever there are `Request`, `Response` and WebCrypto: Cloudflare Workers, Deno, Bun and Node need no more than
 * the import; elsewhere call `initSync` or `init` first.
 *
 * @packageDocumentation
 */
import type { ModelTitles } from "./compile.js";
import type { Event, InitInput, Provenance, Receipt, Signal, Snapshot, WasmSource } from "./index.js";

export { Lead, Model, verify } from "./index.js";
export type * from "./index.js";

/** Loads the wasm where it does not come with the import; see `init` of `leadscore`. */
export function init(input: InitInput | Promise<InitInput>): Promise<void>;

/** The same at once, from a module or its bytes. */
export function initSync(options: { module: WasmSource }): void;

/** A secret by a name that may be read by anybody. */
export interface Key {
  /** 1 to 32 letters, digits, `_` and `-`, such as `2026-11`. */
  id: string;
  /** Text, or `whsec_` and base64: at least 32 bytes, such as `openssl rand -hex 32` makes. */
  secret: string;
}

/** What outlives a response: the second argument of a worker's `fetch`. */
export interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

export type Consent = "granted" | "pending" | "denied";

// ---- Visits

/** @throws {TypeError} The options are not what they have to be. @throws {ModelError} The model's bytes are none. */
export function createEdge(options: EdgeOptions): Edge;

export interface EdgeOptions {
  /** What `compile` made: the very bytes that pages score with. */
  model: Uint8Array | ArrayBuffer;
  /** The first one seals and signs, all of them open: put a new one first, drop the old one when its cookies are gone. */
  keys: Key[];
  /**
   * Where signals are posted, signed with the first key: an address, a binding to another worker, or a function such as
   * `(request) => receiver.handle(request)`. Without it none are sent.
   */
  endpoint?: string | URL | { fetch(request: Request): Promise<Response> } | ((request: Request) => Promise<Response>);
  /**
   * What visitors have agreed to. `page` (the default) believes the tag, which writes its cookie where consent is granted
   * and `denied` to it where it is withdrawn; without that cookie, a valid seal counts as granted. Withdrawal and
   * `Sec-GPC: 1` always count as denied. `pending`: this page view is scored, no cookie is read or set. `denied`: nothing
   * is scored either.
   */
  consent?: Consent | "page" | ((request: Request) => Consent | "page" | Promise<Consent | "page">);
  /**
   * The site's origin, such as `https://acme.example`: the `source` of signals, and whom seals are for. The request's
   * origin, if not given. Give it where a proxy ends TLS or asks the worker under another name.
   */
  source?: string;
  /**
   * Also opens what releases up to 0.1 sealed, which named neither model nor site; it is sealed anew. For one major
   * version, until those cookies are gone.
   */
  legacySeals?: boolean;
  /**
   * Where sales' decisions stand: a receiver's store. Asked only for visitors of whom the worker has signalled a stage, and
   * only for what was decided after it first knew their browser by their id: ids are not secrets.
   */
  lifecycle?: Pick<Store, "list">;
  /**
   * The account that a visitor belongs to, such as a company's domain: 1 to 128 characters. Only what the worker can
   * know: a header of the host, the session of who is logged in. Nobody's, if it gives nothing; then the one that
   * `visit.identify` named last counts.
   */
  account?: (request: Request) => string | null | undefined | Promise<string | null | undefined>;
  /** Where accounts are kept: the binding to the Durable Objects of the class that `createAccount` gives. */
  accounts?: AccountNamespace;
  /** Seconds that the cookie is kept: a year at most, and if not given. */
  maxAge?: number;
  /** Called with the name of each thing that is counted in `counts`. */
  count?: (name: EdgeCount) => void;
  /** Milliseconds since 1970, for tests. */
  now?: () => number;
}

/**
 * `oversized`, `unreadable`, `foreign` (no such key), `forged`, `expired`: cookies that were not believed, of visitors who
 * so began anew; `legacy`: a seal of a former release, see `legacySeals`. `page_oversized`, `page_unreadable`: the tag's. `dropped`: events that could not be taken in. `tripped`:
 * visits that sent signals; `sent`, `refused` (by the receiver, for good), `unsent` (after all tries): signals. `lifecycle_failed`,
 * `account_failed`: the store, the account could not be asked. `over_budget`: what has to be kept of a visitor does not
 * fit the cookie or the account, so that the former record stays.
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
   * Opens what is known of the visitor and takes in the page view, if the request is for a page. Whatever the visitor
   * sends, this does not reject.
   */
  visit(request: Request): Promise<Visit>;
  /** An account, by its key. @throws {TypeError} There is no `accounts`. */
  account(key: string): Account;
  /** How often what happened since the worker began. */
  readonly counts: { [name in EdgeCount]?: number };
}

/** One request of a visitor. After `respond` or `free` its methods throw a `UsageError` with the code `usage`. */
export interface Visit {
  /** The visitor's id: the tag's, if there is one. */
  readonly visitor: string;
  readonly consent: Consent;
  /** Of all that the worker saw and the page told. */
  readonly snapshot: Snapshot;
  /** The one word to vary content by. */
  readonly segment: string;
  /** The receipt of the same. */
  explain(): Receipt;
  /** True once the segment, the snapshot or the receipt was looked at: the response may be this visitor's own. */
  readonly isVaried: boolean;
  /** An event that the worker saw, such as a form that was posted to it. */
  track(type: string, props?: Event["props"]): void;
  /**
   * Judges the model's trait rules by what the site knows of who is logged in; traits are not kept. The account, such as
   * their company's domain, is: sealed in the cookie, where `null` takes it away.
   */
  identify(traits: NonNullable<Event["props"]>, account?: string | null): void;
  /** An event with all its parts. @throws {EventError} It has a part that is missing, of a wrong type or too large. */
  ingest(event: Event): void;
  /** The variant of the visitor's segment, or `default`. */
  pick<T>(variants: { default: T; [segment: string]: T }): T;
  /**
   * Sets `data-leadscore-segment` on `<html>`. Reads the beginning of the page only and streams the rest. A page whose root
   * element is not certain to stand there, as in UTF-16 or in a body that is compressed already, goes out unchanged.
   */
  mark(response: Response): Response;
  /**
   * The page's address with the segment as its query, to look a page up in a cache by.
   *
   * @param segments Those that get pages of their own; all others share one. All, if not given.
   */
  cacheKey(segments?: string[]): string;
  /**
   * What to answer with: seals the cookie where there is something new, and sends signals, which `ctx.waitUntil` lets
   * finish. A response with `Set-Cookie` is made `private`; others stay as cacheable as they are, with `Vary: Cookie` if
   * the segment was looked at. A page view counts only if this is a page, no redirect and no error.
   */
  respond(response: Response, ctx?: Context): Promise<Response>;
  /** Gives the memory back, where you do not call `respond`, which does so itself. Nothing is sealed or sent. */
  free(): void;
  [Symbol.dispose](): void;
}

// ---- Accounts

/**
 * A class for Cloudflare's Durable Objects: one object for each account joins what its visitors contribute, and posts a
 * signal when a stage of the model's `account` trips.
 *
 * ```ts
 * export const Account = createAccount({ model, keys, endpoint });
 * ```
 *
 * @param options or a function of the worker's `env` that gives them
 */
export function createAccount<Env = unknown>(
  options: AccountOptions | ((env: Env) => AccountOptions),
): new (ctx: object, env: Env) => { fetch(request: Request): Promise<Response>; alarm(): Promise<void> };

/** What they mean for `createEdge`. The model needs an `account`. */
export type AccountOptions = Pick<EdgeOptions, "model" | "keys" | "endpoint" | "now">;

/** A binding to Durable Objects, as far as it is used. */
export interface AccountNamespace {
  idFromName(name: string): unknown;
  get(id: any): { fetch(request: Request): Promise<Response> };
}

export interface Account {
  /** The account as it is now. */
  snapshot(): Promise<AccountSnapshot>;
  /** Forgets all who go by a visitor's id. Who withdraws consent at the edge is forgotten by itself. */
  forget(visitor: string): Promise<void>;
}

/** A snapshot whose one dimension is the number of people engaged. */
export interface AccountSnapshot extends Snapshot {
  dimensions: { people: number };
  /** Those who add points, the most first; of an account's visitors, the 50 seen last count. */
  people: Person[];
}

export interface Person {
  /** The visitor's id, as the page names it. */
  visitor: string;
  /** By which name the worker knows them in the account; the visitor's id, if not given. */
  person?: string;
  /** What they add: their score, up to `person.max`. */
  points: number;
  engaged: boolean;
  /** RFC 3339. */
  last: string | null;
  /** `client` if a page told any of it. */
  provenance: Provenance;
}

/** What an account's stage sends: its subject is the account's key. */
export interface AccountSignal extends Omit<Signal, "type" | "data"> {
  type: "leadscore.account.reached";
  data: Omit<Signal["data"], "snapshot" | "reasons" | "touchpoints"> & {
    snapshot: Omit<AccountSnapshot, "people">;
    people: (Person & { state: string })[];
  };
}

// ---- The receiver

/** @throws {TypeError} The options are not what they have to be. @throws {ModelError} The bytes of a model are none. */
export function createReceiver(options: ReceiverOptions): Receiver;

export interface ReceiverOptions {
  /** Compiled models whose signals may still arrive, the newest first. */
  models: (Uint8Array | ArrayBuffer)[];
  /**
   * Names of `models` of which an unknown version's signals are stored too, as `unverified` and in a namespace of their
   * own; none, if not given. Of a name that is not in it, an unknown version is answered 503 `model_unknown`, and its
   * senders try again: what is deployed to pages first will be here soon.
   */
  names?: string[];
  store: Store;
  /** Sites whose pages may send, such as `https://acme.example`. */
  origins: string[];
  /** Those of the site's own edge workers, whose signed requests may say `edge`. */
  keys?: Key[];
  /** Bearer tokens for reading signals and for `/lifecycle`, each of at least 16 characters. Without any, nobody may. */
  tokens?: string[];
  forward?: Forward;
  limits?: Limits;
  /** The sender's address, for rate limits only. `CF-Connecting-IP`, if not given; null for no limit. */
  address?: (request: Request) => string | null;
  /** Called with the name of each thing that is counted in `counts`. */
  count?: (name: string) => void;
  /** Milliseconds since 1970, for tests. */
  now?: () => number;
}

export interface Receiver {
  /**
   * `POST` takes a signal or a batch of them, `GET` lists them, `POST …/lifecycle` takes what sales decided. Never
   * rejects.
   */
  handle(request: Request, ctx?: Context): Promise<Response>;
  /** The consumer of the queue that `forward` names. */
  queue(batch: MessageBatch): Promise<void>;
  /** Takes up what could not be forwarded yet; for a cron trigger. Gives how many were. */
  forwardPending(): Promise<number>;
  readonly counts: { [name: string]: number };
}

export interface Forward {
  /** A webhook's address, or what makes a request of a signal, such as `toHubSpot`; null where there is nothing to send. */
  to: string | ((signal: Signal | AccountSignal, entry: Entry) => Request | null | Promise<Request | null>);
  /** Signs requests to an address as Standard Webhooks says; at least 32 bytes. */
  secret?: string;
  /** A Cloudflare queue whose consumer is `receiver.queue`. */
  queue?: { send(message: unknown): Promise<unknown> };
  /** After so many tries a signal is `dead`. Without it, once a try fails when it has been here for a day. */
  attempts?: number;
  /** Whether `unverified` signals are forwarded too; not, if not given. Anybody can make them. */
  unverified?: boolean;
  /** For `why` in a webhook's body: what `leadscore compile` writes to `MODEL.titles.json`; else rules are named by id. */
  titles?: ModelTitles;
  /** The language of `why`: German for `de…`, else English. */
  locale?: string;
  /** In which the days of `why` begin, such as `Europe/Berlin`. */
  timeZone?: string;
}

/** What Cloudflare hands to a queue's consumer. */
export interface MessageBatch {
  messages: readonly {
    body: unknown;
    attempts: number;
    ack(): void;
    retry(options?: { delaySeconds?: number }): void;
  }[];
}

export interface Limits {
  /** Bytes of a body with one signal; 16 KiB if not given. */
  body?: number;
  /** Bytes of a batch, which has at most 20 signals; 64 KiB if not given. */
  batch?: number;
  /** So many believed signals of a visitor per so many seconds; 30 in 60 if not given. Counted by each worker for itself. */
  visitor?: Rate;
  /** The same of a visitor or account, in signed requests; 120 in 60 if not given. */
  signed?: Rate;
  /** Of an address, requests that are not signed or are signed wrongly; 120 in 60 if not given. */
  address?: Rate;
  /** Counts for all workers together, as Cloudflare's rate limiting binding does. */
  limiter?: { limit(options: { key: string }): Promise<{ success: boolean }> };
}

export interface Rate {
  most: number;
  /** Seconds. */
  per: number;
}

/** What is stored of a signal, or of a decision of sales. */
export interface Entry {
  /** The signal's, after `account:` where it is an account's and `unverified:` where it was not verified. */
  id: string;
  kind: "signal" | "account" | "lifecycle";
  visitor: string;
  stage: string;
  /** As the receiver recomputed it; null for decisions. */
  score: number | null;
  segment: string | null;
  label: string | null;
  provenance: Provenance | null;
  /** The score of what the edge worker itself saw; null where no worker says. */
  witnessed: number | null;
  verification: "verified" | "unverified" | null;
  /** RFC 3339, by the sender's clock. */
  happened: string;
  /** RFC 3339. */
  received: string;
  forward: "none" | "pending" | "done" | "dead" | "withheld";
  attempts: number;
  /** RFC 3339: until then it is not tried again; null where nothing is waited for. */
  due: string | null;
  /** The newest decision of sales on this visitor, where it is listed. */
  lifecycle: string | null;
  signal: Signal | AccountSignal | null;
}

/** Where a page of the list ends. */
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
  /** Witnessed points, at least so many. */
  witnessed?: number;
  /** Received then or later, RFC 3339. */
  since?: string;
  /** Received before, RFC 3339. */
  until?: string;
  /**
   * Leaves out entries whose `due` is later than `after` and not later than `until`; RFC 3339. A store without `due` may
   * ignore it.
   */
  rests?: { after: string; until: string };
  limit?: number;
  /** Oldest first instead of newest. */
  oldest?: boolean;
  after?: Position;
}

/** Where a receiver keeps its entries. */
export interface Store {
  /** All or none, each id once; true for those that were new. */
  insert(entries: Entry[]): Promise<boolean[]>;
  /** A store may leave `due` out; then a wait that was asked for does not outlive the worker. */
  update(id: string, changes: Pick<Entry, "forward" | "attempts"> & { due?: string | null }): Promise<void>;
  /** Rejects with an error of code `unkept` if the query filters by a field that the store does not keep. */
  list(query: Query): Promise<{ entries: Entry[]; next: Position | null }>;
  /**
   * Optional. If the entry with this id has provenance `client`: takes `score`, `segment`, `label`, `provenance`,
   * `witnessed`, `happened` and `signal` of this one, in one step; true where it did.
   */
  upgrade?(entry: Entry): Promise<boolean>;
}

/** Cloudflare's D1, with the tables of `leadscore/migrations`. */
export function d1Store(database: object): Store;

/** In memory, for tests; of more entries than `most` (10,000) the oldest go. */
export function memoryStore(options?: { most?: number }): Store;

// ---- Mappers, for `forward.to`

export interface HubSpotOptions {
  /** A private app's token. */
  token: string;
  /** The contact property, with unique values, that holds the visitor's id; `leadscore_visitor` if not given. */
  property?: string;
  /** HubSpot's lifecycle stage for each stage of the model. */
  lifecycle?: { [stage: string]: string };
  /** Further contact properties. */
  properties?: (signal: Signal) => { [name: string]: string };
  /** A text property of contacts that gets the reasons in one line, as `why` says them; none if not given. */
  note?: string;
  /** For the note: what `leadscore compile` writes to `MODEL.titles.json`. */
  titles?: ModelTitles;
  /** The note's language: German for `de…`, else English. */
  locale?: string;
  /** In which the note's days begin, such as `Europe/Berlin`. */
  timeZone?: string;
}

export { why } from "./why.js";

/** Creates or updates a contact; null for an account's signal, which is none. */
export function toHubSpot(signal: Signal | AccountSignal, options: HubSpotOptions): Request | null;

export interface GA4Options {
  measurementId: string;
  apiSecret: string;
  /** GA's own id of the visitor, where the site knows it; the visitor's id if not given. */
  clientId?: string | ((signal: Signal) => string);
  /** GA's own id of the session, for its attribution; a session of its own if not given. */
  sessionId?: string | ((signal: Signal) => string);
  /** Milliseconds since 1970, for tests. */
  now?: () => number;
}

/** The event `qualify_lead` of the Measurement Protocol; null for an account's signal. */
export function toGA4(signal: Signal | AccountSignal, options: GA4Options): Request | null;
