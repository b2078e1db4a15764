//! The report of `calibrate` as an HTML page.

use super::backtest::{TERMS, compared, models};
use super::page::{Page, beside};
use super::plot::{Plot, at};
use super::table::Table;
use super::text::{amount, code, count, duration, escape, fixed, maybe, number, percent};
use crate::outcomes::report::{Calibrate, Fit, ModelName, RuleChange, StageChange};

/// Returns the report as one HTML file.
#[must_use]
pub fn calibrate(report: &Calibrate) -> String {
    let names: Vec<&ModelName> = report.models.iter().map(|model| &model.model).collect();
    let mut page = Page::new("Calibration", &report.verdict, &names);
    compared(&mut page, &report.comparison);
    let adopted = match (report.adopted, report.better) {
        (true, true) => "The new points were written.",
        (true, false) => "The new points were written because of --anyway, although they are not better.",
        (false, _) => "The author's points were kept.",
    };
    page.section("Old and new points", adopted, &beside(&points(&report.changes), &changes(&report.changes)));
    page.section("Thresholds of stages", "", &stages(&report.stages));
    fit(&mut page, &report.fit);
    models(&mut page, &report.models, report.rows.won_rate);
    page.data(&report.data, Some(&report.rows));
    page.finish(&TERMS)
}

/// Returns a chart with a line for each rule, from its old points to its new ones.
fn points(changes: &[RuleChange]) -> String {
    const ROW: f64 = 20.0;
    const LEFT: f64 = 132.0;
    const WIDTH: f64 = 400.0;
    let all = changes.iter().flat_map(|change| [change.old_points, change.new_points]);
    let (low, high) = all.fold((0.0f64, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
    let span = if high > low { high - low } else { 1.0 };
    let x = |value: f64| at(LEFT + (WIDTH - LEFT - 12.0) * (value - low) / span);
    let height = ROW * changes.len() as f64 + 24.0;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"Points, old and new\"><line class=\"grid\" x1=\"{zero}\" x2=\"{zero}\" y1=\"0\" y2=\"{}\"/><text class=\"middle\" x=\"{zero}\" y=\"{}\">0</text>",
        at(height),
        at(height - 18.0),
        at(height - 5.0),
        zero = x(0.0)
    );
    for (row, change) in changes.iter().enumerate() {
        let y = ROW * row as f64 + 11.0;
        let (old, new, line) = (x(change.old_points), x(change.new_points), at(y));
        let short: String = change.rule.chars().take(20).collect();
        svg += &format!(
            "<text class=\"end\" x=\"{}\" y=\"{}\">{}</text><line class=\"whisker\" x1=\"{old}\" x2=\"{new}\" y1=\"{line}\" y2=\"{line}\"/>\
             <circle class=\"old\" cx=\"{old}\" cy=\"{line}\" r=\"4\"><title>old: {}</title></circle>\
             <circle class=\"two\" cx=\"{new}\" cy=\"{line}\" r=\"4\"><title>new: {}</title></circle>",
            at(LEFT - 8.0),
            at(y + 4.0),
            escape(&short),
            number(change.old_points, 3),
            number(change.new_points, 3)
        );
    }
    let legend =
        "<p class=\"legend\"><span><i class=\"hollow\"></i>old</span><span><i class=\"two\"></i>new</span></p>";
    format!("{legend}{svg}</svg>")
}

/// Returns the half-life, or the old and the new one if it changed.
fn half_life(change: &RuleChange) -> String {
    let words = |seconds: Option<u64>| {
        seconds.map_or_else(
            || "none".to_owned(),
            |seconds| duration(seconds as f64).replace(" days", " d").replace(" day", " d"),
        )
    };
    let (old, new) = (words(change.old_half_life), words(change.new_half_life));
    if old == new { new } else { format!("{old} → {new}") }
}

fn changes(changes: &[RuleChange]) -> String {
    let columns = ["Rule", "#Old", "#New", "#Half-life", "#Won of rows", "Kept because"];
    let mut table = Table::new("Rules", &columns);
    for change in changes {
        let kept = match change.kept.as_deref() {
            None => "",
            Some("locked") => "it is locked",
            Some("disqualifies") => "it disqualifies",
            Some("thin_support") => "too few rows to judge",
            Some("limit") => "too few wins: other rules matter more",
            Some("fits") => "the points are right",
            Some(_) => "other reasons",
        };
        table.row(&[
            code(&change.rule),
            number(change.old_points, 3),
            number(change.new_points, 3),
            half_life(change),
            format!("{} of {}", amount(change.won), amount(change.rows)),
            kept.to_owned(),
        ]);
    }
    table.html()
}

fn stages(stages: &[StageChange]) -> String {
    let columns = ["Stage", "#Old from", "#New from", "#Rows, old", "#new", "#Of those won", "Chosen by"];
    let mut table = Table::new("", &columns);
    for stage in stages {
        table.row(&[
            code(&stage.stage),
            number(stage.old_at, 3),
            number(stage.new_at, 3),
            amount(stage.old_rows),
            amount(stage.new_rows),
            maybe(stage.new_precision, percent),
            match stage.by.as_str() {
                "volume" => "as many as before".to_owned(),
                by => escape(by),
            },
        ]);
    }
    table.html()
}

/// Adds the section on the search: each half-life with its loss.
fn fit(page: &mut Page, fit: &Fit) {
    let losses: Vec<f64> = fit.half_lives.iter().map(|tried| tried.loss).filter(|loss| loss.is_finite()).collect();
    let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let excess = |loss: f64| if least > 0.0 && least.is_finite() { (loss / least - 1.0) * 100.0 } else { 0.0 };
    let most = losses.iter().map(|loss| excess(*loss)).fold(0.0, f64::max);
    let mut plot =
        Plot::new("Half-lives that were tried", most, "half-life", "% worse than the best", |value| number(value, 2));
    let mut table = Table::new("Half-lives", &["Half-life", "#Log loss", ""]);
    let width = 1.0 / fit.half_lives.len().max(1) as f64;
    for (at, tried) in fit.half_lives.iter().enumerate() {
        let name = tried.half_life.map_or_else(|| "the author's".to_owned(), |seconds| duration(seconds as f64));
        let left = at as f64 * width;
        let class = if tried.chosen { "two" } else { "one" };
        plot.bar(
            left + width * 0.2,
            left + width * 0.8,
            excess(tried.loss),
            class,
            &format!("{name}: {}", fixed(tried.loss, 5)),
        );
        plot.label(left + width / 2.0, &name.replace(" day", " d").replace(" ds", " d").replace("the author's", "old"));
        let chosen = if tried.chosen { "taken" } else { "" };
        table.marked(if tried.chosen { "good" } else { "" }, &[escape(&name), fixed(tried.loss, 5), chosen.to_owned()]);
    }
    let lead = format!(
        "{} rules changed, of at most {} that {} won rows allow. Ridge {}; a point adds {} to the log-odds.",
        count(fit.changed_rules),
        count(fit.most_rules),
        count(fit.won),
        number(fit.lambda, 4),
        fixed(fit.slope, 4)
    );
    page.section("How long does interest last?", &lead, &beside(&plot.svg(), &table.html()));
}
