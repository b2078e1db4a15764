/**
 * The tracker in Svelte, as a store. It runs while somebody subscribes.
 *
 * ```svelte
 * <script>
 *   import { createLead } from "leadscore/svelte";
 *   const lead = createLead({ model: "/acme.lsm", endpoint: "/signals" });
 * </script>
 * {#if $lead?.segment === "near-mql"}<Demo />{/if}
 * ```
 *
 * @packageDocumentation
 */
import type { Options, Tracker } from "./browser.js";
import type { Snapshot } from "./index.js";

/** A store of the snapshot, as of the last change of segment. Calls before the tracker runs wait for it. */
export interface LeadStore extends Pick<Tracker, "track" | "identify" | "lifecycle" | "consent" | "reset"> {
  /** Calls back at once, with undefined until the tracker runs, and with each change; returns what ends it. */
  subscribe(run: (snapshot: Snapshot | undefined) => void): () => void;
}

/** Runs the tracker from the first subscription to the end of the last one; on a server nothing happens. */
export function createLead(options: Options): LeadStore;
