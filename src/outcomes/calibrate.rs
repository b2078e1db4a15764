//! `calibrate`: finds points that fit the outcomes and stay near the author's points.
//!
//! 1. Half-lives: a regression compares the author's own with a grid; a new one must be clearly better.
//! 2. Weights: ridge logistic regression towards `scale × author's points`, signs kept, strength by cross-validation.
//! 3. Selection: as many rules as the outcomes support get their own weight; the others keep the author's points.
//! 4. Points: weights / scale, rounded, then coordinate descent through the scorer.
//! 5. Stages: a new `at` for each stage.
//! 6. Test: the new model is compared with the author's on the test rows.

mod descent;
mod sample;
mod search;
mod thresholds;

use super::backtest::{self, Progress, Tested};
use super::core::{self, points};
use super::options::{Options, Which};
use super::patch::{Patch, Step};
use super::recording::Recording;
use super::report::{Calibrate, Comparison, Fit, RuleChange, StageChange};
use super::rows::{Row, Rows};
use super::{Problem, problem, report, scored, text};
use crate::authoring;
use crate::model::{Milli, Model};

/// Won rows, and other rows, in which a rule must be live before its points may change.
const SUPPORT: f64 = 10.0;
/// Won rows needed for each rule that changes.
const WON_FOR_A_RULE: u64 = 10;
/// The limit of a rule's points, unless the model has larger ones.
const MOST_POINTS: u32 = 100;

/// The author's model.
pub(super) struct Author<'a> {
    pub(super) text: &'a str,
    pub(super) file: &'a str,
    pub(super) model: &'a Model,
}

/// A rule with the data that calibration needs.
#[derive(Clone, Debug, Default)]
struct Candidate {
    id: String,
    /// The author's points.
    points: f64,
    half_life: Option<u32>,
    /// The weight of the train rows in which the rule is live, and of the won rows among them.
    rows: f64,
    won: f64,
    /// The reason why its points may not change.
    kept: Option<&'static str>,
    locked: bool,
}

/// The result of the search.
struct Found {
    points: Vec<i64>,
    half_life: Option<u32>,
    free: Vec<usize>,
    fit: Fit,
}

/// Calibrates a model; returns the report and the JSON of the new model.
pub(super) fn run(
    author: &Author<'_>,
    recording: &Recording,
    rows: &Rows,
    split: &super::split::Split,
    options: &Options,
    progress: Progress<'_>,
) -> Result<(Calibrate, String), Problem> {
    rows.both(Which::Train, "train rows")?;
    rows.both(Which::Test, "test rows")?;
    let train: Vec<Row> = rows.of(Which::Train).copied().collect();
    let scored = scored::score(author.model, 0, recording, &train, options.threads);
    if scored.iter().all(|row| row.live.is_empty()) {
        return problem(format!(
            "no rule of {} is live in any train row, so no points can be fitted",
            text::safe(author.file)
        ));
    }
    let rules = candidates(author, &train, &scored);
    let won = train.iter().filter(|row| row.won).count() as u64;
    let most = (options.rules as u64).min(won / WON_FOR_A_RULE);
    let task = search::Task {
        model: author.model,
        recording,
        rows: &train,
        scored: &scored,
        rules: &rules,
        most: most as usize,
        options,
    };
    let found = search::run(&task, progress);
    let mut patched = patch_points(author.text, &rules, &found);
    let mut model = compile(&patched)?;
    let thresholds = thresholds::find(author.model, &model, recording, &train, &scored, options)?;
    patched = patch_stages(&patched, &thresholds);
    model = compile(&patched)?;

    let tested = [
        Tested { model: author.model, number: 0, file: author.file },
        Tested { model: &model, number: 0, file: "calibrated" },
    ];
    let (models, comparison) = backtest::report(&tested, recording, rows, options, progress)?;
    let comparison = comparison.unwrap_or_else(Comparison::default);
    let is_changed = patched != author.text;
    let better = is_changed && comparison.result == "better";
    let adopted = is_changed && (better || options.anyway);
    let fit = Fit { won, most_rules: most, ..found.fit.clone() };
    let mut report = Calibrate {
        command: "calibrate".to_owned(),
        verdict: String::new(),
        data: recording.data.clone(),
        rows: rows.report(options, split),
        better,
        adopted,
        changes: changes(&rules, &found),
        stages: thresholds,
        fit,
        models,
        comparison,
    };
    report.fit.changed_rules = report.changes.iter().filter(|change| change.kept.is_none()).count() as u64;
    report.verdict = text::calibrate_verdict(&report);
    Ok((report, if adopted { patched } else { author.text.to_owned() }))
}

