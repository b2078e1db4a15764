//! Coordinate descent to whole points on the log loss, with a scorer that applies the model's caps.

use std::collections::HashMap;

use super::super::logistic::{Sample, Scale, loss, scale_of};
use super::search::Task;
use super::{Candidate, MOST_POINTS, bounds};

/// The limit of passes over all rules.
const SWEEPS: usize = 30;
/// Changes of points that are tried.
const MOVES: [f64; 6] = [1.0, -1.0, 2.0, -2.0, 5.0, -5.0];

/// The data of a descent: rows, rules and caps.
pub(super) struct Descent<'a> {
    rules: &'a [Candidate],
    free: &'a [usize],
    ridge: Vec<f64>,
    most: f64,
    /// By rule: the rows in which it counts, with its units in each.
    columns: Vec<Vec<(u32, f64)>>,
    rows: Vec<f64>,
    won: Vec<f64>,
    dimension: Vec<usize>,
    caps: Vec<(f64, f64)>,
    cap: (f64, f64),
}

/// The result of a descent.
pub(super) struct Reached {
    pub(super) points: Vec<f64>,
    pub(super) scale: Scale,
    pub(super) objective: f64,
}

/// The sums of each row under the current points.
struct Sums {
    /// By row and dimension, before the cap of the dimension.
    dimensions: Vec<f64>,
    /// By row, after the caps of the dimensions.
    totals: Vec<f64>,
    losses: Vec<f64>,
}

impl<'a> Descent<'a> {
    pub(super) fn new(task: &Task<'a>, sample: &Sample, ridge: &[f64], free: &'a [usize]) -> Self {
        let model = task.model;
        let mut descent = Self {
            rules: task.rules,
            free,
            ridge: ridge.to_vec(),
            most: f64::from(task.options.max_points.unwrap_or(MOST_POINTS)),
            columns: vec![Vec::new(); task.rules.len()],
            rows: Vec::new(),
            won: Vec::new(),
            dimension: model.rules.iter().map(|rule| rule.dimension as usize).collect(),
            caps: model.dimensions.iter().map(|dimension| bounds(dimension.bounds)).collect(),
            cap: bounds(model.score),
        };
        if task.options.max_points.is_none() {
            descent.most = task.rules.iter().map(|rule| rule.points.abs()).fold(descent.most, f64::max);
        }
        // Rows are merged across folds, because the descent uses all of them.
        let mut known: HashMap<Vec<(u32, u64)>, u32> = HashMap::new();
        for row in 0..sample.len() {
            let entries = sample.row(row);
            let next = descent.rows.len() as u32;
            let key = entries.iter().map(|(column, units)| (*column, units.to_bits())).collect();
            let position = *known.entry(key).or_insert(next);
            if position == next {
                descent.rows.push(0.0);
                descent.won.push(0.0);
                for (column, units) in entries {
                    descent.columns[*column as usize].push((next, *units));
                }
            }
            descent.rows[position as usize] += sample.rows[row];
            descent.won[position as usize] += sample.won[row];
        }
        descent
    }

    pub(super) fn run(&self, start: &[f64]) -> Reached {
        let mut points = start.to_vec();
        for column in self.free {
            points[*column] = self.allowed(*column, start[*column].round());
        }
        let mut sums = self.sums(&points);
        let mut scale = self.scale(&sums);
        let mut objective = self.objective(&points, &mut sums, scale);
        for _ in 0..SWEEPS {
            let before = objective;
            let mut order: Vec<usize> = self.free.to_vec();
            order.sort_by(|a, b| points[*b].abs().total_cmp(&points[*a].abs()));
            for column in order {
                self.improve(column, &mut points, &mut sums, scale);
            }
            scale = self.scale(&sums);
            objective = self.objective(&points, &mut sums, scale);
            if before - objective < 1e-6 {
                break;
            }
        }
        Reached { points, scale, objective }
    }

