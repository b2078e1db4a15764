//! The current stage of a score, the distance to the next one, and trips.

use crate::event::lifecycle;
use crate::model::{Milli, Model, Stage};
use crate::score::Score;
use crate::score::state::{Hit, RECYCLED, State, TRIPS};
use crate::text::bytes::{Reader, numbers};

/// The stage of a score, and the distance to the next one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StageStatus {
    /// A bit for each stage that is met; models have at most 64.
    pub(crate) met: u64,
    /// The number of stages up to the current one, the last that is met.
    pub(crate) reached: u32,
    /// The points that the next stage misses, and whether that is near.
    pub(crate) missing: Milli,
    pub(crate) near: bool,
}

impl StageStatus {
    /// The last stage that is met.
    pub(crate) fn current(&self) -> Option<u32> {
        self.reached.checked_sub(1)
    }

    /// The first stage after the current one; none of a disqualified lead.
    pub(crate) fn next<'a>(&self, model: &'a Model, score: &Score) -> Option<&'a Stage> {
        model.stages.get(self.reached as usize).filter(|_| !score.disqualified)
    }
}

/// Returns the stage status of a score. A disqualified lead meets no stage.
pub(crate) fn stage_status(model: &Model, score: &Score) -> StageStatus {
    let mut stage_status = StageStatus::default();
    if score.disqualified {
        return stage_status;
    }
    for (position, stage) in (0u32..).zip(&model.stages) {
        if is_met(model, stage, score) {
            stage_status.met |= bit(position);
            stage_status.reached = position.wrapping_add(1);
        }
    }
    if let Some(next) = stage_status.next(model, score) {
        stage_status.missing = next.at.wrapping_sub(score.total).max(0);
        stage_status.near = stage_status.missing <= next.near;
    }
    stage_status
}

pub(crate) fn bit(stage: u32) -> u64 {
    1u64.checked_shl(stage).unwrap_or_default()
}

/// Returns true if a stage is met by the points and by the rules that are live.
fn is_met(model: &Model, stage: &Stage, score: &Score) -> bool {
    meets(model, stage, score) || has_auto(model, stage, score)
}

/// Returns true if the points and the requirements of a stage are met.
pub(crate) fn meets(model: &Model, stage: &Stage, score: &Score) -> bool {
    score.total >= stage.at && missing(model, stage, score, &mut |_| {}) == 0
}

/// Returns true if a rule is live that meets a stage alone.
pub(crate) fn has_auto(model: &Model, stage: &Stage, score: &Score) -> bool {
    numbers(model.text(stage.auto)).any(|rule| score.of(rule).is_some())
}

/// Passes on the requirements besides points that a stage does not meet yet, and returns their number: rules by
/// position, then dimensions counted down from -1.
pub(crate) fn missing(model: &Model, stage: &Stage, score: &Score, take: &mut dyn FnMut(i32)) -> u32 {
    let mut count = 0u32;
    for rule in numbers(model.text(stage.requires)) {
        if score.of(rule).is_none() {
            take(rule.cast_signed());
            count = count.wrapping_add(1);
        }
    }
    let mut min = Reader::new(model.text(stage.min));
    while min.more() {
        let (position, amount) = (min.varint(), min.signed());
        if score.dimensions.get(position as usize).is_some_and(|points| *points < amount) {
            take(!position.cast_signed());
            count = count.wrapping_add(1);
        }
    }
    count
}

/// Returns the id of the rule or dimension that a stage misses, see [`missing`].
pub(crate) fn missing_id(model: &Model, number: i32) -> &[u8] {
    match u32::try_from(number) {
        Ok(rule) => model.rule_id(rule),
        Err(_) => model.dimensions.get(!number as usize).map_or(&[], |dimension| model.text(dimension.id)),
    }
}

/// The one word to vary content by.
pub(crate) fn segment(model: &Model, state: &State, score: &Score, stage_status: &StageStatus) -> Vec<u8> {
    if score.disqualified {
        return b"disqualified".to_vec();
    }
    let current = stage_status.current().and_then(|current| model.stages.get(current as usize));
    if let Some(confirmed) = state.lifecycle()
        && Some(lifecycle::rank(confirmed)) > current.map(|stage| stage.rank)
    {
        return lifecycle::name(confirmed).as_bytes().to_vec();
    }
    match (stage_status.next(model, score), current) {
        (Some(next), _) if stage_status.near => [b"near-", model.text(next.id)].concat(),
        (_, Some(current)) => model.text(current.id).to_vec(),
        _ => b"visitor".to_vec(),
    }
}