fn candidates(author: &Author<'_>, train: &[Row], scored: &[scored::Scored]) -> Vec<Candidate> {
    let model = author.model;
    let (_, parts) = authoring::read(author.text);
    let mut rules: Vec<Candidate> = model
        .rules
        .iter()
        .enumerate()
        .map(|(position, rule)| Candidate {
            id: String::from_utf8_lossy(model.text(rule.id)).into_owned(),
            points: points(rule.points),
            half_life: core::half_life(model, position),
            locked: parts.rules.get(position).is_some_and(|rule| rule.locked),
            ..Candidate::default()
        })
        .collect();
    for (row, scored) in train.iter().zip(scored).filter(|(_, scored)| !scored.disqualified) {
        for (rule, _) in &scored.live {
            let own = &mut rules[*rule as usize];
            own.rows += row.weight;
            own.won += if row.won { row.weight } else { 0.0 };
        }
    }
    for (own, rule) in rules.iter_mut().zip(&model.rules) {
        own.kept = if own.locked {
            Some("locked")
        } else if rule.disqualify {
            Some("disqualifies")
        } else if own.won < SUPPORT || own.rows - own.won < SUPPORT {
            Some("thin_support")
        } else {
            None
        };
    }
    rules
}

fn compile(text: &str) -> Result<Model, Problem> {
    let compiled =
        authoring::compile(text).map_err(|errors| Problem(format!("the new model has errors:\n{errors}")))?;
    Model::decode(&compiled.bytes).map_err(|error| Problem(error.to_string()))
}

/// Returns a half-life in the notation of models, such as `14d`.
fn half_life_text(seconds: u32) -> String {
    format!("\"{}\"", super::durations::text(u64::from(seconds) * 1_000))
}

fn patch_points(text: &str, rules: &[Candidate], found: &Found) -> String {
    let mut patch = Patch::default();
    for (position, rule) in rules.iter().enumerate() {
        let path = [Step::Name("rules"), Step::Index(position), Step::Name("decay")];
        if is_changed(rule, found.points[position]) && found.free.contains(&position) {
            patch.set(text, &path[..2], "points", &found.points[position].to_string());
        }
        if let Some(seconds) = new_half_life(rule, found) {
            patch.set(text, &path, "half_life", &half_life_text(seconds));
        }
    }
    patch.apply(text)
}

/// Returns the new half-life of a rule, if it differs from the author's.
fn new_half_life(rule: &Candidate, found: &Found) -> Option<u32> {
    let own = rule.half_life.filter(|_| !rule.locked)?;
    found.half_life.filter(|seconds| *seconds != own)
}

fn is_changed(rule: &Candidate, points: i64) -> bool {
    (rule.points - points as f64).abs() > 1e-9
}

fn patch_stages(text: &str, stages: &[StageChange]) -> String {
    let mut patch = Patch::default();
    for (position, stage) in stages.iter().enumerate() {
        if stage.new_at.total_cmp(&stage.old_at).is_ne() {
            patch.set(text, &[Step::Name("stages"), Step::Index(position)], "at", &stage.new_at.to_string());
        }
    }
    patch.apply(text)
}

fn changes(rules: &[Candidate], found: &Found) -> Vec<RuleChange> {
    let change = |(position, rule): (usize, &Candidate)| {
        let is_free = found.free.contains(&position);
        let changed = is_free && is_changed(rule, found.points[position]);
        let kept = rule.kept.or(if !is_free { Some("limit") } else { (!changed).then_some("fits") });
        let new_half_life = new_half_life(rule, found).or(rule.half_life);
        RuleChange {
            rule: rule.id.clone(),
            old_points: rule.points,
            new_points: if changed { found.points[position] as f64 } else { rule.points },
            old_half_life: rule.half_life.map(u64::from),
            new_half_life: new_half_life.map(u64::from),
            rows: rule.rows,
            won: rule.won,
            kept: kept.map(str::to_owned),
        }
    };
    rules.iter().enumerate().map(change).collect()
}

/// Returns the ends of a clamp, in points.
fn bounds(bounds: crate::model::Bounds) -> (f64, f64) {
    let end = |milli: Milli| match milli {
        Milli::MIN => f64::NEG_INFINITY,
        Milli::MAX => f64::INFINITY,
        milli => points(milli),
    };
    (end(bounds.min), end(bounds.max))
}

/// Returns one ridge strength of the search, for the report.
fn tried(lambda: f64, loss: f64) -> report::Tried {
    report::Tried { lambda, loss }
}
