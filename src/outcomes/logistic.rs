//! Logistic regression: chances from scores, and bounded weights of rules with a ridge towards given weights.

use super::ranking::Cell;

/// Returns ln(1 + e^z), without overflow.
fn softplus(z: f64) -> f64 {
    if z > 0.0 { z + libm::log1p(libm::exp(-z)) } else { libm::log1p(libm::exp(z)) }
}

/// Returns 1 / (1 + e^−z).
pub(super) fn chance(z: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-z))
}

/// Returns the log loss of rows that share one z; `won` of the `rows` are won.
pub(super) fn loss(z: f64, rows: f64, won: f64) -> f64 {
    rows * softplus(z) - won * z
}

/// p = 1 / (1 + exp(−(intercept + slope × score))), scores in points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Scale {
    pub(super) intercept: f64,
    pub(super) slope: f64,
}

/// Returns the scale with the best fit (Platt 1999, without its prior). A ridge of 10^-6 on the score, measured in
/// standard deviations, keeps the slope finite.
pub(super) fn scale(cells: &[Cell]) -> Scale {
    let rows: Vec<(f64, f64, f64)> =
        cells.iter().map(|cell| (super::core::points(cell.score), cell.rows(), cell.won)).collect();
    scale_of(&rows)
}

/// Returns the scale of rows given as (score in points, rows, won rows).
pub(super) fn scale_of(rows: &[(f64, f64, f64)]) -> Scale {
    const RIDGE: f64 = 1e-6;
    let all: f64 = rows.iter().map(|row| row.1).sum();
    let won: f64 = rows.iter().map(|row| row.2).sum();
    let mean = rows.iter().map(|row| row.0 * row.1).sum::<f64>() / all;
    let deviation = (rows.iter().map(|row| (row.0 - mean).powi(2) * row.1).sum::<f64>() / all).sqrt();
    let mut scale = Scale { intercept: libm::log(won / (all - won)), slope: 0.0 };
    if deviation.is_nan() || deviation <= 0.0 {
        return scale;
    }
    let (mut a, mut b) = (0.0, scale.intercept);
    let total = |a: f64, b: f64| {
        let sum: f64 = rows.iter().map(|row| loss(b + a * (row.0 - mean) / deviation, row.1, row.2)).sum();
        sum + RIDGE / 2.0 * a * a
    };
    let mut current = total(a, b);
    for _ in 0..60 {
        let (mut gb, mut ga, mut hbb, mut hab, mut haa) = (0.0, RIDGE * a, 1e-12, 0.0, RIDGE);
        for (score, n, k) in rows {
            let x = (score - mean) / deviation;
            let p = chance(b + a * x);
            let (residual, weight) = (n * p - k, n * p * (1.0 - p));
            gb += residual;
            ga += residual * x;
            hbb += weight;
            hab += weight * x;
            haa += weight * x * x;
        }
        let determinant = hbb * haa - hab * hab;
        if determinant.is_nan() || determinant <= 0.0 {
            break;
        }
        let (db, da) = ((haa * gb - hab * ga) / determinant, (hbb * ga - hab * gb) / determinant);
        let mut step = 1.0;
        let mut next = total(a - da, b - db);
        while next > current && step > 1e-6 {
            step /= 2.0;
            next = total(a - step * da, b - step * db);
        }
        if next > current {
            break;
        }
        (a, b) = (a - step * da, b - step * db);
        let gain = current - next;
        current = next;
        if gain < 1e-12 * current.max(1.0) {
            break;
        }
    }
    scale.slope = a / deviation;
    scale.intercept = b - scale.slope * mean;
    scale
}

/// Rows as a sparse matrix: each row holds the columns that are not 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    pub(super) starts: Vec<usize>,
    pub(super) entries: Vec<(u32, f64)>,
    /// The number of equal rows, and of the won rows among them.
    pub(super) rows: Vec<f64>,
    pub(super) won: Vec<f64>,
    pub(super) folds: Vec<u8>,
    pub(super) columns: usize,
}

impl Sample {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn row(&self, row: usize) -> &[(u32, f64)] {
        &self.entries[self.starts[row]..self.starts[row + 1]]
    }

    /// Returns the variance of each column.
    pub(super) fn variances(&self) -> Vec<f64> {
        let all: f64 = self.rows.iter().sum();
        let (mut sums, mut squares) = (vec![0.0; self.columns], vec![0.0; self.columns]);
        for row in 0..self.len() {
            for (column, value) in self.row(row) {
                sums[*column as usize] += self.rows[row] * value;
                squares[*column as usize] += self.rows[row] * value * value;
            }
        }
        sums.iter().zip(&squares).map(|(sum, square)| (square / all - (sum / all).powi(2)).max(0.0)).collect()
    }
}

