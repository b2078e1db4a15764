//! The lead that all tabs of a site share: merged at every read, so that no tab overwrites another.

use super::record;
use crate::text::base64;
use crate::{Error, Lead, Model, State};

/// The maximum number of times in a row that a tab stores the same value because another tab has overwritten it. Two
/// versions of a model may keep different parts of a state, and would overwrite each other for ever.
const REPEATS: u32 = 3;

/// A lead, and the number of resets before it.
pub(super) struct Profile {
    pub(super) lead: Lead,
    resets: u64,
    /// The value last read or written.
    seen: Vec<u8>,
    /// The state in it, as far as this model can read it.
    known: State,
    /// True if the stored value has a newer version and must not be overwritten.
    is_newer: bool,
    /// The value last written, and how often in a row.
    written: Vec<u8>,
    repeats: u32,
}

/// Returns true for the id of a visitor: 16 bytes in base64url.
fn is_id(text: &[u8]) -> bool {
    base64::decode(text).is_some_and(|bytes| bytes.len() == 16)
}

/// The parts of the stored value.
struct Record<'a> {
    resets: u64,
    visitor: &'a [u8],
    state: State,
}

impl<'a> Record<'a> {
    /// Reads the stored value, from any tab.
    fn read(model: &Model, stored: &'a [u8], now: u32) -> Result<Self, Error> {
        let mut parts = stored.split(|byte| *byte == b'.');
        let mut part = || parts.next().unwrap_or_default();
        let ([resets, ..], visitor, state) = (record::read(part()), part(), part());
        let mut state = State::decode_text(model, state)?;
        state.set_second(model, now);
        // This many resets are impossible; the maximum number would make `reset` fail.
        if !is_id(visitor) || resets > u64::from(u32::MAX) {
            return Err(Error::StateCorrupt);
        }
        Ok(Self { resets, visitor, state })
    }
}

impl Profile {
    /// Returns a new visitor with a random id, after this number of resets.
    pub(super) fn new(random: &[u8], resets: u64) -> Self {
        let lead = Lead { visitor: base64::encode(random), state: State::default() };
        Self {
            lead,
            resets,
            seen: Vec::new(),
            known: State::default(),
            is_newer: false,
            written: Vec::new(),
            repeats: 0,
        }
    }

    /// Returns a new visitor who replaces this one in all tabs.
    pub(super) fn another(&self, random: &[u8]) -> Self {
        Self::new(random, self.resets.saturating_add(1))
    }

    /// Joins with the value that another tab or an earlier page stored, at a second. Returns true if there is no value
    /// any more.
    pub(super) fn join(&mut self, model: &Model, stored: &[u8], now: u32) -> bool {
        self.lead.state.set_second(model, now);
        if stored == self.seen {
            return false;
        }
        if stored.is_empty() {
            return true;
        }
        let record = Record::read(model, stored, now);
        self.is_newer = matches!(record, Err(Error::StateVersion));
        self.known = State::default();
        if let Ok(record) = record {
            self.known = record.state.clone();
            self.take(model, record);
        }
        self.seen = stored.to_vec();
        false
    }

    /// The same with the value that a former version of the tag stored, which is never written.
    pub(super) fn join_former(&mut self, model: &Model, stored: &[u8], now: u32) {
        if let Ok(record) = Record::read(model, stored, now) {
            self.take(model, record);
        }
    }

    /// The visitor of the latest reset is kept; of two created at the same time, before either tab knew about the
    /// other, the one with the smaller id.
    fn take(&mut self, model: &Model, Record { resets, visitor, state }: Record<'_>) {
        let begins = self.seen.is_empty();
        if resets > self.resets {
            self.resets = resets;
            self.lead = Lead { visitor: visitor.to_vec(), state };
        } else if resets == self.resets {
            // The stored visitor is this one, whose page has just started.
            if begins || *visitor < *self.lead.visitor {
                self.lead.visitor = visitor.to_vec();
            }
            let _ = self.lead.merge(model, &state);
        }
    }

    /// Returns true if this tab has hits to add to the stored state. Entries that its model drops do not count.
    pub(super) fn has_unsaved(&self) -> bool {
        let is_known = self.seen.starts_with(&self.text(&[])) && self.known == self.lead.state;
        !is_known && !self.is_newer
    }

