//! `diff`: compares two versions of a model on the same visitors.

use std::collections::BTreeMap;

use super::backtest::{Progress, Tested, name};
use super::core::{self, points};
use super::cuts::psi;
use super::options::Options;
use super::ranking::Ranking;
use super::recording::{Recording, Visitor};
use super::report::{Diff, Mover, MoverRule, RuleMoves, SignalChange};
use super::{Problem, conditions, problem, text};
use crate::model::{Milli, Model};
use crate::score::state::State;

/// The limit of rules in a mover's explanation.
const RULES: usize = 5;
/// The name of the group of visitors without a stage.
const NONE: &str = "visitor";
const DISQUALIFIED: &str = "disqualified";

/// A visitor's score and stage under one model.
struct StageStatus {
    /// Position of the stage in the rows or columns of the matrix.
    stage: usize,
    score: Milli,
    disqualified: bool,
    /// Contributions of the live rules, by id.
    rules: BTreeMap<String, Milli>,
    /// Signals by stage.
    signals: Vec<u64>,
}

pub(super) fn report(
    old: Tested<'_>,
    new: Tested<'_>,
    recording: &Recording,
    options: &Options,
    progress: Progress<'_>,
) -> Result<Diff, Problem> {
    if recording.data.visitors == 0 {
        return problem("no events: nothing to compare");
    }
    let mut report = Diff {
        command: "diff".to_owned(),
        verdict: String::new(),
        data: recording.data.clone(),
        models: vec![name(old.model, old.file), name(new.model, new.file)],
        old_stages: stages(old.model),
        new_stages: stages(new.model),
        matrix: Vec::new(),
        moved: 0,
        moved_up: 0,
        moved_down: 0,
        signals: Vec::new(),
        psi: super::report::Psi::default(),
        rules: Vec::new(),
        movers: Vec::new(),
        conditions: Vec::new(),
    };
    report.matrix = vec![vec![0; report.new_stages.len()]; report.old_stages.len()];
    let mut scores: [Vec<(Milli, bool, f64)>; 2] = [Vec::new(), Vec::new()];
    let mut signals = [vec![0u64; old.model.stages.len()], vec![0u64; new.model.stages.len()]];
    let mut moves: BTreeMap<String, u64> = BTreeMap::new();
    let visitors = recording.visitors.len() as u64;
    for (done, (id, visitor)) in (1u64..).zip(&recording.visitors) {
        if done.is_multiple_of(1_000) {
            progress("comparing", done, visitors);
        }
        let Some(newest) = visitor.events.last().copied() else { continue };
        let now = options.at.unwrap_or(newest);
        let (before, after) = (stand(old, visitor, now), stand(new, visitor, now));
        for ((stage_status, scores), signals) in [&before, &after].into_iter().zip(&mut scores).zip(&mut signals) {
            scores.push((stage_status.score, false, 1.0));
            for (sum, own) in signals.iter_mut().zip(&stage_status.signals) {
                *sum += own;
            }
        }
        report.matrix[before.stage][after.stage] += 1;
        let (from, to) = (&report.old_stages[before.stage], &report.new_stages[after.stage]);
        if from == to {
            continue;
        }
        report.moved += 1;
        let up = rises(&report, &before, &after);
        *(if up { &mut report.moved_up } else { &mut report.moved_down }) += 1;
        let mover = mover(id, (from, to), &before, &after);
        if let Some(first) = mover.rules.first() {
            *moves.entry(first.rule.clone()).or_default() += 1;
        }
        keep(&mut report.movers, mover, options.movers);
    }
    report.movers.sort_by(|a, b| change(b).total_cmp(&change(a)));
    report.movers.truncate(options.movers);
    report.rules = rules(old.model, new.model, &moves);
    report.signals = signal_changes(old.model, new.model, &signals, recording.data.weeks);
    let [before, after] = scores;
    report.psi = psi(&Ranking::new(&before).cells, &Ranking::new(&after).cells);
    report.conditions = conditions::of_diff(&options.fail_on, &report)?;
    report.verdict = text::diff_verdict(&report);
    Ok(report)
}

/// Returns the names in the matrix: `visitor`, the model's stages, `disqualified`.
fn stages(model: &Model) -> Vec<String> {
    let own = model.stages.iter().map(|stage| String::from_utf8_lossy(model.text(stage.id)).into_owned());
    [NONE.to_owned()].into_iter().chain(own).chain([DISQUALIFIED.to_owned()]).collect()
}

fn stand(tested: Tested<'_>, visitor: &Visitor, now: u64) -> StageStatus {
    let Tested { model, number, .. } = tested;
    let state = core::state(model, visitor.facts_until(number, now));
    let core::StageStatus { score, stage } = core::stage_status(model, &state, now);
    let disqualified = score.disqualified;
    let stage = if disqualified { model.stages.len() + 1 } else { stage.map_or(0, |stage| stage + 1) };
    let id = |rule: u32| String::from_utf8_lossy(model.rule_id(rule)).into_owned();
    let rules = score.live.iter().map(|live| (id(live.rule), live.points)).collect();
    StageStatus { stage, score: score.total, disqualified, rules, signals: signals(model, number, visitor) }
}

