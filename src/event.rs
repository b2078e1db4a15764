//! An event of a visitor.

#[cfg(any(feature = "browser", feature = "edge", feature = "cli"))]
pub(crate) mod crawlers;
pub(crate) mod lifecycle;
#[cfg(feature = "outcomes")]
pub(crate) mod lines;
pub(crate) mod url;
pub(crate) mod visitor_id;

use crate::error::Error;
use crate::event::url::Url;
use crate::limits::{EVENT_BYTES, PROPS_BYTES, PROPS_DEPTH, TIME_SECONDS, TYPE_CHARS, URL_BYTES};
use crate::text::json::Tape;
use crate::text::value::{OBJECT, Value};

/// An event, borrowed from the [`EventReader`] that read it.
#[derive(Debug)]
pub struct Event<'a> {
    /// The type, such as `page_view`.
    pub(crate) kind: &'a [u8],
    /// The time in milliseconds since 1970; none for now.
    pub(crate) at: Option<u64>,
    pub(crate) url: Url<'a>,
    pub(crate) props: Option<Value<'a>>,
}

/// Reads events from JSON, one after the other, into the same memory.
///
/// ```
/// let mut reader = leadscore::EventReader::default();
/// let event = reader.read(r#"{ "type": "page_view", "url": "/pricing", "at": 1795255200000 }"#)?;
/// assert_eq!(event.at(), Some(1795255200000));
/// assert_eq!(reader.read("{}").map(|_| ()), Err(leadscore::Error::EventType));
/// # Ok::<(), leadscore::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct EventReader {
    tape: Tape,
}

impl EventReader {
    /// Reads `{ "type", "at", "url", "props" }`; all but `type` may be missing or null, other names are ignored.
    ///
    /// # Errors
    /// One of the `Event…` errors, by the part that is wrong.
    pub fn read(&mut self, json: &str) -> Result<Event<'_>, Error> {
        self.parse(json.as_bytes())?;
        self.event()
    }

    /// Parses an object, whatever its fields.
    pub(crate) fn parse(&mut self, json: &[u8]) -> Result<(), Error> {
        if json.len() > EVENT_BYTES || self.tape.read(json).is_err() || self.tape.root().kind() != OBJECT {
            return Err(Error::EventSyntax);
        }
        Ok(())
    }

    /// A field of the object parsed last; null counts as missing.
    #[cfg(feature = "outcomes")]
    pub(crate) fn field(&self, name: &str) -> Option<Value<'_>> {
        self.tape.root().get(name.as_bytes()).filter(|value| !value.is_null())
    }

    /// The event that the object parsed last is.
    pub(crate) fn event(&self) -> Result<Event<'_>, Error> {
        self.members(|at| at.as_number().and_then(millis)).event
    }

    /// The members of the object parsed last, in one pass. `time` reads the milliseconds of `at`.
    pub(crate) fn members(&self, time: fn(Value<'_>) -> Option<u64>) -> Members<'_> {
        let (mut visitor, mut given_at) = (Value::MISSING, Value::MISSING);
        let (mut kind, mut at, mut url, mut props) = (None, None, &[][..], None);
        let mut props_bytes = 0;
        // The error in the time or the URL, whichever comes first.
        let mut wrong = None;
        for ((name, value), size) in self.tape.outer_members().filter(|((_, value), _)| !value.is_null()) {
            match name {
                b"visitor" => visitor = value,
                b"type" => kind = value.as_text(),
                b"at" => {
                    (at, given_at) = (time(value), value);
                    wrong = wrong.or(at.is_none().then_some(Error::EventTime));
                }
                b"url" => match value.as_text().filter(|url| url.len() <= URL_BYTES) {
                    Some(text) => url = text,
                    None => wrong = wrong.or(Some(Error::EventUrl)),
                },
                b"props" => (props, props_bytes) = (Some(value), size),
                _ => {}
            }
        }
        let event = match (wrong, kind.filter(|kind| is_short(kind, TYPE_CHARS))) {
            (Some(wrong), _) => Err(wrong),
            (_, None) => Err(Error::EventType),
            _ if props.is_some_and(|props| !self.may_be_props(props, props_bytes)) => Err(Error::EventProps),
            (_, Some(kind)) => Ok(Event { kind, at, url: Url::parse(url), props }),
        };
        Members { visitor, at: given_at, event }
    }

    fn may_be_props(&self, props: Value<'_>, bytes: usize) -> bool {
        // Props one level down in a text this flat need no second look.
        let deep = self.tape.depth > PROPS_DEPTH.wrapping_add(1) && props.depth() > PROPS_DEPTH;
        props.kind() == OBJECT && bytes <= PROPS_BYTES && !deep
    }
}

/// The content of a line of events.
pub(crate) struct Members<'a> {
    /// Missing if there is none.
    #[cfg_attr(not(feature = "outcomes"), expect(dead_code, reason = "only lines name their visitor"))]
    pub(crate) visitor: Value<'a>,
    /// The time as given; missing if there is none.
    #[cfg_attr(not(feature = "outcomes"), expect(dead_code, reason = "only lines need whole milliseconds"))]
    pub(crate) at: Value<'a>,
    pub(crate) event: Result<Event<'a>, Error>,
}

/// Returns true for a string of at most this many characters. In UTF-8 all bytes of a character except its first begin
/// with the bits 10.
pub(crate) fn is_short(text: &[u8], most: usize) -> bool {
    text.len() <= most || text.iter().filter(|byte| **byte >> 6 != 2).count() <= most
}

/// Whole milliseconds of a time that fits 32 bits of seconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range by the check")]
pub(crate) fn millis(number: f64) -> Option<u64> {
    const END: f64 = TIME_SECONDS as f64 * 1_000.0;
    (0.0..END).contains(&number).then_some(number as u64)
}

/// Whole seconds of a time in milliseconds that [`millis`] has passed.
pub(crate) fn seconds(millis: u64) -> u32 {
    (millis / 1_000) as u32
}

/// Returns the second of a `now` in milliseconds since 1970.
pub(crate) fn second(now: u64) -> Result<u32, Error> {
    if now / 1_000 >= TIME_SECONDS {
        return Err(Error::Now);
    }
    Ok(seconds(now))
}

impl<'a> Event<'a> {
    /// The time in milliseconds since 1970, if the event has one.
    #[must_use]
    pub fn at(&self) -> Option<u64> {
        self.at
    }

    /// Returns a prop's string, or an empty one if the prop is missing or not a string.
    pub(crate) fn prop(&self, name: &[u8]) -> &'a [u8] {
        self.props.map_or(&[], |props| props.text_of(name))
    }
}

/// An event in the form that a model reads, as written by the caller.
pub(crate) struct Given<'a> {
    /// The number of its type.
    pub(crate) kind: u32,
    /// The values by field number; values that the model does not ask for are missing.
    pub(crate) fields: Vec<Value<'a>>,
}

impl<'a> Given<'a> {
    /// Returns the value of a field.
    pub(crate) fn field(&self, number: u32) -> Value<'a> {
        self.fields.get(number as usize).copied().unwrap_or(Value::MISSING)
    }
}
