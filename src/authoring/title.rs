//! Titles of rules and stages: a string, or one string for each language. Only the people who look at a lead need them,
//! so they are written beside the compiled model and never into it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::json::Json;
use super::report::{Notes, quote};
use super::values::Node;
use crate::limits::TITLE_CHARS;

/// A title: one string, or strings by language tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Title {
    Text(String),
    Languages(BTreeMap<String, String>),
}

/// All titles of a model, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Titles {
    pub(crate) rules: BTreeMap<String, Title>,
    pub(crate) stages: BTreeMap<String, Title>,
}

impl Titles {
    /// Returns the titles as JSON, or `None` if there are no titles.
    pub(super) fn json(&self) -> Option<String> {
        let is_empty = self.rules.is_empty() && self.stages.is_empty();
        if is_empty { None } else { serde_json::to_string(self).ok() }
    }
}

impl Node<'_> {
    /// Adds the `title` of the rule or stage with this id, if it has one.
    pub(super) fn title(&self, id: &str, titles: &mut BTreeMap<String, Title>, notes: &mut Notes) {
        let Some(node) = self.get("title") else { return };
        let title = match node.json {
            Json::Text(_) => node.text(TITLE_CHARS, notes).map(|text| Title::Text(text.to_owned())),
            Json::Object(members) if !members.is_empty() => {
                let mut languages = BTreeMap::new();
                for (language, value) in node.members() {
                    if !is_language(language) {
                        let message =
                            format!("expected a language tag such as `de` or `pt-BR`, found {}", quote(language));
                        notes.error(&value.path, message);
                    }
                    if let Some(text) = value.text(TITLE_CHARS, notes) {
                        languages.insert(language.to_owned(), text.to_owned());
                    }
                }
                Some(Title::Languages(languages))
            }
            _ => {
                node.wrong("a title, or an object of titles by language such as `{ \"en\": \"Demo\" }`", notes);
                None
            }
        };
        if let Some(title) = title {
            titles.insert(id.to_owned(), title);
        }
    }
}

/// Returns true if a tag follows the start of RFC 5646's syntax: subtags of letters and digits, the first of 2 to 8
/// letters.
fn is_language(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let first = subtags.next().unwrap_or_default();
    (2..=8).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags.all(|tag| (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
