//! What `backtest`, `calibrate` and `diff` report: the structure of `--json`, of which every other form is made.
//!
//! Points are in points, durations in seconds unless the name says otherwise, shares and rates between 0 and 1, times in
//! RFC 3339 (UTC). A figure that cannot be told from the data is null, never 0. The definitions of all figures stand with
//! the functions that compute them and, for users, in the guide.

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
    /// What was read.
    pub data: Data,
    /// The rows that were made of it.
    pub rows: Rows,
    /// One model, or two in the order in which they were given.
    pub models: Vec<ModelReport>,
    /// The second model against the first, on the same rows.
    pub comparison: Option<Comparison>,
    /// The conditions of `--fail-on`, in order.
    pub conditions: Vec<Condition>,
}

/// What was read.
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
    /// Visitors who were told to be lost, and did not win.
    pub lost: u64,
    /// Outcomes of visitors without any event.
    pub unknown_visitors: u64,
    /// Visitors with more than one winning outcome; the first counts.
    pub won_again: u64,
    /// Visitors whose first winning outcome is before their first event.
    pub won_before_first_event: u64,
}

/// The rows: what was known of a visitor at a snapshot, and whether they won after it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    /// Seconds from a visitor's first event to their (first) snapshot.
    pub snapshot: u64,
    /// Seconds between the snapshots of one visitor, if there are several.
    pub every: Option<u64>,
    /// Seconds after a snapshot in which a win counts.
    pub horizon: u64,
    /// Seconds before a win of which nothing is seen.
    pub embargo: u64,
    /// How test rows were told from train rows: `newest` (the newest 30 %), `date` or `visitors` (30 % of the visitors).
    pub split: String,
    /// The time of the split, if it is one of time.
    pub split_at: Option<String>,
    /// The rows that the figures are of: `all`, `train` or `test`.
    pub evaluated: String,
    /// Visitors that have one of these.
    pub visitors: u64,
    /// How many rows these are.
    pub rows: u64,
    /// How many of these are won.
    pub won: u64,
    /// Won rows among them, as a share.
    pub won_rate: f64,
    /// Rows of the older part.
    pub train: Part,
    /// Rows of the newer part.
    pub test: Part,
    /// Rows that are neither: their horizon reaches over the time of the split, or their visitor has rows on both sides.
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
    /// Visitors that have one of these.
    pub visitors: u64,
    /// How many rows these are.
    pub rows: u64,
    /// How many of these are won.
    pub won: u64,
}

/// Which model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelName {
    /// The file's name as it was given.
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

/// How much a distribution moved: Σ (test − train) × ln(test / train) over bins. Below 0.1 is usual, above 0.25 is a lot.
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
    /// The share of what is compared with: train rows, or the first model's scores.
    pub expected: f64,
    /// The share of what is compared: test rows, or the second model's scores.
    pub actual: f64,
}

/// Something to know, for a program and for a person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// `never_live`, `always_live`, `thin_support`, `points_disagree`, `no_effect`, `hurts` or `drifts`.
    pub code: String,
    /// The same in a sentence.
    pub text: String,
}

/// A second model against a first, on the same rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The second's AUC less the first's, both on the same bootstrap draws.
    pub auc: Interval,
    /// The second's share of won rows in the top tenth less the first's.
    pub capture: f64,
    /// The second's Brier score less the first's; below 0 is better.
    pub brier: f64,
    /// `better`, `worse` or `same`: whether the interval of the difference of AUC excludes 0.
    pub result: String,
}

/// A condition of `--fail-on`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// As it was given.
    pub condition: String,
    /// The figure that it asks about; none where it cannot be told.
    pub value: Option<f64>,
    /// True if it holds, so that the command fails. A figure that cannot be told fails too.
    pub failed: bool,
}
