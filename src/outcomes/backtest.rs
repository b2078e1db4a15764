//! `backtest`: measures how well a model's scores separate visitors who win from those who do not.

use super::bootstrap::{self, Drawn, interval};
use super::core::points;
use super::cuts::{bands, psi};
use super::logistic::{chance, scale};
use super::options::{Options, Which};
use super::ranking::{Cell, Ranking};
use super::recording::Recording;
use super::report::{Brier, Capacity, Comparison, Decile, ModelName, ModelReport, Stability};
use super::rows::{Row, Rows, is_of};
use super::rules::{self, Evidence};
use super::scored::{self, Scored};
use super::{Problem, problem, stages, text};
use crate::model::Model;

/// A model under test, with its position among the recorded models.
#[derive(Clone, Copy)]
pub(super) struct Tested<'a> {
    pub(super) model: &'a Model,
    pub(super) number: usize,
    pub(super) file: &'a str,
}

/// Called with the name of a step, its finished units and all its units.
pub(super) type Progress<'a> = &'a mut dyn FnMut(&str, u64, u64);

/// Returns the reports of one or two models on the rows that the options select.
pub(super) fn report(
    tested: &[Tested<'_>],
    recording: &Recording,
    rows: &Rows,
    options: &Options,
    progress: Progress<'_>,
) -> Result<(Vec<ModelReport>, Option<Comparison>), Problem> {
    let evaluated: Vec<Row> = rows.of(options.rows).copied().collect();
    let mut bases = Vec::new();
    for tested in tested {
        progress("scoring", bases.len() as u64, 2);
        bases.push(Base::new(*tested, recording, rows, &evaluated, options)?);
    }
    let visitors: Vec<usize> = evaluated.iter().map(|row| row.visitor).collect();
    let won: Vec<bool> = evaluated.iter().map(|row| row.won).collect();
    let weights: Vec<f64> = evaluated.iter().map(|row| row.weight).collect();
    let drawn = Drawn { visitors: &visitors, won: &won, weights: &weights, seed: options.seed };
    let rankings: Vec<&Ranking> = bases.iter().map(|base| &base.ranking).collect();
    let draws = bootstrap::aucs(&drawn, &rankings, options.threads, &mut |done, all| {
        progress("drawing intervals", done, all);
    });
    let mut reports = Vec::new();
    for (base, draws) in bases.iter().zip(&draws) {
        reports.push(base.report(recording, rows, &evaluated, draws, options, progress));
    }
    let comparison = match (reports.as_slice(), draws.as_slice()) {
        ([old, new], [of_old, of_new]) => Some(compare(old, new, of_old, of_new)),
        _ => None,
    };
    Ok((reports, comparison))
}

fn compare(old: &ModelReport, new: &ModelReport, of_old: &[f64], of_new: &[f64]) -> Comparison {
    let draws: Vec<f64> = of_old.iter().zip(of_new).map(|(old, new)| new - old).collect();
    let auc = interval(new.auc.value - old.auc.value, &draws);
    let capture = |report: &ModelReport| report.deciles.first().map_or(0.0, |decile| decile.capture);
    let result = match auc {
        auc if auc.low > 0.0 => "better",
        auc if auc.high < 0.0 => "worse",
        _ => "same",
    };
    Comparison {
        auc,
        capture: capture(new) - capture(old),
        brier: new.brier.value - old.brier.value,
        result: result.to_owned(),
    }
}

/// A model with its rows scored.
struct Base<'a> {
    tested: Tested<'a>,
    all: Vec<Scored>,
    evaluated: Vec<Scored>,
    ranking: Ranking,
}

impl<'a> Base<'a> {
    fn new(
        tested: Tested<'a>,
        recording: &Recording,
        rows: &Rows,
        evaluated: &[Row],
        options: &Options,
    ) -> Result<Self, Problem> {
        let all = scored::score(tested.model, tested.number, recording, &rows.list, options.threads);
        if all.iter().all(|row| row.live.is_empty()) {
            return problem(format!(
                "no rule of {} is live in any row, so its score means nothing: do the events have the types and addresses that the model \
                 asks for?",
                text::safe(tested.file)
            ));
        }
        let chosen = rows.list.iter().zip(&all).filter(|(row, _)| is_of(row, options.rows));
        let scored: Vec<Scored> = chosen.map(|(_, scored)| scored.clone()).collect();
        let list: Vec<_> = evaluated.iter().zip(&scored).map(|(row, own)| (own.score, row.won, row.weight)).collect();
        Ok(Self { tested, all, evaluated: scored, ranking: Ranking::new(&list) })
    }

