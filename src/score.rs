//! The score: a pure function of a model, a state and a time.

use crate::decay::decayed;
use crate::model::{Combination, EventRule, Kind, Milli, Model, Rule};
use crate::state::{Hit, State};

/// A rule that is live, and what it contributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Live {
    pub(crate) rule: u32,
    pub(crate) points: Milli,
    /// Live hits; 1 of a trait rule; the members of a combination.
    pub(crate) hits: u32,
    /// The newest live time, in seconds.
    pub(crate) last: u32,
}

/// What a state is worth at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    /// Event and trait rules, in the model's order.
    pub(crate) rules: Vec<Live>,
    pub(crate) combinations: Vec<Live>,
    /// Each within its bounds.
    pub(crate) dimensions: Vec<Milli>,
    /// Within the score's bounds.
    pub(crate) total: Milli,
    pub(crate) disqualified: bool,
}

/// Scores a state at a second.
pub(crate) fn score(model: &Model, state: &State, now: u32) -> Score {
    let mut score = Score { dimensions: vec![0; model.parts.dimensions.len()], ..Score::default() };
    let mut verdicts = state.verdicts.iter().filter(|verdict| verdict.holds).peekable();
    let mut groups = state.hits.chunk_by(|a, b| a.rule == b.rule).peekable();
    loop {
        // Both lists are sorted by rule, and a rule is in one of them only.
        let of_hits = groups.peek().and_then(|hits| hits.first()).map_or(u32::MAX, |hit| hit.rule);
        let of_verdicts = verdicts.peek().map_or(u32::MAX, |verdict| verdict.rule);
        let position = of_hits.min(of_verdicts);
        let Some(rule) = model.rule(position) else { break };
        let live = if of_hits <= of_verdicts {
            match (groups.next(), &rule.kind) {
                (Some(hits), Kind::Event(event)) => live_event(rule, event, hits, now),
                _ => None,
            }
        } else {
            verdicts.next().map(|verdict| (rule.points, 1, verdict.t))
        };
        if let Some((points, hits, last)) = live {
            score.add(rule, points);
            score.rules.push(Live { rule: position, points, hits, last });
        }
    }
    for index in 0..score.rules.len() {
        let Some(first) = score.rules.get(index) else { break };
        for position in model.index.combinations(first.rule) {
            let Some(rule) = model.rule(*position) else { continue };
            let Kind::All(combination) = &rule.kind else { continue };
            if let Some(last) = score.live_combination(combination) {
                let hits = u32::try_from(combination.rules.len()).unwrap_or(u32::MAX);
                score.combinations.push(Live { rule: *position, points: rule.points, hits, last });
                score.add(rule, rule.points);
            }
        }
    }
    for (sum, dimension) in score.dimensions.iter_mut().zip(&model.parts.dimensions) {
        *sum = dimension.bounds.clamp(*sum);
    }
    let sum = score.dimensions.iter().fold(0, |sum: Milli, points| sum.saturating_add(*points));
    score.total = model.parts.score.clamp(sum);
    score
}

/// Points, number of live hits, newest live time.
fn live_event(rule: &Rule, event: &EventRule, hits: &[Hit], now: u32) -> Option<(Milli, u32, u32)> {
    let live = live_hits(event, hits, now);
    let points = |hit: &Hit| decayed(rule.points, event.decay, now.saturating_sub(hit.t));
    let newest = live.first()?;
    let points = match event.at_least {
        Some(at_least) if live.len() < at_least as usize => return None,
        Some(_) => points(newest),
        None => live.iter().fold(0, |sum: Milli, hit| sum.saturating_add(points(hit))),
    };
    Some((points, u32::try_from(live.len()).unwrap_or(u32::MAX), newest.t))
}

/// Those of a rule's hits, newest first, that are younger than it lets them be.
pub(crate) fn live_hits<'a>(event: &EventRule, hits: &'a [Hit], now: u32) -> &'a [Hit] {
    let expires = event.expires.unwrap_or(u32::MAX);
    let live = hits.partition_point(|hit| event.expires.is_none() || now.saturating_sub(hit.t) < expires);
    hits.get(..live).unwrap_or_default()
}

impl Score {
    fn add(&mut self, rule: &Rule, points: Milli) {
        if let Some(sum) = self.dimensions.get_mut(rule.dimension as usize) {
            *sum = sum.saturating_add(points);
        }
        self.disqualified |= rule.disqualify;
    }

    /// The newest time of a combination's rules, if all are live and close enough.
    fn live_combination(&self, combination: &Combination) -> Option<u32> {
        let (mut first, mut last) = (u32::MAX, 0);
        for rule in &combination.rules {
            let t = find(&self.rules, *rule)?.last;
            (first, last) = (first.min(t), last.max(t));
        }
        combination.within.is_none_or(|within| last.saturating_sub(first) <= within).then_some(last)
    }

    /// The live rule at that position of the model, of whatever kind.
    pub(crate) fn live(&self, rule: u32) -> Option<&Live> {
        find(&self.rules, rule).or_else(|| self.combinations.iter().find(|live| live.rule == rule))
    }
}

/// The rule in a list that is sorted by rule.
fn find(list: &[Live], rule: u32) -> Option<&Live> {
    list.binary_search_by_key(&rule, |live| live.rule).ok().and_then(|at| list.get(at))
}
