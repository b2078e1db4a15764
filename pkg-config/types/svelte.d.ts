/**
 * The tracker in Svelte, as a store. It runs while the store has a subscriber.
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

/** A store of the snapshot at the last change of the segment. Calls made before the tracker runs are queued. */
export interface LeadStore extends Pick<Tracker, "track" | "identify" | "lifecycle" | "consent" | "reset"> {
  /**
   * Calls `run` at once (with undefined until the tracker runs) and at each change; returns a function that unsubscribes.
   */
  subscribe(run: (snapshot: Snapshot | undefined) => void): () => void;
}

/** Returns a store that runs the tracker while it has a subscriber; on a server it does nothing. */
export function createLead(options: Options): LeadStore;
