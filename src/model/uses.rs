//! Finds the effects of each rule besides its points.

use super::rule::{Rule, Stage};
use crate::text::bytes::{Reader, numbers};

/// The effects of a rule besides its points.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Use {
    /// A stage's `auto` or `requires`, or a combination, names it, or it disqualifies.
    pub(crate) is_named: bool,
    /// It disqualifies, or a combination that names it does.
    pub(crate) disqualifies: bool,
    /// A hit needs a new score, because it can do more than add points: the rule is named, or a stage has a minimum in
    /// its dimension.
    pub(crate) asks: bool,
}

/// Returns the uses of each rule, by its position. `bytes` are the model's.
pub(super) fn of(bytes: &[u8], dimensions: usize, rules: &[Rule], stages: &[Stage]) -> Vec<Use> {
    let mut uses: Vec<Use> = Vec::new();
    let mut has_minimum = vec![false; dimensions];
    for stage in stages {
        let mut min = Reader::new(stage.min.of(bytes));
        while min.more() {
            if let Some(has_minimum) = has_minimum.get_mut(min.varint() as usize) {
                *has_minimum = true;
            }
            min.signed();
        }
    }
    for rule in rules {
        let disqualifies = rule.disqualify;
        let asks = disqualifies || has_minimum.get(rule.dimension as usize) == Some(&true);
        uses.push(Use { is_named: disqualifies, disqualifies, asks });
    }
    let mut mark = |list: &[u8], disqualifies: bool| {
        for rule in numbers(list) {
            if let Some(used) = uses.get_mut(rule as usize) {
                *used = Use { is_named: true, disqualifies: used.disqualifies || disqualifies, asks: true };
            }
        }
    };
    for stage in stages {
        mark(stage.auto.of(bytes), false);
        mark(stage.requires.of(bytes), false);
    }
    for rule in rules {
        mark(rule.all.of(bytes), rule.disqualify);
    }
    uses
}
