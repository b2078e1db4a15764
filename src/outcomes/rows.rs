//! Rows: a visitor at a snapshot, with the outcome after it.

use super::names::Outcome;
use super::options::{Options, Which};
use super::recording::{Recording, Visitor};
use super::split::Side;
use super::{Problem, durations, problem, report};

/// The limit of rows.
const MOST: usize = 10_000_000;

/// A visitor at a snapshot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// The visitor's position in the recording.
    pub(super) visitor: usize,
    /// The snapshot, in ms since 1970.
    pub(super) at: u64,
    pub(super) won: bool,
    pub(super) weight: f64,
    pub(super) side: Side,
    /// Position among the input rows, for a row of `--states`.
    pub(super) given: Option<usize>,
}

/// The rows of a recording, by visitor, then time.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) list: Vec<Row>,
    won_before_snapshot: u64,
    won_within_embargo: u64,
    horizon_after_data: u64,
}

impl Rows {
    pub(super) fn new(recording: &Recording, options: &Options) -> Result<Self, Problem> {
        let mut rows = Self::default();
        if recording.given.is_empty() {
            for (position, visitor) in recording.visitors.values().enumerate() {
                rows.of_visitor(position, visitor, recording.end, options)?;
            }
        } else {
            rows.given(recording, options);
        }
        rows.check(recording, options)?;
        Ok(rows)
    }

    fn of_visitor(&mut self, position: usize, visitor: &Visitor, end: u64, options: &Options) -> Result<(), Problem> {
        let Some(first) = visitor.events.first() else { return Ok(()) };
        let mut at = first.saturating_add(options.snapshot);
        let mut is_first = true;
        loop {
            if visitor.won.is_some_and(|won| won <= at) {
                self.won_before_snapshot += u64::from(is_first);
                return Ok(());
            }
            // A first snapshot after the end still goes to `add`, which counts it in `horizon_after_data`.
            if at > end && !is_first {
                return Ok(());
            }
            self.add(
                Row { visitor: position, at, won: false, weight: 1.0, side: Side::Between, given: None },
                visitor,
                end,
                options,
            );
            if self.list.len() > MOST {
                return problem(format!("more than {MOST} rows: give a longer --every"));
            }
            let Some(every) = options.every else { return Ok(()) };
            at = at.saturating_add(every);
            is_first = false;
        }
    }

    /// Adds a row, unless its visitor wins within the embargo or its horizon is not over.
    fn add(&mut self, row: Row, visitor: &Visitor, end: u64, options: &Options) {
        let horizon = row.at.saturating_add(options.horizon);
        if visitor.won.is_some_and(|won| won > row.at && won <= row.at.saturating_add(options.embargo)) {
            self.won_within_embargo += 1;
        } else if horizon > end {
            self.horizon_after_data += 1;
        } else {
            self.list.push(Row { won: visitor.won.is_some_and(|won| won > row.at && won <= horizon), ..row });
        }
    }

    fn given(&mut self, recording: &Recording, options: &Options) {
        let has_outcomes = recording.given.iter().any(|given| given.outcome.is_some());
        for (position, given) in recording.given.iter().enumerate() {
            let won = given.outcome == Some(Outcome::Won);
            let row = Row {
                visitor: given.visitor,
                at: given.at,
                won,
                weight: given.weight,
                side: Side::Between,
                given: Some(position),
            };
            let Some((_, visitor)) = recording.visitors.get_index(given.visitor) else { continue };
            if has_outcomes {
                self.list.push(row);
            } else if visitor.won.is_some_and(|won| won <= given.at) {
                self.won_before_snapshot += 1;
            } else {
                self.add(row, visitor, recording.end, options);
            }
        }
        self.list.sort_by_key(|row| (row.visitor, row.at));
    }

