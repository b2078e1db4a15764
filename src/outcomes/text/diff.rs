//! `diff` in a terminal.

use super::super::report::{Diff, SignalChange};
use super::table::{row, table};
use super::{conditions, counted, data, maybe, number, percent, safe};

/// Returns the most important finding of a diff.
pub(in crate::outcomes) fn verdict(report: &Diff) -> String {
    let visitors = report.data.visitors;
    if report.moved == 0 {
        return format!("None of {} is in another stage.", counted(visitors, "visitor", "visitors"));
    }
    let share = report.moved as f64 / visitors.max(1) as f64;
    let mut out = format!(
        "{} of {} ({}) {} in another stage: {} higher, {} lower.",
        report.moved,
        counted(visitors, "visitor", "visitors"),
        percent(share),
        if report.moved == 1 { "is" } else { "are" },
        report.moved_up,
        report.moved_down
    );
    let most = report.signals.iter().max_by(|a, b| size(a).total_cmp(&size(b))).filter(|change| size(change) > 0.0);
    if let Some(change) = most {
        let was = |count: Option<u64>| count.map_or_else(|| "none".to_owned(), |count| count.to_string());
        let by = maybe(change.change, |change| format!(" ({:+.0} %)", change * 100.0)).replace('-', "\u{2212}");
        let by = if change.change.is_some() { by } else { String::new() };
        out.push_str(&format!(
            " Signals of {}: {} after {}{by}.",
            safe(&change.stage),
            was(change.new),
            was(change.old)
        ));
    }
    out
}

/// Returns the number of signals by which a stage differs.
fn size(change: &SignalChange) -> f64 {
    (change.new.unwrap_or_default() as f64 - change.old.unwrap_or_default() as f64).abs()
}

pub(super) fn text(report: &Diff) -> String {
    let mut out = format!("{}\n\n  {}\n", report.verdict, data(&report.data));
    let mut list =
        vec![["old \\ new".to_owned()].into_iter().chain(report.new_stages.iter().map(|s| safe(s))).collect()];
    for (stage, counts) in report.old_stages.iter().zip(&report.matrix) {
        list.push([safe(stage)].into_iter().chain(counts.iter().map(u64::to_string)).collect::<Vec<_>>());
    }
    out.push_str(&format!("\n{}", table(&list)));
    let mut list = vec![row(["signals", "old", "new", "a week", "new", "change"])];
    for change in &report.signals {
        let count = |count: Option<u64>| count.map_or_else(|| "-".to_owned(), |count| count.to_string());
        list.push(vec![
            safe(&change.stage),
            count(change.old),
            count(change.new),
            maybe(change.old_a_week, |count| format!("{count:.1}")),
            maybe(change.new_a_week, |count| format!("{count:.1}")),
            maybe(change.change, |change| format!("{:+.1} %", change * 100.0)),
        ]);
    }
    out.push_str(&format!("\n{}", table(&list)));
    out.push_str(&format!("\n  scores: PSI {}\n", maybe(report.psi.value, |psi| format!("{psi:.3}"))));
    if !report.rules.is_empty() {
        let mut list = vec![row(["moved most by", "points", "new", "visitors"])];
        for rule in &report.rules {
            list.push(vec![
                safe(&rule.rule),
                maybe(rule.old_points, number),
                maybe(rule.new_points, number),
                rule.moved.to_string(),
            ]);
        }
        out.push_str(&format!("\n{}", table(&list)));
    }
    if !report.movers.is_empty() {
        let mut list = vec![row(["who", "from", "to", "score", "new", "by"])];
        for mover in &report.movers {
            let by: Vec<String> =
                mover.rules.iter().map(|rule| format!("{} {:+.1}", safe(&rule.rule), rule.new - rule.old)).collect();
            list.push(vec![
                safe(&mover.visitor),
                safe(&mover.old_stage),
                safe(&mover.new_stage),
                number(mover.old_score),
                number(mover.new_score),
                by.join(", "),
            ]);
        }
        out.push_str(&format!("\n{}", table(&list)));
    }
    out.push_str(&conditions(&report.conditions));
    out
}
