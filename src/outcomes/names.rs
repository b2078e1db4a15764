//! The definition of a win.

use super::{Problem, problem};
use crate::event::lifecycle::{self, LIFECYCLE};

/// The result of a visitor, from the word of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Won,
    Lost,
    /// Neither won nor lost yet.
    Open,
}

/// The outcomes and events that count as a win.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Won {
    /// The first lifecycle stage that counts as a win.
    from: Option<u32>,
    /// The outcome word that counts as a win, besides `won`.
    word: Option<String>,
    /// The event type that counts as a win.
    event: Option<String>,
}

impl Won {
    pub(super) fn read(name: Option<&str>, event: Option<&str>) -> Result<Self, Problem> {
        let mut won = Self { from: None, word: None, event: event.map(str::to_owned) };
        match name {
            Some("" | "lost" | "recycled") => {
                let stages = LIFECYCLE.join(", ");
                return problem(format!("--won: expected a lifecycle stage ({stages}) or a value of `outcome`"));
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

    /// Returns true if events of this type are wins.
    pub(super) fn is_event(&self, kind: &[u8]) -> bool {
        self.event.as_ref().is_some_and(|event| event.as_bytes() == kind)
    }

    /// Returns the outcome for a word; `None` if the word is unknown.
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

    /// Returns the words that count as a win, for a message.
    pub(super) fn words(&self) -> String {
        let mut words = vec!["won".to_owned()];
        words.extend(self.word.clone());
        words.extend(self.from.map(|from| format!("lifecycle {} or later", lifecycle::name(from))));
        words.extend(self.event.as_ref().map(|event| format!("event {event}")));
        words.join(", ")
    }
}