    /// Returns the text to store, if there is anything to add; the storage may refuse it.
    pub(super) fn unsaved(&self, model: &Model) -> Option<Vec<u8>> {
        if !self.has_unsaved() {
            return None;
        }
        let text = self.text(&self.lead.state.encode(model));
        let is_tired = text == self.written && self.repeats >= REPEATS;
        (!is_tired).then_some(text)
    }

    /// Records that this value was stored.
    pub(super) fn has_stored(&mut self, text: Vec<u8>) {
        self.repeats = if text == self.written { self.repeats.saturating_add(1) } else { 0 };
        self.known = self.lead.state.clone();
        self.seen = text.clone();
        self.written = text;
    }

    /// Returns a reduced value to store if there is no room for new hits: at most as long as the stored one, or `bytes`
    /// if nothing is stored. None if this value is already stored.
    pub(super) fn rest(&self, model: &Model, bytes: usize) -> Option<Vec<u8>> {
        let room = if self.seen.is_empty() { bytes } else { self.seen.len() };
        self.text_within(model, room).filter(|text| *text != self.seen)
    }

    /// Returns the value to store with a state's bytes.
    pub(super) fn text(&self, state: &[u8]) -> Vec<u8> {
        [&record::write(&[self.resets]), &self.lead.visitor, &base64::encode(state)]
            .map(|part| part.as_slice())
            .join(&b'.')
    }

