//! Finds a new `at` for each stage on the train rows.

use super::super::core::points;
use super::super::options::Options;
use super::super::ranking::Ranking;
use super::super::recording::Recording;
use super::super::report::StageChange;
use super::super::rows::Row;
use super::super::scored::{self, Scored};
use super::super::{Problem, problem, text};
use crate::model::{Milli, Model, Stage};

const POINT: Milli = 1_000;
const WEEK: u64 = 604_800_000;
/// Rows needed to estimate a precision.
const LEAST_ROWS: f64 = 10.0;

/// The criterion for a stage's `at`.
#[derive(Clone, Copy)]
enum By {
    /// At most this many rows.
    Rows(f64),
    /// At least this share of won rows.
    Precision(f64),
    /// The same number of rows as before.
    Volume(f64),
}

pub(super) fn find(
    old: &Model,
    new: &Model,
    recording: &Recording,
    train: &[Row],
    old_scored: &[Scored],
    options: &Options,
) -> Result<Vec<StageChange>, Problem> {
    let new_scored = scored::score(new, 0, recording, train, options.threads);
    let (before, after) = (ranking(train, old_scored), ranking(train, &new_scored));
    let weeks = weeks(train);
    let mut list: Vec<StageChange> = Vec::new();
    let mut least = Milli::MIN;
    let capacity = named(old, options.capacity.as_ref(), "--capacity")?;
    let precision = named(old, options.precision.as_ref(), "--precision")?;
    for (position, stage) in old.stages.iter().enumerate() {
        let old_rows = reaching(&before, stage.at).0;
        let by = match (capacity, precision) {
            (_, Some((of, share))) if of == position => By::Precision(share),
            (Some((of, a_week)), _) if of == position => By::Rows(a_week * weeks),
            _ => By::Volume(old_rows),
        };
        let found = choose(&after, stage, by, new.score.max).map(|at| at.max(least));
        let at = found.unwrap_or(stage.at.max(least));
        least = at;
        let (rows, won) = reaching(&after, at);
        let name = match by {
            _ if found.is_none() => "kept",
            By::Rows(_) => "capacity",
            By::Precision(_) => "precision",
            By::Volume(_) => "volume",
        };
        list.push(StageChange {
            stage: String::from_utf8_lossy(old.text(stage.id)).into_owned(),
            old_at: points(stage.at),
            new_at: points(at),
            by: name.to_owned(),
            old_rows,
            new_rows: rows,
            new_precision: (rows > 0.0).then(|| won / rows),
        });
    }
    Ok(list)
}

/// Returns the stage of an option: the one it names, or the first that signals.
fn named(
    model: &Model,
    asked: Option<&super::super::options::ForStage>,
    option: &str,
) -> Result<Option<(usize, f64)>, Problem> {
    let Some(asked) = asked else { return Ok(None) };
    let position = match &asked.stage {
        Some(name) => model.stages.iter().position(|stage| model.text(stage.id) == name.as_bytes()),
        None => model.stages.iter().position(|stage| stage.signal),
    };
    match (position, &asked.stage) {
        (Some(position), _) => Ok(Some((position, asked.value))),
        (None, Some(name)) => problem(format!("{option}: the model has no stage {}", text::safe(name))),
        (None, None) => problem(format!("{option}: the model has no stage that signals")),
    }
}

fn ranking(rows: &[Row], scored: &[Scored]) -> Ranking {
    let own = rows.iter().zip(scored).filter(|(_, scored)| !scored.disqualified);
    Ranking::new(&own.map(|(row, scored)| (scored.score, row.won, row.weight)).collect::<Vec<_>>())
}

fn weeks(rows: &[Row]) -> f64 {
    let first = rows.iter().map(|row| row.at).min().unwrap_or_default();
    let last = rows.iter().map(|row| row.at).max().unwrap_or_default();
    ((last - first) / WEEK + 1) as f64
}

/// Returns the rows at or above a score, and the won rows among them.
fn reaching(ranking: &Ranking, at: Milli) -> (f64, f64) {
    let own = ranking.cells.iter().filter(|cell| cell.score >= at);
    own.fold((0.0, 0.0), |(rows, won), cell| (rows + cell.rows(), won + cell.won))
}

/// Returns the `at` in whole points that meets the criterion; `None` if no value does or the rows are too few.
fn choose(ranking: &Ranking, stage: &Stage, by: By, most: Milli) -> Option<Milli> {
    let all = ranking.rows();
    if matches!(by, By::Volume(rows) if rows <= 0.0 || rows >= all) {
        return None;
    }
    // A stage's `at` must be above its `near`.
    let lowest = if stage.near >= 0 { stage.near / POINT + 1 } else { Milli::MIN };
    let mut best: Option<(f64, f64, Milli)> = None;
    let (mut rows, mut won) = (all, ranking.won());
    let mut before: Option<Milli> = None;
    for cell in &ranking.cells {
        // Any whole point above the previous cell and up to this one selects the same rows; the nearest to the old `at`
        // is taken.
        let low = before.map_or(Milli::MIN, |before| before.div_euclid(POINT) + 1).max(lowest);
        let high = cell.score.min(most).div_euclid(POINT);
        if low <= high {
            let own = stage.at.div_euclid(POINT);
            let at = own.clamp(low, high);
            let off = (at - own).unsigned_abs() as f64;
            let key = match by {
                By::Rows(asked) if rows <= asked => Some((asked - rows, off)),
                By::Precision(share) if rows >= LEAST_ROWS && won / rows >= share => Some((-rows, off)),
                By::Volume(asked) => Some(((rows - asked).abs(), off)),
                _ => None,
            };
            if let Some((miss, off)) = key
                && best.is_none_or(|best| (miss, off) < (best.0, best.1))
            {
                best = Some((miss, off, at));
            }
        }
        rows -= cell.rows();
        won -= cell.won;
        before = Some(cell.score);
    }
    best.map(|(.., at)| at * POINT)
}
