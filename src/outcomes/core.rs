//! The interface between this engine and the core: no other file here calls the core's scoring.

use crate::event::seconds;
use crate::lead::{self, Room};
use crate::model::{Decay, Milli, Model, kind};
use crate::score;
use crate::score::decay::{self, decayed};
use crate::score::snapshot::Snapshot;
use crate::score::stage;
use crate::score::state::{CONFIRMED, Hit, RECYCLED, State, TRIPS};
use crate::{Error, Event};

pub(super) use crate::score::Score;

/// A hit or verdict of a rule, or a stage that sales confirmed, with its time in ms since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) at: u64,
    slot: u32,
    key: u32,
}

impl Fact {
    fn hit(self) -> Hit {
        Hit { slot: u64::from(self.slot), t: seconds(self.at), key: self.key }
    }
}

/// Returns what an event adds under a model.
pub(super) fn match_event(model: &Model, event: &Event<'_>, at: u64) -> Result<Vec<Hit>, Error> {
    lead::match_event(model, event, at)
}

/// Returns the facts in what an event adds; with `lifecycle`, also the stages that sales confirmed.
pub(super) fn facts(new_hits: &[Hit], at: u64, lifecycle: bool) -> impl Iterator<Item = Fact> {
    let is_ours = move |slot: u64| slot < TRIPS || (lifecycle && matches!(slot, CONFIRMED | RECYCLED));
    let hits = new_hits.iter().filter(move |hit| is_ours(hit.slot));
    hits.map(move |hit| Fact { at, slot: hit.slot as u32, key: hit.key })
}

/// Returns the state after some facts.
pub(super) fn state(model: &Model, facts: &[Fact]) -> State {
    State::of_hits(model, facts.iter().map(|fact| fact.hit()).collect())
}

/// Returns the score at a time in ms since 1970.
pub(super) fn score(model: &Model, state: &State, now: u64) -> Score {
    let now = seconds(now);
    score::score(model, &state.at(model, now), now)
}

/// The stages that trip and the stages that signal, one bit each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tripped {
    pub(super) stages: u64,
    pub(super) signalled: u64,
}

/// Ingests facts at a time in ms since 1970, as [`crate::Lead::ingest`] does.
pub(super) fn ingest(model: &Model, state: &mut State, facts: &[Fact], now: u64) -> Result<Tripped, Error> {
    let new_hits: Vec<Hit> = facts.iter().map(|fact| fact.hit()).collect();
    let (snapshot, stages) = lead::join(model, state, &new_hits, now, Room::Refuse)?;
    let signals = stage::positions(stages).filter(|stage| stage::is_signalled(model, state, *stage));
    let signalled = signals.fold(0, |mask, stage| mask | stage::bit(stage));
    for stage in stage::positions(stages) {
        stage::record(model, state, stage, snapshot.stage_status.met, now);
    }
    Ok(Tripped { stages, signalled })
}

/// Returns the positions of the stages in a mask.
pub(super) fn positions(mask: u64) -> impl Iterator<Item = usize> {
    stage::positions(mask).map(|stage| stage as usize)
}

/// Returns the last trip of a stage, in ms since 1970.
pub(super) fn tripped(state: &State, stage: usize) -> Option<u64> {
    state.newest(TRIPS | stage as u64).map(Hit::at)
}

/// Score and stage of a state at a time.
pub(super) struct StageStatus {
    pub(super) score: Score,
    /// Position of the current stage.
    pub(super) stage: Option<usize>,
}

/// Returns score and stage at a time in ms since 1970.
pub(super) fn stage_status(model: &Model, state: &State, now: u64) -> StageStatus {
    let now = seconds(now);
    let Snapshot { score, stage_status } = Snapshot::new(model, &state.at(model, now), now);
    StageStatus { stage: stage_status.current().map(|stage| stage as usize), score }
}

/// Returns true if a stage may trip at an event that fires no rule, because negative points fade or a disqualification
/// ends. A combination may end when its parts do.
pub(super) fn rises_alone(model: &Model) -> bool {
    model.rules.iter().any(|rule| {
        let ends = rule.expires > 0 || rule.kind == kind::ALL;
        let fades = ends || rule.decay.kind != decay::NONE;
        (rule.points < 0 && fades) || (rule.disqualify && ends)
    })
}

/// Returns true if a stage may trip more than once.
pub(super) fn rearms(model: &Model) -> bool {
    model.stages.iter().any(|stage| stage.rearm > 0)
}

/// Returns a rule's half-life in seconds.
pub(super) fn half_life(model: &Model, rule: usize) -> Option<u32> {
    model.rules.get(rule).filter(|rule| rule.decay.kind == decay::HALF_LIFE).map(|rule| rule.decay.time)
}

/// Returns the units of each rule at a time in ms since 1970: the sum of its live hits after decay. Points × units is
/// the rule's contribution. With `half_life` (in seconds), rules that have a half-life and `may` change use this one.
pub(super) fn units(
    model: &Model,
    state: &State,
    now: u64,
    half_life: Option<u32>,
    may: &[bool],
    out: &mut Vec<(u32, f64)>,
) {
    let second = seconds(now);
    let score = score::score(model, state, second);
    for live in &score.live {
        let Some(rule) = model.rule(live.rule) else { continue };
        let mut units = 1.0;
        if rule.kind == kind::EVENT {
            let mut decay = rule.decay;
            if let Some(time) = half_life
                && decay.kind == decay::HALF_LIFE
                && may.get(live.rule as usize).copied().unwrap_or_default()
            {
                decay = Decay { time, ..decay };
            }
            let hits = score::live_hits(rule, state.of(u64::from(live.rule)), second);
            let counted = if rule.at_least { 1 } else { hits.len() };
            units = hits.iter().take(counted).map(|hit| factor(decay, second.saturating_sub(hit.t))).sum();
        }
        out.push((live.rule, units));
    }
    out.sort_unstable_by_key(|(rule, _)| *rule);
}

/// Returns the part of a point that decay leaves.
fn factor(decay: Decay, age: u32) -> f64 {
    const WHOLE: Milli = 10_000_000;
    decayed(WHOLE, decay, age) as f64 / WHOLE as f64
}

/// Converts milli-points to points.
pub(super) fn points(milli: Milli) -> f64 {
    milli as f64 / 1_000.0
}
