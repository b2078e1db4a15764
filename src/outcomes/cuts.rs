//! Ranges of scores: bands, and the change of a distribution (PSI).

use super::core::points;
use super::ranking::{Cell, Ranking};
use super::report::{Band, Psi, PsiBin};
use crate::model::Milli;

/// The limit of ranges.
const RANGES: usize = 10;
/// The share of an empty range, so that its logarithm is finite.
const LEAST_SHARE: f64 = 0.0001;

/// Returns the ends of ranges with about a tenth of the rows each: the lowest scores up to which at least 1, 2, … 9
/// tenths of the rows lie, without repetition. A range is above the end before it and up to its own end; the last range
/// has no end.
pub(super) fn cuts(cells: &[Cell]) -> Vec<Milli> {
    let all: f64 = cells.iter().map(Cell::rows).sum();
    let (mut below, mut tenth, mut cuts) = (0.0, 1, Vec::new());
    for cell in cells.iter().take(cells.len().saturating_sub(1)) {
        below += cell.rows();
        let mut is_end = false;
        // Sums of whole weights are exact; the tolerance covers the rounding of other weights.
        while tenth < RANGES && below * RANGES as f64 >= all * tenth as f64 * (1.0 - 1e-12) {
            is_end = true;
            tenth += 1;
        }
        if is_end {
            cuts.push(cell.score);
        }
    }
    cuts
}

/// Returns the range of a score.
fn range(cuts: &[Milli], score: Milli) -> usize {
    cuts.partition_point(|cut| *cut < score)
}

/// Returns the PSI between two sets of weighted scores, in any order.
pub(super) fn psi(expected: &[Cell], actual: &[Cell]) -> Psi {
    let cuts = cuts(expected);
    let shares = |cells: &[Cell]| {
        let all: f64 = cells.iter().map(Cell::rows).sum();
        let mut shares = vec![0.0; cuts.len() + 1];
        for cell in cells {
            shares[range(&cuts, cell.score)] += cell.rows() / all;
        }
        shares
    };
    if expected.is_empty() || actual.is_empty() {
        return Psi::default();
    }
    let (expected, actual) = (shares(expected), shares(actual));
    let bins = (0..expected.len()).map(|bin| PsiBin {
        above: bin.checked_sub(1).and_then(|before| cuts.get(before)).map(|cut| points(*cut)),
        to: cuts.get(bin).map(|cut| points(*cut)),
        expected: expected[bin],
        actual: actual[bin],
    });
    Psi { value: Some(expected.iter().zip(&actual).map(|(e, a)| psi_part(*e, *a)).sum()), bins: bins.collect() }
}

/// Returns the part of one range in a PSI.
pub(super) fn psi_part(expected: f64, actual: f64) -> f64 {
    let (expected, actual) = (expected.max(LEAST_SHARE), actual.max(LEAST_SHARE));
    (actual - expected) * libm::log(actual / expected)
}

/// Returns the rows by ranges of scores, the highest first.
pub(super) fn bands(ranking: &Ranking) -> Vec<Band> {
    let cuts = cuts(&ranking.cells);
    let mut bands: Vec<Band> = Vec::new();
    for cells in ranking.cells.chunk_by(|a, b| range(&cuts, a.score) == range(&cuts, b.score)) {
        let (Some(first), Some(last)) = (cells.first(), cells.last()) else { continue };
        let rows: f64 = cells.iter().map(Cell::rows).sum();
        let won: f64 = cells.iter().map(|cell| cell.won).sum();
        let (low, high) = wilson(won, rows);
        let below = bands.last().copied();
        let (rate, falls) = (won / rows, below.is_some_and(|below| won / rows < below.rate));
        let beyond = below.is_some_and(|below| differs((won, rows), (below.won, below.rows)));
        bands.push(Band {
            from: points(first.score),
            to: points(last.score),
            rows,
            won,
            rate,
            low,
            high,
            falls,
            falls_beyond_noise: falls && beyond,
        });
    }
    bands.reverse();
    bands
}

/// The standard normal deviate of a 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// Returns the 95 % interval of a share (Wilson 1927).
fn wilson(won: f64, rows: f64) -> (f64, f64) {
    let (share, square) = (won / rows, Z * Z);
    let middle = (share + square / (2.0 * rows)) / (1.0 + square / rows);
    let half = Z / (1.0 + square / rows) * (share * (1.0 - share) / rows + square / (4.0 * rows * rows)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// Returns true if two shares differ by more than chance explains at the 95 % level (z-test of two proportions).
pub(super) fn differs((won, rows): (f64, f64), (other_won, other_rows): (f64, f64)) -> bool {
    let pooled = (won + other_won) / (rows + other_rows);
    let error = (pooled * (1.0 - pooled) * (1.0 / rows + 1.0 / other_rows)).sqrt();
    error > 0.0 && ((won / rows - other_won / other_rows) / error).abs() > Z
}
