//! Figures of an order of rows by score: AUC, KS, lift, capture. Rows with the same score form one cell.

use crate::model::Milli;

/// The rows with the same score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub(super) score: Milli,
    /// The weight of the won rows.
    pub(super) won: f64,
    /// The weight of the rows that are not won.
    pub(super) others: f64,
}

impl Cell {
    pub(super) fn rows(&self) -> f64 {
        self.won + self.others
    }
}

/// Rows in the order of their scores, the lowest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranking {
    pub(super) cells: Vec<Cell>,
    /// The cell of each input row.
    pub(super) cell_of: Vec<u32>,
}

impl Ranking {
    /// Ranks rows of (score, won, weight).
    pub(super) fn new(rows: &[(Milli, bool, f64)]) -> Self {
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        order.sort_unstable_by_key(|row| rows[*row as usize].0);
        let (mut cells, mut cell_of): (Vec<Cell>, _) = (Vec::new(), vec![0; rows.len()]);
        for row in order {
            let (score, won, weight) = rows[row as usize];
            if cells.last().is_none_or(|cell| cell.score != score) {
                cells.push(Cell { score, ..Cell::default() });
            }
            let last = cells.len() - 1;
            *(if won { &mut cells[last].won } else { &mut cells[last].others }) += weight;
            cell_of[row as usize] = last as u32;
        }
        Self { cells, cell_of }
    }

    pub(super) fn won(&self) -> f64 {
        self.cells.iter().map(|cell| cell.won).sum()
    }

    pub(super) fn rows(&self) -> f64 {
        self.cells.iter().map(Cell::rows).sum()
    }

    pub(super) fn auc(&self) -> Option<f64> {
        auc(self.cells.iter().map(|cell| (cell.won, cell.others)))
    }

    /// Returns the largest distance between the shares of won rows and other rows at or above a score, and that score.
    pub(super) fn ks(&self) -> (f64, Milli) {
        let (all_won, all_others) = (self.won(), self.rows() - self.won());
        let (mut won, mut others, mut best) = (0.0, 0.0, (0.0, 0));
        for cell in self.cells.iter().rev() {
            won += cell.won;
            others += cell.others;
            let distance = (won / all_won - others / all_others).abs();
            if distance > best.0 {
                best = (distance, cell.score);
            }
        }
        best
    }

    /// Returns the won rows among the `rows` rows with the highest scores; ties are shared out in proportion.
    pub(super) fn won_in_top(&self, rows: f64) -> f64 {
        let (mut left, mut won) = (rows, 0.0);
        for cell in self.cells.iter().rev() {
            if left <= 0.0 {
                break;
            }
            let taken = cell.rows().min(left);
            won += cell.won * taken / cell.rows();
            left -= taken;
        }
        won
    }

    /// Returns the score of the row at a rank, counted from the highest.
    pub(super) fn score_at(&self, rank: f64) -> Milli {
        let mut above = 0.0;
        for cell in self.cells.iter().rev() {
            above += cell.rows();
            if above > rank {
                return cell.score;
            }
        }
        self.cells.first().map_or(0, |cell| cell.score)
    }

    /// Returns the lowest score at or above which there are at most `rows` rows.
    pub(super) fn threshold(&self, rows: f64) -> Option<Milli> {
        let (mut above, mut threshold) = (0.0, None);
        for cell in self.cells.iter().rev() {
            above += cell.rows();
            if above > rows {
                break;
            }
            threshold = Some(cell.score);
        }
        threshold
    }

    /// Returns the influence of each row on AUC, given the wins. Its variance estimates the error of AUC.
    pub(super) fn influence(&self, won: impl Iterator<Item = bool>) -> Vec<f64> {
        let (all_won, all_others) = (self.won(), self.rows() - self.won());
        let auc = self.auc().unwrap_or_default();
        let (mut won_below, mut others_below) = (0.0, 0.0);
        // By cell: for won rows, the share of other rows below; for other rows, the share of won rows above.
        let mut placed = Vec::with_capacity(self.cells.len());
        for cell in &self.cells {
            let of_won = (others_below + cell.others / 2.0) / all_others;
            let of_others = (all_won - won_below - cell.won / 2.0) / all_won;
            placed.push(((of_won - auc) / all_won, (of_others - auc) / all_others));
            won_below += cell.won;
            others_below += cell.others;
        }
        let place = |(cell, won): (&u32, bool)| {
            let (of_won, of_others) = placed[*cell as usize];
            if won { of_won } else { of_others }
        };
        self.cell_of.iter().zip(won).map(place).collect()
    }
}

/// Returns the chance that a won row has a higher score than another row, with ties counting half. Cells come from the
/// lowest score up, each with the weight of its won rows and its other rows. `None` if all rows are won, or none.
pub(super) fn auc(cells: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut won, mut others, mut pairs) = (0.0, 0.0, 0.0);
    for (own, rest) in cells {
        pairs += own * (others + rest / 2.0);
        won += own;
        others += rest;
    }
    (won > 0.0 && others > 0.0).then(|| pairs / (won * others))
}
