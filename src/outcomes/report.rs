//! The reports of `backtest`, `calibrate` and `diff`: the structure of `--json`, from which all other formats are made.
//!
//! Points are in points, durations in seconds unless the name has another unit, shares and rates between 0 and 1, times
//! in RFC 3339 (UTC). A figure that the data cannot determine is null, never 0. The functions that compute the figures
//! document their definitions; the guide explains them to users.

mod calibrate;
mod diff;
mod model;

use serde::{Deserialize, Serialize};

pub use calibrate::{Calibrate, Fit, RuleChange, StageChange, Tried, TriedHalfLife};
pub use diff::{Diff, Mover, MoverRule, RuleMoves, SignalChange};
pub use model::{Band, Brier, Capacity, Decile, ModelReport, RuleReport, Stability, StageReport};

/// The report of `leadscore backtest`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// `backtest`.
    pub command: String,
    /// The most important finding, in a sentence or two.
    pub verdict: String,
    /// The input data.
    pub data: Data,
    /// The rows made from the data.
    pub rows: Rows,
    /// One model, or two in the order of the command line.
    pub models: Vec<ModelReport>,
    /// The second model against the first, on the same rows.
    pub comparison: Option<Comparison>,
    /// The conditions of `--fail-on`, in order.
    pub conditions: Vec<Condition>,
}

/// The input data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Data {
    /// Event lines that were read, without outcomes.
    pub events: u64,
    /// Visitors with at least one event.
    pub visitors: u64,
    /// The first event.
    pub first: Option<String>,
    /// The end of the data: `--at`, else the newest event or outcome.
    pub end: Option<String>,
    /// Weeks from the first event to the end of the data.
    pub weeks: f64,
    /// Lines that could not be read.
    pub skipped: u64,
    /// Visitors who won.
    pub won: u64,
    /// Visitors with the outcome `lost` who did not win.
    pub lost: u64,
    /// Outcomes of visitors without any event.
    pub unknown_visitors: u64,
    /// Visitors with more than one winning outcome; the first counts.
    pub won_again: u64,
    /// Visitors whose first winning outcome is before their first event.
    pub won_before_first_event: u64,
}

/// The rows: a visitor's score at a snapshot, and the outcome after it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    /// Seconds from a visitor's first event to their (first) snapshot.
    pub snapshot: u64,
    /// Seconds between the snapshots of one visitor, if there are several.
    pub every: Option<u64>,
    /// Seconds after a snapshot in which a win counts.
    pub horizon: u64,
    /// Seconds before a win that are ignored.
    pub embargo: u64,
    /// The split into train and test rows: `newest` (the newest 30 % test), `date` or `visitors` (30 % of the visitors
    /// test).
    pub split: String,
    /// The time of the split, for a split by time.
    pub split_at: Option<String>,
    /// The rows that the figures describe: `all`, `train` or `test`.
    pub evaluated: String,
    /// Visitors with at least one of these rows.
    pub visitors: u64,
    /// Number of these rows.
    pub rows: u64,
    /// Number of won rows among them.
    pub won: u64,
    /// Share of won rows among them.
    pub won_rate: f64,
    /// The train rows.
    pub train: Part,
    /// The test rows.
    pub test: Part,
    /// Rows in neither part: their horizon extends past the time of the split, or their visitor has rows on both sides.
    pub between: u64,
    /// Visitors left out because they had won before their first snapshot.
    pub won_before_snapshot: u64,
    /// Rows left out because the visitor won within the embargo after the snapshot.
    pub won_within_embargo: u64,
    /// Rows left out because their horizon ends after the data does.
    pub horizon_after_data: u64,
}

/// One part of the rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Visitors with at least one of these rows.
    pub visitors: u64,
    /// Number of these rows.
    pub rows: u64,
    /// Number of won rows among them.
    pub won: u64,
}

/// The identity of a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelName {
    /// The file name from the command line.
    pub file: String,
    /// The model's name.
    pub name: String,
    /// The model's version.
    pub version: u32,
    /// The hash of the compiled model.
    pub hash: String,
}

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The figure.
    pub value: f64,
    /// The 2.5th percentile of the bootstrap draws.
    pub low: f64,
    /// The 97.5th percentile of the bootstrap draws.
    pub high: f64,
}

/// The change of a distribution: Σ (test − train) × ln(test / train) over bins. Below 0.1 is usual, above 0.25 is
/// large.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Psi {
    /// The sum.
    pub value: Option<f64>,
    /// The bins, the lowest scores first.
    pub bins: Vec<PsiBin>,
}

/// A range of scores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PsiBin {
    /// Scores above this, if there is a lower end.
    pub above: Option<f64>,
    /// Scores up to this, if there is an upper end.
    pub to: Option<f64>,
    /// Share in the reference: train rows, or the first model's scores.
    pub expected: f64,
    /// Share in the comparison: test rows, or the second model's scores.
    pub actual: f64,
}

/// A finding, as a code for programs and a sentence for people.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// `never_live`, `always_live`, `thin_support`, `points_disagree`, `no_effect`, `hurts` or `drifts`.
    pub code: String,
    /// The finding in a sentence.
    pub text: String,
}

/// A second model compared with the first, on the same rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The second's AUC less the first's, both on the same bootstrap draws.
    pub auc: Interval,
    /// The second's share of won rows in the top tenth less the first's.
    pub capture: f64,
    /// The second's Brier score less the first's; below 0 is better.
    pub brier: f64,
    /// `better`, `worse` or `same`, by the sign of the difference of AUC; `same` if its interval includes 0.
    pub result: String,
}

/// A condition of `--fail-on`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The condition from the command line.
    pub condition: String,
    /// The figure in the condition; null if the data cannot determine it.
    pub value: Option<f64>,
    /// True if the condition holds, so that the command fails. A figure that cannot be determined fails too.
    pub failed: bool,
}