/// The input of a fit: the weights of the free columns are fitted; all other weights stay at their targets.
pub(super) struct Task<'a> {
    pub(super) sample: &'a Sample,
    pub(super) free: &'a [usize],
    /// By column: the targets of the weights, and the strength of the ridge.
    pub(super) towards: &'a [f64],
    pub(super) ridge: &'a [f64],
    /// By column: 1 for weights of at least 0, −1 for at most 0, 0 for any.
    pub(super) signs: &'a [i8],
    /// The fold that is held out.
    pub(super) held: Option<u8>,
}

/// Weights by column, and the intercept.
#[derive(Clone, Debug, Default)]
pub(super) struct Weights {
    pub(super) intercept: f64,
    pub(super) of: Vec<f64>,
}

impl Weights {
    fn z(&self, row: &[(u32, f64)]) -> f64 {
        self.intercept + row.iter().map(|(column, value)| self.of[*column as usize] * value).sum::<f64>()
    }

    /// Returns the log loss of the rows of a fold, or of all rows for `None`.
    pub(super) fn loss(&self, sample: &Sample, fold: Option<u8>) -> f64 {
        let rows = (0..sample.len()).filter(|row| fold.is_none_or(|fold| sample.folds[*row] == fold));
        rows.map(|row| loss(self.z(sample.row(row)), sample.rows[row], sample.won[row])).sum()
    }

    /// Returns the Fisher information about each column's weight, given the intercept.
    pub(super) fn information(&self, sample: &Sample) -> Vec<f64> {
        let (mut all, mut sums, mut squares) = (0.0, vec![0.0; sample.columns], vec![0.0; sample.columns]);
        for row in 0..sample.len() {
            let p = chance(self.z(sample.row(row)));
            let weight = sample.rows[row] * p * (1.0 - p);
            all += weight;
            for (column, value) in sample.row(row) {
                sums[*column as usize] += weight * value;
                squares[*column as usize] += weight * value * value;
            }
        }
        sums.iter().zip(&squares).map(|(sum, square)| (square - sum * sum / all).max(0.0)).collect()
    }
}

impl Task<'_> {
    fn rows(&self) -> impl Iterator<Item = usize> {
        (0..self.sample.len()).filter(|row| self.held != Some(self.sample.folds[*row]))
    }

    fn bounded(&self, column: usize, weight: f64) -> f64 {
        match self.signs[column] {
            0 => weight,
            sign if sign > 0 => weight.max(0.0),
            _ => weight.min(0.0),
        }
    }

    fn objective(&self, weights: &Weights) -> f64 {
        let data: f64 = self
            .rows()
            .map(|row| loss(weights.z(self.sample.row(row)), self.sample.rows[row], self.sample.won[row]))
            .sum();
        let penalty =
            |column: &usize| self.ridge[*column] / 2.0 * (weights.of[*column] - self.towards[*column]).powi(2);
        data + self.free.iter().map(penalty).sum::<f64>()
    }

    /// Fits by projected Newton steps, each halved until the objective falls.
    pub(super) fn fit(&self, start: &Weights) -> Weights {
        let mut weights = Weights { intercept: start.intercept, of: self.towards.to_vec() };
        for column in self.free {
            weights.of[*column] = self.bounded(*column, start.of[*column]);
        }
        let mut current = self.objective(&weights);
        let size = self.free.len() + 1;
        for _ in 0..50 {
            let (gradient, mut hessian) = self.derivatives(&weights);
            // A weight at its bound stays there if the step would leave the bounds.
            let is_fixed = |position: usize| {
                let Some(column) = position.checked_sub(1).map(|position| self.free[position]) else { return false };
                let sign = f64::from(self.signs[column]);
                sign != 0.0 && weights.of[column] == 0.0 && gradient[position] * sign > 0.0
            };
            let fixed: Vec<bool> = (0..size).map(is_fixed).collect();
            let mut step = gradient.clone();
            for position in (0..size).filter(|position| fixed[*position]) {
                step[position] = 0.0;
                for other in 0..size {
                    hessian[position * size + other] = 0.0;
                    hessian[other * size + position] = 0.0;
                }
                hessian[position * size + position] = 1.0;
            }
            if !solve(&mut hessian, &mut step) {
                break;
            }
            let moved = |length: f64| {
                let mut next = weights.clone();
                next.intercept -= length * step[0];
                for (column, step) in self.free.iter().zip(&step[1..]) {
                    next.of[*column] = self.bounded(*column, next.of[*column] - length * step);
                }
                next
            };
            let (mut length, mut next) = (1.0, moved(1.0));
            let mut reached = self.objective(&next);
            while reached.is_nan() || (reached > current && length > 1e-5) {
                length /= 2.0;
                next = moved(length);
                reached = self.objective(&next);
            }
            if reached > current {
                break;
            }
            let gain = current - reached;
            (weights, current) = (next, reached);
            if gain < 1e-8 * current.max(1.0) {
                break;
            }
        }
        weights
    }

    /// Returns the gradient and the full Hessian; the intercept comes first.
    fn derivatives(&self, weights: &Weights) -> (Vec<f64>, Vec<f64>) {
        let size = self.free.len() + 1;
        let mut position = vec![0; self.sample.columns];
        for (own, column) in self.free.iter().enumerate() {
            position[*column] = own + 1;
        }
        let (mut gradient, mut hessian) = (vec![0.0; size], vec![0.0; size * size]);
        let mut values: Vec<(usize, f64)> = Vec::new();
        for row in self.rows() {
            let entries = self.sample.row(row);
            let p = chance(weights.z(entries));
            let (n, k) = (self.sample.rows[row], self.sample.won[row]);
            let (residual, weight) = (n * p - k, n * p * (1.0 - p));
            values.clear();
            values.push((0, 1.0));
            values.extend(
                entries.iter().map(|(column, value)| (position[*column as usize], *value)).filter(|(at, _)| *at > 0),
            );
            for (index, (at, value)) in values.iter().enumerate() {
                gradient[*at] += residual * value;
                let own = &mut hessian[at * size..(at + 1) * size];
                let weighted = weight * value;
                for (other, value) in &values[index..] {
                    own[*other] += weighted * value;
                }
            }
        }
        // Entries of a row are in the order of columns, but `free` may have any order.
        for a in 0..size {
            for b in 0..a {
                let sum = hessian[a * size + b] + hessian[b * size + a];
                hessian[a * size + b] = sum;
                hessian[b * size + a] = sum;
            }
            hessian[a * size + a] += 1e-9;
        }
        for (column, at) in self.free.iter().zip(1..) {
            gradient[at] += self.ridge[*column] * (weights.of[*column] - self.towards[*column]);
            hessian[at * size + at] += self.ridge[*column];
        }
        (gradient, hessian)
    }
}

