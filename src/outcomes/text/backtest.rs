//! `backtest` in a terminal.

use super::super::durations;
use super::super::report::{Backtest, Comparison, Interval, ModelName, ModelReport, Rows, StageReport};
use super::table::{row, table};
use super::{conditions, counted, data, maybe, number, percent, safe};

/// Below this number of won rows, the verdict warns.
const FEW: u64 = 10;

pub(super) fn name(model: &ModelName) -> String {
    format!("{} {}", safe(&model.name), model.version)
}

fn interval(interval: &Interval) -> String {
    format!("{:.3} ({:.3} to {:.3})", interval.value, interval.low, interval.high)
}

/// Returns the most important finding of a backtest.
pub(in crate::outcomes) fn verdict(report: &Backtest) -> String {
    let few = match report.rows.won {
        won if won < FEW => {
            format!("Only {} won: too few to be sure of anything. ", counted(won, "row is", "rows are"))
        }
        _ => String::new(),
    };
    match (report.models.as_slice(), &report.comparison) {
        ([old, new], Some(comparison)) => format!("{few}{}", of_two(old, new, comparison)),
        ([model, ..], _) => format!("{few}{}", of_one(model, report.rows.won_rate)),
        _ => few,
    }
}

fn of_one(model: &ModelReport, won_rate: f64) -> String {
    let name = name(&model.model);
    let auc = interval(&model.auc);
    if model.auc.low <= 0.5 && model.auc.high >= 0.5 {
        return format!("The score of {name} does not differ measurably from chance: AUC {auc}.");
    }
    if model.auc.high < 0.5 {
        return format!("{name} ranks in the wrong order: those who win have lower scores, AUC {auc}.");
    }
    let capture = model.deciles.first().map_or(0.0, |decile| decile.capture);
    let mut out = format!(
        "In {:.0} of 100 pairs of a winner and another visitor, {name} scores the winner higher (AUC {auc}). The tenth with the \
         highest scores contains {} of all winners.",
        model.auc.value * 100.0,
        percent(capture),
    );
    if let Some((stage, precision)) = model.stages.iter().find_map(|stage| Some((stage, stage.precision?))) {
        out.push_str(&format!(
            " Of those who had reached {}, {} won; of all, {}.",
            safe(&stage.stage),
            percent(precision),
            percent(won_rate)
        ));
    }
    out
}

fn of_two(old: &ModelReport, new: &ModelReport, comparison: &Comparison) -> String {
    let names = (name(&new.model), name(&old.model));
    let (new_name, old_name) = if names.0 == names.1 { (safe(&new.model.file), safe(&old.model.file)) } else { names };
    let change = format!(
        "AUC {:.3} after {:.3}, a difference of {:+.3} ({:+.3} to {:+.3})",
        new.auc.value, old.auc.value, comparison.auc.value, comparison.auc.low, comparison.auc.high
    );
    match comparison.result.as_str() {
        "better" => format!("{new_name} predicts wins better than {old_name}: {change}."),
        "worse" => format!("{new_name} predicts wins worse than {old_name}: {change}."),
        _ => format!("{new_name} and {old_name} do not differ measurably: {change}."),
    }
}

pub(super) fn text(report: &Backtest) -> String {
    let mut out = format!("{}\n\n{}", report.verdict, rows(&report.rows));
    out.push_str(&format!("  {}\n", data(&report.data)));
    for model in &report.models {
        out.push_str(&format!("\n{} ({})\n\n", name(&model.model), safe(&model.model.file)));
        out.push_str(&self::model(model));
    }
    out.push_str(&conditions(&report.conditions));
    out
}

