//! A person of an account, and the use of their two states in the two sums.

use crate::error::Error;
use crate::event::visitor_id::VisitorId;
use crate::limits::CONTRIBUTION_BYTES;
use crate::model::Model;
use crate::score::state::{LAST, State};
use crate::signal::remake::read_state;
use crate::text::json::Value;

/// A browser for which an edge worker has sealed a cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) key: Vec<u8>,
    pub(crate) visitor: Vec<u8>,
    /// The state from what workers saw.
    pub(super) own: State,
    /// The same including data from a page, if any.
    pub(super) told: Option<State>,
}

impl Person {
    /// Returns the person of a contribution, see [`super::Contribution`].
    pub(crate) fn read(model: &Model, key: &[u8], visitor: &[u8], own: &[u8], told: &[u8]) -> Result<Self, Error> {
        let told = if told.is_empty() { None } else { Some(State::decode(model, told)?) };
        Ok(Self {
            key: VisitorId::new(key)?.bytes().to_vec(),
            visitor: VisitorId::new(visitor)?.bytes().to_vec(),
            own: State::decode(model, own)?,
            told,
        })
    }

    /// Returns a person in a signal; releases up to 0.1 identified people by their visitors' ids.
    pub(super) fn of_signal(model: &Model, given: Value<'_>, state: &[u8], now: u64) -> Result<Self, Error> {
        let id = |name: &[u8]| Ok(VisitorId::new(given.text_of(name))?.bytes().to_vec());
        let visitor: Vec<u8> = id(b"visitor")?;
        let key = if given.get(b"person").is_some() { id(b"person")? } else { visitor.clone() };
        let (state, _) = read_state(model, state, now)?;
        let is_own = given.text_of(b"provenance") == b"edge";
        let (own, told) = if is_own { (state, None) } else { (State::default(), Some(state)) };
        Ok(Self { key, visitor, own, told })
    }

    /// The state that counts for one of the two sums.
    pub(super) fn state(&self, is_own: bool) -> &State {
        if is_own { &self.own } else { self.told.as_ref().unwrap_or(&self.own) }
    }

    /// The time of the person's last visit as observed by workers, because a page can report any time.
    pub(super) fn seen(&self) -> Option<u32> {
        self.own.newest(LAST).map(|hit| hit.t)
    }

    /// Sets the clock of the states to a second; accounts do not keep entries in the future.
    pub(super) fn set_second(&mut self, model: &Model, second: u32) {
        for state in core::iter::once(&mut self.own).chain(&mut self.told) {
            state.set_second(model, second);
            *state = state.without_aside();
        }
    }

    /// Returns the part of the states that an account keeps; `None` if the required part is too large.
    pub(super) fn kept(&self, model: &Model) -> Option<Self> {
        let own = self.own.forget(model, CONTRIBUTION_BYTES)?;
        let told = match &self.told {
            Some(told) => Some(told.with(model, &own).forget(model, CONTRIBUTION_BYTES)?),
            None => None,
        };
        Some(Self { own, told, ..self.clone() })
    }
}