    /// Returns a problem if nothing can be learned from the rows.
    fn check(&self, recording: &Recording, options: &Options) -> Result<(), Problem> {
        let data = &recording.data;
        if data.visitors == 0 && data.unknown_visitors > 0 {
            return problem("no visitor of the outcomes has an event: use the same visitor ids in both files");
        }
        if data.visitors == 0 {
            return problem("no events: nothing to analyse");
        }
        if data.won == 0 && recording.given.iter().all(|given| given.outcome != Some(Outcome::Won)) {
            let also = match data.unknown_visitors {
                0 => String::new(),
                1 => "; 1 outcome belongs to a visitor without events".to_owned(),
                many => format!("; {many} outcomes belong to visitors without events"),
            };
            return problem(format!(
                "no visitor won ({}){also}: give --outcomes, or say with --won or --won-event what counts as won",
                super::text::safe(&options.won.words())
            ));
        }
        if self.list.is_empty() {
            return problem(format!(
                "no rows ({}; snapshot {} after the first event, horizon {} after that, the data end {}): give a shorter --snapshot or --horizon, \
                 or say with --at until when the data are complete",
                self.left_out().join(", "),
                durations::text(options.snapshot),
                durations::text(options.horizon),
                durations::time(recording.end),
            ));
        }
        self.both(Which::All, "rows")
    }

    /// Returns a problem unless some of the rows are won and some are not.
    pub(super) fn both(&self, which: Which, name: &str) -> Result<(), Problem> {
        let (won, all) = self.of(which).fold((0u64, 0u64), |(won, all), row| (won + u64::from(row.won), all + 1));
        match (won, all - won) {
            (0, 0) => problem(format!("there are no {name}: {}", self.way_out())),
            (0, others) => problem(format!("none of the {others} {name} is won: {}", self.way_out())),
            (won, 0) => problem(format!(
                "all of the {won} {name} are won, so there is nothing to compare them with: {}",
                self.way_out()
            )),
            _ => Ok(()),
        }
    }

    fn way_out(&self) -> String {
        let mut out = "give more data, another --snapshot, --horizon or --split, or --split visitors".to_owned();
        let left_out = self.left_out();
        if !left_out.is_empty() {
            out.push_str(&format!(" (left out: {})", left_out.join(", ")));
        }
        out
    }

    fn left_out(&self) -> Vec<String> {
        let left_out = [
            (self.won_before_snapshot, "won before the snapshot"),
            (self.won_within_embargo, "won within the embargo"),
            (self.horizon_after_data, "with a horizon after the end of the data"),
        ];
        left_out.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect()
    }

    /// Returns the rows of a part.
    pub(super) fn of(&self, which: Which) -> impl Iterator<Item = &Row> {
        self.list.iter().filter(move |row| is_of(row, which))
    }

    pub(super) fn part(&self, which: Which) -> report::Part {
        let mut part = report::Part::default();
        let mut last = None;
        for row in self.of(which) {
            part.visitors += u64::from(last != Some(row.visitor));
            last = Some(row.visitor);
            part.rows += 1;
            part.won += u64::from(row.won);
        }
        part
    }

    pub(super) fn report(&self, options: &Options, split: &super::split::Split) -> report::Rows {
        let evaluated = self.part(options.rows);
        let (train, test) = (self.part(Which::Train), self.part(Which::Test));
        let all = self.list.len() as u64;
        report::Rows {
            snapshot: options.snapshot / 1_000,
            every: options.every.map(|every| every / 1_000),
            horizon: options.horizon / 1_000,
            embargo: options.embargo / 1_000,
            split: split.name.to_owned(),
            split_at: split.at.map(durations::time),
            evaluated: match options.rows {
                Which::All => "all",
                Which::Train => "train",
                Which::Test => "test",
            }
            .to_owned(),
            visitors: evaluated.visitors,
            rows: evaluated.rows,
            won: evaluated.won,
            won_rate: evaluated.won as f64 / evaluated.rows.max(1) as f64,
            between: all.saturating_sub(train.rows).saturating_sub(test.rows),
            train,
            test,
            won_before_snapshot: self.won_before_snapshot,
            won_within_embargo: self.won_within_embargo,
            horizon_after_data: self.horizon_after_data,
        }
    }
}

pub(super) fn is_of(row: &Row, which: Which) -> bool {
    match which {
        Which::All => true,
        Which::Train => row.side == Side::Train,
        Which::Test => row.side == Side::Test,
    }
}
