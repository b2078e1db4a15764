/**
 * The tracker in React, from version 18. The provider's cleanup releases the lease, so it works under StrictMode.
 *
 * ```tsx
 * import { LeadscoreProvider, useLead } from "leadscore/react";
 *
 * const Offer = () => (useLead().snapshot?.segment === "near-mql" ? <Demo /> : null);
 * const App = () => <LeadscoreProvider model="/acme.lsm" endpoint="/signals"><Offer /></LeadscoreProvider>;
 * ```
 *
 * @packageDocumentation
 */
import type { ReactNode } from "react";
import type { Options, Tracker } from "./browser.js";
import type { Snapshot } from "./index.js";

/** The lead in a component. Calls made before the tracker runs are queued; on a server they do nothing. */
export interface Lead extends Pick<Tracker, "track" | "identify" | "lifecycle" | "consent" | "reset"> {
  /** The snapshot at the last change of the segment; undefined on a server and until the tracker runs. */
  readonly snapshot: Snapshot | undefined;
}

/** Runs the tracker while it is mounted. Options that change later have no effect. */
export function LeadscoreProvider(props: Options & { children?: ReactNode }): ReactNode;

/** Returns the lead.
 *
 * @throws {Error} The component is not inside a provider.
 */
export function useLead(): Lead;
