//! The figures of each rule, and the findings for the model's author.

use super::core::points;
use super::cuts::{differs, psi_part};
use super::ranking::Ranking;
use super::report::{Note, RuleReport};
use super::rows::Row;
use super::scored::{Scored, score_without};
use super::split::Side;
use super::threads;
use crate::model::{Milli, Model, Rule};

/// Won rows, and other rows, needed to judge a rule.
const SUPPORT: f64 = 10.0;
/// A change of AUC too small to matter.
const NEGLIGIBLE: f64 = 0.0005;
/// A PSI above which a distribution has changed a lot.
const DRIFT: f64 = 0.25;

/// The evaluated rows and all rows, each with its score.
pub(super) struct Evidence<'a> {
    pub(super) model: &'a Model,
    pub(super) rows: &'a [Row],
    pub(super) scored: &'a [Scored],
    pub(super) ranking: &'a Ranking,
    pub(super) all_rows: &'a [Row],
    pub(super) all_scored: &'a [Scored],
}

/// Live rows of a rule, and the won rows among them.
#[derive(Clone, Copy, Default)]
struct Count {
    rows: f64,
    won: f64,
}

pub(super) fn report(evidence: &Evidence<'_>, threads: usize, progress: &mut dyn FnMut(u64, u64)) -> Vec<RuleReport> {
    let Evidence { model, rows, scored, ranking, .. } = evidence;
    let rules = model.rules.len();
    let mut live = vec![Count::default(); rules];
    for (row, scored) in rows.iter().zip(*scored) {
        for (rule, _) in &scored.live {
            live[*rule as usize].rows += row.weight;
            live[*rule as usize].won += if row.won { row.weight } else { 0.0 };
        }
    }
    let (all, won) = (ranking.rows(), ranking.won());
    let drift = drift(evidence);
    let influence = ranking.influence(rows.iter().map(|row| row.won));
    let auc = ranking.auc().unwrap_or_default();
    let of_rule = |position: usize| {
        let rule = &model.rules[position];
        let count = live[position];
        let mut report = RuleReport {
            rule: String::from_utf8_lossy(model.text(rule.id)).into_owned(),
            points: points(rule.points),
            rows: count.rows,
            won: count.won,
            psi: drift.get(position).copied(),
            ..RuleReport::default()
        };
        if count.rows > 0.0 {
            report.lift = Some((count.won / count.rows) / (won / all));
            let share = |own: f64, all: f64| (own + 0.5) / (all + 0.5);
            report.woe = Some(libm::log(share(count.won, won) / share(count.rows - count.won, all - won)));
            if rule.points != 0 {
                (report.drop_one_auc, report.drop_one_se) = drop_one(evidence, position as u32, auc, &influence);
            }
        }
        report.notes = notes(rule, &report, all, won);
        report
    };
    threads::map(threads, rules, of_rule, progress)
}

/// Returns the fall of AUC without a rule, and its standard error for independent visitors.
fn drop_one(evidence: &Evidence<'_>, rule: u32, auc: f64, influence: &[f64]) -> (f64, f64) {
    let Evidence { model, rows, scored, .. } = evidence;
    let mut sums = vec![0; model.dimensions.len()];
    let mut without: Vec<Milli> = scored
        .iter()
        .map(|row| {
            let is_live = row.live.iter().any(|(own, _)| *own == rule);
            if is_live && !row.disqualified { score_without(model, row, rule, &mut sums) } else { row.score }
        })
        .collect();
    let lowest = without.iter().zip(*scored).filter(|(_, row)| !row.disqualified).map(|(score, _)| *score).min();
    for (score, _) in without.iter_mut().zip(*scored).filter(|(_, row)| row.disqualified) {
        *score = lowest.unwrap_or_default();
    }
    let list: Vec<_> = rows.iter().zip(&without).map(|(row, score)| (*score, row.won, row.weight)).collect();
    let ranking = Ranking::new(&list);
    let other = ranking.influence(rows.iter().map(|row| row.won));
    let mut square = 0.0;
    let mut start = 0;
    for rows in rows.chunk_by(|a, b| a.visitor == b.visitor) {
        let own = start..start + rows.len();
        start += rows.len();
        let of_visitor: f64 = own.zip(rows).map(|(at, row)| row.weight * (influence[at] - other[at])).sum();
        square += of_visitor * of_visitor;
    }
    (auc - ranking.auc().unwrap_or_default(), square.sqrt())
}

/// Returns the PSI of the share of live rows between train and test, by rule; empty if either part is empty.
fn drift(evidence: &Evidence<'_>) -> Vec<f64> {
    let rules = evidence.model.rules.len();
    let (mut live, mut all) = ([vec![0.0; rules], vec![0.0; rules]], [0.0; 2]);
    for (row, scored) in evidence.all_rows.iter().zip(evidence.all_scored) {
        let side = match row.side {
            Side::Train => 0,
            Side::Test => 1,
            Side::Between => continue,
        };
        all[side] += row.weight;
        for (rule, _) in &scored.live {
            live[side][*rule as usize] += row.weight;
        }
    }
    let [train, test] = all;
    if train <= 0.0 || test <= 0.0 {
        return Vec::new();
    }
    let [before, after] = live;
    let psi = |(before, after): (f64, f64)| {
        let (before, after) = (before / train, after / test);
        psi_part(before, after) + psi_part(1.0 - before, 1.0 - after)
    };
    before.into_iter().zip(after).map(psi).collect()
}

fn notes(rule: &Rule, report: &RuleReport, all: f64, won: f64) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |code: &str, text: String| notes.push(Note { code: code.to_owned(), text });
    let (rows, own) = (report.rows, report.won);
    if rows <= 0.0 {
        note("never_live", "is live in no row".to_owned());
        return notes;
    }
    if rows >= all {
        note("always_live", "is live in every row, so it cannot separate visitors".to_owned());
        return notes;
    }
    // Points of a disqualifying rule have no effect.
    if rule.disqualify {
        return notes;
    }
    let is_thin = own < SUPPORT || rows - own < SUPPORT;
    let disagrees = differs((own, rows), (won - own, all - rows))
        && report.lift.is_some_and(|lift| (rule.points > 0 && lift < 1.0) || (rule.points < 0 && lift > 1.0));
    let lift = report.lift.unwrap_or_default();
    if disagrees {
        let (sign, word) = if rule.points > 0 { ("adds", "rarely") } else { ("takes", "often") };
        note(
            "points_disagree",
            format!("{sign} points, but visitors with it win more {word} than others (lift {lift:.2})"),
        );
    } else if is_thin {
        note("thin_support", format!("only {own:.0} of {rows:.0} rows are won: too few to judge the rule"));
    }
    let change = report.drop_one_auc;
    if change < -NEGLIGIBLE && change < -2.0 * report.drop_one_se {
        note("hurts", format!("without its points the AUC is {:.4} higher", -change));
    } else if rule.points != 0 && !is_thin && change.abs() <= NEGLIGIBLE.max(report.drop_one_se) {
        note("no_effect", "without its points the AUC is the same: nobody needs them".to_owned());
    }
    if let Some(psi) = report.psi.filter(|psi| *psi > DRIFT) {
        note("drifts", format!("is live in a very different share of the newer rows (PSI {psi:.2})"));
    }
    notes
}
