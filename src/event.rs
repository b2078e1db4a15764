//! One thing that a visitor did.

use std::borrow::Cow;

use crate::error::Error;
use crate::json::{Kind, Tape, Value, hash_text};
use crate::limits::{EVENT_BYTES, PROPS_BYTES, PROPS_DEPTH, TIME_SECONDS, TYPE_CHARS, URL_BYTES};
use crate::url::Url;

/// An event, borrowed from the [`EventReader`] that read it.
#[derive(Debug)]
pub struct Event<'a> {
    /// The type, such as `page_view`.
    pub(crate) kind: &'a [u8],
    /// When it happened, in milliseconds since 1970; with none, now.
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
        if json.len() > EVENT_BYTES || self.tape.read(json).is_err() || self.tape.root().kind() != Kind::Object {
            return Err(Error::EventSyntax);
        }
        Ok(())
    }

    /// A field of the object parsed last; null counts as missing.
    #[cfg(feature = "cli")]
    pub(crate) fn field(&self, name: &str) -> Option<Value<'_>> {
        self.tape.root().get(name.as_bytes()).filter(|value| !value.is_null())
    }

    /// The event that the object parsed last is.
    pub(crate) fn event(&self) -> Result<Event<'_>, Error> {
        let (mut kind, mut at, mut url, mut props) = (None, None, &[][..], None);
        for (name, value) in self.tape.root().members().filter(|(_, value)| !value.is_null()) {
            match name {
                b"type" => kind = value.as_text(),
                b"at" => at = Some(value.as_number().and_then(millis).ok_or(Error::EventTime)?),
                b"url" => url = value.as_text().filter(|url| url.len() <= URL_BYTES).ok_or(Error::EventUrl)?,
                b"props" => props = Some(value),
                _ => {}
            }
        }
        let kind = kind.filter(|kind| is_short(kind, TYPE_CHARS)).ok_or(Error::EventType)?;
        if let Some(props) = props {
            // Props one level down in a text this flat need no second look.
            let deep = self.tape.depth > PROPS_DEPTH.wrapping_add(1) && props.depth() > PROPS_DEPTH;
            if props.kind() != Kind::Object || props.source_bytes() > PROPS_BYTES || deep {
                return Err(Error::EventProps);
            }
        }
        Ok(Event { kind, at, url: Url::parse(url), props })
    }
}

/// Whether a text has at most so many characters. In UTF-8 all bytes but a character's first begin with the bits 10.
pub(crate) fn is_short(text: &[u8], most: usize) -> bool {
    text.iter().filter(|byte| **byte >> 6 != 2).count() <= most
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

impl<'a> Event<'a> {
    /// When it happened, in milliseconds since 1970, if the event says so.
    #[must_use]
    pub fn at(&self) -> Option<u64> {
        self.at
    }

    /// What conditions see.
    pub(crate) fn scope(&self) -> Scope<'_> {
        Scope { root: self.props, url: Some(&self.url) }
    }
}

/// What the names of a condition address: an event, or one element of an array.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) root: Option<Value<'a>>,
    pub(crate) url: Option<&'a Url<'a>>,
}

/// What a field holds.
pub(crate) enum Subject<'a> {
    Missing,
    Json(Value<'a>),
    Text(Cow<'a, [u8]>),
    Number(f64),
}

impl<'a> Scope<'a> {
    /// What a compiled field (see [`crate::condition::op::FIELD`]) holds.
    pub(crate) fn resolve(self, field: Value<'_>) -> Subject<'a> {
        let text = match (field.kind(), self.url) {
            (Kind::Array, _) => {
                let mut value = self.root;
                for name in field.elements() {
                    value = value.and_then(|value| value.get(name.as_text().unwrap_or_default()));
                }
                return value.map_or(Subject::Missing, Subject::Json);
            }
            (Kind::Text, Some(url)) => url.query(field.as_text().unwrap_or_default()),
            (Kind::Number, Some(url)) => match field.as_number().unwrap_or_default() as u8 {
                0 => url.path.map(Cow::Borrowed),
                1 => url.host(),
                _ => url.hash.map(Cow::Borrowed),
            },
            _ => None,
        };
        text.map_or(Subject::Missing, Subject::Text)
    }
}

impl<'a> Subject<'a> {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Subject::Missing => Kind::Null,
            Subject::Json(value) => value.kind(),
            Subject::Text(_) => Kind::Text,
            Subject::Number(_) => Kind::Number,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    pub(crate) fn as_text(&self) -> Option<&[u8]> {
        match self {
            Subject::Json(value) => value.as_text(),
            Subject::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            Subject::Json(value) => value.as_number(),
            Subject::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The elements of an array, if it is one.
    pub(crate) fn array(&self) -> Option<Value<'a>> {
        match self {
            Subject::Json(value) if value.kind() == Kind::Array => Some(*value),
            _ => None,
        }
    }

    /// Deep equality with a JSON value; missing equals null.
    pub(crate) fn equals(&self, other: Value<'_>) -> bool {
        match self {
            Subject::Json(value) => value.equals(other),
            _ => {
                self.kind() == other.kind()
                    && self.as_text() == other.as_text()
                    && self.as_number() == other.as_number()
            }
        }
    }

    /// A hash that equal values share; none where the field is missing or null.
    pub(crate) fn hash(&self) -> Option<u64> {
        match self {
            Subject::Json(value) if !value.is_null() => Some(value.hash()),
            Subject::Text(text) => Some(hash_text(text)),
            _ => None,
        }
    }
}