/// The name of the highest cutoff that each labelled dimension reaches, one after the other; none without labels.
pub(crate) fn label(model: &Model, score: &Score) -> Option<Vec<u8>> {
    let mut labels = Reader::new(model.labels());
    let mut out = Vec::new();
    while labels.more() {
        let points = score.dimensions.get(labels.varint() as usize).copied().unwrap_or_default();
        let mut cutoffs = Reader::new(labels.sized());
        let mut name: &[u8] = b"-";
        while cutoffs.more() {
            let (own, at) = (cutoffs.sized(), cutoffs.signed());
            if points >= at {
                name = own;
                break;
            }
        }
        out.extend_from_slice(name);
    }
    (!model.labels().is_empty()).then_some(out)
}

/// Returns true if the model's labels can form this label, which is none for a model without labels.
#[cfg(feature = "edge")]
pub(crate) fn has_label(model: &Model, label: Option<&[u8]>) -> bool {
    let Some(label) = label else { return model.labels().is_empty() };
    // Names have any length, so several of one dimension may begin the same: all the rests that they leave.
    let mut rests = vec![label];
    let mut labels = Reader::new(model.labels());
    while labels.more() {
        labels.varint();
        let cutoffs = labels.sized();
        let mut next: Vec<&[u8]> = Vec::new();
        let mut names: Vec<&[u8]> = vec![b"-"];
        let mut reader = Reader::new(cutoffs);
        while reader.more() {
            names.push(reader.sized());
            reader.signed();
        }
        for rest in rests {
            for left in names.iter().filter_map(|name| rest.strip_prefix(*name)) {
                if !next.contains(&left) {
                    next.push(left);
                }
            }
        }
        rests = next;
    }
    !model.labels().is_empty() && rests.contains(&&b""[..])
}

/// The rank of a stage among the lifecycle stages; of one that the model does not have, that of its name.
#[cfg(feature = "edge")]
pub(crate) fn rank(model: &Model, id: &[u8]) -> u32 {
    let own = model.stages.iter().find(|stage| model.text(stage.id) == id);
    own.map_or_else(|| lifecycle::rank_of(id), |stage| stage.rank)
}

/// The stages that may trip when they are met.
#[derive(Default)]
pub(crate) struct Armed {
    /// Those that have never tripped.
    fresh: u64,
    /// Those that could trip again if they were not met before: their time has passed, or the lead was sent back since.
    /// Only for them the stages met before matter.
    pub(crate) again: u64,
    /// The second from which on there may be more.
    pub(crate) until: u32,
}

impl Armed {
    pub(crate) fn new(model: &Model, state: &State, now: u32) -> Self {
        let recycled = state.newest(RECYCLED).map(Hit::at);
        let mut armed = Self { until: u32::MAX, ..Self::default() };
        for (position, stage) in (0u32..).zip(&model.stages) {
            let Some(tripped) = state.tripped(position) else {
                armed.fresh |= bit(position);
                continue;
            };
            let rested = stage.rearm > 0 && now.checked_sub(tripped.t).is_some_and(|age| age >= stage.rearm);
            if rested || recycled > Some(tripped.at()) {
                armed.again |= bit(position);
            } else if stage.rearm > 0 {
                armed.until = armed.until.min(tripped.t.saturating_add(stage.rearm));
            }
        }
        armed
    }

    /// Returns those of the met stages that trip, given the stages met before.
    pub(crate) fn tripping(&self, met: u64, met_before: u64) -> u64 {
        met & (self.fresh | self.again & !met_before)
    }
}

/// The positions of a mask's stages, in the model's order.
pub(crate) fn positions(mut mask: u64) -> impl Iterator<Item = u32> {
    core::iter::from_fn(move || {
        let position = mask.trailing_zeros();
        mask &= mask.wrapping_sub(1);
        (position < 64).then_some(position)
    })
}

/// Records a trip at a time in milliseconds since 1970, and that every stage below it, if not met and never tripped,
/// has been passed.
pub(crate) fn record(model: &Model, state: &mut State, stage: u32, met: u64, now: u64) {
    for own in 0..=stage {
        if own == stage || (met & bit(own) == 0 && state.tripped(own).is_none()) {
            state.add_hits(model, &[Hit::fact(TRIPS | u64::from(own), now, 0)]);
        }
    }
}

/// Returns true if a trip of the stage is sent: the stage has `signal`, and sales has not confirmed it or a later one.
pub(crate) fn is_signalled(model: &Model, state: &State, stage: u32) -> bool {
    let confirmed = state.lifecycle().map(lifecycle::rank);
    model.stages.get(stage as usize).is_some_and(|stage| stage.signal && Some(stage.rank) > confirmed)
}
