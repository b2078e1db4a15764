//! The sections on one model in a backtest.

use super::chart;
use super::plot::cell_bar;
use super::table::Table;
use super::text::{amount, code, count, duration, escape, fixed, maybe, number, percent, signed};
use crate::outcomes::report::{Interval, ModelReport, RuleReport};

/// Returns a figure with its interval.
pub(super) fn interval(interval: &Interval, decimals: usize) -> String {
    let Interval { value, low, high } = interval;
    format!("{} [{}, {}]", fixed(*value, decimals), fixed(*low, decimals), fixed(*high, decimals))
}

/// Returns the key figures.
pub(super) fn tiles(model: &ModelReport) -> Vec<(&'static str, String, String)> {
    let mut tiles = vec![(
        "AUC",
        fixed(model.auc.value, 3),
        format!(
            "In {} of 100 pairs of a winner and another visitor, the score of the winner is higher ({} to {}).",
            number(model.auc.value * 100.0, 0),
            number(model.auc.low * 100.0, 0),
            number(model.auc.high * 100.0, 0)
        ),
    )];
    if let Some(top) = model.deciles.first() {
        let won = format!("{} of those who won are in the top tenth.", percent(top.capture));
        tiles.push(("Top tenth", format!("{} ×", fixed(top.lift, 1)), format!("as many won as on average. {won}")));
    }
    if let Some(capacity) = &model.capacity {
        let taken = format!(
            "of {} leads a week win, {} of all who do.",
            number(capacity.per_week, 1),
            percent(capacity.recall)
        );
        tiles.push(("At your capacity", percent(capacity.precision), taken));
    }
    let skill = format!("less error than the average alone (Brier {}).", fixed(model.brier.value, 4));
    tiles.push(("Accuracy of chances", percent(model.brier.skill), skill));
    tiles
}

/// Returns the table of the stages.
pub(super) fn stages(model: &ModelReport) -> String {
    let columns = [
        "Stage",
        "#From",
        "#Reached it",
        "#Of those won",
        "#Of the won had it",
        "#Lift",
        "#Tripped before winning",
        "#Then won after (median)",
        "#nine in ten",
        "#Trips a week",
    ];
    let mut table = Table::new("", &columns);
    for stage in &model.stages {
        table.row(&[
            code(&stage.stage),
            number(stage.at, 3),
            amount(stage.trips),
            maybe(stage.precision, percent),
            maybe(stage.recall, percent),
            maybe(stage.lift, |lift| fixed(lift, 1)),
            chart::of(stage.winners_tripped, stage.winners, stage.tripped_before_winning),
            maybe(stage.to_won_median, duration),
            maybe(stage.to_won_p90, duration),
            maybe(stage.trips_a_week, |trips| number(trips, 1)),
        ]);
    }
    table.html()
}

/// Returns the table of the rules.
pub(super) fn rules(rules: &[RuleReport]) -> String {
    let most = rules.iter().map(|rule| rule.drop_one_auc.abs()).fold(0.0, f64::max);
    let columns = [
        "Rule",
        "#Points",
        "#Rows",
        "#Won",
        "#Lift",
        "#Weight of evidence",
        "",
        "#AUC it adds",
        "#± 2 s.e.",
        "#PSI",
        "Note",
    ];
    let mut table = Table::new("", &columns);
    for rule in rules {
        let notes: Vec<String> = rule.notes.iter().map(|note| escape(&note.text)).collect();
        let class = if rule.notes.is_empty() { "" } else { "noted" };
        table.marked(
            class,
            &[
                code(&rule.rule),
                number(rule.points, 3),
                amount(rule.rows),
                amount(rule.won),
                maybe(rule.lift, |lift| fixed(lift, 1)),
                maybe(rule.woe, |woe| signed(woe, 2)),
                cell_bar(rule.drop_one_auc, most),
                signed(rule.drop_one_auc, 4),
                fixed(rule.drop_one_se * 2.0, 4),
                maybe(rule.psi, |psi| fixed(psi, 3)),
                notes.join(" "),
            ],
        );
    }
    table.html()
}

/// Returns a table that compares the figures of all models.
pub(super) fn figures(models: &[ModelReport]) -> String {
    let mut columns = vec!["Figure".to_owned()];
    columns.extend(models.iter().map(|model| format!("#{} {}", model.model.name, model.model.version)));
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new("", &columns);
    let mut line = |name: &str, figure: &dyn Fn(&ModelReport) -> String| {
        let mut cells = vec![name.to_owned()];
        cells.extend(models.iter().map(figure));
        table.row(&cells);
    };
    line("AUC, 95 % interval", &|model| interval(&model.auc, 3));
    line("Gini", &|model| fixed(model.gini, 3));
    line("KS", &|model| format!("{} at a score of {}", fixed(model.ks, 3), number(model.ks_at, 1)));
    line("Brier score", &|model| {
        format!("{} (the average alone: {})", fixed(model.brier.value, 4), fixed(model.brier.baseline, 4))
    });
    line("Chance of winning", &|model| {
        format!("log-odds {} + {} × score", fixed(model.brier.intercept, 2), fixed(model.brier.slope, 4))
    });
    line("AUC, train rows", &|model| maybe(model.stability.auc_train, |auc| fixed(auc, 3)));
    line("AUC, test rows", &|model| maybe(model.stability.auc_test, |auc| fixed(auc, 3)));
    line("PSI of the score", &|model| maybe(model.stability.psi.value, |psi| fixed(psi, 3)));
    line("Disqualified", &|model| format!("{} rows, {} won", count(model.disqualified), count(model.disqualified_won)));
    if models.iter().any(|model| model.capacity.is_some()) {
        line("At your capacity", &|model| {
            model.capacity.as_ref().map_or_else(
                || "–".to_owned(),
                |capacity| {
                    let threshold = maybe(capacity.threshold, |score| number(score, 1));
                    format!(
                        "{} of {} taken in {} weeks won; a threshold of {threshold} gives as many",
                        amount(capacity.won),
                        amount(capacity.taken),
                        count(capacity.weeks)
                    )
                },
            )
        });
    }
    table.html()
}
