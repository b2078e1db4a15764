//! `--fail-on`: conditions on the figures of a report, such as `auc < 0.70` or `mql > +20%`.

use super::options::Command;
use super::report::{Condition, Diff, ModelReport};
use super::{Problem, problem, report, text::safe};

/// A parsed condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    text: String,
    name: String,
    is: Is,
    number: f64,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Is {
    Below,
    AtMost,
    Above,
    AtLeast,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    Plain,
    Percent,
    AWeek,
}

/// Figures of a whole model in conditions of `backtest`.
const FIGURES: [&str; 9] = ["auc", "auc_low", "gini", "ks", "brier", "lift", "capture", "psi", "auc_change"];
/// Figures of a stage in conditions of `backtest`, as in `mql.precision`.
const OF_STAGE: [&str; 5] = ["precision", "recall", "lift", "trips", "tripped_before_winning"];

/// Parses a condition.
pub(super) fn read(command: Command, text: &str) -> Result<Asked, Problem> {
    let parts = || {
        let start = text.find(['<', '>'])?;
        let (name, rest) = text.split_at(start);
        let (is, rest) = [("<=", Is::AtMost), (">=", Is::AtLeast), ("<", Is::Below), (">", Is::Above)]
            .into_iter()
            .find_map(|(sign, is)| rest.strip_prefix(sign).map(|rest| (is, rest.trim())))?;
        let (number, unit) = match (rest.strip_suffix('%'), rest.strip_suffix("/w")) {
            (Some(number), _) => (number, Unit::Percent),
            (_, Some(number)) => (number, Unit::AWeek),
            _ => (rest, Unit::Plain),
        };
        let number: f64 = number.trim().parse().ok()?;
        let number = if unit == Unit::Percent { number / 100.0 } else { number };
        let name = name.trim().to_owned();
        (number.is_finite() && !name.is_empty()).then(|| Asked { text: text.to_owned(), name, is, number, unit })
    };
    let example = if command == Command::Diff {
        "mql > +20%, mql > 50/w, psi > 0.2 or moved > 5%"
    } else {
        "auc < 0.70 or mql.precision < 20%"
    };
    let Some(asked) = parts() else {
        return problem(format!(
            "--fail-on {}: expected a figure, < or >, and a number, such as {example}",
            safe(text)
        ));
    };
    let is_known = match command {
        Command::Diff if matches!(asked.name.as_str(), "psi" | "moved") => asked.unit != Unit::AWeek,
        Command::Diff => asked.unit != Unit::Plain,
        _ => match asked.name.rsplit_once('.') {
            Some((_, figure)) => OF_STAGE.contains(&figure),
            None => FIGURES.contains(&asked.name.as_str()),
        },
    };
    if is_known {
        return Ok(asked);
    }
    if command == Command::Diff {
        return problem(format!("--fail-on {}: give a share, or signals a week, such as {example}", safe(text)));
    }
    problem(format!(
        "--fail-on {}: there is no figure {}; figures are {}, and for a stage, as in mql.precision, {}",
        safe(text),
        safe(&asked.name),
        FIGURES.join(", "),
        OF_STAGE.join(", "),
    ))
}

impl Asked {
    fn judge(&self, value: Option<f64>) -> Condition {
        let fails = |value: f64| match self.is {
            Is::Below => value < self.number,
            Is::AtMost => value <= self.number,
            Is::Above => value > self.number,
            Is::AtLeast => value >= self.number,
        };
        Condition { condition: self.text.clone(), value, failed: value.is_none_or(fails) }
    }
}

/// Evaluates conditions on a model and on its comparison with the model before it.
pub(super) fn of_backtest(
    asked: &[Asked],
    model: &ModelReport,
    comparison: Option<&report::Comparison>,
) -> Result<Vec<Condition>, Problem> {
    let judge = |asked: &Asked| {
        let value = match asked.name.rsplit_once('.') {
            Some((stage, figure)) => {
                let Some(report) = model.stages.iter().find(|own| own.stage == stage) else {
                    return problem(format!("--fail-on {}: the model has no stage {}", safe(&asked.text), safe(stage)));
                };
                match figure {
                    "precision" => report.precision,
                    "recall" => report.recall,
                    "lift" => report.lift,
                    "trips" => report.trips_a_week,
                    _ => report.tripped_before_winning,
                }
            }
            None => match asked.name.as_str() {
                "auc" => Some(model.auc.value),
                "auc_low" => Some(model.auc.low),
                "gini" => Some(model.gini),
                "ks" => Some(model.ks),
                "brier" => Some(model.brier.value),
                "lift" => model.deciles.first().map(|decile| decile.lift),
                "capture" => model.deciles.first().map(|decile| decile.capture),
                "psi" => model.stability.psi.value,
                _ => match comparison {
                    Some(comparison) => Some(comparison.auc.value),
                    None => return problem("--fail-on auc_change: give two models to compare"),
                },
            },
        };
        Ok(asked.judge(value))
    };
    asked.iter().map(judge).collect()
}

/// Evaluates conditions on a change of a model.
pub(super) fn of_diff(asked: &[Asked], report: &Diff) -> Result<Vec<Condition>, Problem> {
    let judge = |asked: &Asked| {
        let value = match asked.name.as_str() {
            "psi" => report.psi.value,
            "moved" => Some(report.moved as f64 / report.data.visitors.max(1) as f64),
            stage => {
                let Some(signals) = report.signals.iter().find(|own| own.stage == stage) else {
                    return problem(format!(
                        "--fail-on {}: no stage {} of either model sends signals",
                        safe(&asked.text),
                        safe(stage)
                    ));
                };
                match asked.unit {
                    Unit::AWeek => signals.new_a_week,
                    // A change from nothing to something exceeds any share; from nothing to nothing is no change.
                    _ => match (signals.old.unwrap_or_default(), signals.new.unwrap_or_default()) {
                        (0, 0) => Some(0.0),
                        (0, _) => Some(f64::MAX),
                        _ => signals.change.or(Some(-1.0)),
                    },
                }
            }
        };
        let mut condition = asked.judge(value);
        condition.value = condition.value.filter(|value| *value < f64::MAX);
        Ok(condition)
    };
    asked.iter().map(judge).collect()
}