    /// Returns points with the author's sign and within the limit.
    fn allowed(&self, column: usize, points: f64) -> f64 {
        let own = self.rules[column].points;
        let (low, high) = (if own > 0.0 { 0.0 } else { -self.most }, if own < 0.0 { 0.0 } else { self.most });
        points.clamp(low, high)
    }

    fn sums(&self, points: &[f64]) -> Sums {
        let dimensions = self.caps.len();
        let mut sums = Sums {
            dimensions: vec![0.0; self.rows.len() * dimensions],
            totals: vec![0.0; self.rows.len()],
            losses: vec![0.0; self.rows.len()],
        };
        for (column, rows) in self.columns.iter().enumerate() {
            for (row, units) in rows {
                sums.dimensions[*row as usize * dimensions + self.dimension[column]] += units * points[column];
            }
        }
        for (row, total) in sums.totals.iter_mut().enumerate() {
            let own = &sums.dimensions[row * dimensions..(row + 1) * dimensions];
            *total = own.iter().zip(&self.caps).map(|(sum, cap)| sum.max(cap.0).min(cap.1)).sum();
        }
        sums
    }

    fn score(&self, total: f64) -> f64 {
        total.min(self.cap.1).max(self.cap.0)
    }

    fn scale(&self, sums: &Sums) -> Scale {
        let rows = sums.totals.iter().zip(&self.rows).zip(&self.won);
        scale_of(&rows.map(|((total, rows), won)| (self.score(*total), *rows, *won)).collect::<Vec<_>>())
    }

    /// Returns the penalty for the distance from the author's points: the ridge penalty of the weights.
    fn penalty(&self, column: usize, points: f64, scale: Scale) -> f64 {
        self.ridge[column] / 2.0 * (scale.slope * (points - self.rules[column].points)).powi(2)
    }

    /// Returns the log loss of all rows, which is also kept by row, plus the penalty for the distance from the author's
    /// points.
    fn objective(&self, points: &[f64], sums: &mut Sums, scale: Scale) -> f64 {
        for (row, own) in sums.losses.iter_mut().enumerate() {
            let z = scale.intercept + scale.slope * self.score(sums.totals[row]);
            *own = loss(z, self.rows[row], self.won[row]);
        }
        let penalty: f64 = self.free.iter().map(|column| self.penalty(*column, points[*column], scale)).sum();
        sums.losses.iter().sum::<f64>() + penalty
    }

    /// Sets the points of a rule to the nearby value with the least loss.
    fn improve(&self, column: usize, points: &mut [f64], sums: &mut Sums, scale: Scale) {
        let own = points[column];
        let dimensions = self.caps.len();
        let (cap, dimension) = (self.caps[self.dimension[column]], self.dimension[column]);
        let clamp = |sum: f64| sum.max(cap.0).min(cap.1);
        let total = |sums: &Sums, row: usize, change: f64| {
            let sum = sums.dimensions[row * dimensions + dimension];
            sums.totals[row] - clamp(sum) + clamp(sum + change)
        };
        let mut best = (-1e-9, own);
        for change in MOVES.into_iter().chain([self.rules[column].points.round() - own, -own]) {
            let moved = self.allowed(column, own + change);
            if moved.total_cmp(&own).is_eq() {
                continue;
            }
            let mut gain = self.penalty(column, moved, scale) - self.penalty(column, own, scale);
            for (row, units) in &self.columns[column] {
                let row = *row as usize;
                let z = scale.intercept + scale.slope * self.score(total(sums, row, units * (moved - own)));
                gain += loss(z, self.rows[row], self.won[row]) - sums.losses[row];
            }
            if gain < best.0 {
                best = (gain, moved);
            }
        }
        let (_, moved) = best;
        if moved.total_cmp(&own).is_eq() {
            return;
        }
        for (row, units) in &self.columns[column] {
            let row = *row as usize;
            let change = units * (moved - own);
            sums.totals[row] = total(sums, row, change);
            sums.dimensions[row * dimensions + dimension] += change;
            let z = scale.intercept + scale.slope * self.score(sums.totals[row]);
            sums.losses[row] = loss(z, self.rows[row], self.won[row]);
        }
        points[column] = moved;
    }
}
