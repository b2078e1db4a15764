//! The search for half-lives, weights and points.

use std::sync::{Mutex, PoisonError};

use super::super::backtest::Progress;
use super::super::logistic::{self, Sample, Weights};
use super::super::options::Options;
use super::super::recording::Recording;
use super::super::report::{Fit, TriedHalfLife};
use super::super::rows::Row;
use super::super::scored::Scored;
use super::super::threads;
use super::descent::{self, Descent};
use super::sample::{FOLDS, sample};
use super::{Candidate, Found, MOST_POINTS, tried};
use crate::model::Model;

/// Strengths of the ridge. Strength n holds weights to the author's points as firmly as the information of n rows.
/// Columns are measured in standard deviations.
const LAMBDAS: [f64; 9] = [3_000.0, 1_000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3];
/// The strength at which half-lives are compared.
const COMPARE: f64 = 10.0;
/// Gain in log-likelihood that another half-life needs: half of the 95th percentile of chi-squared with one degree of
/// freedom.
const LEAST_GAIN: f64 = 1.92;

/// Half-lives that are tried at once: each needs a sample of its own, a fifth of all memory.
const AT_ONCE: usize = 2;

/// The input of the search.
pub(super) struct Task<'a> {
    pub(super) model: &'a Model,
    pub(super) recording: &'a Recording,
    pub(super) rows: &'a [Row],
    pub(super) scored: &'a [Scored],
    pub(super) rules: &'a [Candidate],
    /// The limit of rules that may change.
    pub(super) most: usize,
    pub(super) options: &'a Options,
}

pub(super) fn run(task: &Task<'_>, progress: Progress<'_>) -> Found {
    let own: Vec<i64> = task.rules.iter().map(|rule| rule.points.round() as i64).collect();
    let mut found = Found { points: own, half_life: None, free: Vec::new(), fit: Fit::default() };
    if task.most == 0 {
        return found;
    }
    let (sample, half_life) = half_life(task, &mut found.fit, progress);
    found.half_life = half_life;
    let mut fitting = Fitting::new(task, &sample);
    let lambda = fitting.choose_lambda(&mut found.fit, progress);
    found.fit.lambda = lambda;
    let mut weights = fitting.fit(lambda, None);
    for _ in 0..2 {
        if let Some(scale) = fitting.robust_scale(&weights) {
            fitting.set_scale(scale);
            weights = fitting.fit(lambda, None);
        }
    }
    progress("choosing rules", 0, 1);
    let weights = fitting.select(task.most, lambda, weights);
    found.free.clone_from(&fitting.free);
    found.free.sort_unstable();

    let descent = Descent::new(task, &sample, &fitting.ridge(lambda), &found.free);
    let mut best: Option<descent::Reached> = None;
    for scale in fitting.scales(&weights) {
        progress("rounding", 0, 1);
        let start: Vec<f64> = task
            .rules
            .iter()
            .enumerate()
            .map(|(column, rule)| if found.free.contains(&column) { weights.of[column] / scale } else { rule.points })
            .collect();
        let reached = descent.run(&start);
        if best.as_ref().is_none_or(|best| reached.objective < best.objective - 1e-9) {
            best = Some(reached);
        }
    }
    if let Some(best) = best {
        for column in &found.free {
            found.points[*column] = best.points[*column].round() as i64;
        }
        found.fit.slope = best.scale.slope;
    }
    found
}

/// Returns the half-life with the greatest likelihood, and the rows under it.
fn half_life(task: &Task<'_>, fit: &mut Fit, progress: Progress<'_>) -> (Sample, Option<u32>) {
    let own = sample(task, None);
    if !task.rules.iter().any(|rule| rule.half_life.is_some() && !rule.locked) {
        return (own, None);
    }
    let loss = |sample: &Sample| {
        let fitting = Fitting::new(task, sample);
        fitting.fit(COMPARE, None).loss(sample, None)
    };
    let half_lives = &task.options.half_lives;
    // Of the best half-life so far.
    let best: Mutex<Option<(f64, usize, Sample)>> = Mutex::default();
    let try_one = |number: usize| {
        // The author's own half-lives are the first to be tried.
        let Some(seconds) = number.checked_sub(1).map(|at| half_lives[at]) else { return loss(&own) };
        let sample = sample(task, Some(seconds));
        let loss = loss(&sample);
        let mut best = best.lock().unwrap_or_else(PoisonError::into_inner);
        // Among equal losses the first half-life of the list wins.
        if best.as_ref().is_none_or(|best| loss.total_cmp(&best.0).then(number.cmp(&best.1)).is_lt()) {
            *best = Some((loss, number, sample));
        }
        loss
    };
    let losses = threads::map(task.options.threads.min(AT_ONCE), half_lives.len() + 1, try_one, &mut |done, all| {
        progress("trying half-lives", done, all);
    });
    let own_loss = losses[0];
    let best = best.into_inner().unwrap_or_else(PoisonError::into_inner);
    let best = best.filter(|(loss, ..)| *loss < own_loss - LEAST_GAIN);
    let all: f64 = own.rows.iter().sum();
    let tried = std::iter::once(None).chain(half_lives.iter().copied().map(Some)).zip(losses);
    let (sample, half_life) = match best {
        Some((_, number, sample)) => (sample, Some(half_lives[number - 1])),
        None => (own, None),
    };
    fit.half_lives.extend(tried.map(|(seconds, loss)| TriedHalfLife {
        half_life: seconds.map(u64::from),
        loss: loss / all,
        chosen: seconds == half_life,
    }));
    (sample, half_life)
}

/// Regressions on one sample.
struct Fitting<'a> {
    task: &'a Task<'a>,
    sample: &'a Sample,
    variances: Vec<f64>,
    signs: Vec<i8>,
    /// Columns with a weight of their own.
    free: Vec<usize>,
    /// The weight of one of the author's points.
    scale: f64,
    towards: Vec<f64>,
}

