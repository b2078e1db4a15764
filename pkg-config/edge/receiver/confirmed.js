// How far sales has confirmed a visitor, so that nobody is told of a lead who is a customer already.

/** As HubSpot orders them, with the SAL (sales accepted lead) of the Demand Waterfall between MQL and SQL. */
export const STAGES = ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist"];

/** Sales sent the lead back: what was confirmed until then does not count any more. */
export const RECYCLED = "recycled";

// A stage of the model's own stands just before mql.
const OWN = STAGES.indexOf("mql") - 0.5;

const rank = (stage) => (STAGES.includes(stage) ? STAGES.indexOf(stage) : OWN);

/** Whether the decisions of sales reach the stage. Entries of kind `lifecycle`, in any order. */
export function isConfirmed(decisions, stage) {
  const recycled = decisions.filter((decision) => decision.stage === RECYCLED).map(({ happened }) => happened);
  const since = recycled.sort().at(-1) ?? "";
  return decisions.some(
    (decision) => decision.stage !== RECYCLED && decision.happened > since && rank(decision.stage) >= rank(stage),
  );
}
