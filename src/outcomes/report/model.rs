//! The backtest report of one model.

use serde::{Deserialize, Serialize};

use super::{Interval, ModelName, Note, Psi};

/// The backtest report of one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelReport {
    /// The model.
    pub model: ModelName,
    /// The chance that a won row has a higher score than a row that is not won, with ties counting half.
    pub auc: Interval,
    /// 2 × AUC − 1.
    pub gini: f64,
    /// The largest distance between the shares of won and other rows at or above a score.
    pub ks: f64,
    /// The score with the largest distance.
    pub ks_at: f64,
    /// The quality of the probabilities from scores.
    pub brier: Brier,
    /// Tenths of the rows, the highest scores first.
    pub deciles: Vec<Decile>,
    /// Rows by score, the highest first.
    pub bands: Vec<Band>,
    /// The result for `--capacity`.
    pub capacity: Option<Capacity>,
    /// Every stage, in the model's order.
    pub stages: Vec<StageReport>,
    /// The scores of the older rows compared with the newer rows.
    pub stability: Stability,
    /// Every rule, in the model's order.
    pub rules: Vec<RuleReport>,
    /// Rows whose visitor is disqualified at the snapshot; they count as the lowest score of all rows.
    pub disqualified: u64,
    /// Won rows among them.
    pub disqualified_won: u64,
}

/// Probabilities from scores: p = 1 / (1 + exp(−(intercept + slope × score))), both fitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Brier {
    /// The mean squared error of p.
    pub value: f64,
    /// The mean squared error of a constant p, the won rate.
    pub baseline: f64,
    /// 1 − value / baseline.
    pub skill: f64,
    /// The logarithm of the odds that a point adds.
    pub slope: f64,
    /// The logarithm of the odds of a score of 0.
    pub intercept: f64,
}

/// A tenth of the rows. Rows of one score that fall into two tenths are shared out in proportion, so `rows` and `won`
/// are not whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decile {
    /// 1 for the highest scores.
    pub decile: u32,
    /// Rows in the tenth.
    pub rows: f64,
    /// Won rows in the tenth.
    pub won: f64,
    /// The lowest score in the tenth.
    pub from: f64,
    /// The highest score in the tenth.
    pub to: f64,
    /// won / rows.
    pub rate: f64,
    /// rate / the rate of all rows.
    pub lift: f64,
    /// The share of all won rows in this tenth and those above it.
    pub capture: f64,
}

/// The rows of a range of scores; about a tenth of all, and never one score in two bands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// The lowest score in the band.
    pub from: f64,
    /// The highest score in the band.
    pub to: f64,
    /// Rows in the band.
    pub rows: f64,
    /// Won rows in the band.
    pub won: f64,
    /// won / rows.
    pub rate: f64,
    /// The lower end of the 95 % interval of the rate (Wilson).
    pub low: f64,
    /// The upper end of the 95 % interval of the rate (Wilson).
    pub high: f64,
    /// True if the rate is below that of the next lower band, despite higher scores.
    pub falls: bool,
    /// True if the rate falls by more than chance would explain (two proportions, 95 %).
    pub falls_beyond_noise: bool,
}

/// The result for sales who take a fixed number of leads a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Capacity {
    /// Leads a week.
    pub per_week: f64,
    /// Weeks of snapshots, from the first to the last.
    pub weeks: u64,
    /// Leads taken: those with the highest scores of each week, with ties shared out in proportion.
    pub taken: f64,
    /// Won rows among them.
    pub won: f64,
    /// won / taken.
    pub precision: f64,
    /// won / all won rows.
    pub recall: f64,
    /// The lowest score at or above which, over all weeks together, there are no more rows than capacity.
    pub threshold: Option<f64>,
}

/// The figures of a stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StageReport {
    /// The stage.
    pub stage: String,
    /// The score that the stage requires.
    pub at: f64,
    /// Rows whose visitor had tripped the stage by the snapshot.
    pub trips: f64,
    /// Won rows among them.
    pub won: f64,
    /// won / trips.
    pub precision: Option<f64>,
    /// won / all won rows.
    pub recall: Option<f64>,
    /// The won rate of these rows / that of all rows.
    pub lift: Option<f64>,
    /// Visitors who won at any time in the data and have events before the embargo.
    pub winners: u64,
    /// Winners with a trip before the embargo.
    pub winners_tripped: u64,
    /// winners_tripped / winners.
    pub tripped_before_winning: Option<f64>,
    /// Median seconds from the first trip to the win.
    pub to_won_median: Option<f64>,
    /// 90th percentile of the seconds from the first trip to the win.
    pub to_won_p90: Option<f64>,
    /// Trips a week over all the data, including repeated trips; trips after a win do not count.
    pub trips_a_week: Option<f64>,
}

/// The scores of the older rows compared with the newer rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    /// Bins are deciles of the train rows' scores.
    pub psi: Psi,
    /// AUC on the train rows, if some are won and some are not.
    pub auc_train: Option<f64>,
    /// AUC on the test rows, if some are won and some are not.
    pub auc_test: Option<f64>,
}

/// The figures of a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleReport {
    /// The rule.
    pub rule: String,
    /// The rule's points.
    pub points: f64,
    /// Rows in which the rule is live.
    pub rows: f64,
    /// Won rows among them.
    pub won: f64,
    /// The won rate of these rows / that of all rows.
    pub lift: Option<f64>,
    /// Weight of evidence: ln((won live / won) / (others live / others)), each count with a half added.
    pub woe: Option<f64>,
    /// The fall of AUC if the rule has 0 points; negative if the model is better without it.
    pub drop_one_auc: f64,
    /// The standard error of `drop_one_auc`.
    pub drop_one_se: f64,
    /// PSI of the share of live rows between train and test.
    pub psi: Option<f64>,
    /// Findings for the model's author.
    pub notes: Vec<Note>,
}
