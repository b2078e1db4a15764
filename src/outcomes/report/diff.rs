//! The report of `diff`.

use serde::{Deserialize, Serialize};

use super::{Condition, Data, ModelName, Psi};

/// The report of `leadscore diff`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diff {
    /// `diff`.
    pub command: String,
    /// The most important finding, in a sentence or two.
    pub verdict: String,
    /// The input data.
    pub data: Data,
    /// The two models.
    pub models: Vec<ModelName>,
    /// Stages of the first model from the lowest, after `visitor` (no stage), before `disqualified`: the rows of
    /// `matrix`.
    pub old_stages: Vec<String>,
    /// Stages of the second model in the same order: the columns of `matrix`.
    pub new_stages: Vec<String>,
    /// Visitors by their stage under the first model (rows) and the second (columns), each at their newest event, or at
    /// `--at`.
    pub matrix: Vec<Vec<u64>>,
    /// Visitors whose stage differs.
    pub moved: u64,
    /// Visitors who moved to a higher stage; a disqualified visitor is below all others.
    pub moved_up: u64,
    /// Visitors who moved to a lower stage.
    pub moved_down: u64,
    /// Signals that each stage sends.
    pub signals: Vec<SignalChange>,
    /// The change of the score distribution; bins are deciles of the first model's scores.
    pub psi: Psi,
    /// The rules that moved visitors, most visitors first.
    pub rules: Vec<RuleMoves>,
    /// Visitors who moved, those with the largest change of score first; at most `--movers`.
    pub movers: Vec<Mover>,
    /// The conditions of `--fail-on`, in order.
    pub conditions: Vec<Condition>,
}

/// The signals of a stage under two models.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SignalChange {
    /// The stage.
    pub stage: String,
    /// Signals under the first model; null if it does not have this stage or the stage does not signal.
    pub old: Option<u64>,
    /// Signals under the second model.
    pub new: Option<u64>,
    /// Signals a week under the first model.
    pub old_a_week: Option<f64>,
    /// Signals a week under the second model.
    pub new_a_week: Option<f64>,
    /// new / old − 1; null if either is null or `old` is 0.
    pub change: Option<f64>,
}

/// The visitors that a rule moved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleMoves {
    /// The rule.
    pub rule: String,
    /// The rule's points in the first model, if it has the rule.
    pub old_points: Option<f64>,
    /// The rule's points in the second model, if it has the rule.
    pub new_points: Option<f64>,
    /// Visitors who moved, and whose change of score comes mostly from this rule.
    pub moved: u64,
}

/// A visitor whose stage differs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mover {
    /// The visitor.
    pub visitor: String,
    /// The stage under the first model.
    pub old_stage: String,
    /// The stage under the second model.
    pub new_stage: String,
    /// The score under the first model.
    pub old_score: f64,
    /// The score under the second model.
    pub new_score: f64,
    /// The rules whose points differ, the largest difference first, at most five.
    pub rules: Vec<MoverRule>,
}

/// The contribution of a rule to the change of a score.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MoverRule {
    /// The rule.
    pub rule: String,
    /// The rule's contribution under the first model, before caps.
    pub old: f64,
    /// The rule's contribution under the second model, before caps.
    pub new: f64,
}