    fn report(
        &self,
        recording: &Recording,
        rows: &Rows,
        evaluated: &[Row],
        draws: &[f64],
        options: &Options,
        progress: Progress<'_>,
    ) -> ModelReport {
        let Self { tested: Tested { model, number, file }, all, evaluated: scored, ranking } = self;
        let auc = ranking.auc().unwrap_or(0.5);
        let (ks, ks_at) = ranking.ks();
        let evidence = Evidence { model, rows: evaluated, scored, ranking, all_rows: &rows.list, all_scored: all };
        let disqualified = |won: bool| {
            let is = |(row, scored): &(&Row, &Scored)| scored.disqualified && (!won || row.won);
            evaluated.iter().zip(scored).filter(is).count() as u64
        };
        ModelReport {
            model: name(model, file),
            auc: interval(auc, draws),
            gini: 2.0 * auc - 1.0,
            ks,
            ks_at: points(ks_at),
            brier: brier(&ranking.cells),
            deciles: deciles(ranking),
            bands: bands(ranking),
            capacity: options.capacity.as_ref().map(|capacity| capacity_of(capacity.value, evaluated, scored)),
            stages: stages::report(model, *number, recording, evaluated, options, &mut |done, all| {
                progress("following stages", done, all);
            }),
            stability: stability(rows, all),
            rules: rules::report(&evidence, options.threads, &mut |done, all| {
                progress("leaving out rules", done, all);
            }),
            disqualified: disqualified(false),
            disqualified_won: disqualified(true),
        }
    }
}

/// Returns the names, version and hash of a model.
pub(super) fn name(model: &Model, file: &str) -> ModelName {
    ModelName {
        file: file.to_owned(),
        name: model.name().to_owned(),
        version: model.version(),
        hash: model.hash().to_owned(),
    }
}

/// Returns the mean squared error of the chances that fit the scores best.
pub(super) fn brier(cells: &[Cell]) -> Brier {
    let scale = scale(cells);
    let all: f64 = cells.iter().map(Cell::rows).sum();
    let rate = cells.iter().map(|cell| cell.won).sum::<f64>() / all;
    let error = |p: f64, cell: &Cell| cell.won * (1.0 - p).powi(2) + cell.others * p * p;
    let value =
        cells.iter().map(|cell| error(chance(scale.intercept + scale.slope * points(cell.score)), cell)).sum::<f64>()
            / all;
    let baseline = rate * (1.0 - rate);
    Brier { value, baseline, skill: 1.0 - value / baseline, slope: scale.slope, intercept: scale.intercept }
}

/// Returns tenths of the rows, the highest scores first.
pub(super) fn deciles(ranking: &Ranking) -> Vec<Decile> {
    let (all, won) = (ranking.rows(), ranking.won());
    let tenth = |number: u32| {
        let (from, to) = (all * f64::from(number - 1) / 10.0, all * f64::from(number) / 10.0);
        let captured = ranking.won_in_top(to);
        let own = captured - ranking.won_in_top(from);
        let rate = own / (to - from);
        // The row at the end of a tenth is the first row of the next tenth.
        Decile {
            decile: number,
            rows: to - from,
            won: own,
            from: points(ranking.score_at(to - all * 1e-9)),
            to: points(ranking.score_at(from + all * 1e-9)),
            rate,
            lift: rate / (won / all),
            capture: captured / won,
        }
    };
    (1..=10).map(tenth).collect()
}

const WEEK: u64 = 604_800_000;

/// Returns the result for sales who take `per_week` leads a week, those with the highest scores.
fn capacity_of(per_week: f64, rows: &[Row], scored: &[Scored]) -> Capacity {
    let first = rows.iter().map(|row| row.at).min().unwrap_or_default();
    let week = |row: &Row| (row.at - first) / WEEK;
    let mut by_week: Vec<(u64, usize)> = rows.iter().enumerate().map(|(index, row)| (week(row), index)).collect();
    by_week.sort_unstable();
    let rank = |rows_of: &mut dyn Iterator<Item = usize>| {
        let list: Vec<_> = rows_of.map(|index| (scored[index].score, rows[index].won, rows[index].weight)).collect();
        Ranking::new(&list)
    };
    let weeks = by_week.last().map_or(0, |(week, _)| week + 1);
    let mut capacity = Capacity { per_week, weeks, ..Capacity::default() };
    for of_week in by_week.chunk_by(|a, b| a.0 == b.0) {
        let ranking = rank(&mut of_week.iter().map(|(_, index)| *index));
        capacity.taken += ranking.rows().min(per_week);
        capacity.won += ranking.won_in_top(per_week);
    }
    let all = rank(&mut (0..rows.len()));
    capacity.precision = capacity.won / capacity.taken;
    capacity.recall = capacity.won / all.won();
    capacity.threshold = all.threshold(per_week * weeks as f64).map(points);
    capacity
}

/// Compares the scores of the older rows with those of the newer rows.
fn stability(rows: &Rows, scored: &[Scored]) -> Stability {
    let ranking = |which: Which| {
        let own = rows.list.iter().zip(scored).filter(|(row, _)| is_of(row, which));
        Ranking::new(&own.map(|(row, scored)| (scored.score, row.won, row.weight)).collect::<Vec<_>>())
    };
    let (train, test) = (ranking(Which::Train), ranking(Which::Test));
    Stability { psi: psi(&train.cells, &test.cells), auc_train: train.auc(), auc_test: test.auc() }
}
