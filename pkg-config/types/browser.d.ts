/**
 * The tracker: measures what a visitor does on a page, scores it there, and sends one signal when a
 * stage trips. Before that it makes no request but for its own files.
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

/** What the visitor has agreed to. `pending`: not asked yet, so all stays in memory and nothing is sent. */
export type Consent = "granted" | "pending" | "denied";

/** Tools that ask the visitor: IAB's TCF 2.x and GPP, OneTrust, Cookiebot, Klaro, vanilla-cookieconsent. */
export type ConsentTool = "tcf" | "gpp" | "onetrust" | "cookiebot" | "klaro" | "vanilla-cookieconsent";

/** The attributes of the script tag (`data-model`, …) are these options. */
export interface Options {
  /** The compiled model, or where it is. */
  model: string | URL | Uint8Array;
  /** Where signals are posted. Without it they are announced in the page only. */
  endpoint?: string | undefined;
  /**
   * What holds until the visitor chooses; `denied` holds whatever they choose. `google` follows Consent Mode's
   * `analytics_storage`. The name of a tool follows that tool: `tcf`, or `tcf 1 3` with the purposes, categories or
   * services that the visitor has to allow. Default: `granted`.
   */
  consent?: Consent | "google" | ConsentTool | `${ConsentTool} ${string}` | undefined;
  /** Whether to mirror the state to a cookie, at most 1 kB, for an edge worker. */
  cookie?: boolean | undefined;
  /** The name of a data layer whose events are taken in too, such as `dataLayer`. */
  listen?: string | undefined;
  /**
   * Providers of embedded forms and calendars whose submissions count as `form_submit`: some of `hubspot`, `calendly`,
   * `typeform`, `cal` and `marketo`, with spaces between. `cal=https://meet.acme.example` names a further origin.
   */
  embeds?: string | undefined;
  /** The name of a data layer to push `qualify_lead` to for each signal. */
  push?: string | undefined;
  /** The names of your search's query parameters, with commas. Default: `q,s,search,query,keyword`. */
  search?: string | undefined;
  /** Where the wasm is, if not beside this file. */
  wasm?: InitInput | undefined;
}

/** What is known of a visitor, for trait rules. It is not stored. */
export type Traits = { [name: string]: Json | undefined };

/** A call as the queue takes it, before the tag has loaded and after. */
export type Command =
  | ["track", type: string, props?: { [name: string]: Json | undefined }]
  | ["identify", traits: Traits]
  | ["lifecycle", stage: LifecycleStage | "recycled"]
  | ["consent", value: Consent]
  | ["on", name: "signal" | "segment" | "event", listener: (detail: any) => void]
  | ["reset"]
  | ["stop"];

/** The page's tracker. Nothing here throws: what is wrong is one `console.warn`. */
export interface Tracker {
  /** An event of your own; its type and props are what the model's rules look at. */
  track(type: string, props?: { [name: string]: Json | undefined } | null): void;
  /** Judges the trait rules anew. */
  identify(traits: Traits): void;
  /** What sales has confirmed, or that it sent the lead back. */
  lifecycle(stage: LifecycleStage | "recycled"): void;
  /**
   * The visitor has chosen: kept for all tabs and pages of the site. Denied deletes all that is stored; a browser's
   * Global Privacy Control cannot be overruled.
   */
  consent(value: Consent): void;
  /** Calls back for each signal; returns what ends it. */
  on(name: "signal", listener: (signal: Signal) => void): () => void;
  /** Calls back for each event that was scored, with its address and props; returns what ends it. */
  on(name: "event", listener: (event: Event) => void): () => void;
  /** Calls back at once and whenever the segment changes; returns what ends it. */
  on(name: "segment", listener: (snapshot: Snapshot) => void): () => void;
  /** The consent that holds in this tab: by what the visitor chose in any tab, the option `consent`, and the browser. */
  readonly agreed: Consent | undefined;
  /**
   * The visitor's id, which signals have as `subject`; undefined as long as consent is not granted. A hidden field with the
   * attribute `data-lead-id` has it too.
   */
  readonly id: string | undefined;
  /** From here on it is another visitor. Signals on their way still arrive. */
  reset(): void;
  /** The score of now; undefined after `stop`. */
  snapshot(): Snapshot | undefined;
  /** Several calls, as the queue takes them. */
  push(...commands: Command[]): void;
  /**
   * Gives the lease back: from then on this object does nothing. When no lease is held at the end of a task, the tracker
   * stores the lead and removes all its listeners from the page.
   */
  stop(): void;
}

/**
 * Starts the tracker. If one runs already, from a script tag or from an earlier call, it keeps its options; options that
 * differ cause one warning. Each call returns a lease, so an effect that calls `start` and a cleanup that calls `stop` on
 * the lease may run in any order and any number of times.
 *
 * @throws {LoadError} `load_failed`: the wasm or the model could not be had, or the page's content
 * security policy lacks `'wasm-unsafe-eval'`, or there is no page, as on a server. Calling it again tries again.
 * @throws {ModelError} `model_corrupt` or `model_version`: what was fetched is not a compiled model.
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
