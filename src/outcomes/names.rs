//! What counts as won.

use super::{Problem, problem};
use crate::lifecycle::{self, LIFECYCLE};

/// What an outcome says of a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Won,
    Lost,
    /// Neither yet.
    Open,
}

/// What counts as won.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Won {
    /// The lifecycle stage from which on it does.
    from: Option<u32>,
    /// A word of the outcomes that does, besides `won`.
    word: Option<String>,
    /// The type of an event that does.
    event: Option<String>,
}

impl Won {
    pub(super) fn read(name: Option<&str>, event: Option<&str>) -> Result<Self, Problem> {
        let mut won = Self { from: None, word: None, event: event.map(str::to_owned) };
        match name {
            Some("" | "lost" | "recycled") => {
                let stages = LIFECYCLE.join(", ");
                return problem(format!("--won: expected a lifecycle stage ({stages}) or a word of the outcomes file"));
            }
            Some(name) => match lifecycle::position(name.as_bytes()) {
                Some(position) => won.from = Some(position),
                None => won.word = Some(name.to_owned()),
            },
            None if event.is_none() => won.from = lifecycle::position(b"customer"),
            None => {}
        }
        match event {
            Some("") => problem("--won-event: expected the type of an event, such as purchase"),
            Some("lifecycle" | "identify") => problem("--won-event: lifecycle stages are named with --won"),
            _ => Ok(won),
        }
    }

    /// Returns whether an event of this type is a win.
    pub(super) fn is_event(&self, kind: &[u8]) -> bool {
        self.event.as_ref().is_some_and(|event| event.as_bytes() == kind)
    }

    /// What an outcome, by its word, says; none for a word that means nothing.
    pub(super) fn outcome(&self, word: &[u8]) -> Option<Outcome> {
        if word == b"won" || self.word.as_ref().is_some_and(|own| own.as_bytes() == word) {
            return Some(Outcome::Won);
        }
        match lifecycle::position(word) {
            Some(position) if self.from.is_some_and(|from| position >= from) => Some(Outcome::Won),
            Some(_) => Some(Outcome::Open),
            None if word == b"lost" => Some(Outcome::Lost),
            None if word == lifecycle::RECYCLED => Some(Outcome::Open),
            None => None,
        }
    }

    /// The words that count as won, for a message.
    pub(super) fn words(&self) -> String {
        let mut words = vec!["won".to_owned()];
        words.extend(self.word.clone());
        words.extend(self.from.map(|from| format!("lifecycle {} or later", lifecycle::name(from))));
        words.extend(self.event.as_ref().map(|event| format!("event {event}")));
        words.join(", ")
    }
}
