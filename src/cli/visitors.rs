//! Visitors with their states, in compact form.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hashbrown::HashTable;

use crate::score::matcher;
use crate::score::state::{Bound, FIRST, Hit, LAST, packed};
use crate::text::sort::sort;
use crate::{Model, State};

/// The visitors of a shard, in the order in which they were first seen.
#[derive(Default)]
pub(super) struct Visitors {
    /// Half of the hash of each name, and the visitor's position in `all`.
    index: HashTable<(u32, u32)>,
    all: Vec<Kept>,
    /// The bounds of the visitors' states, if events are scored one by one.
    bounds: Vec<Bound>,
    /// Reused memory for packing a state.
    packed: Vec<u8>,
}

/// A visitor during replay.
struct Kept {
    /// The length of the name, the name, the newest event's time in ms since 1970, the state's length with the flag
    /// below, and the state. Then come hits that are not joined yet.
    record: Vec<u8>,
    /// The position of the visitor's first event in the input.
    order: u64,
}

/// The sizes of a record's fields before and after the name.
const LENGTH: usize = size_of::<u16>();
/// Milliseconds before the year 2106 need six bytes.
const TIME: usize = 6;
const JOINED: usize = size_of::<u16>();
/// The flag of a record whose state lacks some events: the visitor was seen at the newest one's time, and the hits
/// after the state happened.
const IS_BEHIND: u16 = 1 << 15;
/// Hits are not added to longer states.
const LONGEST: u16 = IS_BEHIND - 1;
/// A packed hit has at least this many bytes.
const HIT: usize = 6;

impl Kept {
    fn name(&self) -> &[u8] {
        let Some((length, rest)) = self.record.split_first_chunk::<LENGTH>() else { return &[] };
        rest.get(..u16::from_le_bytes(*length).into()).unwrap_or_default()
    }

    /// Returns the offset of the state.
    fn state_from(&self) -> usize {
        self.name().len().saturating_add(LENGTH + TIME + JOINED)
    }

    /// Returns the time of the newest event, the state's length with its flag, and what follows these.
    fn fields(&self) -> Option<(u64, u16, &[u8])> {
        let rest = self.record.get(self.name().len().saturating_add(LENGTH)..)?;
        let ([a, b, c, d, e, f], rest) = rest.split_first_chunk::<TIME>()?;
        let (joined, rest) = rest.split_first_chunk::<JOINED>()?;
        Some((u64::from_le_bytes([*a, *b, *c, *d, *e, *f, 0, 0]), u16::from_le_bytes(*joined), rest))
    }

    fn set_fields(&mut self, newest: u64, joined: u16) {
        let from = self.name().len().saturating_add(LENGTH);
        if let Some(rest) = self.record.get_mut(from..)
            && let Some((time, rest)) = rest.split_first_chunk_mut::<TIME>()
            && let Some(length) = rest.first_chunk_mut::<JOINED>()
        {
            let [a, b, c, d, e, f, ..] = newest.to_le_bytes();
            *time = [a, b, c, d, e, f];
            *length = joined.to_le_bytes();
        }
    }

    fn newest(&self) -> u64 {
        self.fields().map_or(0, |(newest, ..)| newest)
    }

    /// Stores a packed state after an event at a time in ms since 1970.
    fn keep(&mut self, packed: &[u8], at: u64) {
        let newest = self.newest().max(at);
        self.set_fields(newest, u16::try_from(packed.len()).unwrap_or(LONGEST).min(LONGEST));
        let from = self.state_from();
        self.record.truncate(from);
        let size = from.saturating_add(packed.len());
        // Some room is left for hits. It grows with the state, because joining takes longer then.
        if size.saturating_add(2 * HIT).saturating_add(size / 32) > self.record.capacity() {
            self.record.reserve_exact(roomy(size.saturating_add(size / 16)).saturating_sub(from));
        }
        self.record.extend_from_slice(packed);
    }

    /// Adds hits, packed, of the newest event so far, to be joined later. Returns false if there is no room.
    fn add(&mut self, packed: &[u8], at: u64) -> bool {
        let Some((newest, joined, kept)) = self.fields() else { return false };
        let hits = kept.len().saturating_add(packed.len()) / HIT;
        let is_possible = at >= newest
            && joined & LONGEST < LONGEST
            && self.record.len().saturating_add(packed.len()) <= self.record.capacity()
            // With two more for the time; then no state can be too large.
            && State::default().has_room_for(hits.saturating_add(2));
        if is_possible {
            self.set_fields(at, joined | IS_BEHIND);
            self.record.extend_from_slice(packed);
        }
        is_possible
    }
}

