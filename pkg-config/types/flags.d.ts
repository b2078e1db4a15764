/**
 * A lead for feature flags and experiments.
 *
 * ```ts
 * import { flagContext } from "leadscore/flags";
 *
 * const context = { targetingKey: tracker.id, ...flagContext(tracker.snapshot()) };
 * ```
 *
 * @packageDocumentation
 */
import type { Snapshot } from "./index.js";

/** Attributes of whom a flag is evaluated for. */
export interface LeadAttributes {
  lead_score: number;
  /** `""` for none, as in all of these texts. */
  lead_stage: string;
  /** The one word by which content is varied, such as `near-mql`. */
  lead_segment: string;
  lead_label: string;
  /** What sales has confirmed. */
  lead_lifecycle: string;
  lead_disqualified: boolean;
  lead_next_stage: string;
  /** Points that the next stage lacks; 0 without one. */
  lead_next_points: number;
  lead_near: boolean;
  [dimension: `lead_dimension_${string}`]: number;
}

/**
 * Returns a snapshot as flat attributes, for OpenFeature, GrowthBook, LaunchDarkly and others that take them. Without a
 * snapshot, as before the tracker has started, there are none.
 */
export function flagContext(snapshot: Snapshot | undefined): Partial<LeadAttributes>;
