//! The lead as all tabs of a site keep it: joined on every read, so that no tab overwrites another.

use super::dom;
use super::record;
use super::storage::Storage;
use crate::{Lead, Model, State, base64};

/// `RESETS.VISITOR.STATE`.
pub(super) const KEY: &str = "leadscore.lead";
/// Random bytes of a visitor's id.
const ID_BYTES: usize = 16;

/// A lead, and how often there was another one before.
pub(super) struct Profile {
    pub(super) lead: Lead,
    resets: u64,
    /// What was read or written last.
    seen: String,
}

impl Profile {
    /// Somebody new.
    pub(super) fn new(resets: u64) -> Self {
        let mut id = [0; ID_BYTES];
        if let Ok(crypto) = dom::window().crypto() {
            let _ = crypto.get_random_values_with_u8_array(&mut id);
        }
        let lead = Lead { visitor: base64::encode(&id), state: State::default() };
        Self { lead, resets, seen: String::new() }
    }

    /// Somebody new who takes the place of this one, in all tabs.
    pub(super) fn another(&self) -> Self {
        Self::new(self.resets.saturating_add(1))
    }

    /// Takes in what another tab or an earlier page has written. After a reset the later visitor stays; of two that were
    /// made at one moment, before either knew of the other, the one with the lesser id.
    pub(super) fn join(&mut self, model: &Model, stored: Option<String>) {
        let Some(stored) = stored.filter(|stored| *stored != self.seen) else { return };
        let mut parts = stored.split('.');
        let mut part = || parts.next().unwrap_or_default();
        let ([resets], visitor, state) = (record::read(part()), part().as_bytes(), part().as_bytes());
        // Damaged, or of a newer version: as good as none.
        let Ok(state) = State::decode_text(model, state) else { return };
        if resets < self.resets || visitor.is_empty() {
            return;
        }
        if resets > self.resets || self.seen.is_empty() && self.lead.state == State::default() {
            self.resets = resets;
            self.lead = Lead { visitor: visitor.to_vec(), state };
        } else {
            if *visitor < *self.lead.visitor {
                self.lead.visitor = visitor.to_vec();
            }
            let _ = self.lead.merge(model, &state);
        }
        self.seen = stored;
    }

    /// Joins with what is stored, and stores what that does not know.
    pub(super) fn save(&mut self, model: &Model, storage: &mut Storage) {
        self.join(model, storage.get(KEY));
        let text = self.text(model);
        if text != self.seen {
            storage.set(KEY, &text);
            self.seen = text;
        }
    }

    fn text(&self, model: &Model) -> String {
        let state = base64::encode(&self.lead.state.encode(model));
        record::text([record::write(&[self.resets]).as_bytes(), &self.lead.visitor, &state].join(&b'.'))
    }
}
