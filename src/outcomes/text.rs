//! Reports for a terminal, and their verdicts.

mod backtest;
mod calibrate;
mod diff;
mod table;

pub(super) use backtest::verdict as backtest_verdict;
pub(super) use calibrate::verdict as calibrate_verdict;
pub(super) use diff::verdict as diff_verdict;

use super::report::{Condition, Data};
use super::session::Report;
use crate::text::terminal;

/// Escapes a string from a file, so that a terminal shows control characters instead of obeying them.
pub(super) fn safe(text: &str) -> String {
    terminal::escape(text)
}

/// Returns a report for a terminal.
pub(super) fn report(report: &Report) -> String {
    match report {
        Report::Backtest(report) => backtest::text(report),
        Report::Calibrate(report) => calibrate::text(report),
        Report::Diff(report) => diff::text(report),
    }
}

/// Returns a share in percent.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent.abs() < 10.0 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

/// Returns a number without needless decimals.
fn number(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn maybe(value: Option<f64>, text: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), text)
}

/// Returns a count with its noun.
fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn data(data: &Data) -> String {
    let mut out =
        format!("{} of {}", counted(data.events, "event", "events"), counted(data.visitors, "visitor", "visitors"),);
    if let (Some(first), Some(end)) = (&data.first, &data.end) {
        out.push_str(&format!(", {first} to {end} ({:.1} weeks)", data.weeks));
    }
    if data.skipped > 0 {
        out.push_str(&format!("; {} skipped", counted(data.skipped, "line", "lines")));
    }
    out
}

fn conditions(conditions: &[Condition]) -> String {
    let line = |condition: &Condition| {
        let value = maybe(condition.value, |value| format!("{value:.4}"));
        let word = if condition.failed { "FAILED" } else { "ok" };
        format!("{word}: {} (it is {value})\n", safe(&condition.condition))
    };
    let lines: String = conditions.iter().map(line).collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}
