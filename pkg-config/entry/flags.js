// A lead for feature flag tools: one flat object for OpenFeature, GrowthBook and LaunchDarkly.

/**
 * Returns a snapshot as attributes of whom a flag is evaluated for. Of what there is none is an empty string, since
 * with some tools a condition on a missing attribute never holds, not even a negated one.
 *
 * @param {any} snapshot undefined, as before the tracker has started, gives no attributes
 */
export function flagContext(snapshot) {
  if (!snapshot) return {};
  const { score, dimensions, stage, next, segment, label, lifecycle, disqualified } = snapshot;
  const context = {
    lead_score: score,
    lead_stage: stage ?? "",
    lead_segment: segment,
    lead_label: label ?? "",
    lead_lifecycle: lifecycle ?? "",
    lead_disqualified: disqualified,
    lead_next_stage: next?.stage ?? "",
    lead_next_points: next?.points ?? 0,
    lead_near: next?.near ?? false,
  };
  for (const id in dimensions) context[`lead_dimension_${id}`] = dimensions[id];
  return context;
}
