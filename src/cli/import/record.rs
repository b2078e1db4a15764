//! The fields of an export line that the import uses.

use serde::Serialize;
use serde_json::{Map, Value};

/// Properties of an event.
pub(super) type Props = Map<String, Value>;

/// One line of an export.
#[derive(Default)]
pub(super) struct Record {
    /// Device: the id of its first-party cookie.
    pub(super) device: Option<String>,
    /// Person: the user id that the site has set.
    pub(super) user: Option<String>,
    /// The visitor who gets the event; set after devices are assigned to people.
    pub(super) visitor: String,
    /// Id that duplicates of the event share, if the export has one.
    pub(super) id: Option<String>,
    pub(super) is_bot: bool,
    /// Milliseconds since 1970.
    pub(super) at: Option<u64>,
    pub(super) content: Content,
    pub(super) kind: String,
    pub(super) url: Option<String>,
    pub(super) props: Props,
    /// The session, in which engaged time adds up for each page.
    pub(super) session: String,
    /// Engaged time in the line.
    pub(super) engaged: Engaged,
}

/// Engaged time in a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Engaged {
    #[default]
    No,
    /// Milliseconds to add.
    Millis(u64),
    /// One page ping, which counts as a fixed number of seconds.
    Ping,
}

/// The content of a line: an event, or engaged time alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Content {
    #[default]
    Event,
    /// Engaged time without an event.
    Engagement,
}

/// The reason to leave a line out, in the order of the report.
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
    /// Returns the words that follow the count in the report.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Nobody => "without a visitor id, as tools send them without consent",
            Self::Duplicate => "duplicates of an earlier line",
            Self::Bot => "from bots that identify themselves",
            Self::Time => "without a time between 1970 and 2106",
            Self::Other => "of a kind that does not describe behaviour",
            Self::Unreadable => "that could not be read",
        }
    }
}

/// An event in the format that `replay` and the other commands read.
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
    /// Returns the event as a line of JSON.
    pub(super) fn line(&self) -> String {
        self.line_of(&self.kind, &self.props)
    }

    /// Returns another event of the same visitor, time and page as a line of JSON.
    pub(super) fn line_of(&self, kind: &str, props: &Props) -> String {
        let at = self.at.unwrap_or_default();
        let event = Event { visitor: &self.visitor, kind, at, url: self.url.as_deref(), props };
        // Serialization cannot fail: all keys are strings, and all values are JSON already.
        serde_json::to_string(&event).unwrap_or_default()
    }
}

/// Returns a string field that is not empty, or the digits of a number.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns a whole number, also from a string of digits.
pub(super) fn whole(value: Option<&Value>) -> Option<u64> {
    text(value)?.parse().ok()
}

/// Returns the fields of an object; none if it is missing.
pub(super) fn object(value: Option<&Value>) -> Props {
    value.and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Returns a name in GA4's style: `Demo Requested` becomes `demo_requested`.
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

/// Returns the milliseconds since 1970 of a time in RFC 3339, or of a time such as `2026-01-02 03:04:05.678`, which is
/// in UTC.
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
