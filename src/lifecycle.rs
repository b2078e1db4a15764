//! The lifecycle stages that marketing and sales share, and where a model's own stages stand among them.

use crate::model::Model;

/// In order, as HubSpot names them, with the SAL (sales accepted lead) of the Demand Waterfall between MQL and SQL.
pub(crate) const LIFECYCLE: [&str; 8] =
    ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist"];

/// What `props.stage` of a `lifecycle` event says when sales sent the lead back.
pub(crate) const RECYCLED: &str = "recycled";

/// Where a name stands in [`LIFECYCLE`].
pub(crate) fn position(name: &str) -> Option<u8> {
    (0u8..).zip(LIFECYCLE).find(|(_, own)| *own == name).map(|(position, _)| position)
}

/// Ranks leave room between two lifecycle stages for stages of a model's own.
pub(crate) fn rank(position: u8) -> u8 {
    position.saturating_mul(2).saturating_add(1)
}

/// The rank of a model's stage: that of its name; else just before the next stage that has one, just after the last that
/// has one, or just before `mql`.
pub(crate) fn stage_rank(model: &Model, stage: usize) -> u8 {
    let own = |from: usize| model.parts.stages.iter().skip(from).find_map(|stage| position(&stage.id)).map(rank);
    let named = model.parts.stages.get(stage).and_then(|stage| position(&stage.id)).map(rank);
    let last = || model.parts.stages.iter().rev().find_map(|stage| position(&stage.id)).map(rank);
    named
        .or_else(|| own(stage).map(|rank| rank.saturating_sub(1)))
        .or_else(|| last().map(|rank| rank.saturating_add(1)))
        .unwrap_or(4)
}
