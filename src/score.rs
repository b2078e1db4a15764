//! The score: a pure function of a model, a state and a time.

pub(crate) mod bound;
pub(crate) mod decay;
pub(crate) mod explain;
pub(crate) mod matcher;
#[cfg(feature = "cli")]
pub(crate) mod pages;
pub(crate) mod snapshot;
pub(crate) mod stage;
pub(crate) mod state;

use crate::model::{Milli, Model, Rule, kind};
use crate::score::decay::decayed;
use crate::score::state::{Hit, State};
use crate::text::bytes::numbers;
use crate::text::invariant::held;
use crate::text::sort::sort;

/// A live rule, with its contribution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Live {
    pub(crate) rule: u32,
    pub(crate) points: Milli,
    /// Live hits; 1 of a trait rule; the members of a combination.
    pub(crate) hits: u32,
    /// The newest live time, in seconds.
    pub(crate) last: u32,
}

/// The score of a state at a time.
#[derive(Debug, Default)]
pub(crate) struct Score {
    /// Event and trait rules in the model's order; from [`Score::combined`] on combinations in that order.
    pub(crate) live: Vec<Live>,
    combined: usize,
    /// Contributions other than in `live`, to find out what they would change; without hits those that are not live.
    pub(crate) changed: Vec<Live>,
    /// Each within its bounds.
    pub(crate) dimensions: Vec<Milli>,
    /// Within the score's bounds.
    pub(crate) total: Milli,
    pub(crate) disqualified: bool,
}

/// Scores a state at a second.
pub(crate) fn score(model: &Model, state: &State, now: u32) -> Score {
    let mut score = Score::default();
    let mut rest = state.hits();
    while let Some(first) = rest.first() {
        let Some(rule) = model.rule(first.rule()) else { break };
        let count = rest.iter().take_while(|hit| hit.slot == first.slot).count();
        let (hits, after) = held(rest.split_at_checked(count));
        rest = after;
        let live = live(rule, hits, now);
        if live.hits > 0 {
            score.live.push(live);
        }
    }
    score.combined = score.live.len();
    let mut combinations: Vec<u64> = Vec::new();
    for first in &score.live {
        combinations.extend(model.index.combinations(first.rule).map(u64::from));
    }
    sort(&mut combinations);
    for position in combinations {
        let live = score.combination(model, position as u32);
        score.live.extend(live);
    }
    let is_disqualifying = |live: &Live| model.rule(live.rule).is_some_and(|rule| rule.disqualify);
    score.disqualified = score.live.iter().any(is_disqualifying);
    score.settle(model, score.sums(model, Milli::MIN));
    score
}

/// Returns the contribution of a rule with these of its hits, newest first; the default if it is not live.
pub(crate) fn live(rule: &Rule, hits: &[Hit], now: u32) -> Live {
    let hits = live_hits(rule, hits, now);
    let Some(newest) = hits.first() else { return Live::default() };
    let mut live = Live { rule: newest.rule(), points: rule.points, hits: hits.len() as u32, last: newest.t };
    if rule.kind == kind::TRAIT {
        return if newest.value() != 0 { live } else { Live::default() };
    }
    if rule.at_least && live.hits < rule.limit {
        return Live::default();
    }
    live.points = 0;
    for hit in hits.iter().take(if rule.at_least { 1 } else { hits.len() }) {
        live.points = live.points.wrapping_add(decayed(rule.points, rule.decay, now.saturating_sub(hit.t)));
    }
    live
}

/// Those of a rule's hits, newest first, that are younger than it lets them be.
pub(crate) fn live_hits<'a>(rule: &Rule, hits: &'a [Hit], now: u32) -> &'a [Hit] {
    let is_live = |hit: &&Hit| rule.expires == 0 || now.saturating_sub(hit.t) < rule.expires;
    held(hits.get(..hits.iter().take_while(is_live).count()))
}

impl Score {
    /// Returns for each dimension the sum of its live rules that have at least this many points.
    pub(crate) fn sums(&self, model: &Model, least: Milli) -> Vec<Milli> {
        let mut sums = vec![0; model.dimensions.len()];
        for live in self.live.iter().filter(|live| live.points >= least) {
            let dimension = model.rule(live.rule).and_then(|rule| sums.get_mut(rule.dimension as usize));
            if let Some(sum) = dimension {
                *sum = live.points.wrapping_add(*sum);
            }
        }
        sums
    }

    /// Sets the dimensions and the total to these sums, within their bounds.
    pub(crate) fn settle(&mut self, model: &Model, sums: Vec<Milli>) {
        self.dimensions = sums;
        let mut sum: Milli = 0;
        for (points, dimension) in self.dimensions.iter_mut().zip(&model.dimensions) {
            *points = dimension.bounds.clamp(*points);
            sum = sum.wrapping_add(*points);
        }
        self.total = model.score.clamp(sum);
    }

    /// Returns the contribution of a combination, if all its rules are live and close enough.
    pub(crate) fn combination(&self, model: &Model, position: u32) -> Option<Live> {
        let rule = model.rule(position)?;
        let (mut hits, mut first, mut last) = (0u32, u32::MAX, 0);
        for member in numbers(model.text(rule.all)) {
            let t = self.of(member)?.last;
            (hits, first, last) = (hits.wrapping_add(1), first.min(t), last.max(t));
        }
        let apart = last.saturating_sub(first);
        let live = Live { rule: position, points: rule.points, hits, last };
        (rule.within == 0 || apart <= rule.within).then_some(live)
    }

    /// The live rule at that position of the model.
    pub(crate) fn of(&self, rule: u32) -> Option<&Live> {
        if let Some(live) = self.changed.iter().find(|own| own.rule == rule) {
            return Some(live).filter(|live| live.hits > 0);
        }
        let (own, combined) = self.live.split_at_checked(self.combined)?;
        let find = |sorted: &'_ [Live]| sorted.partition_point(|live| live.rule < rule);
        [own, combined].into_iter().find_map(|list| list.get(find(list)).filter(|live| live.rule == rule))
    }
}
