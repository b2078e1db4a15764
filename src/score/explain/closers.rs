//! The effect of one more event on the score: computed for each rule from the difference that it makes, so that a
//! receipt takes time in proportion to the model and the state and not to their product.

use crate::model::{Milli, Model, Rule, key, kind};
use crate::score::snapshot::Snapshot;
use crate::score::state::{Hit, State};
use crate::score::{self, Live, stage};
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
/// in the model's order. A receipt lists them by [`is_before`].
pub(crate) fn closers(model: &Model, state: &State, now: u32, snapshot: &Snapshot, take: &mut dyn FnMut(Closer)) {
    let mut what_if = WhatIf::new(model, snapshot);
    for (rule, own) in (0u32..).zip(&model.rules) {
        if own.kind == kind::ALL {
            continue;
        }
        let live = after_one_more(model, state, rule, own, now);
        let (points, reaches) = what_if.outcome(rule, live);
        if points > 0 || reaches {
            take(Closer { rule, points, reaches });
        }
    }
}

/// Rules that reach the next stage come first, then those with the most points.
pub(crate) fn is_before(one: &Closer, other: &Closer) -> bool {
    let order = |own: &Closer| (!own.reaches, own.points.wrapping_neg(), own.rule);
    order(one) < order(other)
}

/// Returns the contribution of a rule that fires now, on a value that it has not seen.
fn after_one_more(model: &Model, state: &State, slot: u32, rule: &Rule, now: u32) -> Option<Live> {
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

/// A snapshot's sums and the rules that are live, to which the change of a rule can be added and then undone.
struct WhatIf<'a> {
    model: &'a Model,
    snapshot: &'a Snapshot,
    /// By rule: its points while it is live.
    live: Vec<Option<Milli>>,
    /// By dimension: the sum of its live rules, and that sum within its bounds.
    sums: Vec<Milli>,
    dimensions: Vec<Milli>,
    /// The points of all dimensions.
    total: Milli,
    disqualifying: u32,
    combinations: Vec<Members>,
    /// For each rule that a combination names, in order: the rule in the high half, the number of the combination in
    /// the low.
    members: Vec<u64>,
    /// By rule: the stages that require it and those that it reaches automatically, a bit for each.
    named: Vec<(u64, u64)>,
    /// By stage: the number of required rules that are not live, and of automatic ones that are.
    counts: Vec<(u32, u32)>,
}

/// The rules that a combination names.
#[derive(Clone, Copy)]
struct Members {
    /// Its position in the model.
    rule: u32,
    /// The number of rules that are not live.
    missing: u32,
    /// The times of the oldest and the second oldest live one, and which the oldest is.
    first: (u32, u32),
    second: u32,
    last: u32,
}

impl<'a> WhatIf<'a> {
    fn new(model: &'a Model, snapshot: &'a Snapshot) -> Self {
        let mut new = Self {
            model,
            snapshot,
            live: vec![None; model.rules.len()],
            sums: vec![0; model.dimensions.len()],
            dimensions: Vec::new(),
            total: 0,
            disqualifying: 0,
            combinations: Vec::new(),
            members: Vec::new(),
            named: vec![(0, 0); model.rules.len()],
            counts: Vec::new(),
        };
        for (position, stage) in (0u32..).zip(&model.stages) {
            let bit = stage::bit(position);
            let mut missing = 0u32;
            for rule in numbers(model.text(stage.requires)) {
                let Some((requires, _)) = new.named.get_mut(rule as usize) else { continue };
                count(&mut missing, false, *requires & bit == 0);
                *requires |= bit;
            }
            for rule in numbers(model.text(stage.auto)) {
                let Some((_, auto)) = new.named.get_mut(rule as usize) else { continue };
                *auto |= bit;
            }
            new.counts.push((missing, 0));
        }
        for dimension in &model.dimensions {
            let base = dimension.bounds.clamp(0);
            new.dimensions.push(base);
            new.total = new.total.saturating_add(base);
        }
        for live in &snapshot.score.live {
            new.replace(live.rule, Some(live.points));
        }
        for (position, rule) in (0u32..).zip(&model.rules) {
            if rule.kind != kind::ALL {
                continue;
            }
            let number = new.combinations.len() as u64;
            let mut members = Members { rule: position, missing: 0, first: (u32::MAX, 0), second: u32::MAX, last: 0 };
            for member in numbers(model.text(rule.all)) {
                new.members.push(u64::from(member) << 32 | number);
                match snapshot.score.of(member) {
                    Some(live) => members.add(live),
                    None => members.missing = members.missing.wrapping_add(1),
                }
            }
            new.combinations.push(members);
        }
        sort(&mut new.members);
        new
    }

