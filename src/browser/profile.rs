//! The lead as all tabs of a site keep it: joined on every read, so that no tab overwrites another.

use super::record;
use crate::{Lead, Model, State, base64};

/// Under which the lead is stored, as `RESETS.VISITOR.STATE`.
pub(super) const KEY: &[u8] = b"leadscore.lead";

/// A lead, and how many there were before it.
pub(super) struct Profile {
    pub(super) lead: Lead,
    resets: u64,
    /// What was read or written last.
    seen: Vec<u8>,
}

impl Profile {
    /// Somebody new, of random bytes, after so many others.
    pub(super) fn new(random: &[u8], resets: u64) -> Self {
        let lead = Lead { visitor: base64::encode(random), state: State::default() };
        Self { lead, resets, seen: Vec::new() }
    }

    /// Somebody new who takes the place of this one, in all tabs.
    pub(super) fn another(&self, random: &[u8]) -> Self {
        Self::new(random, self.resets.saturating_add(1))
    }

    /// Takes in what another tab or an earlier page has stored. After a reset the later visitor stays; of two that were
    /// made at one moment, before either knew of the other, the one with the lesser id.
    pub(super) fn join(&mut self, model: &Model, stored: &[u8]) {
        if stored == self.seen {
            return;
        }
        let mut parts = stored.split(|byte| *byte == b'.');
        let mut part = || parts.next().unwrap_or_default();
        let ([resets, ..], visitor, state) = (record::read(part()), part(), part());
        // Damaged, or of a newer version: as good as none.
        let Ok(state) = State::decode_text(model, state) else { return };
        if resets > self.resets || (resets == self.resets && self.seen.is_empty()) {
            // Whoever was stored before is this visitor, whose page has just begun.
            self.lead.visitor = visitor.to_vec();
        }
        if resets > self.resets {
            self.resets = resets;
            self.lead.state = state;
        } else if resets == self.resets {
            if *visitor < *self.lead.visitor {
                self.lead.visitor = visitor.to_vec();
            }
            let _ = self.lead.merge(model, &state);
        } else {
            return;
        }
        self.seen = stored.to_vec();
    }

    /// What to store, where it is not what was read or written last.
    pub(super) fn news(&mut self, model: &Model) -> Option<&[u8]> {
        let text = self.text(&self.lead.state.encode(model));
        let is_new = text != self.seen;
        self.seen = text;
        is_new.then_some(&self.seen)
    }

    /// With a state's bytes, as it is stored.
    pub(super) fn text(&self, state: &[u8]) -> Vec<u8> {
        [&record::write(&[self.resets]), &self.lead.visitor, &base64::encode(state)]
            .map(|part| part.as_slice())
            .join(&b'.')
    }
}