/// Returns a capacity with room for a few hits. An allocator that adds a header of 8 bytes wastes nothing of it.
fn roomy(size: usize) -> usize {
    size.saturating_add(4 * HIT).next_multiple_of(16).saturating_sub(8)
}

/// A visitor's position in a shard.
#[derive(Clone, Copy)]
pub(super) struct Place(u32);

/// Returns a hash for the table from the stored half of a name's hash.
fn spread(tag: u32) -> u64 {
    u64::from(tag).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Visitors {
    /// Returns the position of a visitor who was seen before; `hash` is the hash of the name.
    pub(super) fn find(&self, name: &[u8], hash: u64) -> Option<Place> {
        let tag = hash as u32;
        let is_own = |entry: &(u32, u32)| entry.0 == tag && self.name(Place(entry.1)) == name;
        self.index.find(spread(tag), is_own).map(|entry| Place(entry.1))
    }

    /// Looks for several visitors at once, by the hashes of their names. In the result are positions of visitors with
    /// such a hash, whose names are not compared. Each look-up waits for memory several times. Here all of them wait
    /// together, and afterwards what is needed is in the processor's cache.
    pub(super) fn guess(&self, hashes: impl Iterator<Item = u64>, places: &mut Vec<Option<Place>>) {
        places.clear();
        places.extend(hashes.map(|hash| {
            let tag = hash as u32;
            self.index.find(spread(tag), |entry| entry.0 == tag).map(|entry| Place(entry.1))
        }));
        let kept = || places.iter().flatten().filter_map(|place| self.kept(*place));
        let sum = kept().fold(0, |sum: usize, kept| sum ^ kept.record.len());
        let ends = |record: &Vec<u8>| record.first().zip(record.last()).map_or(0, |(first, last)| first ^ last);
        let touched = kept().fold(0, |sum: u8, kept| sum ^ ends(&kept.record));
        std::hint::black_box((sum, touched));
    }

    /// Returns the position of a visitor, who may be at a guessed one.
    pub(super) fn find_at(&self, guess: Option<Place>, name: &[u8], hash: u64) -> Option<Place> {
        guess.filter(|place| self.name(*place) == name).or_else(|| self.find(name, hash))
    }

    /// Adds a new visitor, whose name has at most 64 KiB. `order` must be larger than that of all visitors added
    /// before.
    pub(super) fn add(&mut self, name: &[u8], hash: u64, order: u64) -> Place {
        // Memory is exhausted before the number of visitors overflows.
        let place = self.all.len() as u32;
        let mut record = Vec::with_capacity(roomy(name.len().saturating_add(LENGTH + TIME + JOINED)));
        record.extend_from_slice(&(name.len() as u16).to_le_bytes());
        record.extend_from_slice(name);
        record.extend_from_slice(&[0; TIME + JOINED]);
        self.all.push(Kept { record, order });
        let tag = hash as u32;
        self.index.insert_unique(spread(tag), (tag, place), |entry| spread(entry.0));
        Place(place)
    }

    fn kept(&self, place: Place) -> Option<&Kept> {
        self.all.get(place.0 as usize)
    }

    pub(super) fn name(&self, place: Place) -> &[u8] {
        self.kept(place).map_or(&[], Kept::name)
    }

    /// Unpacks a visitor's state into `state`; `hits` is memory that is used again.
    pub(super) fn state(&self, model: &Model, place: Place, state: &mut State, hits: &mut Vec<Hit>) {
        let (newest, joined, kept) = self.kept(place).and_then(Kept::fields).unwrap_or_default();
        if joined & IS_BEHIND == 0 {
            state.unpack(kept);
        } else {
            let (joined, rest) = kept.split_at_checked((joined & LONGEST).into()).unwrap_or_default();
            state.unpack(joined);
            hits.clear();
            hits.extend(packed::hits(rest));
            matcher::seen(hits, newest);
            sort(hits);
            state.add_hits(model, hits);
        }
        if let Some(bound) = self.bounds.get(place.0 as usize) {
            state.set_bound(*bound);
        }
    }

    /// Adds the hits of an event to a visitor's state. Returns false if that cannot be done without reading the state.
    pub(super) fn add_hits(&mut self, place: Place, hits: &[Hit], at: u64) -> bool {
        let Self { all, packed, .. } = self;
        let Some(kept) = all.get_mut(place.0 as usize) else { return false };
        packed.clear();
        // The time of the newest event is kept anyway, and the first one was earlier.
        hits.iter().filter(|hit| !matches!(hit.slot, FIRST | LAST)).for_each(|hit| packed::push(packed, *hit));
        kept.add(packed, at)
    }

    /// Returns the time of the visitor's newest event, in ms since 1970.
    pub(super) fn newest(&self, place: Place) -> u64 {
        self.kept(place).map_or(0, Kept::newest)
    }

    /// Stores a visitor's state after an event at a time in ms since 1970.
    pub(super) fn keep(&mut self, place: Place, state: &State, at: u64) {
        let Self { all, bounds, packed, .. } = self;
        let position = place.0 as usize;
        let Some(kept) = all.get_mut(position) else { return };
        packed.clear();
        state.pack(packed);
        kept.keep(packed, at);
        if bounds.len() <= position && !state.bound().is_none() {
            bounds.resize(position.saturating_add(1), Bound::default());
        }
        if let Some(bound) = bounds.get_mut(position) {
            *bound = state.bound();
        }
    }

    fn order(&self, place: Place) -> Option<u64> {
        self.kept(place).map(|kept| kept.order)
    }
}

/// The visitors of all shards, in the order in which they were first seen.
pub(super) struct InOrder<'a> {
    shards: &'a [Visitors],
    /// The next visitor of each shard; the one seen first is at the top.
    next: BinaryHeap<Reverse<(u64, usize, u32)>>,
}

