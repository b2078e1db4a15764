//! The report of `diff` as an HTML page.

use super::chart;
use super::page::{Page, beside};
use super::table::Table;
use super::text::{code, count, fixed, maybe, number, percent, signed};
use crate::outcomes::report::{Diff, ModelName, Mover};

/// Returns the report as one HTML file.
#[must_use]
pub fn diff(report: &Diff) -> String {
    let names: Vec<&ModelName> = report.models.iter().collect();
    let mut page = Page::new("Difference of two models", &report.verdict, &names);
    page.tiles(&[
        ("Move", count(report.moved), format!("of {} visitors have another stage.", count(report.data.visitors))),
        ("Up", count(report.moved_up), "to a higher stage.".to_owned()),
        ("Down", count(report.moved_down), "to a lower stage.".to_owned()),
        ("PSI", maybe(report.psi.value, |psi| fixed(psi, 3)), "below 0.1 the scores are much as before.".to_owned()),
    ]);
    page.section("What sales will see", "Signals a week, over the data.", &signals(report));
    page.section(
        "Who moves where",
        "Old stages down, new stages across; visitors on the diagonal keep their stage.",
        &matrix(report),
    );
    page.section("Which rules move them", "", &rules(report));
    page.section("How the scores move", "", &chart::psi(&report.psi, "old", "new"));
    if !report.movers.is_empty() {
        page.section("Who moves", "Those with the largest change of score.", &movers(&report.movers));
    }
    page.conditions(&report.conditions);
    page.data(&report.data, None);
    page.finish(&["PSI"])
}

fn signals(report: &Diff) -> String {
    let groups: Vec<(&str, Option<f64>, Option<f64>)> =
        report.signals.iter().map(|signal| (signal.stage.as_str(), signal.old_a_week, signal.new_a_week)).collect();
    let chart = chart::pairs("Signals a week", "a week", &groups, ["old", "new"]);
    let mut table = Table::new("Signals", &["Stage", "#Old", "#New", "#Old a week", "#New a week", "#Change"]);
    for signal in &report.signals {
        let maybe_count = |value: Option<u64>| value.map_or_else(|| "–".to_owned(), count);
        table.row(&[
            code(&signal.stage),
            maybe_count(signal.old),
            maybe_count(signal.new),
            maybe(signal.old_a_week, |value| number(value, 2)),
            maybe(signal.new_a_week, |value| number(value, 2)),
            maybe(signal.change, |change| format!("{} %", signed(change * 100.0, 1))),
        ]);
    }
    beside(&chart, &table.html())
}

fn matrix(report: &Diff) -> String {
    let mut columns = vec!["Old \\ new".to_owned()];
    columns.extend(report.new_stages.iter().map(|stage| format!("#{stage}")));
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new("Visitors by stage", &columns);
    for (old, row) in report.old_stages.iter().zip(&report.matrix) {
        let mut cells = vec![code(old)];
        for (new, visitors) in report.new_stages.iter().zip(row) {
            let class = if old == new { "stays" } else { "moves" };
            let shown = if *visitors == 0 { "·".to_owned() } else { count(*visitors) };
            cells.push(format!("<span class=\"{}\">{shown}</span>", if *visitors == 0 { "none" } else { class }));
        }
        table.row(&cells);
    }
    table.html()
}

fn rules(report: &Diff) -> String {
    if report.rules.is_empty() {
        return "<p>None.</p>".to_owned();
    }
    let mut table = Table::new("", &["Rule", "#Points, old", "#new", "#Visitors moved", "#Of all who moved"]);
    for rule in &report.rules {
        let share = if report.moved == 0 { 0.0 } else { rule.moved as f64 / report.moved as f64 };
        table.row(&[
            code(&rule.rule),
            maybe(rule.old_points, |points| number(points, 3)),
            maybe(rule.new_points, |points| number(points, 3)),
            count(rule.moved),
            percent(share),
        ]);
    }
    table.html()
}

fn movers(movers: &[Mover]) -> String {
    let mut table = Table::new("", &["Visitor", "From", "To", "#Old score", "#New score", "By"]);
    for mover in movers {
        let by: Vec<String> = mover
            .rules
            .iter()
            .map(|rule| format!("{} {} → {}", code(&rule.rule), number(rule.old, 3), number(rule.new, 3)))
            .collect();
        table.row(&[
            code(&mover.visitor),
            code(&mover.old_stage),
            code(&mover.new_stage),
            number(mover.old_score, 3),
            number(mover.new_score, 3),
            by.join("<br>"),
        ]);
    }
    table.html()
}
