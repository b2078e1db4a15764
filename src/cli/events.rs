//! Events from lines: who did what, with the bad lines counted and named, and what is odd about the good ones.

use super::Stop;
use super::input::{Line, Lines};
use crate::event::is_short;
use crate::lifecycle;
use crate::limits::VISITOR_CHARS;
use crate::{Error, Event, EventReader};

/// 1973-01-01 in milliseconds: no tag sent anything before, and a time in seconds is below it until the year 4970.
const FIRST_PLAUSIBLE: u64 = 94_694_400_000;

/// The events of a file or of standard input.
pub(super) struct Events {
    lines: Lines,
    reading: Reading,
    /// Whether any line was bad.
    pub(super) skipped: bool,
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

/// How many lines there are of a kind, and the number of the first.
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

/// What is wrong with a line.
enum Bad {
    Line(&'static str),
    Event(Error),
    /// It ends the command.
    Stop(Stop),
}

impl From<Error> for Bad {
    fn from(error: Error) -> Self {
        Self::Event(error)
    }
}

impl Events {
    /// The events of a file or of standard input (`-`), without those after `until` (milliseconds since 1970).
    pub(super) fn open(path: &str, until: Option<u64>) -> Result<Self, Stop> {
        Ok(Self { lines: Lines::open(path)?, reading: Reading { until, ..Reading::default() }, skipped: false })
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
                Line::TooLong => Err(Bad::Line("the line is longer than any event can be")),
                Line::Text(line) => match text(line, number) {
                    Ok("") => continue,
                    Ok(text) => take(&mut self.reading, number, text),
                    Err(bad) => Err(bad),
                },
            };
            let message = match result {
                Ok(()) => continue,
                Err(Bad::Line(message)) => message,
                Err(Bad::Event(error)) => error.message(),
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
        take(Told { visitor, event: &event, at, line }).map_err(Bad::Stop)?.map_err(Bad::Event)
    }
}

fn text(line: &[u8], number: u64) -> Result<&str, Bad> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).filter(|_| number == 1).unwrap_or(line);
    match core::str::from_utf8(line) {
        Ok(text) => Ok(text.trim_ascii()),
        Err(_) => Err(Bad::Line("the line is not text in UTF-8")),
    }
}

fn parse<'a>(reader: &'a mut EventReader, text: &str) -> Result<(&'a [u8], Event<'a>, u64), Bad> {
    reader.parse(text.as_bytes())?;
    let visitor = reader.field("visitor").and_then(|visitor| visitor.as_text()).filter(|visitor| !visitor.is_empty());
    let visitor = visitor.ok_or(Bad::Line("give the event a `visitor`, a text that is not empty"))?;
    if !is_short(visitor, VISITOR_CHARS) {
        return Err(Bad::Event(Error::VisitorId));
    }
    let at = reader.field("at").and_then(|at| at.as_number());
    let event = reader.event()?;
    // Said here already, as what is later than `--at` is bad all the same.
    let stage = event.props.map_or(&[][..], |props| props.text_of(b"stage"));
    if event.kind == b"lifecycle" && lifecycle::position(stage).is_none() && stage != lifecycle::RECYCLED {
        return Err(Bad::Event(Error::EventLifecycle));
    }
    match (event.at(), at) {
        (Some(whole), Some(at)) if at.fract() == 0.0 => Ok((visitor, event, whole)),
        _ => Err(Bad::Line("give the event an `at`, whole milliseconds since 1970, before 2106")),
    }
}
