//! Warns about valid parts of a model that cannot be intended.

use std::collections::BTreeSet;

use super::fields::PEOPLE;
use super::parts::{Account, EventRule, Key, Kind, Parts, Rule, Stage};
use super::report::{Notes, Path, quote};
use super::values::thousandths;
use crate::limits::ACCOUNT_PEOPLE;
use crate::model::Milli;

/// Looks at a model without errors.
pub(super) fn lint(parts: &Parts, notes: &mut Notes) {
    let rules = Path::ROOT.name("rules");
    if parts.rules.is_empty() {
        notes.warn(&rules, "a model without rules gives no points");
    }
    let used = used_rules(parts);
    for (index, rule) in parts.rules.iter().enumerate() {
        let path = rules.index(index);
        if let Kind::Event(event) = &rule.kind
            && let Some(message) = never_live(event)
        {
            notes.warn(&path.name("expires"), message);
        }
        let position = u32::try_from(index).unwrap_or(u32::MAX);
        if rule.points == 0 && !rule.disqualify && !used.contains(&position) {
            notes.warn(
                &path,
                "this rule has no effect: it adds no points, disqualifies nobody, and no combination or stage uses it",
            );
        }
    }
    let most = Most::of(parts);
    let stages = Path::ROOT.name("stages");
    for (index, stage) in parts.stages.iter().enumerate() {
        lint_stage(parts, stage, &most, &stages.index(index), notes);
    }
    if let Some(account) = &parts.account {
        lint_account(account, &most, &Path::ROOT.name("account"), notes);
    }
}

fn lint_account(account: &Account, most: &Most, path: &Path<'_>, notes: &mut Notes) {
    let person = path.name("person");
    if account.engaged > most.score {
        let sum = thousandths(most.score);
        notes.warn(&person.name("engaged"), format!("nobody is engaged: all rules together give at most {sum}"));
    }
    let people = Milli::try_from(ACCOUNT_PEOPLE).unwrap_or(Milli::MAX);
    let score = account.person_max.min(most.score).saturating_mul(people);
    let stages = path.name("stages");
    for (index, stage) in account.stages.iter().enumerate() {
        let path = stages.index(index);
        if stage.at > score {
            let message = format!("no account reaches this: {people} people give at most {}", thousandths(score));
            notes.warn(&path.name("at"), message);
        }
        if stage.min.iter().any(|(_, amount)| *amount > people.saturating_mul(1_000)) {
            notes.warn(&path.name("min").name(PEOPLE), format!("no account reaches this: {people} people are kept"));
        }
    }
}

/// The rules that a combination or a stage names.
fn used_rules(parts: &Parts) -> BTreeSet<u32> {
    let combinations = parts.rules.iter().flat_map(|rule| match &rule.kind {
        Kind::All(all) => all.rules.as_slice(),
        _ => &[],
    });
    let stages = parts.stages.iter().flat_map(|stage| stage.auto.iter().chain(&stage.requires));
    combinations.chain(stages).copied().collect()
}

/// Why the hits of a rule never live at one time, if they do not.
fn never_live(event: &EventRule) -> Option<String> {
    let (hits, expires) = (event.at_least?, event.expires?);
    let period = match event.key {
        Key::Time => 1,
        Key::Period(period) => period,
        Key::Distinct(_) => return None,
    };
    // The first hit in the last second of its period, the last one in the first second of its own.
    let between = u64::from(hits).checked_sub(2)?;
    let span = between.saturating_mul(period.into()).saturating_add(2);
    (span > expires.into()).then(|| {
        format!("{hits} hits are never live at the same time: they are at least {span} seconds apart, and each is live for {expires}")
    })
}

/// The most points that there can be.
struct Most {
    dimensions: Vec<Milli>,
    score: Milli,
}

impl Most {
    fn of(parts: &Parts) -> Self {
        let mut dimensions = vec![0; parts.dimensions.len()];
        for rule in &parts.rules {
            if let Some(sum) = dimensions.get_mut(rule.dimension as usize) {
                *sum = most_points(rule).saturating_add(*sum);
            }
        }
        for (sum, dimension) in dimensions.iter_mut().zip(&parts.dimensions) {
            *sum = dimension.bounds.clamp(*sum);
        }
        let score = dimensions.iter().fold(0, |score: Milli, sum| score.saturating_add(*sum));
        Self { dimensions, score: parts.score.clamp(score) }
    }
}

fn most_points(rule: &Rule) -> Milli {
    let hits = match &rule.kind {
        Kind::Event(EventRule { limit, at_least: None, .. }) => *limit,
        _ => 1,
    };
    rule.points.max(0).saturating_mul(hits.into())
}

fn lint_stage(parts: &Parts, stage: &Stage, most: &Most, path: &Path<'_>, notes: &mut Notes) {
    for (name, rules) in [("auto", &stage.auto), ("requires", &stage.requires)] {
        let disqualifies = |at: &&u32| parts.rules.get(**at as usize).is_some_and(|rule| rule.disqualify);
        if let Some(rule) = rules.iter().find(disqualifies).and_then(|at| parts.rules.get(*at as usize)) {
            let message = format!("{} disqualifies the visitor, who then has no stage", quote(&rule.id));
            notes.warn(&path.name(name), message);
        }
    }
    if !stage.auto.is_empty() {
        return;
    }
    if stage.at > most.score {
        let sum = thousandths(most.score);
        let message = format!(
            "no sum of points reaches this: all rules together give at most {sum}; lower it, or give rules more points or a higher `limit`"
        );
        notes.warn(&path.name("at"), message);
    }
    for (position, amount) in &stage.min {
        let at = *position as usize;
        if let (Some(sum), Some(dimension)) = (most.dimensions.get(at), parts.dimensions.get(at))
            && amount > sum
        {
            let (sum, id) = (thousandths(*sum), quote(&dimension.id));
            let message = format!("no sum of points reaches this: the rules of {id} give at most {sum}");
            notes.warn(&path.name("min").name(&dimension.id), message);
        }
    }
}
