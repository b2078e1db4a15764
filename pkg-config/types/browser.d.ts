/**
 * The tracker: records what a visitor does on a page, scores it there, and sends one signal when a stage trips. Before
 * that it requests only its own files.
 *
 * ```ts
 * import { start } from "leadscore/browser";
 *
 * const tracker = await start({ model: "/acme.lsm", endpoint: "/signals" });
 * tracker.on("segment", ({ segment }) => document.body.classList.toggle("hot", segment === "near-mql"));
 * tracker.track("demo_request", { plan: "pro" });
 * ```
 *
 * @packageDocumentation
 */
import type { Event, InitInput, Json, LifecycleStage, Signal, Snapshot } from "leadscore";

/** The visitor's consent. `pending`: not asked yet; all data stays in memory and nothing is sent. */
export type Consent = "granted" | "pending" | "denied";

/** Consent tools: IAB's TCF 2.x and GPP, OneTrust, Cookiebot, Klaro, vanilla-cookieconsent. */
export type ConsentTool = "tcf" | "gpp" | "onetrust" | "cookiebot" | "klaro" | "vanilla-cookieconsent";

/** The attributes of the script tag (`data-model`, …) are these options. */
export interface Options {
  /** The compiled model, or its address. */
  model: string | URL | Uint8Array;
  /** The address to which signals are posted. Without it they are dispatched as events in the page only. */
  endpoint?: string | undefined;
  /**
   * The consent until the visitor chooses; `denied` cannot be overridden by a choice. `google` follows Consent Mode's
   * `analytics_storage`. The name of a tool follows that tool: `tcf`, or `tcf 1 3` with the purposes, categories or
   * services that the visitor must allow. Default: `granted`.
   */
  consent?: Consent | "google" | ConsentTool | `${ConsentTool} ${string}` | undefined;
  /** If true, the state is copied to a cookie of at most 1 kB, for an edge worker. */
  cookie?: boolean | undefined;
  /** The name of a data layer whose events are recorded too, such as `dataLayer`. */
  listen?: string | undefined;
  /**
   * Providers of embedded forms and calendars whose submissions count as `form_submit`: some of `hubspot`, `calendly`,
   * `typeform`, `cal` and `marketo`, separated by spaces. `cal=https://meet.acme.example` adds an origin.
   */
  embeds?: string | undefined;
  /** The name of a data layer to which `qualify_lead` is pushed for each signal. */
  push?: string | undefined;
  /** The names of your search's query parameters, separated by commas. Default: `q,s,search,query,keyword`. */
  search?: string | undefined;
  /** The source of the wasm. Default: the file in the folder of this module. */
  wasm?: InitInput | undefined;
}

/** Facts about a visitor, for trait rules. They are not stored. */
export type Traits = { [name: string]: Json | undefined };

/** A call in the queue, which works before and after the tag has loaded. */
export type Command =
  | ["track", type: string, props?: { [name: string]: Json | undefined }]
  | ["identify", traits: Traits]
  | ["lifecycle", stage: LifecycleStage | "recycled"]
  | ["consent", value: Consent]
  | ["on", name: "signal" | "segment" | "event", listener: (detail: any) => void]
  | ["reset"]
  | ["stop"];

/** The page's tracker. Its methods do not throw; problems are logged with `console.warn`. */
export interface Tracker {
  /** Records a custom event. The model's rules match its type and props. */
  track(type: string, props?: { [name: string]: Json | undefined } | null): void;
  /** Evaluates the trait rules. */
  identify(traits: Traits): void;
  /** Records a decision of sales: a confirmed stage, or `recycled`. */
  lifecycle(stage: LifecycleStage | "recycled"): void;
  /**
   * Stores the visitor's choice, for all tabs and pages of the site. `denied` deletes all stored data. Global Privacy
   * Control cannot be overridden.
   */
  consent(value: Consent): void;
  /** Calls `listener` for each signal; returns a function that unsubscribes. */
  on(name: "signal", listener: (signal: Signal) => void): () => void;
  /**
   * Calls `listener` for each event that was scored, with its address and props; for events before consent when it is
   * granted. Returns a function that unsubscribes.
   */
  on(name: "event", listener: (event: Event) => void): () => void;
  /** Calls `listener` at once and whenever the segment changes; returns a function that unsubscribes. */
  on(name: "segment", listener: (snapshot: Snapshot) => void): () => void;
  /**
   * The consent in this tab, from the visitor's choice in any tab, the option `consent`, and Global Privacy Control.
   */
  readonly agreed: Consent | undefined;
  /**
   * The visitor's id, which is the `subject` of signals; undefined unless consent is granted. The tracker also writes
   * it into hidden fields with the attribute `data-lead-id`.
   */
  readonly id: string | undefined;
  /** Begins a new visitor. Signals that are not delivered yet are still sent. */
  reset(): void;
  /** Returns the current snapshot; undefined after `stop`. */
  snapshot(): Snapshot | undefined;
  /** Makes several calls, in the form of the queue. */
  push(...commands: Command[]): void;
  /**
   * Releases the lease; this object then does nothing. If no lease is held at the end of a task, the tracker stores the
   * lead and removes all its listeners from the page.
   */
  stop(): void;
}

/**
 * Starts the tracker. If it already runs, from a script tag or an earlier call, it keeps its options; different options
 * cause one warning. Each call returns a lease, so an effect that calls `start` and a cleanup that calls `stop` on the
 * lease may run in any order and any number of times.
 *
 * @throws {LoadError} `load_failed`: the wasm or the model could not be loaded, or the page's content
 * security policy lacks `'wasm-unsafe-eval'`, or there is no page, as on a server. You can call it again.
 * @throws {ModelError} `model_corrupt` or `model_version`: the file is not a compiled model.
 */
export function start(options: Options): Promise<Tracker>;

declare global {
  interface Window {
    /** A queue until the script tag has loaded, then the tracker: `(window.leadscore ||= []).push([…])`. */
    leadscore?: Command[] | Tracker;
  }
  interface DocumentEventMap {
    "leadscore:event": CustomEvent<Event>;
    "leadscore:signal": CustomEvent<Signal>;
    "leadscore:segment": CustomEvent<Snapshot>;
  }
}
