//! A line of an export, as far as it matters here.

use serde::Serialize;
use serde_json::{Map, Value};

/// Properties of an event.
pub(super) type Props = Map<String, Value>;

/// What a line of an export says.
#[derive(Default)]
pub(super) struct Record {
    /// Who: the device, by its first-party cookie.
    pub(super) device: Option<String>,
    /// Who: the person, where the site has said so.
    pub(super) user: Option<String>,
    /// Who it counts for; set when that is decided.
    pub(super) visitor: String,
    /// What makes the event the same as another, if the export says so.
    pub(super) id: Option<String>,
    pub(super) is_bot: bool,
    /// Milliseconds since 1970.
    pub(super) at: Option<u64>,
    pub(super) what: What,
    pub(super) kind: String,
    pub(super) url: Option<String>,
    pub(super) props: Props,
    /// The session, in which engaged time adds up for each page.
    pub(super) session: String,
    /// Engaged time that the line tells of.
    pub(super) engaged: Engaged,
}

/// Engaged time that a line tells of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Engaged {
    #[default]
    No,
    /// So many milliseconds more.
    Millis(u64),
    /// One more beat of the heart.
    Beat,
}

/// Whether a line is an event of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum What {
    #[default]
    Event,
    /// Nothing but engaged time.
    Engagement,
}

/// Why a line is left out, in the order in which they are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    Nobody,
    Duplicate,
    Bot,
    Time,
    Other,
    Unreadable,
}

impl Why {
    /// What stands after the count.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Nobody => "without an id of a visitor, as tools send them where there is no consent",
            Self::Duplicate => "duplicates of a line before",
            Self::Bot => "of bots that say so",
            Self::Time => "without a time between 1970 and 2106",
            Self::Other => "of a kind that tells nothing about behaviour",
            Self::Unreadable => "that could not be read",
        }
    }
}

/// An event as `replay` and the others read it.
#[derive(Serialize)]
struct Event<'a> {
    visitor: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    props: &'a Props,
}

impl Record {
    /// The event as a line of JSON.
    pub(super) fn line(&self) -> String {
        self.told(&self.kind, &self.props)
    }

    /// Another event of the same visitor, time and page.
    pub(super) fn told(&self, kind: &str, props: &Props) -> String {
        let at = self.at.unwrap_or_default();
        let event = Event { visitor: &self.visitor, kind, at, url: self.url.as_deref(), props };
        // A map of texts, numbers and such can always be written.
        serde_json::to_string(&event).unwrap_or_default()
    }
}

/// The text of a field that is there and not empty; a number as its digits.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, though it be written as a text.
pub(super) fn whole(value: Option<&Value>) -> Option<u64> {
    text(value)?.parse().ok()
}

/// The fields of an object that is there.
pub(super) fn object(value: Option<&Value>) -> Props {
    value.and_then(Value::as_object).cloned().unwrap_or_default()
}

/// A name as GA4 writes them: `Demo Requested` is `demo_requested`.
pub(super) fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    out.trim_end_matches('_').to_owned()
}

/// Milliseconds of a time in RFC 3339, or of one like `2026-01-02 03:04:05.678`, which is in UTC.
pub(super) fn millis(text: &str) -> Option<u64> {
    let time = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })?;
    u64::try_from(time.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_times() {
        for (name, is) in [
            ("Demo Requested", "demo_requested"),
            ("  Größe -- Ω! ", "größe_ω"),
            ("$pageview", "pageview"),
            ("already_so", "already_so"),
            ("!!", ""),
        ] {
            assert_eq!(snake(name), is);
        }
        for (text, is) in [
            ("2026-01-02T03:04:05.678Z", Some(1_767_323_045_678)),
            ("2026-01-02 03:04:05.678", Some(1_767_323_045_678)),
            ("2026-01-02T04:04:05.678+01:00", Some(1_767_323_045_678)),
            ("1969-12-31T23:59:59Z", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(millis(text), is, "{text}");
        }
    }
}