    /// Returns the points that the score gains, and true if it reaches a further stage, if a rule contributes this.
    /// Zero if that disqualifies.
    fn outcome(&mut self, rule: u32, new: Option<Live>) -> (Milli, bool) {
        let old = self.snapshot.score.of(rule).copied();
        if old == new {
            return (0, false);
        }
        let mut changes = vec![(rule, new.map(|live| live.points))];
        let first = u64::from(rule) << 32;
        let from = self.members.partition_point(|member| *member < first);
        for member in self.members.iter().skip(from).take_while(|member| **member >> 32 == first >> 32) {
            let Some(own) = self.combinations.get(*member as u32 as usize) else { continue };
            let Some(combination) = self.model.rule(own.rule) else { continue };
            let is_live = own.is_live_with(combination.within, rule, old, new);
            changes.push((own.rule, is_live.then_some(combination.points)));
        }
        self.exchange(&mut changes);
        let total = self.model.score.clamp(self.total);
        let points = total.saturating_sub(self.snapshot.score.total);
        let outcome = if self.disqualifying > 0 { (0, false) } else { (points, self.reaches(total)) };
        self.exchange(&mut changes);
        outcome
    }

    /// Returns true if a stage after the current one is met.
    fn reaches(&self, total: Milli) -> bool {
        let mut later = self.model.stages.iter().zip(&self.counts).skip(self.snapshot.stage_status.reached as usize);
        later.any(|(own, &(missing, auto))| {
            let has_minimums = || stage::missing_minimums(self.model, own, &self.dimensions, &mut |_| {}) == 0;
            auto > 0 || (total >= own.at && missing == 0 && has_minimums())
        })
    }

    /// Changes the contributions of rules, and records the former ones.
    fn exchange(&mut self, changes: &mut [(u32, Option<Milli>)]) {
        for (rule, points) in changes {
            *points = self.replace(*rule, *points);
        }
    }

    /// Changes the contribution of a rule, to none if it is not live. Returns the former contribution.
    fn replace(&mut self, rule: u32, new: Option<Milli>) -> Option<Milli> {
        let own = self.model.rule(rule)?;
        let old = core::mem::replace(self.live.get_mut(rule as usize)?, new);
        let number = own.dimension as usize;
        let dimension = self.model.dimensions.get(number);
        if let (Some(dimension), Some(sum), Some(points)) =
            (dimension, self.sums.get_mut(number), self.dimensions.get_mut(number))
        {
            *sum = sum.saturating_sub(old.unwrap_or_default()).saturating_add(new.unwrap_or_default());
            let before = core::mem::replace(points, dimension.bounds.clamp(*sum));
            self.total = self.total.saturating_sub(before).saturating_add(*points);
        }
        let (was, is) = (old.is_some(), new.is_some());
        count(&mut self.disqualifying, own.disqualify && was, own.disqualify && is);
        if was != is {
            let (requires, auto) = self.named.get(rule as usize).copied().unwrap_or_default();
            for (position, (missing, automatic)) in (0u32..).zip(&mut self.counts) {
                let bit = stage::bit(position);
                count(missing, requires & bit != 0 && !was, requires & bit != 0 && !is);
                count(automatic, auto & bit != 0 && was, auto & bit != 0 && is);
            }
        }
        old
    }
}

/// Decrements the count of the old value and increments that of the new one.
fn count(counter: &mut u32, was: bool, is: bool) {
    *counter = counter.wrapping_sub(u32::from(was)).wrapping_add(u32::from(is));
}

impl Members {
    fn add(&mut self, live: &Live) {
        if live.last < self.first.0 {
            (self.first, self.second) = ((live.last, live.rule), self.first.0);
        } else {
            self.second = self.second.min(live.last);
        }
        self.last = self.last.max(live.last);
    }

    /// Returns true if all are live and close enough when one of them, which was `old`, is `new`. It has only become
    /// newer.
    fn is_live_with(&self, within: u32, rule: u32, old: Option<Live>, new: Option<Live>) -> bool {
        let mut missing = self.missing;
        count(&mut missing, old.is_none(), new.is_none());
        let others = if old.is_some() && self.first.1 == rule { self.second } else { self.first.0 };
        let t = new.map_or(0, |live| live.last);
        let apart = self.last.max(t).saturating_sub(others.min(t));
        missing == 0 && (within == 0 || apart <= within)
    }
}
