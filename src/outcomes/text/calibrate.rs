//! `calibrate` in a terminal.

use super::super::durations;
use super::super::report::{Calibrate, RuleChange};
use super::backtest::{name, rows};
use super::table::{row, table};
use super::{data, maybe, number, percent, safe};

/// Returns the most important finding of a calibration.
pub(in crate::outcomes) fn verdict(report: &Calibrate) -> String {
    let [old, new] = report.models.as_slice() else { return String::new() };
    let auc = &report.comparison.auc;
    let figures = format!(
        "AUC {:.3} after {:.3} on the test rows, a difference of {:+.3} ({:+.3} to {:+.3})",
        new.auc.value, old.auc.value, auc.value, auc.low, auc.high
    );
    if report.fit.most_rules == 0 {
        return format!(
            "The author's points are kept: {} train rows are won, and each changed rule needs ten.",
            report.fit.won
        );
    }
    let changed = report.fit.changed_rules;
    match (report.better, report.adopted) {
        (true, _) => format!("The new points are significantly better: {figures}; {changed} rules changed."),
        (false, true) => {
            format!("The new points are not significantly better: {figures}; they are written because of --anyway.")
        }
        _ => format!("The author's points are kept because the new ones are not significantly better: {figures}."),
    }
}

fn half_life(seconds: Option<u64>) -> String {
    seconds.map_or_else(|| "-".to_owned(), |seconds| durations::text(seconds * 1_000))
}

fn kept(change: &RuleChange) -> &'static str {
    match change.kept.as_deref() {
        Some("locked") => "locked",
        Some("disqualifies") => "disqualifies, so its points do not matter",
        Some("thin_support") => "kept: too few rows to judge",
        Some("limit") => "kept: not among the rules that differ most",
        Some("fits") => "kept: it fits",
        _ => "",
    }
}

pub(super) fn text(report: &Calibrate) -> String {
    let mut out = format!("{}\n\n{}", report.verdict, rows(&report.rows));
    out.push_str(&format!("  {}\n", data(&report.data)));
    let mut list = vec![row(["rule", "points", "new", "half-life", "new", "rows", "won", ""])];
    for change in &report.changes {
        list.push(vec![
            safe(&change.rule),
            number(change.old_points),
            number(change.new_points),
            half_life(change.old_half_life),
            half_life(change.new_half_life),
            number(change.rows),
            number(change.won),
            kept(change).to_owned(),
        ]);
    }
    out.push_str(&format!("\n{}", table(&list)));
    if !report.stages.is_empty() {
        let mut list = vec![row(["stage", "at", "new", "rows", "new", "precision", "chosen by"])];
        for stage in &report.stages {
            list.push(vec![
                safe(&stage.stage),
                number(stage.old_at),
                number(stage.new_at),
                number(stage.old_rows),
                number(stage.new_rows),
                maybe(stage.new_precision, percent),
                stage.by.clone(),
            ]);
        }
        out.push_str(&format!("\n{}", table(&list)));
    }
    let mut list = vec![row(["on the test rows", "AUC", "95 %", "Brier", "top tenth"])];
    for model in &report.models {
        list.push(vec![
            format!("{} ({})", name(&model.model), safe(&model.model.file)),
            format!("{:.3}", model.auc.value),
            format!("{:.3}-{:.3}", model.auc.low, model.auc.high),
            format!("{:.4}", model.brier.value),
            percent(model.deciles.first().map_or(0.0, |decile| decile.capture)),
        ]);
    }
    out.push_str(&format!("\n{}", table(&list)));
    out
}
