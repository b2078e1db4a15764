//! The effect of one more event on the score: computed for each rule from the difference that it makes, so that a
//! receipt takes time in proportion to the model and the state and not to their product.

use crate::model::{Milli, Model, Rule, key, kind};
use crate::score::snapshot::Snapshot;
use crate::score::state::{Hit, State};
use crate::score::{self, Live};
use crate::text::bytes::{Reader, numbers};
use crate::text::sort::{sort, sort_by};

/// A rule that one more event could fire, and the points that this would add.
#[derive(PartialEq, PartialOrd)]
pub(crate) struct Closer {
    falls_short: bool,
    less: Milli,
    pub(crate) rule: u32,
    pub(crate) points: Milli,
    /// True if this would reach the next stage.
    pub(crate) reaches: bool,
}

/// Returns the rules that one more event could fire, with the change of the score, including caps and combinations.
/// Rules that reach the next stage come first, then those with the most points.
pub(crate) fn closers(model: &Model, state: &State, now: u32, snapshot: &Snapshot) -> Vec<Closer> {
    let mut closers = Vec::new();
    let mut what_if = WhatIf::new(model, snapshot);
    for (rule, own) in (0u32..).zip(&model.rules) {
        if own.kind == kind::ALL {
            continue;
        }
        let live = after_one_more(model, state, rule, own, now);
        let (points, reaches) = what_if.outcome(rule, live);
        if points > 0 || reaches {
            closers.push(Closer { falls_short: !reaches, less: points.wrapping_neg(), rule, points, reaches });
        }
    }
    sort(&mut closers);
    closers
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

/// A value that the rule has not seen.
fn new_key(hits: &[Hit]) -> u32 {
    let mut key = 0u32;
    while hits.iter().any(|hit| hit.key == key) {
        key = key.wrapping_add(1);
    }
    key
}

/// A snapshot's sums and counts, to which the change of a rule can be added and subtracted.
struct WhatIf<'a> {
    model: &'a Model,
    snapshot: &'a Snapshot,
    /// By dimension: the sum of its live rules, unbounded.
    sums: Vec<Milli>,
    /// The dimensions' sums within their bounds, together.
    total: Milli,
    disqualifying: u32,
    stages: Vec<Needs>,
    combinations: Vec<Members>,
    /// Sorted.
    uses: Vec<Use>,
}

/// The requirements of a stage besides points.
#[derive(Clone, Copy, Default)]
struct Needs {
    /// The number of required rules that are not live, plus the dimensions below their minimum.
    missing: u32,
    /// The number of live rules among those of `auto`.
    auto: u32,
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

/// That the combination or stage number `owner` names the rule or dimension `of`, with an amount where that is one.
#[derive(Clone, Copy)]
struct Use {
    what: What,
    of: u32,
    owner: u32,
    amount: Milli,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Member,
    Required,
    Auto,
    Minimum,
}

/// By what uses are found.
fn key(what: What, of: u32) -> u64 {
    (what as u64) << 32 | u64::from(of)
}

impl<'a> WhatIf<'a> {
    fn new(model: &'a Model, snapshot: &'a Snapshot) -> Self {
        let mut new = Self {
            model,
            snapshot,
            sums: vec![0; model.dimensions.len()],
            total: 0,
            disqualifying: 0,
            stages: vec![Needs::default(); model.stages.len()],
            combinations: Vec::new(),
            uses: Vec::new(),
        };
        for dimension in &model.dimensions {
            new.total = new.total.saturating_add(dimension.bounds.clamp(0));
        }
        new.collect_uses();
        // Without a live rule everything is missing; those that are live take that away.
        let uses = core::mem::take(&mut new.uses);
        for own in &uses {
            if let Some(needs) = new.stages.get_mut(own.owner as usize)
                && (own.what == What::Required || (own.what == What::Minimum && bounded(model, own.of, 0) < own.amount))
            {
                needs.missing = needs.missing.wrapping_add(1);
            }
        }
        new.uses = uses;
        for live in &snapshot.score.live {
            new.replace(live.rule, None, Some(live.points));
        }
        new
    }

    /// Records which rules name which others, and the states of the members of combinations.
    fn collect_uses(&mut self) {
        let mut uses = Vec::new();
        for (position, rule) in (0u32..).zip(&self.model.rules) {
            if rule.kind != kind::ALL {
                continue;
            }
            let owner = self.combinations.len() as u32;
            let mut members = Members { rule: position, missing: 0, first: (u32::MAX, 0), second: u32::MAX, last: 0 };
            for of in numbers(self.model.text(rule.all)) {
                uses.push(Use { what: What::Member, of, owner, amount: 0 });
                match self.snapshot.score.of(of) {
                    Some(live) => members.add(live),
                    None => members.missing = members.missing.wrapping_add(1),
                }
            }
            self.combinations.push(members);
        }
        for (owner, stage) in (0u32..).zip(&self.model.stages) {
            for (what, list) in [(What::Required, stage.requires), (What::Auto, stage.auto)] {
                uses.extend(numbers(self.model.text(list)).map(|of| Use { what, of, owner, amount: 0 }));
            }
            let mut min = Reader::new(self.model.text(stage.min));
            while min.more() {
                uses.push(Use { what: What::Minimum, of: min.varint(), owner, amount: min.signed() });
            }
        }
        sort_by(&mut uses, |a, b| key(a.what, a.of) < key(b.what, b.of));
        self.uses = uses;
    }

