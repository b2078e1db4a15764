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
    pub(crate) kind: &'a str,
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
/// assert_eq!(event.kind(), "page_view");
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
        self.parse(json)?;
        self.event()
    }

    /// Parses an object, whatever its fields.
    pub(crate) fn parse(&mut self, json: &str) -> Result<(), Error> {
        if json.len() > EVENT_BYTES || self.tape.read(json).is_err() || self.tape.root().kind() != Kind::Object {
            return Err(Error::EventSyntax);
        }
        Ok(())
    }

    /// A field of the object parsed last; null counts as missing.
    pub(crate) fn field(&self, name: &str) -> Option<Value<'_>> {
        self.tape.root().get(name).filter(|value| !value.is_null())
    }

    /// The event that the object parsed last is.
    pub(crate) fn event(&self) -> Result<Event<'_>, Error> {
        let (mut kind, mut at, mut url, mut props) = (None, None, None, None);
        for (name, value) in self.tape.root().members() {
            match name {
                "type" => kind = value.as_text(),
                "at" if !value.is_null() => at = Some(value.as_number().and_then(millis).ok_or(Error::EventTime)?),
                "url" if !value.is_null() => url = Some(value.as_text().ok_or(Error::EventUrl)?),
                "props" if !value.is_null() => props = Some(value),
                _ => {}
            }
        }
        let kind = kind.filter(|kind| kind.len() <= TYPE_CHARS || kind.chars().count() <= TYPE_CHARS);
        let kind = kind.ok_or(Error::EventType)?;
        let url = url.unwrap_or_default();
        if url.len() > URL_BYTES {
            return Err(Error::EventUrl);
        }
        let url = Url::parse(url);
        if let Some(props) = props {
            // Props one level down in a text this flat need no second look.
            let deep = self.tape.depth() > PROPS_DEPTH.saturating_add(1) && props.depth() > PROPS_DEPTH;
            if props.kind() != Kind::Object || props.source_bytes() > PROPS_BYTES || deep {
                return Err(Error::EventProps);
            }
        }
        Ok(Event { kind, at, url, props })
    }
}

/// Whole milliseconds of a time that fits 32 bits of seconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range by the check")]
pub(crate) fn millis(number: f64) -> Option<u64> {
    const END: f64 = TIME_SECONDS as f64 * 1_000.0;
    (0.0..END).contains(&number).then_some(number as u64)
}

/// Whole seconds of a time in milliseconds that [`millis`] has passed.
pub(crate) fn seconds(millis: u64) -> u32 {
    u32::try_from(millis / 1_000).unwrap_or(u32::MAX)
}

impl Event<'_> {
    /// The type, such as `page_view`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.kind
    }

    /// When it happened, in milliseconds since 1970, if the event says so.
    #[must_use]
    pub fn at(&self) -> Option<u64> {
        self.at
    }

    /// The origin of the event's URL, such as `https://acme.example`; else the name of the product.
    #[must_use]
    pub fn origin(&self) -> String {
        match self.url.host() {
            Some(host) => [self.url.scheme, "://", &host].concat(),
            None => "leadscore".to_owned(),
        }
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
    Text(Cow<'a, str>),
    Number(f64),
}

impl<'a> Scope<'a> {
    /// What a compiled field (see [`crate::condition::op::FIELD`]) holds.
    pub(crate) fn resolve(self, field: Value<'_>) -> Subject<'a> {
        if let Some(name) = field.as_text() {
            return Subject::text(self.url.and_then(|url| url.query(name)));
        }
        if let (Some(part), Some(url)) = (field.as_number(), self.url) {
            return match part as u8 {
                0 => Subject::text(url.path.map(Cow::Borrowed)),
                1 => Subject::text(url.host()),
                _ => Subject::text(url.hash.map(Cow::Borrowed)),
            };
        }
        let found = field.elements().try_fold(self.root, |value, name| Some(value?.get(name.as_text()?)));
        match found.flatten() {
            Some(value) if field.kind() == Kind::Array => Subject::Json(value),
            _ => Subject::Missing,
        }
    }
}

impl<'a> Subject<'a> {
    fn text(text: Option<Cow<'a, str>>) -> Self {
        text.map_or(Subject::Missing, Subject::Text)
    }

    pub(crate) fn is_null(&self) -> bool {
        match self {
            Subject::Missing => true,
            Subject::Json(value) => value.is_null(),
            _ => false,
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Subject::Missing => Kind::Null,
            Subject::Json(value) => value.kind(),
            Subject::Text(_) => Kind::Text,
            Subject::Number(_) => Kind::Number,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
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
            Subject::Missing => other.is_null(),
            Subject::Json(value) => value.equals(other),
            Subject::Text(text) => other.as_text() == Some(text),
            Subject::Number(number) => other.as_number() == Some(*number),
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
