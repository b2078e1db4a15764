//! The train rows as numbers: the units of each rule in each row, with equal rows merged.

use std::collections::HashMap;

use super::super::core;
use super::super::logistic::Sample;
use super::super::scored::with_state;
use super::super::split::share_of;
use super::search::Task;

/// Number of folds of visitors in cross-validation.
pub(super) const FOLDS: u8 = 5;

/// The fold of a row, and its live rules with their units.
type Key = (u8, Vec<(u32, u64)>);

/// Returns the rows under a half-life, or under the author's own for `None`. Disqualified visitors are left out because
/// points do not affect them.
pub(super) fn sample(task: &Task<'_>, half_life: Option<u32>) -> Sample {
    let may: Vec<bool> = task.rules.iter().map(|rule| !rule.locked).collect();
    let mut sample = Sample { starts: vec![0], columns: task.rules.len(), ..Sample::default() };
    let mut known: HashMap<Key, usize> = HashMap::new();
    let mut units = Vec::new();
    for (row, _) in task.rows.iter().zip(task.scored).filter(|(_, scored)| !scored.disqualified) {
        units.clear();
        with_state(task.model, 0, task.recording, row, |state| {
            core::units(task.model, state, row.at, half_life, &may, &mut units);
        });
        let name = task.recording.visitors.get_index(row.visitor).map_or(&[][..], |(name, _)| name);
        let fold = (share_of(name, task.options.seed.wrapping_add(1)) * f64::from(FOLDS)) as u8;
        let key = (fold, units.iter().map(|(rule, units)| (*rule, units.to_bits())).collect());
        let next = sample.rows.len();
        let position = *known.entry(key).or_insert(next);
        if position == next {
            sample.entries.extend(units.iter().copied().filter(|(_, units)| *units != 0.0));
            sample.starts.push(sample.entries.len());
            sample.rows.push(0.0);
            sample.won.push(0.0);
            sample.folds.push(fold);
        }
        sample.rows[position] += row.weight;
        sample.won[position] += if row.won { row.weight } else { 0.0 };
    }
    sample
}
