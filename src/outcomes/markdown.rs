//! The reports as Markdown for a pull request: the verdict, the conditions, and the figures that a reviewer needs.
//! Reports name no visitors, because pull requests may be public.

use super::html::text::{amount, count, fixed, is_unseen, maybe, number, percent, signed};
use super::report::{Backtest, Calibrate, Comparison, Condition, Diff, ModelReport};

/// The limit of listed rules.
const MOST: usize = 10;

/// Escapes a string for a table cell in Markdown, so that it contains no markup and no mention.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            // A mention would notify a person.
            '@' => out.push_str("&#64;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' => out.extend(['\\', c]),
            c if is_unseen(c) => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Returns a table of cells in Markdown; the columns after the first hold numbers.
fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule: Vec<String> = (0..head.len()).map(|at| if at == 0 { "---" } else { "---:" }.to_owned()).collect();
    let body: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{}{body}\n", line(head), line(&rule))
}

fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn begin(title: &str, verdict: &str, conditions: &[Condition]) -> String {
    let mut out = format!("### {title}\n\n**{}**\n\n", plain(verdict));
    for condition in conditions {
        let what = if condition.failed { "❌ fails" } else { "✅ passes" };
        let value = maybe(condition.value, |value| number(value, 4));
        out += &format!("- {what}: {} (it is {value})\n", plain(&condition.condition));
    }
    if !conditions.is_empty() {
        out.push('\n');
    }
    out
}

/// Returns the report of `backtest`.
#[must_use]
pub fn backtest(report: &Backtest) -> String {
    let mut out = begin("Backtest", &report.verdict, &report.conditions);
    out += &figures(&report.models, report.comparison.as_ref());
    for model in &report.models {
        out += &stages(model);
        out += &notes(model);
    }
    let rows = &report.rows;
    out += &format!("{} rows ({}), {} won.\n", count(rows.rows), plain(&rows.evaluated), count(rows.won));
    out
}

/// Returns the report of `calibrate`.
#[must_use]
pub fn calibrate(report: &Calibrate) -> String {
    let mut out = begin("Calibration", &report.verdict, &[]);
    out += &figures(&report.models, Some(&report.comparison));
    let changed = report.changes.iter().filter(|change| change.kept.is_none());
    let rows: Vec<Vec<String>> = changed
        .map(|change| vec![plain(&change.rule), number(change.old_points, 3), number(change.new_points, 3)])
        .collect();
    if !rows.is_empty() {
        out += &table(&texts(&["rule", "old", "new"]), &rows);
    }
    let stages: Vec<Vec<String>> = report
        .stages
        .iter()
        .map(|stage| vec![plain(&stage.stage), number(stage.old_at, 3), number(stage.new_at, 3)])
        .collect();
    out + &table(&texts(&["stage", "old", "new"]), &stages)
}

/// Returns the report of `diff`.
#[must_use]
pub fn diff(report: &Diff) -> String {
    let mut out = begin("What the new model changes", &report.verdict, &report.conditions);
    let rows: Vec<Vec<String>> = report
        .signals
        .iter()
        .map(|signal| {
            vec![
                plain(&signal.stage),
                maybe(signal.old_a_week, |value| number(value, 2)),
                maybe(signal.new_a_week, |value| number(value, 2)),
                maybe(signal.change, |change| format!("{} %", signed(change * 100.0, 1))),
            ]
        })
        .collect();
    out += &table(&texts(&["signals a week", "old", "new", "change"]), &rows);
    let mut head = vec!["visitors: old stage ↓, new →".to_owned()];
    head.extend(report.new_stages.iter().map(|stage| plain(stage)));
    let rows: Vec<Vec<String>> = report
        .old_stages
        .iter()
        .zip(&report.matrix)
        .map(|(stage, row)| {
            let mut cells = vec![plain(stage)];
            cells.extend(row.iter().map(|visitors| count(*visitors)));
            cells
        })
        .collect();
    out += &table(&head, &rows);
    let rows: Vec<Vec<String>> = report
        .rules
        .iter()
        .take(MOST)
        .map(|rule| {
            let points = |points| maybe(points, |points| number(points, 3));
            vec![plain(&rule.rule), points(rule.old_points), points(rule.new_points), count(rule.moved)]
        })
        .collect();
    if !rows.is_empty() {
        out += &table(&texts(&["rule", "old", "new", "moves"]), &rows);
    }
    let psi = maybe(report.psi.value, |psi| fixed(psi, 3));
    let (moved, all) = (count(report.moved), count(report.data.visitors));
    out + &format!("{moved} of {all} visitors move, {} up; PSI {psi}.\n", count(report.moved_up))
}

/// Returns a table that compares the figures of all models.
fn figures(models: &[ModelReport], comparison: Option<&Comparison>) -> String {
    let mut head = vec!["figure".to_owned()];
    head.extend(models.iter().map(|model| format!("{} {}", plain(&model.model.name), model.model.version)));
    let line = |name: &str, figure: &dyn Fn(&ModelReport) -> String| {
        let mut cells = vec![name.to_owned()];
        cells.extend(models.iter().map(figure));
        cells
    };
    let top = |model: &ModelReport| model.deciles.first().copied();
    let mut rows = vec![
        line("AUC", &|model| {
            let auc = &model.auc;
            format!("{} [{}, {}]", fixed(auc.value, 3), fixed(auc.low, 3), fixed(auc.high, 3))
        }),
        line("won in the top tenth", &|model| maybe(top(model).map(|decile| decile.capture), percent)),
        line("lift of the top tenth", &|model| maybe(top(model).map(|decile| decile.lift), |lift| fixed(lift, 1))),
        line("Brier score", &|model| fixed(model.brier.value, 4)),
    ];
    if models.iter().any(|model| model.capacity.is_some()) {
        rows.push(line("won at capacity", &|model| maybe(model.capacity.map(|capacity| capacity.precision), percent)));
    }
    let mut out = table(&head, &rows);
    if let Some(comparison) = comparison {
        let auc = &comparison.auc;
        let (value, low, high) = (signed(auc.value, 3), signed(auc.low, 3), signed(auc.high, 3));
        out += &format!("Second against first: {}, AUC {value} [{low}, {high}].\n\n", plain(&comparison.result));
    }
    out
}

fn stages(model: &ModelReport) -> String {
    let rows: Vec<Vec<String>> = model
        .stages
        .iter()
        .map(|stage| {
            vec![
                plain(&stage.stage),
                number(stage.at, 3),
                amount(stage.trips),
                maybe(stage.precision, percent),
                maybe(stage.recall, percent),
                maybe(stage.tripped_before_winning, percent),
            ]
        })
        .collect();
    let name = format!("stage of {} {}", plain(&model.model.name), model.model.version);
    let mut head = vec![name];
    head.extend(texts(&["from", "rows", "precision", "recall", "before winning"]));
    table(&head, &rows)
}

fn notes(model: &ModelReport) -> String {
    let noted: Vec<_> = model.rules.iter().filter(|rule| !rule.notes.is_empty()).collect();
    let mut out = String::new();
    for rule in noted.iter().take(MOST) {
        let notes: Vec<String> = rule.notes.iter().map(|note| plain(&note.text)).collect();
        out += &format!("- {}: {}\n", plain(&rule.rule), notes.join(" "));
    }
    if noted.len() > MOST {
        out += &format!("- and {} rules more\n", noted.len().saturating_sub(MOST));
    }
    if out.is_empty() { out } else { out + "\n" }
}