/// Returns the number of signals that a visitor sends, by stage.
fn signals(model: &Model, number: usize, visitor: &Visitor) -> Vec<u64> {
    let mut sent = vec![0; model.stages.len()];
    let mut facts = visitor.facts.get(number).map_or(&[][..], Vec::as_slice);
    let mut state = State::default();
    let rises_alone = core::rises_alone(model);
    let mut events = visitor.events.clone();
    events.dedup();
    for at in events {
        let gained;
        (gained, facts) = facts.split_at(facts.partition_point(|fact| fact.at <= at));
        if gained.is_empty() && !rises_alone {
            continue;
        }
        let Ok(tripped) = core::ingest(model, &mut state, gained, at) else { continue };
        for stage in core::positions(tripped.signalled) {
            sent[stage] += 1;
        }
    }
    sent
}

/// Returns true if a moved visitor moved up: by the name of the stage if both models have it, otherwise by the number
/// of stages above it.
fn rises(report: &Diff, before: &StageStatus, after: &StageStatus) -> bool {
    if before.disqualified || after.disqualified {
        return before.disqualified;
    }
    let (from, to) = (&report.old_stages[before.stage], &report.new_stages[after.stage]);
    let place = |stages: &[String], stage: &str| stages.iter().position(|own| own == stage);
    if let Some(from) = place(&report.new_stages, from) {
        return after.stage > from;
    }
    place(&report.old_stages, to).map_or(after.stage > before.stage, |to| to > before.stage)
}

fn mover(id: &[u8], (from, to): (&str, &str), before: &StageStatus, after: &StageStatus) -> Mover {
    let ids: std::collections::BTreeSet<&String> = before.rules.keys().chain(after.rules.keys()).collect();
    let of = |stage_status: &StageStatus, id: &String| stage_status.rules.get(id).copied().unwrap_or_default();
    let mut rules: Vec<(Milli, MoverRule)> = ids
        .into_iter()
        .map(|id| {
            let (old, new) = (of(before, id), of(after, id));
            ((new - old).abs(), MoverRule { rule: id.clone(), old: points(old), new: points(new) })
        })
        .filter(|(change, _)| *change > 0)
        .collect();
    rules.sort_by_key(|(change, _)| std::cmp::Reverse(*change));
    Mover {
        visitor: String::from_utf8_lossy(id).into_owned(),
        old_stage: from.to_owned(),
        new_stage: to.to_owned(),
        old_score: points(before.score),
        new_score: points(after.score),
        rules: rules.into_iter().take(RULES).map(|(_, rule)| rule).collect(),
    }
}

fn change(mover: &Mover) -> f64 {
    (mover.new_score - mover.old_score).abs()
}

/// Keeps the movers with the largest changes of score. The list holds a few times `most`, so that it is rarely sorted.
fn keep(movers: &mut Vec<Mover>, mover: Mover, most: usize) {
    movers.push(mover);
    if movers.len() > most.saturating_mul(4).max(1_000) {
        movers.sort_by(|a, b| change(b).total_cmp(&change(a)));
        movers.truncate(most);
    }
}

fn rules(old: &Model, new: &Model, moves: &BTreeMap<String, u64>) -> Vec<RuleMoves> {
    let of = |model: &Model, id: &str| {
        model.rules.iter().find(|rule| model.text(rule.id) == id.as_bytes()).map(|rule| points(rule.points))
    };
    let mut rules: Vec<RuleMoves> = moves
        .iter()
        .map(|(id, moved)| RuleMoves {
            rule: id.clone(),
            old_points: of(old, id),
            new_points: of(new, id),
            moved: *moved,
        })
        .collect();
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.moved));
    rules
}

fn signal_changes(old: &Model, new: &Model, counts: &[Vec<u64>; 2], weeks: f64) -> Vec<SignalChange> {
    let [of_old, of_new] = counts;
    let mut list: Vec<SignalChange> = Vec::new();
    for (model, counts, is_new) in [(old, of_old, false), (new, of_new, true)] {
        for (stage, count) in model.stages.iter().zip(counts).filter(|(stage, _)| stage.signal) {
            let id = String::from_utf8_lossy(model.text(stage.id)).into_owned();
            let at = list.iter().position(|own| own.stage == id).unwrap_or_else(|| {
                list.push(SignalChange { stage: id, ..SignalChange::default() });
                list.len() - 1
            });
            *(if is_new { &mut list[at].new } else { &mut list[at].old }) = Some(*count);
        }
    }
    let a_week = |count: Option<u64>| count.filter(|_| weeks > 0.0).map(|count| count as f64 / weeks);
    for change in &mut list {
        (change.old_a_week, change.new_a_week) = (a_week(change.old), a_week(change.new));
        if let (Some(old), Some(new)) = (change.old.filter(|old| *old > 0), change.new) {
            change.change = Some(new as f64 / old as f64 - 1.0);
        }
    }
    list
}
