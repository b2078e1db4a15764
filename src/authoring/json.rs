//! The model's JSON as a tree that keeps the order of names and duplicate names, which validation needs.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::place::Counter;
use super::report::{Notes, Path, quote};
use super::scan::scan;
use crate::limits::MODEL_BYTES;
use crate::text::invariant::held;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Parses a model's text; what keeps it from being JSON is noted, with its place.
    pub(super) fn parse(text: &str, notes: &mut Notes) -> Option<Self> {
        if text.len() > MODEL_BYTES {
            notes.error(&Path::ROOT, format!("expected at most 4 MiB of JSON, found {} bytes", text.len()));
            return None;
        }
        let error = match serde_json::from_str::<Self>(text) {
            Ok(json) => return Some(json),
            Err(error) => error,
        };
        match scan(text, &mut |_, _| {}) {
            Err(fault) => notes.syntax(Counter::new(text).to(fault.at), fault.message),
            Ok(()) => {
                let message = error.to_string();
                let place = format!(" at line {} column {}", error.line(), error.column());
                let message = message.strip_suffix(&place).unwrap_or(&message);
                let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
                notes.syntax((number(error.line()), number(error.column())), format!("this is not JSON: {message}"));
            }
        }
        None
    }

    /// JSON readers differ in which of two values with the same name they use.
    pub(super) fn note_repeated_names(&self, path: &Path<'_>, notes: &mut Notes) {
        match self {
            Self::List(list) => {
                for (index, json) in list.iter().enumerate() {
                    json.note_repeated_names(&path.index(index), notes);
                }
            }
            Self::Object(members) => {
                let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
                names.sort_unstable();
                for same in names.chunk_by(|a, b| a == b) {
                    if let [name, _, ..] = same {
                        let message = format!("{} occurs {} times in one object; keep one", quote(name), same.len());
                        notes.error(&path.name(name), message);
                    }
                }
                for (name, json) in members {
                    json.note_repeated_names(&path.name(name), notes);
                }
            }
            _ => {}
        }
    }

    /// The value of a name, if this is an object that has it.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(own, _)| own == name).map(|(_, json)| json)
    }

    /// Returns the depth of nested lists and objects; 0 for a scalar.
    pub(super) fn depth(&self) -> usize {
        let inner = match self {
            Self::List(list) => list.iter().map(Self::depth).max(),
            Self::Object(members) => members.iter().map(|(_, json)| json.depth()).max(),
            _ => return 0,
        };
        inner.unwrap_or_default().saturating_add(1)
    }

    /// The value as a message names it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Null => "`null`".to_owned(),
            Self::Bool(value) => format!("`{value}`"),
            Self::Number(number) => format!("the number `{}`", number_text(*number)),
            Self::Text(text) => format!("the string {}", quote(text)),
            Self::List(_) => "a list".to_owned(),
            Self::Object(_) => "an object".to_owned(),
        }
    }
}

/// A number as JSON that reads back as the same double; 1 rather than 1.0.
pub(super) fn number_text(number: f64) -> String {
    /// Whole numbers up to here are written out.
    const WHOLE: f64 = 1e15;
    if number.trunc() == number && number.abs() < WHOLE {
        return format!("{:.0}", number + 0.0);
    }
    held(serde_json::to_string(&number).ok())
}

/// Reads a number that JSON may write otherwise: with a plus, without a digit before or after its point.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches('+').trim_end_matches('.');
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let digits = digits.trim_start_matches('0');
    let zero = if digits.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    serde_json::from_str(&format!("{sign}{zero}{digits}")).ok()
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON's numbers are doubles here")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON's numbers are doubles here")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(json) = seq.next_element()? {
            list.push(json);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}
