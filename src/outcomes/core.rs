//! All that the engine asks of the core, in one place.

use crate::decay::{self, decayed};
use crate::event::seconds;
use crate::lead::{self, Room};
use crate::model::{Decay, Milli, Model, kind};
use crate::score;
use crate::snapshot::Snapshot;
use crate::stage;
use crate::state::{CONFIRMED, Hit, RECYCLED, State, TRIPS};
use crate::{Error, Event};

pub(super) use crate::score::Score;

/// A hit or a verdict of a rule, or what sales confirmed, with its time in milliseconds since 1970.
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

/// The facts that an event gives; with `lifecycle`, what sales confirmed too.
pub(super) fn fire(model: &Model, event: &Event<'_>, at: u64, lifecycle: bool) -> Result<Vec<Fact>, Error> {
    let gain = lead::gain(model, event, at)?;
    let is_ours = |slot: u64| slot < TRIPS || (lifecycle && matches!(slot, CONFIRMED | RECYCLED));
    let hits = gain.iter().filter(|hit| is_ours(hit.slot));
    Ok(hits.map(|hit| Fact { at, slot: hit.slot as u32, key: hit.key }).collect())
}

/// The state that facts make.
pub(super) fn state(model: &Model, facts: &[Fact]) -> State {
    State::of_hits(model, facts.iter().map(|fact| fact.hit()).collect())
}

/// The score at a time in milliseconds since 1970.
pub(super) fn score(model: &Model, state: &State, now: u64) -> Score {
    let now = seconds(now);
    score::score(model, &state.at(model, now), now)
}

/// The stages that trip, and those of them that are signalled: a bit for each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tripped {
    pub(super) stages: u64,
    pub(super) signalled: u64,
}

/// Takes in facts at a time in milliseconds, as [`crate::Lead::ingest`] does.
pub(super) fn ingest(model: &Model, state: &mut State, facts: &[Fact], now: u64) -> Result<Tripped, Error> {
    let gain: Vec<Hit> = facts.iter().map(|fact| fact.hit()).collect();
    let (snapshot, stages) = lead::join(model, state, &gain, now, Room::Refuse)?;
    let signals = stage::positions(stages).filter(|stage| stage::is_signalled(model, state, *stage));
    let signalled = signals.fold(0, |mask, stage| mask | stage::bit(stage));
    for stage in stage::positions(stages) {
        stage::record(model, state, stage, snapshot.standing.met, now);
    }
    Ok(Tripped { stages, signalled })
}

/// The stages of a mask.
pub(super) fn positions(mask: u64) -> impl Iterator<Item = usize> {
    stage::positions(mask).map(|stage| stage as usize)
}

/// When a stage last tripped, in milliseconds since 1970.
pub(super) fn tripped(state: &State, stage: usize) -> Option<u64> {
    state.newest(TRIPS | stage as u64).map(Hit::at)
}

/// What a state means at a time.
pub(super) struct Standing {
    pub(super) score: Score,
    /// The position of the current stage.
    pub(super) stage: Option<usize>,
}

/// Score and stage at a time in milliseconds since 1970.
pub(super) fn standing(model: &Model, state: &State, now: u64) -> Standing {
    let now = seconds(now);
    let Snapshot { score, standing } = Snapshot::new(model, &state.at(model, now), now);
    Standing { stage: standing.current().map(|stage| stage as usize), score }
}

/// Returns whether a stage may trip at an event that fires nothing: where a malus fades, or a disqualification ends. Of a
/// combination, what it is made of may.
pub(super) fn rises_alone(model: &Model) -> bool {
    model.rules.iter().any(|rule| {
        let ends = rule.expires > 0 || rule.kind == kind::ALL;
        let fades = ends || rule.decay.kind != decay::NONE;
        (rule.points < 0 && fades) || (rule.disqualify && ends)
    })
}

/// Returns whether a stage may trip more than once.
pub(super) fn rearms(model: &Model) -> bool {
    model.stages.iter().any(|stage| stage.rearm > 0)
}

/// A rule's half-life in seconds.
pub(super) fn half_life(model: &Model, rule: usize) -> Option<u32> {
    model.rules.get(rule).filter(|rule| rule.decay.kind == decay::HALF_LIFE).map(|rule| rule.decay.time)
}

/// How often each rule counts at a time in milliseconds: the sum of what decay leaves of its live hits, so that points × units is what it
/// contributes. With `half_life`, as if all rules that have one (of those that `may` change) had this one, in seconds. By rule.
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

/// What decay leaves of a point.
fn factor(decay: Decay, age: u32) -> f64 {
    const WHOLE: Milli = 10_000_000;
    decayed(WHOLE, decay, age) as f64 / WHOLE as f64
}

/// Milli-points as points.
pub(super) fn points(milli: Milli) -> f64 {
    milli as f64 / 1_000.0
}
