//! The lifecycle stages of marketing and sales, and the rank of a model's own stages among them.

/// In order, as HubSpot names them, with the SAL (sales accepted lead) of the Demand Waterfall between MQL and SQL.
pub(crate) const LIFECYCLE: [&str; 8] =
    ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist"];

/// The `props.stage` of a `lifecycle` event when sales sent the lead back.
pub(crate) const RECYCLED: &[u8] = b"recycled";

/// Returns the position of a name in [`LIFECYCLE`].
pub(crate) fn position(name: &[u8]) -> Option<u32> {
    (0u32..).zip(LIFECYCLE).find(|(_, own)| own.as_bytes() == name).map(|(position, _)| position)
}

/// Returns the decision in `props.stage` of a `lifecycle` event: the position of a stage, or the position after the
/// last for a lead that is sent back.
pub(crate) fn decision(stage: &[u8]) -> Option<u32> {
    if stage == RECYCLED { Some(LIFECYCLE.len() as u32) } else { position(stage) }
}

/// The name at a position; empty beyond.
pub(crate) fn name(position: u32) -> &'static str {
    LIFECYCLE.get(position as usize).copied().unwrap_or_default()
}

/// Ranks leave room between two lifecycle stages for stages of a model's own.
pub(crate) fn rank(position: u32) -> u32 {
    position.saturating_mul(2).saturating_add(1)
}

/// The rank of a stage whose model is not known: that of its name, else just before `mql`.
#[cfg(any(feature = "authoring", feature = "edge"))]
pub(crate) fn rank_of(stage: &[u8]) -> u32 {
    position(stage).map_or(4, rank)
}

/// The rank of one of a model's stages: that of its name; else just before the next stage that has one, just after the
/// last that has one, or just before `mql`.
#[cfg(feature = "authoring")]
pub(crate) fn stage_rank(stages: &[&str], stage: usize) -> u8 {
    let named = |id: &&str| position(id.as_bytes()).map(rank);
    let own = stages.get(stage).and_then(named);
    let next = || stages.iter().skip(stage).find_map(named).map(|rank| rank.saturating_sub(1));
    let last = || stages.iter().rev().find_map(named).map(|rank| rank.saturating_add(1));
    let rank = own.or_else(next).or_else(last).unwrap_or_else(|| rank_of(b""));
    u8::try_from(rank).unwrap_or(u8::MAX)
}