/// Returns a description of the rows.
pub(super) fn rows(rows: &Rows) -> String {
    let text = |seconds: u64| durations::text(seconds * 1_000);
    let mut out = format!(
        "  {} of {}, {} won ({}): snapshot {} after the first event, won within {}",
        counted(rows.rows, "row", "rows"),
        counted(rows.visitors, "visitor", "visitors"),
        rows.won,
        percent(rows.won_rate),
        text(rows.snapshot),
        text(rows.horizon),
    );
    if let Some(every) = rows.every {
        out.push_str(&format!(", again every {}", text(every)));
    }
    out.push('\n');
    if rows.evaluated != "all" {
        out.push_str(&format!(
            "  {} rows; train {} ({} won), test {} ({} won), between {}\n",
            rows.evaluated, rows.train.rows, rows.train.won, rows.test.rows, rows.test.won, rows.between
        ));
    }
    let left_out: Vec<String> = [
        (rows.won_before_snapshot, "won before the snapshot"),
        (rows.won_within_embargo, "won within the embargo"),
        (rows.horizon_after_data, "whose horizon ends after the data"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    if !left_out.is_empty() {
        out.push_str(&format!("  left out: {}\n", left_out.join(", ")));
    }
    out
}

fn model(model: &ModelReport) -> String {
    let brier = &model.brier;
    let mut out = format!(
        "  AUC {}, Gini {:.3}, KS {:.3} at {} points\n  Brier {:.4} (always {:.4} without a score, {} better); a point multiplies the odds by {:.4}\n",
        interval(&model.auc),
        model.gini,
        model.ks,
        number(model.ks_at),
        brier.value,
        brier.baseline,
        percent(brier.skill),
        libm::exp(brier.slope),
    );
    let stability = &model.stability;
    if let Some(psi) = stability.psi.value {
        out.push_str(&format!(
            "  older rows to newer rows: PSI {psi:.3}, AUC {} to {}\n",
            maybe(stability.auc_train, |auc| format!("{auc:.3}")),
            maybe(stability.auc_test, |auc| format!("{auc:.3}")),
        ));
    }
    if model.disqualified > 0 {
        out.push_str(&format!("  {} disqualified, {} of them won\n", model.disqualified, model.disqualified_won));
    }
    if let Some(capacity) = &model.capacity {
        out.push_str(&format!(
            "  {} leads a week: {} of those taken win, that is {} of all who win; from {} points on\n",
            number(capacity.per_week),
            percent(capacity.precision),
            percent(capacity.recall),
            maybe(capacity.threshold, number),
        ));
    }
    out.push_str(&deciles(model));
    out.push_str(&bands(model));
    out.push_str(&stages(&model.stages));
    out.push_str(&rules(model));
    out
}

fn deciles(model: &ModelReport) -> String {
    let mut rows = vec![row(["tenth", "scores", "rows", "won", "rate", "lift", "of all won"])];
    for decile in &model.deciles {
        rows.push(vec![
            decile.decile.to_string(),
            format!("{}-{}", number(decile.from), number(decile.to)),
            number(decile.rows),
            number(decile.won),
            percent(decile.rate),
            format!("{:.2}", decile.lift),
            percent(decile.capture),
        ]);
    }
    format!("\n{}", table(&rows))
}

fn bands(model: &ModelReport) -> String {
    let mut rows = vec![row(["band", "rows", "won", "rate", "95 %", ""])];
    for band in &model.bands {
        let note = match (band.falls, band.falls_beyond_noise) {
            (_, true) => "falls: fewer win than below it",
            (true, _) => "falls, within noise",
            _ => "",
        };
        rows.push(vec![
            format!("{}-{}", number(band.from), number(band.to)),
            number(band.rows),
            number(band.won),
            percent(band.rate),
            format!("{}-{}", percent(band.low), percent(band.high)),
            note.to_owned(),
        ]);
    }
    format!("\n{}", table(&rows))
}

fn stages(stages: &[StageReport]) -> String {
    if stages.is_empty() {
        return String::new();
    }
    let mut rows = vec![row([
        "stage",
        "at",
        "tripped",
        "won",
        "precision",
        "recall",
        "before winning",
        "to winning",
        "90 %",
        "a week",
    ])];
    for stage in stages {
        rows.push(vec![
            safe(&stage.stage),
            number(stage.at),
            number(stage.trips),
            number(stage.won),
            maybe(stage.precision, percent),
            maybe(stage.recall, percent),
            maybe(stage.tripped_before_winning, percent),
            maybe(stage.to_won_median, durations::words),
            maybe(stage.to_won_p90, durations::words),
            maybe(stage.trips_a_week, |trips| format!("{trips:.1}")),
        ]);
    }
    format!("\n{}", table(&rows))
}

fn rules(model: &ModelReport) -> String {
    let mut rows = vec![row(["rule", "points", "rows", "won", "lift", "WoE", "AUC it adds", "note"])];
    for rule in &model.rules {
        let notes: Vec<&str> = rule.notes.iter().map(|note| note.text.as_str()).collect();
        rows.push(vec![
            safe(&rule.rule),
            number(rule.points),
            number(rule.rows),
            number(rule.won),
            maybe(rule.lift, |lift| format!("{lift:.2}")),
            maybe(rule.woe, |woe| format!("{woe:+.2}")),
            format!("{:+.4}", rule.drop_one_auc),
            notes.join("; "),
        ]);
    }
    format!("\n{}", table(&rows))
}
