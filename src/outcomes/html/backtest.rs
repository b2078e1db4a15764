//! The report of `backtest` as an HTML page.

use super::page::Page;
use super::text::{code, fixed, signed};
use super::{chart, model};
use crate::outcomes::report::{Backtest, Comparison, Decile, ModelName, ModelReport};

/// The terms with definitions below a backtest.
pub(super) const TERMS: [&str; 14] = [
    "Row",
    "Won",
    "AUC",
    "Gini",
    "KS",
    "Brier score",
    "Lift",
    "Captured",
    "Precision",
    "Recall",
    "Weight of evidence",
    "PSI",
    "AUC it adds",
    "95 % interval",
];

/// Returns the report as one HTML file.
#[must_use]
pub fn backtest(report: &Backtest) -> String {
    let names: Vec<&ModelName> = report.models.iter().map(|model| &model.model).collect();
    let mut page = Page::new("Backtest", &report.verdict, &names);
    if let Some(comparison) = &report.comparison {
        compared(&mut page, comparison);
    }
    models(&mut page, &report.models, report.rows.won_rate);
    page.conditions(&report.conditions);
    page.data(&report.data, Some(&report.rows));
    page.finish(&TERMS)
}

/// Adds a line that compares the second model with the first.
pub(super) fn compared(page: &mut Page, comparison: &Comparison) {
    let word = match comparison.result.as_str() {
        "better" => "The second model is better than the first, beyond chance.",
        "worse" => "The second model is worse than the first, beyond chance.",
        _ => "The two models do not differ measurably on these rows.",
    };
    let auc = &comparison.auc;
    page.add(&format!(
        "<p class=\"lead\">{word} AUC {} (95 % interval {} to {}), captured in the top tenth {}, Brier score {}.</p>",
        signed(auc.value, 3),
        signed(auc.low, 3),
        signed(auc.high, 3),
        signed(comparison.capture, 3),
        signed(comparison.brier, 4)
    ));
}

/// Adds the sections on models, each model alone or both in one chart.
pub(super) fn models(page: &mut Page, models: &[ModelReport], rate: f64) {
    let several = models.len() > 1;
    let of = |report: &ModelReport| {
        if several { format!(" ({} {})", report.model.name, report.model.version) } else { String::new() }
    };
    for report in models {
        if several {
            page.add(&format!("<h2 class=\"model\">{} {}</h2>", code(&report.model.name), report.model.version));
        }
        page.tiles(&model::tiles(report));
    }
    for report in models {
        page.section(
            &format!("Does a higher score mean more wins?{}", of(report)),
            "The bars should rise from left to right. The thin lines are 95 % intervals.",
            &chart::bands(&report.bands, rate),
        );
    }
    let labels: Vec<String> =
        models.iter().map(|report| format!("{} {}", report.model.name, report.model.version)).collect();
    let deciles: Vec<(&str, &[Decile])> =
        labels.iter().zip(models).map(|(label, report)| (label.as_str(), report.deciles.as_slice())).collect();
    page.section(
        "If sales called only the best visitors",
        "The higher the line is above the straight one, the more of the wins are among the highest scores.",
        &chart::gains(&deciles),
    );
    for report in models {
        page.section(
            &format!("Is my threshold right?{}", of(report)),
            "“Reached it” counts at the snapshot. “Tripped before winning” is the share of winners who tripped it in time, \
             over all the data.",
            &model::stages(report),
        );
    }
    for report in models {
        page.section(
            &format!("Which rules does nobody need?{}", of(report)),
            "“AUC it adds” is what would be lost without the rule; where it is \
             smaller than its error, the rule makes no measurable difference.",
            &model::rules(&report.rules),
        );
    }
    for report in models {
        let psi = report.stability.psi.value.map_or_else(
            || "There are not two parts to compare.".to_owned(),
            |psi| {
                format!("PSI {}: below 0.1 is usual, above 0.25 the visitors differ from earlier ones.", fixed(psi, 3))
            },
        );
        page.section(
            &format!("Is it stable?{}", of(report)),
            &psi,
            &chart::psi(&report.stability.psi, "train", "test"),
        );
    }
    page.section("All figures", "", &model::figures(models));
}