impl<'a> Fitting<'a> {
    fn new(task: &'a Task<'a>, sample: &'a Sample) -> Self {
        let rules = task.rules;
        let scores: Vec<(f64, f64, f64)> = (0..sample.len())
            .map(|row| {
                let score = sample.row(row).iter().map(|(column, units)| rules[*column as usize].points * units).sum();
                (score, sample.rows[row], sample.won[row])
            })
            .collect();
        let sign = |rule: &Candidate| match rule.points {
            points if points > 0.0 => 1,
            points if points < 0.0 => -1,
            _ => 0,
        };
        let mut fitting = Self {
            task,
            sample,
            variances: sample.variances(),
            signs: rules.iter().map(sign).collect(),
            free: (0..rules.len()).filter(|rule| rules[*rule].kept.is_none()).collect(),
            scale: 0.0,
            towards: vec![0.0; rules.len()],
        };
        fitting.set_scale(logistic::scale_of(&scores).slope.max(0.0));
        fitting
    }

    fn set_scale(&mut self, scale: f64) {
        self.scale = scale;
        self.towards = self.task.rules.iter().map(|rule| rule.points * scale).collect();
    }

    fn ridge(&self, lambda: f64) -> Vec<f64> {
        // A column without variance is held too, with the least variance.
        self.variances.iter().map(|variance| lambda * variance.max(1e-6)).collect()
    }

    fn fit_from(&self, lambda: f64, held: Option<u8>, start: &Weights) -> Weights {
        let ridge = self.ridge(lambda);
        let Self { sample, free, towards, signs, .. } = self;
        logistic::Task { sample, free, towards, ridge: &ridge, signs, held }.fit(start)
    }

    fn fit(&self, lambda: f64, held: Option<u8>) -> Weights {
        self.fit_from(lambda, held, &self.start())
    }

    fn start(&self) -> Weights {
        let (all, won): (f64, f64) = (self.sample.rows.iter().sum(), self.sample.won.iter().sum());
        Weights { intercept: libm::log((won / (all - won).max(1e-9)).max(1e-9)), of: self.towards.clone() }
    }

    /// Returns the strength with the least loss on held-out rows.
    fn choose_lambda(&self, fit: &mut Fit, progress: Progress<'_>) -> f64 {
        let all: f64 = self.sample.rows.iter().sum();
        let mut losses = [0.0; LAMBDAS.len()];
        let of_fold = |fold: usize| {
            let held = Some(fold as u8);
            let mut weights = self.start();
            LAMBDAS.map(|lambda| {
                weights = self.fit_from(lambda, held, &weights);
                weights.loss(self.sample, held)
            })
        };
        let by_fold = threads::map(self.task.options.threads, usize::from(FOLDS), of_fold, &mut |done, all| {
            progress("cross-validating", done, all);
        });
        for of_fold in by_fold {
            losses.iter_mut().zip(of_fold).for_each(|(sum, loss)| *sum += loss);
        }
        fit.lambdas = LAMBDAS.iter().zip(losses).map(|(lambda, loss)| tried(*lambda, loss / all)).collect();
        // Among equal losses the strongest ridge wins.
        let best = fit.lambdas.iter().min_by(|a, b| a.loss.total_cmp(&b.loss));
        best.map_or(LAMBDAS[0], |best| best.lambda)
    }

    /// Returns the scale at which most rules would keep their points: the median of weight / points, weighted by the
    /// information about each rule.
    fn robust_scale(&self, weights: &Weights) -> Option<f64> {
        let information = weights.information(self.sample);
        let mut ratios: Vec<(f64, f64)> = self
            .free
            .iter()
            .filter(|column| self.task.rules[**column].points != 0.0)
            .map(|column| {
                let points = self.task.rules[*column].points;
                (weights.of[*column] / points, information[*column].sqrt() * points.abs())
            })
            .collect();
        ratios.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let half = ratios.iter().map(|ratio| ratio.1).sum::<f64>() / 2.0;
        let mut below = 0.0;
        let median = ratios.iter().find(|(_, weight)| {
            below += weight;
            below >= half
        });
        median.map(|(ratio, _)| *ratio).filter(|scale| *scale > 0.0)
    }

    /// Keeps at most `most` columns free: those whose weights differ most surely from the author's points.
    fn select(&mut self, most: usize, lambda: f64, mut weights: Weights) -> Weights {
        while self.free.len() > most {
            let information = weights.information(self.sample);
            let mut sure: Vec<(f64, usize)> = self
                .free
                .iter()
                .map(|column| {
                    let off = weights.of[*column] - self.towards[*column];
                    (off * off * information[*column], *column)
                })
                .collect();
            sure.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            // Removes a quarter of the surplus at a time, because each removal changes the other weights.
            let gone = (self.free.len() - most).div_ceil(4);
            self.free = sure.into_iter().skip(gone).map(|(_, column)| column).collect();
            self.free.sort_unstable();
            weights = self.fit_from(lambda, None, &weights);
        }
        weights
    }

    /// Returns the scales to try for one point: the author's, or if the author gave no points, a few that fill the
    /// range.
    fn scales(&self, weights: &Weights) -> Vec<f64> {
        if self.scale > 0.0 {
            return vec![self.scale];
        }
        let largest = self.free.iter().map(|column| weights.of[*column].abs()).fold(0.0, f64::max);
        if largest <= 0.0 {
            return Vec::new();
        }
        let most = f64::from(self.task.options.max_points.unwrap_or(MOST_POINTS));
        [0.5, 0.75, 1.0].map(|part| largest / (most * part).max(1.0)).to_vec()
    }
}
