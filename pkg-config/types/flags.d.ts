/**
 * A lead as attributes for feature flags and experiments.
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

/** The attributes of a lead for evaluating flags. */
export interface LeadAttributes {
  lead_score: number;
  /** `""` for none, as in all strings here. */
  lead_stage: string;
  /** The segment, for personalisation, such as `near-mql`. */
  lead_segment: string;
  lead_label: string;
  /** The stage that sales has confirmed. */
  lead_lifecycle: string;
  lead_disqualified: boolean;
  lead_next_stage: string;
  /** Missing points to the next stage; 0 without one. */
  lead_next_points: number;
  lead_near: boolean;
  [dimension: `lead_dimension_${string}`]: number;
}

/**
 * Returns a snapshot as flat attributes, for OpenFeature, GrowthBook, LaunchDarkly and others. Returns no attributes
 * without a snapshot, as before the tracker has started.
 */
export function flagContext(snapshot: Snapshot | undefined): Partial<LeadAttributes>;
