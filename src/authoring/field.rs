//! The names by which a condition or `distinct` refers to a field.

use std::collections::BTreeMap;

use super::fields::URL_PARTS;
use super::parts;
use super::report::{Notes, Path, either, quote};
use crate::model::rule::part;

/// A field of an event.
pub(super) enum Field<'a> {
    /// Of the props, from the outermost name to the innermost.
    Props(&'a str),
    /// The path, host or hash of the URL: one of [`part`].
    Url(u8),
    /// The value of a name in the URL's query.
    Query(&'a str),
}

impl<'a> Field<'a> {
    /// Returns the field of an event for a name. Notes an unknown part of the URL.
    pub(super) fn parse(name: &'a str, path: &Path<'_>, notes: &mut Notes) -> Option<Self> {
        let Some(part) = name.strip_prefix("url.") else {
            if name == "url" {
                let parts = either(&URL_PARTS);
                notes
                    .warn(path, format!("`url` is a field of the event's props here; for the event's URL use {parts}"));
            }
            return Some(Self::Props(name));
        };
        match part {
            "path" => Some(Self::Url(part::PATH)),
            "host" => Some(Self::Url(part::HOST)),
            "hash" => Some(Self::Url(part::HASH)),
            "query" | "query." => {
                notes.error(path, "expected the name of a query value, as in `url.query.utm_source`");
                None
            }
            _ => {
                if let Some(name) = part.strip_prefix("query.") {
                    return Some(Self::Query(name));
                }
                let hint = notes.hint(name, URL_PARTS);
                let expected = either(&URL_PARTS);
                notes.error(path, format!("unknown part of the URL {}, expected {expected}{hint}", quote(name)));
                None
            }
        }
    }

    /// The field as the compiled model describes it.
    pub(super) fn part(&self) -> parts::Field {
        match self {
            Self::Url(part) => parts::Field { part: *part, names: Vec::new() },
            Self::Query(name) => parts::Field { part: part::QUERY, names: vec![(*name).to_owned()] },
            Self::Props(name) => {
                parts::Field { part: part::PROPS, names: name.split('.').map(str::to_owned).collect() }
            }
        }
    }
}

/// The fields that a model reads, without repetition.
#[derive(Default)]
pub(super) struct FieldNumbers {
    list: Vec<parts::Field>,
    numbers: BTreeMap<parts::Field, u32>,
}

impl FieldNumbers {
    /// Returns the number of a field.
    pub(super) fn of(&mut self, field: parts::Field) -> u32 {
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(field).or_insert_with_key(|field| {
            self.list.push(field.clone());
            next
        })
    }

    pub(super) fn finish(self) -> Vec<parts::Field> {
        self.list
    }
}