/// Solves a symmetric positive definite system in place by Cholesky decomposition; returns false if the matrix is not
/// positive definite.
fn solve(matrix: &mut [f64], right: &mut [f64]) -> bool {
    let size = right.len();
    for a in 0..size {
        for b in 0..=a {
            let (head, tail) = (&matrix[a * size..a * size + b], &matrix[b * size..b * size + b]);
            let sum = matrix[a * size + b] - head.iter().zip(tail).map(|(x, y)| x * y).sum::<f64>();
            if a == b {
                if sum.is_nan() || sum <= 0.0 {
                    return false;
                }
                matrix[a * size + a] = sum.sqrt();
            } else {
                matrix[a * size + b] = sum / matrix[b * size + b];
            }
        }
    }
    for a in 0..size {
        let known: f64 = (0..a).map(|b| matrix[a * size + b] * right[b]).sum();
        right[a] = (right[a] - known) / matrix[a * size + a];
    }
    for a in (0..size).rev() {
        let known: f64 = (a + 1..size).map(|b| matrix[b * size + a] * right[b]).sum();
        right[a] = (right[a] - known) / matrix[a * size + a];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let mut matrix = vec![4.0, 2.0, 2.0, 3.0];
        let mut right = vec![10.0, 9.0];
        assert!(solve(&mut matrix, &mut right));
        assert!((right[0] - 1.5).abs() < 1e-12 && (right[1] - 2.0).abs() < 1e-12, "{right:?}");
        assert!(!solve(&mut [1.0, 2.0, 2.0, 1.0], &mut [1.0, 1.0]));
    }

    #[test]
    fn two_groups_get_the_observed_rates() {
        // A tenth of the rows of one score and half of the other are won: a scale through two scores fits both logits
        // exactly.
        let scale = scale_of(&[(0.0, 100.0, 10.0), (10.0, 100.0, 50.0)]);
        assert!((chance(scale.intercept) - 0.1).abs() < 1e-6, "{scale:?}");
        assert!((chance(scale.intercept + 10.0 * scale.slope) - 0.5).abs() < 1e-6, "{scale:?}");
    }

    #[test]
    fn weights_keep_their_signs_and_stay_near_their_targets() {
        let sample = Sample {
            starts: vec![0, 0, 1, 2, 4],
            entries: vec![(0, 1.0), (1, 1.0), (0, 1.0), (1, 1.0)],
            rows: vec![100.0; 4],
            won: vec![10.0, 30.0, 5.0, 20.0],
            folds: vec![0; 4],
            columns: 2,
        };
        let fit = |ridge: f64, signs: [i8; 2]| {
            let task = Task {
                sample: &sample,
                free: &[0, 1],
                towards: &[0.5, 0.1],
                ridge: &[ridge; 2],
                signs: &signs,
                held: None,
            };
            task.fit(&Weights { intercept: 0.0, of: vec![0.0; 2] }).of
        };
        let free = fit(1e-9, [1, 0]);
        assert!(free[0] > 1.0 && free[1] < 0.0, "{free:?}");
        assert_eq!(fit(1e-9, [1, 1])[1], 0.0);
        let drawn = fit(1e9, [1, 1]);
        assert!((drawn[0] - 0.5).abs() < 1e-3 && (drawn[1] - 0.1).abs() < 1e-3, "{drawn:?}");
    }
}
