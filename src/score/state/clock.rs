//! The clock of a state: entries in the future are set aside until their time has come.

use std::borrow::Cow;

use super::aside::{Name, is_ahead};
use super::hit::{Hit, SLOTS};
use super::{Bound, State};
use crate::error::Error;
use crate::event::second;
use crate::limits::AHEAD_SECONDS;
use crate::model::Model;
use crate::text::invariant::held;

impl State {
    /// Sets the clock to `now` (milliseconds since 1970): entries more than a day ahead are set aside, and those whose
    /// time has come are added. [`crate::Lead`] does so itself in all functions with a time.
    ///
    /// Before states of several devices are joined, this prevents entries dated ahead by a wrong clock from replacing
    /// valid ones.
    ///
    /// # Errors
    /// [`Error::Now`].
    pub fn set_clock(&mut self, model: &Model, now: u64) -> Result<(), Error> {
        self.set_second(model, second(now)?);
        Ok(())
    }

    /// As [`State::set_clock`], to a second.
    pub(crate) fn set_second(&mut self, model: &Model, now: u32) {
        if let Cow::Owned(state) = self.at(model, now) {
            *self = state;
        }
    }

    /// The state with the clock set to a second.
    pub(crate) fn at(&self, model: &Model, now: u32) -> Cow<'_, Self> {
        let last = now.saturating_add(AHEAD_SECONDS);
        let stays = |hit: &Hit| (hit.time() > last) == is_ahead(hit.slot);
        if self.hits.iter().all(stays) {
            return Cow::Borrowed(self);
        }
        let mut hits = self.hits.clone();
        for hit in &mut hits {
            if !stays(hit) {
                let mut name = Name::of(model, hit.slot);
                name.is_ahead = !name.is_ahead;
                *hit = name.hit(model, hit.time(), hit.key);
            }
        }
        Cow::Owned(Self::of_hits(model, hits))
    }

    /// Returns the first second at which a hit of the future is added, or the largest second if there are none.
    pub(crate) fn taken_in_at(&self) -> u32 {
        let mut first = u32::MAX;
        for hit in self.hits.iter().filter(|hit| is_ahead(hit.slot)) {
            first = first.min(hit.time().saturating_sub(AHEAD_SECONDS));
        }
        first
    }

    /// Returns the state without the entries that are set aside, for sending.
    pub(crate) fn without_aside(&self) -> Self {
        let (_, end) = self.range(SLOTS.wrapping_sub(1));
        Self { hits: held(self.hits.get(..end)).to_vec(), bound: Bound::default() }
    }
}
