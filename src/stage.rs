//! Which stage a score reaches, how far the next is, and which stages trip.

use crate::lifecycle::{self, LIFECYCLE};
use crate::model::{Milli, Model, Stage};
use crate::score::Score;
use crate::state::{State, Trip};

/// What a score means in the model's stages.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    /// A bit for each stage that is met; models have at most 64.
    pub(crate) met: u64,
    /// The last stage that is met.
    pub(crate) current: Option<usize>,
    pub(crate) next: Option<Next>,
}

/// The stage after the current one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Next {
    pub(crate) stage: usize,
    /// The points it misses.
    pub(crate) points: Milli,
    pub(crate) near: bool,
}

/// Where a lead stands with a score. A disqualified lead meets no stage and has none before it.
pub(crate) fn standing(model: &Model, score: &Score) -> Standing {
    let mut standing = Standing::default();
    if score.disqualified {
        return standing;
    }
    for (position, stage) in model.parts.stages.iter().enumerate() {
        if is_met(stage, score) {
            standing.met |= bit(position);
            standing.current = Some(position);
        }
    }
    let next = standing.current.map_or(0, |current| current.saturating_add(1));
    standing.next = model.parts.stages.get(next).map(|stage| {
        let points = stage.at.saturating_sub(score.total).max(0);
        Next { stage: next, points, near: stage.near.is_some_and(|near| points <= near) }
    });
    standing
}

fn bit(stage: usize) -> u64 {
    u32::try_from(stage).ok().and_then(|stage| 1u64.checked_shl(stage)).unwrap_or_default()
}

fn is_met(stage: &Stage, score: &Score) -> bool {
    let reached = score.total >= stage.at && missing_rules(stage, score).next().is_none();
    (reached && missing_dimensions(stage, score).next().is_none())
        || stage.auto.iter().any(|rule| score.live(*rule).is_some())
}

/// Required rules that are not live, in the stage's order.
fn missing_rules<'a>(stage: &'a Stage, score: &'a Score) -> impl Iterator<Item = u32> + 'a {
    stage.requires.iter().copied().filter(|rule| score.live(*rule).is_none())
}

/// Dimensions that are below what the stage asks of them, in the stage's order.
fn missing_dimensions<'a>(stage: &'a Stage, score: &'a Score) -> impl Iterator<Item = u32> + 'a {
    let reached = |dimension: u32| score.dimensions.get(dimension as usize).copied().unwrap_or_default();
    stage.min.iter().filter(move |(dimension, min)| reached(*dimension) < *min).map(|(dimension, _)| *dimension)
}

/// The ids of what a stage misses besides points: rules, then dimensions.
pub(crate) fn missing<'a>(model: &'a Model, stage: usize, score: &'a Score) -> impl Iterator<Item = &'a str> + 'a {
    model.parts.stages.get(stage).into_iter().flat_map(|stage| {
        let rules = missing_rules(stage, score).filter_map(|rule| model.rule(rule)).map(|rule| rule.id.as_str());
        let dimensions = missing_dimensions(stage, score);
        let dimensions = dimensions.filter_map(|dimension| model.parts.dimensions.get(dimension as usize));
        rules.chain(dimensions.map(|dimension| dimension.id.as_str()))
    })
}

/// The one word to vary content by, and whether it says `near-` before it.
pub(crate) fn segment<'a>(model: &'a Model, state: &State, score: &Score, standing: &Standing) -> (bool, &'a str) {
    let id = |stage: usize| model.parts.stages.get(stage).map_or("", |stage| stage.id.as_str());
    if score.disqualified {
        return (false, "disqualified");
    }
    let rank = standing.current.map(|current| lifecycle::stage_rank(model, current));
    let confirmed = state.lifecycle().filter(|position| Some(lifecycle::rank(*position)) > rank);
    match (confirmed, standing.next, standing.current) {
        (Some(position), ..) => (false, LIFECYCLE.get(usize::from(position)).copied().unwrap_or_default()),
        (None, Some(next), _) if next.near => (true, id(next.stage)),
        (None, _, Some(current)) => (false, id(current)),
        (None, _, None) => (false, "visitor"),
    }
}

/// The name of the highest cutoff that each labelled dimension reaches, one after the other; none without labels.
pub(crate) fn label(model: &Model, score: &Score) -> Option<String> {
    if model.parts.labels.is_empty() {
        return None;
    }
    let letter = |label: &crate::model::Label| {
        let points = score.dimensions.get(label.dimension as usize).copied().unwrap_or_default();
        label.cutoffs.iter().find(|(_, at)| points >= *at).map_or("-", |(name, _)| name.as_str()).to_owned()
    };
    Some(model.parts.labels.iter().map(letter).collect())
}

/// Whether a stage that tripped before may trip again: its time has passed, or the lead was sent back since.
fn is_armed(stage: &Stage, tripped: u32, recycled: Option<u32>, now: u32) -> bool {
    let rested = stage.rearm.is_some_and(|rearm| now.checked_sub(tripped).is_some_and(|age| age >= rearm));
    rested || recycled > Some(tripped)
}

/// The stages that could trip again, if they were not met before: only then does it matter what was met before.
pub(crate) fn rearmed(model: &Model, state: &State, recycled: Option<u32>, now: u32) -> u64 {
    state.trips.iter().fold(0, |mask, trip| match model.parts.stages.get(trip.stage as usize) {
        Some(stage) if is_armed(stage, trip.t, recycled, now) => mask | bit(trip.stage as usize),
        _ => mask,
    })
}

/// The stages that trip, given what is met now and what was before the event, in the model's order.
pub(crate) fn tripping<'a>(
    model: &'a Model,
    state: &'a State,
    met: u64,
    met_before: u64,
    now: u32,
) -> impl Iterator<Item = u32> + 'a {
    let armed = rearmed(model, state, state.recycled, now) & !met_before;
    (0u32..).zip(&model.parts.stages).map(|(stage, _)| stage).filter(move |stage| {
        let bit = bit(*stage as usize);
        met & bit != 0 && (state.tripped(*stage).is_none() || armed & bit != 0)
    })
}

/// Records a trip, and that every stage below it, if not met and never tripped, has been passed.
pub(crate) fn record(state: &mut State, stage: u32, met: u64, now: u32) {
    state.trip(Trip { stage, t: now });
    for below in 0..stage {
        if met & bit(below as usize) == 0 && state.tripped(below).is_none() {
            state.trip(Trip { stage: below, t: now });
        }
    }
}

/// Whether a trip of the stage is sent: it is one to signal, and sales has not confirmed as much.
pub(crate) fn is_signalled(model: &Model, state: &State, stage: u32) -> bool {
    let confirmed = state.lifecycle().map(lifecycle::rank);
    let stage = stage as usize;
    model.parts.stages.get(stage).is_some_and(|stage| stage.signal)
        && confirmed.is_none_or(|confirmed| lifecycle::stage_rank(model, stage) > confirmed)
}
