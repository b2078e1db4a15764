//! Bootstrap intervals: visitors are drawn with replacement, 1,000 times.

use super::random::Random;
use super::ranking::{Ranking, auc};
use super::report::Interval;
use super::threads;

/// Number of bootstrap draws.
pub(super) const DRAWS: usize = 1_000;
/// Draws in a piece, which one thread makes; divides the number of all.
const PIECE: usize = 25;

/// The rows from which visitors are drawn.
pub(super) struct Drawn<'a> {
    /// The visitor of each row; rows of one visitor are adjacent.
    pub(super) visitors: &'a [usize],
    pub(super) won: &'a [bool],
    pub(super) weights: &'a [f64],
    pub(super) seed: u32,
}

/// Returns the AUC of each model in each draw. Draws without won rows or without other rows are left out. The numbers
/// of all draws are one stream, and each piece of the draws begins in its place in it.
pub(super) fn aucs(
    rows: &Drawn<'_>,
    models: &[&Ranking],
    threads: usize,
    progress: &mut dyn FnMut(u64, u64),
) -> Vec<Vec<f64>> {
    let mut starts: Vec<usize> = vec![0];
    for (row, pair) in rows.visitors.windows(2).enumerate() {
        if pair[0] != pair[1] {
            starts.push(row + 1);
        }
    }
    starts.push(rows.won.len());
    let piece = |piece: usize| draw(rows, models, &starts, piece * PIECE);
    let pieces = threads::map(threads, DRAWS / PIECE, piece, &mut |done, all| {
        progress(done * PIECE as u64, all * PIECE as u64);
    });
    let mut out: Vec<Vec<f64>> = models.iter().map(|_| Vec::with_capacity(DRAWS)).collect();
    for piece in pieces {
        out.iter_mut().zip(piece).for_each(|(out, aucs)| out.extend(aucs));
    }
    out
}

/// Returns the AUC of each model in the draws of a piece. `starts` has the first row of each visitor, and the end.
fn draw(rows: &Drawn<'_>, models: &[&Ranking], starts: &[usize], first: usize) -> Vec<Vec<f64>> {
    let visitors = starts.len() - 1;
    let mut random = Random::new(rows.seed);
    random.skip(first as u64 * visitors as u64);
    let mut counts: Vec<Vec<(f64, f64)>> = models.iter().map(|model| vec![(0.0, 0.0); model.cells.len()]).collect();
    let mut out: Vec<Vec<f64>> = models.iter().map(|_| Vec::with_capacity(PIECE)).collect();
    for _ in 0..PIECE {
        for counts in &mut counts {
            counts.fill((0.0, 0.0));
        }
        for _ in 0..visitors {
            let visitor = random.below(visitors);
            for row in starts[visitor]..starts[visitor + 1] {
                for (model, counts) in models.iter().zip(&mut counts) {
                    let count = &mut counts[model.cell_of[row] as usize];
                    *(if rows.won[row] { &mut count.0 } else { &mut count.1 }) += rows.weights[row];
                }
            }
        }
        for (counts, out) in counts.iter().zip(&mut out) {
            out.extend(auc(counts.iter().copied()));
        }
    }
    out
}

/// Returns the figure with the interval that contains 95 % of the draws.
pub(super) fn interval(value: f64, draws: &[f64]) -> Interval {
    let mut sorted: Vec<f64> = draws.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    Interval { value, low: quantile(&sorted, 0.025).unwrap_or(value), high: quantile(&sorted, 0.975).unwrap_or(value) }
}

/// Returns a quantile of sorted numbers, interpolated between the two nearest (type 7 of Hyndman and Fan).
pub(super) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let at = share * sorted.len().checked_sub(1)? as f64;
    let (low, high) = (sorted.get(at.floor() as usize)?, sorted.get(at.ceil() as usize)?);
    Some(low + (high - low) * at.fract())
}
