/**
 * The tracker in React, from version 18. The provider's cleanup gives the lease back, so it works under StrictMode.
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

/** The visitor, as a component uses it. Calls before the tracker runs wait for it; on a server they do nothing. */
export interface Lead extends Pick<Tracker, "track" | "identify" | "lifecycle" | "consent" | "reset"> {
  /** As of the last change of segment; undefined on a server and until the tracker runs. */
  readonly snapshot: Snapshot | undefined;
}

/** Runs the tracker while it is mounted. Options that change later have no effect. */
export function LeadscoreProvider(props: Options & { children?: ReactNode }): ReactNode;

/** Returns the lead.
 *
 * @throws {Error} No provider is around the component.
 */
export function useLead(): Lead;
