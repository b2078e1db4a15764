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
    /// What was read.
    pub data: Data,
    /// The two models.
    pub models: Vec<ModelName>,
    /// Stages of the first model from the lowest, after `visitor` (no stage), before `disqualified`: the rows of `matrix`.
    pub old_stages: Vec<String>,
    /// The same of the second model: the columns of `matrix`.
    pub new_stages: Vec<String>,
    /// Visitors by their stage under the first model (rows) and the second (columns), each at their newest event, or at
    /// `--at`.
    pub matrix: Vec<Vec<u64>>,
    /// Visitors whose stage differs.
    pub moved: u64,
    /// Of those, to a higher stage; a disqualified visitor is below all others.
    pub moved_up: u64,
    /// Of those, to a lower stage.
    pub moved_down: u64,
    /// Signals that each stage sends.
    pub signals: Vec<SignalChange>,
    /// How much the distribution of scores moved: bins are deciles of the first model's scores.
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
    /// Signals under the first model; none if it has no such stage, or one that does not signal.
    pub old: Option<u64>,
    /// Signals under the second model.
    pub new: Option<u64>,
    /// The same a week.
    pub old_a_week: Option<f64>,
    /// The same a week.
    pub new_a_week: Option<f64>,
    /// new / old − 1; none if there were none.
    pub change: Option<f64>,
}

/// The visitors that a rule moved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleMoves {
    /// The rule.
    pub rule: String,
    /// Its points in the first model, if it has it.
    pub old_points: Option<f64>,
    /// Its points in the second model, if it has it.
    pub new_points: Option<f64>,
    /// Visitors who moved and of whose change of score this rule's is the largest part.
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

/// A rule's part in the change of a score.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MoverRule {
    /// The rule.
    pub rule: String,
    /// What it adds under the first model, before caps.
    pub old: f64,
    /// What it adds under the second model, before caps.
    pub new: f64,
}
