//! The report of `calibrate`.

use serde::{Deserialize, Serialize};

use super::{Comparison, Data, ModelReport, Rows};

/// The report of `leadscore calibrate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibrate {
    /// `calibrate`.
    pub command: String,
    /// The most important finding, in a sentence or two.
    pub verdict: String,
    /// The input data.
    pub data: Data,
    /// The rows made from the data.
    pub rows: Rows,
    /// True if the new points were better than the author's on the test rows, beyond noise.
    pub better: bool,
    /// True if the model that was written has the new points: they were better, or `--anyway` asked for them.
    pub adopted: bool,
    /// The search for the new points.
    pub fit: Fit,
    /// Every rule, in the model's order.
    pub changes: Vec<RuleChange>,
    /// Every stage, in the model's order.
    pub stages: Vec<StageChange>,
    /// The author's model and the new one on the test rows, each as `backtest` reports it.
    pub models: Vec<ModelReport>,
    /// The new model against the author's, on the test rows.
    pub comparison: Comparison,
}

/// The search for new points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Won train rows.
    pub won: u64,
    /// The limit of rules that may change.
    pub most_rules: u64,
    /// Number of rules that changed.
    pub changed_rules: u64,
    /// The strength of the ridge, by cross-validation.
    pub lambda: f64,
    /// The logarithm of the odds that a point adds, on the train rows.
    pub slope: f64,
    /// The strengths that were tried.
    pub lambdas: Vec<Tried>,
    /// The half-lives that were tried, in seconds; the author's own as null.
    pub half_lives: Vec<TriedHalfLife>,
}

/// A strength of the ridge that was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The strength.
    pub lambda: f64,
    /// The mean log loss of the train rows that were held out.
    pub loss: f64,
}

/// A half-life that was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TriedHalfLife {
    /// Seconds; null for the author's own half-lives.
    pub half_life: Option<u64>,
    /// The mean log loss of the train rows.
    pub loss: f64,
    /// True for the half-life that is used.
    pub chosen: bool,
}

/// The result of calibration for a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleChange {
    /// The rule.
    pub rule: String,
    /// The author's points.
    pub old_points: f64,
    /// The new points.
    pub new_points: f64,
    /// The author's half-life.
    pub old_half_life: Option<u64>,
    /// The new half-life.
    pub new_half_life: Option<u64>,
    /// Train rows in which the rule is live.
    pub rows: f64,
    /// Won rows among them.
    pub won: f64,
    /// The reason why the rule kept its points: `locked`, `disqualifies`, `thin_support`, `limit` (not among the rules
    /// that may change), `fits` (the author's points are right), or null if they changed.
    pub kept: Option<String>,
}

/// The result of calibration for a stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StageChange {
    /// The stage.
    pub stage: String,
    /// The author's `at`.
    pub old_at: f64,
    /// The new `at`.
    pub new_at: f64,
    /// The criterion for the new `at`: `capacity`, `precision`, `volume` (as many rows as before), or `kept`.
    pub by: String,
    /// Train rows that reach it under the author's model.
    pub old_rows: f64,
    /// Train rows that reach it under the new model.
    pub new_rows: f64,
    /// Share of won rows among them.
    pub new_precision: Option<f64>,
}
