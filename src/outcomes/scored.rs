//! The rows under a model: the score of each row and the contribution of each rule.

use super::core;
use super::recording::Recording;
use super::rows::Row;
use super::threads;
use crate::model::{Milli, Model};

/// A row under a model.
#[derive(Clone, Debug)]
pub(super) struct Scored {
    /// The score; a disqualified visitor has the lowest score of all rows.
    pub(super) score: Milli,
    pub(super) disqualified: bool,
    /// The live rules by position, with the contribution of each before caps.
    pub(super) live: Vec<(u32, Milli)>,
}

/// Scores the rows, each at its snapshot.
pub(super) fn score(model: &Model, number: usize, recording: &Recording, rows: &[Row], threads: usize) -> Vec<Scored> {
    let of = |at: usize| {
        let row = &rows[at];
        let score = with_state(model, number, recording, row, |state| core::score(model, state, row.at));
        let live = score.live.iter().map(|live| (live.rule, live.points)).collect();
        Scored { score: score.total, disqualified: score.disqualified, live }
    };
    let mut scored = threads::each(threads, rows.len(), of, &mut |_, _| {});
    let lowest = scored.iter().filter(|row| !row.disqualified).map(|row| row.score).min();
    for row in scored.iter_mut().filter(|row| row.disqualified) {
        row.score = lowest.unwrap_or_default();
    }
    scored
}

/// Calls a function with the state of a row at its snapshot.
pub(super) fn with_state<T>(
    model: &Model,
    number: usize,
    recording: &Recording,
    row: &Row,
    take: impl FnOnce(&crate::State) -> T,
) -> T {
    if let Some(given) = row.given.and_then(|given| recording.given.get(given)) {
        return take(given.states.get(number).unwrap_or(&crate::State::default()));
    }
    let visitor = recording.visitors.get_index(row.visitor);
    let facts = visitor.map_or(&[][..], |(_, visitor)| visitor.facts_until(number, row.at));
    take(&core::state(model, facts))
}

/// Returns the score of a row without the contribution of one rule.
pub(super) fn score_without(model: &Model, row: &Scored, rule: u32, sums: &mut [Milli]) -> Milli {
    sums.fill(0);
    for (own, points) in row.live.iter().filter(|(own, _)| *own != rule) {
        let dimension = model.rule(*own).map_or(0, |rule| rule.dimension as usize);
        if let Some(sum) = sums.get_mut(dimension) {
            *sum += points;
        }
    }
    let total = sums.iter().zip(&model.dimensions).map(|(sum, dimension)| dimension.bounds.clamp(*sum)).sum();
    model.score.clamp(total)
}
