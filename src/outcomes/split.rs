//! The split into train rows, which determine points, and test rows, which measure them.

use super::options::{Options, SplitBy, Which};
use super::recording::Recording;
use super::rows::{Row, Rows};
use super::{Problem, durations, problem};
use crate::text::hash::Fnv;

/// The part of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Train,
    Test,
    Between,
}

/// The result of a split.
pub(super) struct Split {
    pub(super) name: &'static str,
    /// The time of the split in ms since 1970, for a split by time.
    pub(super) at: Option<u64>,
}

impl Split {
    /// Returns a problem if an explicit split leaves a side empty, or if the selected rows are all won or all not won.
    pub(super) fn check(&self, rows: &Rows, options: &Options) -> Result<(), Problem> {
        let (train, test) = (rows.part(Which::Train).rows, rows.part(Which::Test).rows);
        if options.rows != Which::All && self.name == "newest" && self.at.is_none() {
            return problem(format!(
                "the rows lie too close together in time to split them: none has its horizon of {} behind it \
                 when another begins; give a shorter --horizon, or --split visitors",
                durations::text(options.horizon)
            ));
        }
        if options.split != SplitBy::Newest && (train == 0 || test == 0) {
            let side = if train == 0 { "train" } else { "test" };
            return problem(format!(
                "--split leaves no {side} rows (train rows have their whole horizon before it, test rows begin after it): \
                 give another time, a shorter --horizon, or --split visitors"
            ));
        }
        match options.rows {
            Which::All => Ok(()),
            Which::Train => rows.both(Which::Train, "train rows"),
            Which::Test => rows.both(Which::Test, "test rows"),
        }
    }
}

/// The share of test rows.
const TEST: f64 = 0.3;

/// Assigns each row to a side.
pub(super) fn split(rows: &mut Rows, recording: &Recording, options: &Options) -> Split {
    let (name, at) = match options.split {
        SplitBy::Visitors => {
            for row in &mut rows.list {
                let name = recording.visitors.get_index(row.visitor).map_or(&[][..], |(name, _)| name);
                row.side = if share_of(name, options.seed) < TEST { Side::Test } else { Side::Train };
            }
            return Split { name: "visitors", at: None };
        }
        SplitBy::Date(at) => ("date", Some(at)),
        SplitBy::Newest => ("newest", newest(&rows.list, options.horizon)),
    };
    if let Some(at) = at {
        for row in &mut rows.list {
            row.side = side(row, at, options.horizon);
        }
        for rows in rows.list.chunk_by_mut(|a, b| a.visitor == b.visitor) {
            one_side(rows);
        }
    }
    Split { name, at }
}

/// Returns the side of a row. The outcomes of train rows are known before the time of the split; test rows begin at it
/// or later.
fn side(row: &Row, at: u64, horizon: u64) -> Side {
    if row.at >= at {
        Side::Test
    } else if row.at.saturating_add(horizon) <= at {
        Side::Train
    } else {
        Side::Between
    }
}

/// Keeps the rows of a visitor on the side with more of them; train wins a tie.
fn one_side(rows: &mut [Row]) {
    let count = |side: Side| rows.iter().filter(|row| row.side == side).count();
    let (train, test) = (count(Side::Train), count(Side::Test));
    if train > 0 && test > 0 {
        let other = if test > train { Side::Train } else { Side::Test };
        for row in rows.iter_mut().filter(|row| row.side == other) {
            row.side = Side::Between;
        }
    }
}

/// Returns the time at which the share of test rows is nearest to 30 %; `None` if every time leaves a side empty.
fn newest(rows: &[Row], horizon: u64) -> Option<u64> {
    let mut times: Vec<u64> = rows.iter().map(|row| row.at).collect();
    times.sort_unstable();
    let mut best: Option<(f64, u64)> = None;
    let (mut train, mut test) = (0, 0);
    while let Some(at) = times.get(test).copied() {
        while times.get(train).is_some_and(|own| own.saturating_add(horizon) <= at) {
            train += 1;
        }
        let tests = times.len() - test;
        if train > 0 {
            let off = (tests as f64 / (tests + train) as f64 - TEST).abs();
            if best.is_none_or(|(least, _)| off <= least) {
                best = Some((off, at));
            }
        }
        while times.get(test).is_some_and(|own| *own == at) {
            test += 1;
        }
    }
    best.map(|(_, at)| at)
}

/// Returns a share between 0 and 1 that depends only on a name and a seed.
pub(super) fn share_of(name: &[u8], seed: u32) -> f64 {
    let mut hash = Fnv::new();
    hash.u64(u64::from(seed));
    hash.bytes(name);
    (hash.finish() >> 32) as f64 / 4_294_967_296.0
}
