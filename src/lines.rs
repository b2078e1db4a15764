//! Reads one event from a line of JSON: `{ "visitor", "type", "at", "url", "props" }`.

use crate::event::is_short;
use crate::lifecycle;
use crate::limits::VISITOR_CHARS;
use crate::{Error, Event, EventReader};

/// 1973-01-01 in ms since 1970. No tag sent events before, and a time in seconds by mistake stays below it until the
/// year 4970.
pub(crate) const FIRST_PLAUSIBLE: u64 = 94_694_400_000;

/// The reason why a line is invalid.
pub(crate) enum Bad {
    Line(&'static str),
    Event(Error),
}

impl Bad {
    pub(crate) fn message(&self) -> &'static str {
        match self {
            Self::Line(message) => message,
            Self::Event(error) => error.message(),
        }
    }
}

impl From<Error> for Bad {
    fn from(error: Error) -> Self {
        Self::Event(error)
    }
}

/// Returns a line as a string, without white space at the ends; `number` counts from 1, and line 1 may begin with a
/// BOM.
pub(crate) fn text(line: &[u8], number: u64) -> Result<&str, Bad> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).filter(|_| number == 1).unwrap_or(line);
    match core::str::from_utf8(line) {
        Ok(text) => Ok(text.trim_ascii()),
        Err(_) => Err(Bad::Line("the line is not text in UTF-8")),
    }
}

/// Returns the visitor of the line that was parsed last.
pub(crate) fn visitor(reader: &EventReader) -> Result<&[u8], Bad> {
    let visitor = reader.field("visitor").and_then(|visitor| visitor.as_text()).filter(|visitor| !visitor.is_empty());
    let visitor = visitor.ok_or(Bad::Line("give the event a `visitor`, a text that is not empty"))?;
    if is_short(visitor, VISITOR_CHARS) { Ok(visitor) } else { Err(Bad::Event(Error::VisitorId)) }
}

/// Returns the visitor of a line, the event, and its time in ms since 1970.
pub(crate) fn parse<'a>(reader: &'a mut EventReader, text: &str) -> Result<(&'a [u8], Event<'a>, u64), Bad> {
    reader.parse(text.as_bytes())?;
    let visitor = visitor(reader)?;
    let at = reader.field("at").and_then(|at| at.as_number());
    let event = reader.event()?;
    // The stage is checked here because a line later than `--at` is not ingested, but still invalid.
    let stage = event.props.map_or(&[][..], |props| props.text_of(b"stage"));
    if event.kind == b"lifecycle" && lifecycle::position(stage).is_none() && stage != lifecycle::RECYCLED {
        return Err(Bad::Event(Error::EventLifecycle));
    }
    match (event.at(), at) {
        (Some(whole), Some(at)) if at.fract() == 0.0 => Ok((visitor, event, whole)),
        _ => Err(Bad::Line("give the event an `at`, whole milliseconds since 1970, before 2106")),
    }
}
