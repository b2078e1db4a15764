//! Visitors with their states, in compact form.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hashbrown::HashTable;

use crate::State;
use crate::score::state::packed::Packed;

/// The visitors of a shard, in the order in which they were first seen.
#[derive(Default)]
pub(super) struct Visitors {
    /// Half of the hash, and the place.
    index: HashTable<(u32, u32)>,
    names: Vec<u8>,
    all: Vec<Kept>,
}

/// A visitor during replay.
struct Kept {
    state: Packed,
    /// The newest event's time, in ms since 1970.
    newest: u64,
    /// That of the visitor's first event among all.
    order: u64,
    /// The start of the name.
    start: u64,
    length: u16,
}

/// A visitor of a shard.
#[derive(Clone, Copy)]
pub(super) struct Place(u32);

/// The whole hash of an entry, of the half that is kept.
fn spread(tag: u32) -> u64 {
    u64::from(tag).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Visitors {
    /// The place of a visitor who was seen before; `hash` is that of the name.
    pub(super) fn find(&self, name: &[u8], hash: u64) -> Option<Place> {
        let tag = hash as u32;
        let is_own = |entry: &(u32, u32)| entry.0 == tag && self.name(Place(entry.1)) == name;
        self.index.find(spread(tag), is_own).map(|entry| Place(entry.1))
    }

    /// Adds a visitor who was not seen before. `order` is larger than that of visitors before.
    pub(super) fn add(&mut self, name: &[u8], hash: u64, order: u64) -> Place {
        // Memory is exhausted before the number of visitors overflows.
        let place = self.all.len() as u32;
        let start = self.names.len() as u64;
        self.names.extend_from_slice(name);
        self.all.push(Kept { state: Packed::default(), newest: 0, order, start, length: name.len() as u16 });
        let tag = hash as u32;
        self.index.insert_unique(spread(tag), (tag, place), |entry| spread(entry.0));
        Place(place)
    }

    /// Begins to fetch a visitor from memory.
    pub(super) fn touch(&self, place: Place) -> u32 {
        self.kept(place).map_or(0, |kept| kept.state.touch())
    }

    fn kept(&self, place: Place) -> Option<&Kept> {
        self.all.get(place.0 as usize)
    }

    pub(super) fn name(&self, place: Place) -> &[u8] {
        let Some(kept) = self.kept(place) else { return &[] };
        let start = kept.start as usize;
        self.names.get(start..start.wrapping_add(kept.length.into())).unwrap_or_default()
    }

    /// Gives a visitor's state.
    pub(super) fn state(&self, place: Place, state: &mut State) {
        match self.kept(place) {
            Some(kept) => kept.state.unpack(state),
            None => *state = State::default(),
        }
    }

    /// The time of the newest event, in ms since 1970.
    pub(super) fn newest(&self, place: Place) -> u64 {
        self.kept(place).map_or(0, |kept| kept.newest)
    }

    /// Keeps a visitor's state after an event at a time.
    pub(super) fn keep(&mut self, place: Place, state: &State, at: u64) {
        if let Some(kept) = self.all.get_mut(place.0 as usize) {
            kept.state.pack(state);
            kept.newest = kept.newest.max(at);
        }
    }

    fn order(&self, place: Place) -> Option<u64> {
        self.kept(place).map(|kept| kept.order)
    }
}

/// The visitors of all shards, in the order in which they were first seen.
pub(super) struct InOrder<'a> {
    shards: &'a [Visitors],
    /// The next visitor of each shard, the one who was seen first at the top.
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