    #[inline(never)]
    fn uses(&self, what: What, of: u32) -> core::ops::Range<usize> {
        let before = |key_after| self.uses.partition_point(|own| key(own.what, own.of) < key_after);
        let key = key(what, of);
        before(key)..before(key.wrapping_add(1))
    }

    /// Returns the points that the score gains, and true if it reaches a further stage, if a rule contributes this.
    /// Zero if that
    /// disqualifies.
    fn outcome(&mut self, rule: u32, new: Option<Live>) -> (Milli, bool) {
        let old = self.snapshot.score.of(rule).copied();
        if old == new {
            return (0, false);
        }
        let mut changes = vec![(rule, old.map(|live| live.points), new.map(|live| live.points))];
        for at in self.uses(What::Member, rule) {
            let Some(own) = self.uses.get(at).and_then(|own| self.combinations.get(own.owner as usize)) else {
                continue;
            };
            let Some(combination) = self.model.rule(own.rule) else { continue };
            let is_live = own.is_live_with(combination.within, rule, old, new);
            let now = self.snapshot.score.of(own.rule).map(|live| live.points);
            changes.push((own.rule, now, is_live.then_some(combination.points)));
        }
        for (rule, old, new) in &changes {
            self.replace(*rule, *old, *new);
        }
        let total = self.model.score.clamp(self.total);
        let points = total.saturating_sub(self.snapshot.score.total);
        let outcome = if self.disqualifying > 0 { (0, false) } else { (points, self.reaches(total)) };
        for (rule, old, new) in &changes {
            self.replace(*rule, *new, *old);
        }
        outcome
    }

    /// Returns whether a stage after the current one is met.
    fn reaches(&self, total: Milli) -> bool {
        let is_met = |(needs, at): (&Needs, Milli)| needs.auto > 0 || (total >= at && needs.missing == 0);
        let stages = self.stages.iter().zip(self.model.stages.iter().map(|stage| stage.at));
        stages.skip(self.snapshot.standing.reached as usize).any(is_met)
    }

    /// Lets a rule contribute other points, or none where it is not live.
    fn replace(&mut self, rule: u32, old: Option<Milli>, new: Option<Milli>) {
        if old == new {
            return;
        }
        let Some(own) = self.model.rule(rule) else { return };
        let dimension = own.dimension;
        if let Some(sum) = self.sums.get_mut(dimension as usize) {
            let before = bounded(self.model, dimension, *sum);
            *sum = sum.saturating_sub(old.unwrap_or_default()).saturating_add(new.unwrap_or_default());
            let after = bounded(self.model, dimension, *sum);
            self.total = self.total.saturating_sub(before).saturating_add(after);
            for at in self.uses(What::Minimum, dimension) {
                let Some(own) = self.uses.get(at) else { continue };
                if let Some(needs) = self.stages.get_mut(own.owner as usize) {
                    count(&mut needs.missing, before < own.amount, after < own.amount);
                }
            }
        }
        let (was_live, is_live) = (old.is_some(), new.is_some());
        count(&mut self.disqualifying, own.disqualify && was_live, own.disqualify && is_live);
        for at in self.uses(What::Required, rule) {
            if let Some(needs) = self.uses.get(at).and_then(|own| self.stages.get_mut(own.owner as usize)) {
                count(&mut needs.missing, !was_live, !is_live);
            }
        }
        for at in self.uses(What::Auto, rule) {
            if let Some(needs) = self.uses.get(at).and_then(|own| self.stages.get_mut(own.owner as usize)) {
                count(&mut needs.auto, was_live, is_live);
            }
        }
    }
}

/// The points of a dimension for a sum.
fn bounded(model: &Model, dimension: u32, sum: Milli) -> Milli {
    // A stage's minimum in a dimension that is not there is always reached.
    model.dimensions.get(dimension as usize).map_or(Milli::MAX, |dimension| dimension.bounds.clamp(sum))
}

/// Counts one less for what was, one more for what is.
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

    /// Returns whether all are live and close enough when one of them, which was `old`, is `new`. It has only become newer.
    fn is_live_with(&self, within: u32, rule: u32, old: Option<Live>, new: Option<Live>) -> bool {
        let mut missing = self.missing;
        count(&mut missing, old.is_none(), new.is_none());
        let others = if old.is_some() && self.first.1 == rule { self.second } else { self.first.0 };
        let t = new.map_or(0, |live| live.last);
        let apart = self.last.max(t).saturating_sub(others.min(t));
        missing == 0 && (within == 0 || apart <= within)
    }
}
