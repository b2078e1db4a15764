//! Events from lines: who did what, with the bad lines counted and named.

use super::Stop;
use super::input::{Line, Lines};
use crate::event::is_short;
use crate::limits::VISITOR_CHARS;
use crate::{Error, Event, EventReader};

/// The events of a file or of standard input.
pub(super) struct Events {
    lines: Lines,
    reader: EventReader,
    number: u64,
    /// Whether any line was bad.
    pub(super) skipped: bool,
}

/// What is wrong with a line.
pub(super) enum Bad {
    Line(&'static str),
    Event(Error),
}

impl From<Error> for Bad {
    fn from(error: Error) -> Self {
        Self::Event(error)
    }
}

impl Events {
    pub(super) fn open(path: &str) -> Result<Self, Stop> {
        Ok(Self { lines: Lines::open(path)?, reader: EventReader::default(), number: 0, skipped: false })
    }

    /// Hands every event to `take` with its visitor and its time. What `take` finds wrong with one counts as a bad line.
    pub(super) fn each(
        &mut self,
        mut take: impl FnMut(&[u8], &Event<'_>, u64) -> Result<Result<(), Error>, Stop>,
    ) -> Result<(), Stop> {
        while let Some(line) = self.lines.next()? {
            self.number = self.number.saturating_add(1);
            let result = match line {
                Line::TooLong => Err(Bad::Line("the line is longer than any event can be")),
                Line::Text(line) => match text(line, self.number) {
                    Ok("") => continue,
                    Ok(text) => match parse(&mut self.reader, text) {
                        Ok((visitor, event, at)) => take(visitor, &event, at)?.map_err(Bad::Event),
                        Err(bad) => Err(bad),
                    },
                    Err(bad) => Err(bad),
                },
            };
            if let Err(bad) = result {
                self.skipped = true;
                let message = match bad {
                    Bad::Line(message) => message,
                    Bad::Event(error) => error.message(),
                };
                self.lines.complain(&format!("line {}: skipped: {message}", self.number));
            }
        }
        Ok(())
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
    match (event.at(), at) {
        (Some(whole), Some(at)) if at.fract() == 0.0 => Ok((visitor, event, whole)),
        _ => Err(Bad::Line("give the event an `at`, whole milliseconds since 1970, before 2106")),
    }
}
