//! Reads one event from a line of JSON: `{ "visitor", "type", "at", "url", "props" }`, with `at` as a number or a
//! string.

use crate::event::lifecycle;
use crate::event::{Members, is_short, millis};
use crate::limits::VISITOR_CHARS;
#[cfg(feature = "cli")]
use crate::limits::{EVENT_BYTES, PROPS_BYTES, PROPS_DEPTH, TYPE_CHARS, URL_BYTES};
#[cfg(feature = "cli")]
use crate::text::json::{At, Scan, Scanned};
use crate::text::time;
use crate::text::value::Value;
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
    #[cfg(feature = "cli")]
    pub(crate) const TOO_LONG: Self = Self::Line("the line is longer than the longest event");

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
        Err(_) => Err(Bad::Line("the line is not valid UTF-8")),
    }
}

/// Returns the visitor of the line that was parsed last.
pub(crate) fn visitor(reader: &EventReader) -> Result<&[u8], Bad> {
    visitor_of(reader.field("visitor").unwrap_or(Value::MISSING))
}

fn visitor_of(value: Value<'_>) -> Result<&[u8], Bad> {
    let visitor = value.as_text().filter(|visitor| !visitor.is_empty());
    let visitor = visitor.ok_or(Bad::Line("the event needs a `visitor`, a string that is not empty"))?;
    if is_short(visitor, VISITOR_CHARS) { Ok(visitor) } else { Err(Bad::Event(Error::VisitorId)) }
}

const TIME: Bad = Bad::Line(
    "the line needs an `at`: whole milliseconds since 1970, or a time such as 2026-11-21T09:00:00Z, before 2106",
);

/// Returns the milliseconds since 1970 of a number of milliseconds, rounded down, or of a text in RFC 3339.
fn time(at: Value<'_>) -> Option<u64> {
    match at.as_text() {
        Some(text) => time::rfc3339::read(text),
        None => at.as_number().and_then(millis),
    }
}

/// Returns a line's time in ms since 1970, which a number has to be whole for.
pub(crate) fn whole_time(at: Value<'_>) -> Result<u64, Bad> {
    let is_whole = at.as_number().is_none_or(|at| at.fract() == 0.0);
    let time = time(at).filter(|_| is_whole);
    time.ok_or(TIME)
}

/// Returns the visitor of a line, the event, and its time in ms since 1970.
pub(crate) fn parse<'a>(reader: &'a mut EventReader, text: &str) -> Result<(&'a [u8], Event<'a>, u64), Bad> {
    reader.parse(text.as_bytes())?;
    let Members { visitor, at, event } = reader.members(time);
    let visitor = visitor_of(visitor)?;
    let event = event.map_err(|error| if error == Error::EventTime { TIME } else { Bad::Event(error) })?;
    // The stage is checked here because a line later than `--at` is not ingested, but still invalid.
    if event.kind == b"lifecycle" {
        let stage = event.prop(b"stage");
        if lifecycle::position(stage).is_none() && stage != lifecycle::RECYCLED {
            return Err(Bad::Event(Error::EventLifecycle));
        }
    }
    let at = whole_time(at)?;
    Ok((visitor, event, at))
}

/// An event of an ordinary line, whose URL and props are not read yet.
#[cfg(feature = "cli")]
#[derive(Clone, Copy)]
pub(crate) struct Plain<'a> {
    pub(crate) visitor: &'a [u8],
    pub(crate) kind: &'a [u8],
    /// In ms since 1970.
    pub(crate) at: u64,
    pub(crate) url: &'a [u8],
    pub(crate) props: Scanned<'a>,
}

/// Reads a line in little time. Returns `None` for whatever is not an ordinary event; [`parse`] decides about it.
#[cfg(feature = "cli")]
pub(crate) fn plain<'a>(scan: &'a mut Scan, text: &'a str) -> Option<Plain<'a>> {
    if text.len() > EVENT_BYTES {
        return None;
    }
    let line = scan.read(text.as_bytes())?;
    let Scanned { visitor, kind, url, .. } = line;
    let at = match line.at {
        At::Number(number) => millis(number).filter(|_| number.fract() == 0.0)?,
        At::Text(text) => time::rfc3339::read(text)?,
    };
    // By bytes, and one level less: at the limits the other way counts exactly.
    let is_within = !visitor.is_empty()
        && visitor.len() <= VISITOR_CHARS
        && kind.len() <= TYPE_CHARS
        && url.len() <= URL_BYTES
        && line.props_bytes <= PROPS_BYTES
        && line.depth <= PROPS_DEPTH;
    (is_within && kind != b"lifecycle").then_some(Plain { visitor, kind, at, url, props: line })
}

/// Returns the visitor of a line of states, its time in ms since 1970, and the state as base64url.
pub(crate) fn state<'a>(reader: &'a mut EventReader, text: &str) -> Result<(&'a [u8], u64, &'a [u8]), Bad> {
    reader.parse(text.as_bytes())?;
    let reader = &*reader;
    let visitor = visitor(reader)?;
    let at = whole_time(reader.field("at").unwrap_or(Value::MISSING))?;
    let state = reader.field("state").and_then(|state| state.as_text());
    Ok((visitor, at, state.ok_or(Bad::Line("the line needs a `state` in base64url"))?))
}