    /// Returns the text with the state reduced to at most `bytes`; None if the part that must stay does not fit.
    pub(super) fn text_within(&self, model: &Model, bytes: usize) -> Option<Vec<u8>> {
        let left = bytes.checked_sub(self.text(&[]).len())?;
        // Base64 turns three bytes into four.
        Some(self.text(&self.lead.state.encode_within(model, left.saturating_mul(3) / 4)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::hash::checksum;
    use crate::{EventReader, Origin};

    const NOW: u32 = 1_800_000_000;

    /// A model with limits for `a` and `b`.
    fn model(a: u32, b: u32) -> Model {
        let rule =
            |id: &str, limit: u32| format!(r#"{{ "id": "{id}", "event": "{id}", "points": 1, "limit": {limit} }}"#);
        let json = format!(r#"{{ "name": "tabs", "rules": [{}, {}] }}"#, rule("a", a), rule("b", b));
        Model::decode(&crate::authoring::compile(&json).unwrap().bytes).unwrap()
    }

    fn happens(profile: &mut Profile, model: &Model, kind: &str, second: u32) {
        let json = format!(r#"{{ "type": "{kind}" }}"#);
        let mut events = EventReader::default();
        let event = events.read(&json).unwrap();
        profile.lead.ingest(model, &event, u64::from(second) * 1_000, &Origin::default()).unwrap();
    }

    /// Lets the tabs store in turn until none has anything to store. Returns the number of writes.
    fn rest(tabs: &mut [(Profile, Model)], stored: &mut Vec<u8>, now: u32) -> usize {
        let mut writes = 0;
        for round in 0.. {
            let before = writes;
            for (profile, model) in &mut *tabs {
                assert!(!profile.join(model, stored, now), "gone");
                if let Some(text) = profile.unsaved(model) {
                    *stored = text.clone();
                    profile.has_stored(text);
                    writes += 1;
                }
            }
            if writes == before {
                break;
            }
            assert!(round < 20, "no rest after {writes} writes");
        }
        writes
    }

    #[test]
    fn tabs_stop_writing_though_each_model_keeps_what_the_other_drops() {
        let mut tabs = [(Profile::new(&[1; 16], 0), model(5, 3)), (Profile::new(&[2; 16], 0), model(3, 5))];
        let mut stored = Vec::new();
        for second in 0..40 {
            let (profile, model) = &mut tabs[second as usize % 2];
            happens(profile, model, if second % 4 < 2 { "a" } else { "b" }, NOW + second);
            rest(&mut tabs, &mut stored, NOW + second);
        }
        assert_eq!(rest(&mut tabs, &mut stored, NOW + 40), 0);
        for ((profile, _), (a, b)) in tabs.iter().zip([(5, 3), (3, 5)]) {
            let counts = [0, 1].map(|rule| profile.lead.state.of(rule).len());
            assert_eq!(counts, [a, b], "each has what its model keeps");
        }
    }

    #[test]
    fn data_that_the_storage_refuses_stays_unsaved() {
        let model = model(5, 5);
        let mut profile = Profile::new(&[1; 16], 0);
        happens(&mut profile, &model, "a", NOW);
        let text = profile.unsaved(&model).unwrap();
        for _ in 0..10 {
            assert!(!profile.join(&model, b"", NOW));
            assert_eq!(profile.unsaved(&model).as_deref(), Some(&text[..]));
        }
        profile.has_stored(text.clone());
        assert_eq!(profile.unsaved(&model), None);
        // Another tab overwrites the value again and again.
        let other = profile.text(&State::default().encode(&model));
        for round in 0..10 {
            profile.join(&model, &other, NOW);
            let Some(again) = profile.unsaved(&model) else {
                assert_eq!(round, REPEATS);
                return;
            };
            assert_eq!(again, text);
            profile.has_stored(again);
        }
        panic!("stored for ever");
    }

    #[test]
    fn without_room_the_newest_replaces_the_oldest() {
        let model = model(100, 1);
        let mut profile = Profile::new(&[1; 16], 0);
        for second in 0..50 {
            happens(&mut profile, &model, "a", NOW + 1_000 * second);
        }
        let stored = profile.unsaved(&model).unwrap();
        profile.has_stored(stored.clone());
        for second in 50..60 {
            happens(&mut profile, &model, "a", NOW + 1_000 * second);
        }
        let rest = profile.rest(&model, 0).unwrap();
        assert!(rest.len() <= stored.len() && rest != stored, "{} of {} bytes", rest.len(), stored.len());
        let mut next = Profile::new(&[2; 16], 0);
        next.join(&model, &rest, NOW + 60_000);
        let newest = next.lead.state.of(0).iter().map(|hit| hit.t).max();
        assert_eq!(newest, Some(NOW + 59_000));
        // After the same value is read, there is nothing to write.
        profile.join(&model, &rest, NOW + 60_000);
        assert_eq!(profile.rest(&model, 0), None);
        assert!(profile.has_unsaved(), "as soon as there is room");
        // If nothing is stored, within the given bytes.
        let mut first = Profile::new(&[3; 16], 0);
        first.lead.state = profile.lead.state.clone();
        assert!(first.rest(&model, 80).unwrap().len() <= 80);
        assert_eq!(first.rest(&model, 20), None);
    }

    #[test]
    fn data_of_a_newer_version_is_not_overwritten() {
        let model = model(5, 5);
        let mut profile = Profile::new(&[1; 16], 0);
        happens(&mut profile, &model, "a", NOW);
        let mut state = profile.lead.state.encode(&model);
        state.truncate(state.len() - 4);
        state[0] = 9;
        state.extend_from_slice(&checksum(&state).to_le_bytes());
        let newer = profile.text(&state);
        profile.join(&model, &newer, NOW);
        assert_eq!(profile.unsaved(&model), None);
        happens(&mut profile, &model, "b", NOW + 1);
        assert_eq!(profile.unsaved(&model), None, "also with something to add");
        // A corrupted value is replaced.
        let damaged = [&newer[..newer.len() - 1], b"?"].concat();
        profile.join(&model, &damaged, NOW + 1);
        assert!(profile.unsaved(&model).is_some());
    }

    #[test]
    fn ids_that_the_tracker_cannot_create_are_rejected() {
        let model = model(1, 1);
        let text = base64::encode(&State::default().encode(&model));
        let id = base64::encode(&[7; 16]);
        let most = record::write(&[u64::MAX]);
        let first = record::write(&[0]);
        for (resets, visitor, is_believed) in [
            (&first, &id[..], true),
            (&first, b"", false),
            (&first, b"-", false),
            (&first, &[&id[..], b"A"].concat(), false),
            (&most, &id[..], false),
        ] {
            let mut profile = Profile::new(&[9; 16], 0);
            profile.join(&model, &[resets, visitor, &text].join(&b'.'), NOW);
            assert_eq!(profile.lead.visitor == *id, is_believed, "{}", String::from_utf8_lossy(visitor));
        }
    }
}
