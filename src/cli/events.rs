//! Events from lines: who did what, with the bad lines counted and named, and what is odd about the good ones.

use super::Stop;
use super::input::{Line, Lines};
use crate::lines::{self, FIRST_PLAUSIBLE, parse, text};
use crate::{Error, Event, EventReader};

/// The events of a file or of standard input.
pub(super) struct Events {
    lines: Lines,
    reading: Reading,
    /// True if any line was skipped.
    pub(super) skipped: bool,
    /// Number of skipped lines.
    pub(super) count_skipped: u64,
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    reader: EventReader,
    /// Events after this time are left out.
    until: Option<u64>,
    left_out: u64,
    taken: u64,
    in_seconds: Found,
}

/// What takes an event in; an error of its own is one of the event.
type Take<'a> = &'a mut dyn FnMut(Told<'_>) -> Result<Result<(), Error>, Stop>;

/// An event with its visitor, its time and the number of its line.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) visitor: &'a [u8],
    pub(super) event: &'a Event<'a>,
    pub(super) at: u64,
    pub(super) line: u64,
}

/// The number of lines of a kind, and the position of the first.
#[derive(Clone, Copy, Default)]
pub(super) struct Found {
    pub(super) count: u64,
    pub(super) first: u64,
}

impl Found {
    pub(super) fn add(&mut self, line: u64) {
        if self.count == 0 {
            self.first = line;
        }
        self.count = self.count.saturating_add(1);
    }
}

/// The reason why a line was skipped.
enum Bad {
    Line(lines::Bad),
    /// An error that ends the command.
    Stop(Stop),
}

impl From<lines::Bad> for Bad {
    fn from(bad: lines::Bad) -> Self {
        Self::Line(bad)
    }
}

impl Events {
    /// The events of a file or of standard input (`-`), without those after `until` (milliseconds since 1970).
    pub(super) fn open(path: &str, until: Option<u64>) -> Result<Self, Stop> {
        Ok(Self {
            lines: Lines::open(path)?,
            reading: Reading { until, ..Reading::default() },
            skipped: false,
            count_skipped: 0,
        })
    }

    /// Hands every event to `take`, in the order of the lines.
    pub(super) fn each(&mut self, take: Take<'_>) -> Result<(), Stop> {
        self.each_text(&mut |reading, number, text| reading.event(number, text, take))?;
        self.say_what_is_odd();
        Ok(())
    }

    /// Hands every event to `take`, by their times; those of one time in the order of the lines. Keeps all in memory.
    pub(super) fn each_sorted(&mut self, take: Take<'_>) -> Result<(), Stop> {
        let mut all: Vec<(u64, u64, Box<str>)> = Vec::new();
        self.each_text(&mut |reading, number, text| {
            reading.event(number, text, &mut |told| {
                all.push((told.at, number, text.into()));
                Ok(Ok(()))
            })
        })?;
        self.say_what_is_odd();
        // A stable sort: of one time the earlier line stays first.
        all.sort_by_key(|(at, ..)| *at);
        for (at, line, text) in all {
            let Ok((visitor, event, _)) = parse(&mut self.reading.reader, &text) else { continue };
            if let Err(error) = take(Told { visitor, event: &event, at, line })? {
                self.complain(line, error.message());
            }
        }
        Ok(())
    }

    /// Hands out the text of every line that is not blank, with its number.
    fn each_text(&mut self, take: &mut dyn FnMut(&mut Reading, u64, &str) -> Result<(), Bad>) -> Result<(), Stop> {
        let mut number = 0u64;
        while let Some(line) = self.lines.next()? {
            number = number.saturating_add(1);
            let result = match line {
                Line::TooLong => Err(lines::Bad::Line("the line is longer than any event can be").into()),
                Line::Text(line) => match text(line, number) {
                    Ok("") => continue,
                    Ok(text) => take(&mut self.reading, number, text),
                    Err(bad) => Err(bad.into()),
                },
            };
            let message = match result {
                Ok(()) => continue,
                Err(Bad::Line(bad)) => bad.message(),
                Err(Bad::Stop(stop)) => return Err(stop),
            };
            if !self.skipped && self.reading.taken == 0 {
                self.lines.expect_events()?;
            }
            self.complain(number, message);
        }
        Ok(())
    }

    fn complain(&mut self, line: u64, message: &str) {
        self.skipped = true;
        self.count_skipped = self.count_skipped.saturating_add(1);
        self.lines.complain(&format!("line {line}: skipped: {message}"));
    }

    /// Says what all events have in common that is hardly meant.
    fn say_what_is_odd(&self) {
        let Reading { until, left_out, taken, in_seconds, .. } = self.reading;
        if left_out > 0 && until.is_some_and(|until| until < FIRST_PLAUSIBLE) {
            self.note("--at is before 1973: it is in milliseconds since 1970, and this looks like seconds");
        }
        if in_seconds.count > 0 {
            let Found { count, first } = in_seconds;
            let lines = if count == 1 { "1 line has a time".to_owned() } else { format!("{count} lines have times") };
            let hint = "`at` is in milliseconds since 1970, and these look like seconds";
            self.note(&format!("{lines} before 1973, first line {first}: {hint}"));
        }
        if taken == 0 && left_out > 0 {
            self.note("all events are later than the time of --at");
        }
    }

    /// Says something on standard error.
    pub(super) fn note(&self, message: &str) {
        self.lines.complain(&format!("note: {message}"));
    }
}

impl Reading {
    fn event(&mut self, line: u64, text: &str, take: Take<'_>) -> Result<(), Bad> {
        let (visitor, event, at) = parse(&mut self.reader, text)?;
        if at < FIRST_PLAUSIBLE {
            self.in_seconds.add(line);
        }
        if self.until.is_some_and(|until| at > until) {
            self.left_out = self.left_out.saturating_add(1);
            return Ok(());
        }
        self.taken = self.taken.saturating_add(1);
        take(Told { visitor, event: &event, at, line }).map_err(Bad::Stop)?.map_err(|error| Bad::Line(error.into()))
    }
}
