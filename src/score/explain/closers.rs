//! The effect of one more event on the score: computed for each rule from the difference that it makes, so that a
//! receipt takes time in proportion to the model and the state and not to their product.

use crate::model::rule::NONE;
use crate::model::{Milli, Model, Rule, Stage, key, kind};
use crate::score::snapshot::Snapshot;
use crate::score::state::{Hit, State};
use crate::score::{self, Live, Score, stage};
use crate::text::bits::Bits;
use crate::text::bytes::numbers;
use crate::text::sort::sort;

/// A rule that one more event could fire, and the points that this would add.
pub(crate) struct Closer {
    pub(crate) rule: u32,
    pub(crate) points: Milli,
    /// True if this would reach the next stage.
    pub(crate) reaches: bool,
}

/// Passes on the rules that one more event could fire, with the change of the score, including caps and combinations,
/// in the model's order. A receipt lists them by [`is_before`]. The snapshot must have a next stage.
pub(crate) fn closers(model: &Model, state: &State, now: u32, snapshot: Snapshot, take: &mut dyn FnMut(Closer)) {
    let Snapshot { mut score, stage_status } = snapshot;
    let (before, sums) = (score.total, score.sums(model, Milli::MIN));
    let (combinations, members) = combinations(model, &score);
    // For each later stage a rule that it requires and that is not live.
    let later = model.stages.get(stage_status.reached as usize..).unwrap_or_default();
    let mut awaited = Vec::new();
    // The rules that meet one of them alone. If none of these is live, only a changed one can be.
    let mut auto = Bits::new(model.rules.len());
    let mut has_auto = false;
    for stage in later {
        for rule in numbers(model.text(stage.auto)) {
            auto.add(rule as usize);
        }
        has_auto |= stage::has_auto(model, stage, &score);
        let mut first = -1;
        stage::missing(model, stage, &score, &mut |number| first = first.max(number));
        awaited.push(first);
    }
    for (rule, own) in (0u32..).zip(&model.rules) {
        if own.kind == kind::ALL {
            continue;
        }
        let new = after_one_more(model, state, rule, own, now);
        if score.of(rule).copied().unwrap_or_default() == new {
            continue;
        }
        let mut sums = sums.clone();
        let mut disqualifies = change(model, &mut score, &mut sums, rule, new);
        let first = u64::from(rule) << 32;
        let from = members.partition_point(|member| *member < first);
        for member in members.iter().skip(from).take_while(|member| **member >> 32 == first >> 32) {
            let Some(own) = combinations.get(*member as u32 as usize) else { continue };
            let combined = score.of(own.rule).is_some();
            if own.may_change(combined, rule, new) {
                let new = score.combination(model, own.rule).unwrap_or_default();
                if (new.hits > 0) != combined {
                    disqualifies |= change(model, &mut score, &mut sums, own.rule, new);
                }
            }
        }
        score.settle(model, sums);
        let is_met = |(stage, awaited): (&Stage, &i32)| {
            let is_awaited = u32::try_from(*awaited).is_ok_and(|rule| score.of(rule).is_none());
            (!is_awaited && stage::meets(model, stage, &score)) || (has_auto && stage::has_auto(model, stage, &score))
        };
        let reaches = score.changed.iter().any(|live| live.hits > 0 && auto.has(live.rule as usize))
            || later.iter().zip(&awaited).any(is_met);
        let points = score.total.wrapping_sub(before);
        if !disqualifies && (points > 0 || reaches) {
            take(Closer { rule, points, reaches });
        }
        score.changed.clear();
    }
}

/// Rules that reach the next stage come first, then those with the most points.
pub(crate) fn is_before(one: &Closer, other: &Closer) -> bool {
    let order = |own: &Closer| (!own.reaches, own.points.wrapping_neg(), own.rule);
    order(one) < order(other)
}

/// Returns the contribution of a rule that fires now, on a value that it has not seen.
fn after_one_more(model: &Model, state: &State, slot: u32, rule: &Rule, now: u32) -> Live {
    let slot = slot.into();
    let hits = state.of(slot);
    let key = match (rule.kind, rule.key) {
        // At the end of the second, so that it is the newest verdict.
        (kind::TRAIT, _) => Hit::fact(slot, 999, 1).key,
        (_, key::PERIOD) => model.period(now, rule.key_of),
        (_, key::DISTINCT) => new_key(hits),
        _ => now,
    };
    score::live(rule, state.with_one_more(model, Hit { slot, t: now, key }).hits(), now)
}

/// Returns a value that the rule has not seen.
fn new_key(hits: &[Hit]) -> u32 {
    let mut key = 0u32;
    while hits.iter().any(|hit| hit.key == key) {
        key = key.wrapping_add(1);
    }
    key
}

/// Changes a rule's contribution in a score and in the sums of the dimensions. Returns true if it now disqualifies.
fn change(model: &Model, score: &mut Score, sums: &mut [Milli], rule: u32, new: Live) -> bool {
    let Some(own) = model.rule(rule) else { return false };
    if let Some(sum) = sums.get_mut(own.dimension as usize) {
        let before = score.of(rule).map_or(0, |live| live.points);
        *sum = new.points.wrapping_sub(before).wrapping_add(*sum);
    }
    score.changed.push(Live { rule, ..new });
    own.disqualify && new.hits > 0
}

/// A combination before a change, to find out quickly what a change cannot affect.
struct Combination {
    /// Its position in the model.
    rule: u32,
    within: u32,
    /// A rule that is not live, if there is one.
    awaited: u32,
    /// The time of the oldest rule.
    first: u32,
}

/// Returns the combinations; and for each rule that a combination names, in order, the rule in the high half, the number
/// of the combination in the low.
fn combinations(model: &Model, score: &Score) -> (Vec<Combination>, Vec<u64>) {
    let (mut combinations, mut members) = (Vec::new(), Vec::new());
    for (rule, own) in (0u32..).zip(&model.rules) {
        let mut combination = Combination { rule, within: own.within, awaited: NONE, first: NONE };
        for member in numbers(model.text(own.all)) {
            members.push(u64::from(member) << 32 | combinations.len() as u64);
            match score.of(member) {
                Some(live) => combination.first = combination.first.min(live.last),
                None => combination.awaited = member,
            }
        }
        combinations.push(combination);
    }
    sort(&mut members);
    (combinations, members)
}

impl Combination {
    /// Returns false if the combination certainly stays what it was when one of its rules changes.
    fn may_change(&self, was_live: bool, rule: u32, new: Live) -> bool {
        if new.hits == 0 {
            true
        } else if self.awaited != NONE {
            self.awaited == rule
        } else {
            !was_live || (self.within > 0 && new.last.saturating_sub(self.first) > self.within)
        }
    }
}
