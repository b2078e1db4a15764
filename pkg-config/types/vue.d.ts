/**
 * The tracker in Vue, from version 3.5.
 *
 * ```ts
 * import { createLeadscore, useLead } from "leadscore/vue";
 *
 * createApp(App).use(createLeadscore({ model: "/acme.lsm", endpoint: "/signals" })).mount("#app");
 * const { snapshot, track } = useLead(); // in a component's setup
 * ```
 *
 * @packageDocumentation
 */
import type { App, ShallowRef } from "vue";
import type { Options, Tracker } from "./browser.js";
import type { Snapshot } from "./index.js";

/** The lead in a component. Calls made before the tracker runs are queued; on a server they do nothing. */
export interface Lead extends Pick<Tracker, "track" | "identify" | "lifecycle" | "consent" | "reset"> {
  /** The snapshot at the last change of the segment; undefined on a server and until the tracker runs. */
  readonly snapshot: Readonly<ShallowRef<Snapshot | undefined>>;
}

/** Returns a plugin that runs the tracker while the app is mounted. */
export function createLeadscore(options: Options): { install(app: App): void };

/** Returns the lead.
 *
 * @throws {Error} The plugin is not installed.
 */
export function useLead(): Lead;