impl<'a> InOrder<'a> {
    pub(super) fn new(shards: &'a [Visitors]) -> Self {
        let first = |(shard, visitors): (usize, &Visitors)| Some(Reverse((visitors.order(Place(0))?, shard, 0)));
        Self { shards, next: shards.iter().enumerate().filter_map(first).collect() }
    }
}

impl<'a> Iterator for InOrder<'a> {
    type Item = (&'a Visitors, Place);

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((_, shard, place)) = self.next.pop()?;
        let visitors = self.shards.get(shard)?;
        let after = place.wrapping_add(1);
        if let Some(order) = visitors.order(Place(after)) {
            self.next.push(Reverse((order, shard, after)));
        }
        Some((visitors, Place(place)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lead;

    const JSON: &str = r#"{ "name": "m", "rules": [
        { "id": "once", "event": "e", "points": 1, "limit": 1 },
        { "id": "twice", "event": "e", "distinct": "x", "points": 1, "limit": 2 },
        { "id": "often", "event": "e", "points": 1, "limit": 100 },
        { "id": "trait", "trait": { "x": 1 }, "points": 1 }] }"#;

    /// An event's time and hits, which are those of some rules and sometimes of a decision of sales.
    fn event() -> impl Strategy<Value = (u64, Vec<Hit>)> {
        let rules = prop::sample::subsequence(vec![0u64, 1, 2, 3], 0..4);
        let decision = prop::sample::select(vec![None, None, Some(LAST + 2), Some(LAST + 3)]);
        (0u64..40_000, 0u32..4, rules, decision).prop_map(|(at, key, rules, decision)| {
            let t = (at / 1_000) as u32;
            let rule = |slot| Hit { slot, t, key: if key == 3 { t } else { key } };
            let mut hits: Vec<Hit> = rules.into_iter().map(rule).collect();
            matcher::seen(&mut hits, at);
            hits.extend(decision.map(|slot| Hit::fact(slot, at, key)));
            (at, hits)
        })
    }

    proptest! {
        /// Hits that are joined later give the same state as hits that are joined one after the other.
        #[test]
        fn states_are_those_of_all_events(mut events in prop::collection::vec(event(), 1..60), sorted in any::<bool>()) {
            let model = Model::decode(&crate::authoring::compile(JSON).unwrap().bytes).unwrap();
            if sorted {
                events.sort_by_key(|(at, _)| *at);
            }
            let (mut visitors, mut expected, mut state) = (Visitors::default(), State::default(), State::default());
            let place = visitors.add(b"v", 1, 0);
            let (mut later, mut memory) = (0, Vec::new());
            for (position, (at, hits)) in events.iter().enumerate() {
                lead::observe(&model, &mut expected, hits).unwrap();
                if position > 0 && visitors.add_hits(place, hits, *at) {
                    later += 1;
                } else {
                    visitors.state(&model, place, &mut state, &mut memory);
                    lead::observe(&model, &mut state, hits).unwrap();
                    visitors.keep(place, &state, *at);
                }
                visitors.state(&model, place, &mut state, &mut memory);
                prop_assert_eq!(&state, &expected);
            }
            prop_assert!(later > 0 || !sorted || events.len() < 9);
            prop_assert_eq!(visitors.newest(place), events.iter().map(|(at, _)| *at).max().unwrap());
        }
    }
}
