//! The figures of a model's stages.

use super::bootstrap::quantile;
use super::core::{self, points};
use super::options::Options;
use super::recording::Recording;
use super::report::StageReport;
use super::rows::Row;
use super::trips::{self, Trips};
use crate::model::Model;

/// Reports on every stage. `rows` are the evaluated rows.
pub(super) fn report(
    model: &Model,
    number: usize,
    recording: &Recording,
    rows: &[Row],
    options: &Options,
    progress: &mut dyn FnMut(u64, u64),
) -> Vec<StageReport> {
    let is_given = !recording.given.is_empty();
    let trips = if is_given { Vec::new() } else { trips::all(model, number, recording, options, progress) };
    let count = |rows: &mut dyn Iterator<Item = &Row>| {
        rows.fold((0.0, 0.0), |(all, won), row| (all + row.weight, won + if row.won { row.weight } else { 0.0 }))
    };
    let (all, won) = count(&mut rows.iter());
    let mut list = Vec::new();
    for (position, stage) in model.stages.iter().enumerate() {
        let tripped = |row: &&Row| {
            let at = match row.given.and_then(|given| recording.given.get(given)) {
                Some(given) => given.states.get(number).and_then(|state| core::tripped(state, position)),
                None => trips.get(row.visitor).and_then(|trips| trips.first.get(position).copied().flatten()),
            };
            at.is_some_and(|at| at <= row.at)
        };
        let (tripped, tripped_won) = count(&mut rows.iter().filter(tripped));
        let precision = (tripped > 0.0).then(|| tripped_won / tripped);
        let mut report = StageReport {
            stage: String::from_utf8_lossy(model.text(stage.id)).into_owned(),
            at: points(stage.at),
            trips: tripped,
            won: tripped_won,
            precision,
            recall: (won > 0.0).then(|| tripped_won / won),
            lift: precision.map(|precision| precision / (won / all)),
            ..StageReport::default()
        };
        if !is_given {
            timeline(&mut report, position, recording, &trips, options);
        }
        list.push(report);
    }
    list
}

/// Adds the figures from the trips of all visitors, independent of rows.
fn timeline(report: &mut StageReport, stage: usize, recording: &Recording, trips: &[Trips], options: &Options) {
    let (mut to_won, mut all) = (Vec::new(), 0u64);
    for (visitor, trips) in recording.visitors.values().zip(trips) {
        all += trips.count.get(stage).copied().map_or(0, u64::from);
        let is_seen = visitor.events.first().is_some_and(|first| *first < visitor.seen_until(options.embargo));
        let Some(won) = visitor.won.filter(|_| is_seen) else { continue };
        report.winners += 1;
        if let Some(first) = trips.first.get(stage).copied().flatten() {
            report.winners_tripped += 1;
            to_won.push(won.saturating_sub(first) as f64 / 1_000.0);
        }
    }
    to_won.sort_unstable_by(f64::total_cmp);
    report.tripped_before_winning = (report.winners > 0).then(|| report.winners_tripped as f64 / report.winners as f64);
    report.to_won_median = quantile(&to_won, 0.5);
    report.to_won_p90 = quantile(&to_won, 0.9);
    report.trips_a_week = (recording.data.weeks > 0.0).then(|| all as f64 / recording.data.weeks);
}
