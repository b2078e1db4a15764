//! Visitors with their states, in compact form.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hashbrown::HashTable;

use crate::State;
use crate::score::state::Bound;

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
    /// The length of the name, the name, the newest event's time in ms since 1970, and the state.
    record: Vec<u8>,
    /// The position of the visitor's first event in the input.
    order: u64,
}

/// The sizes of a record's fields before and after the name.
const LENGTH: usize = size_of::<u16>();
const TIME: usize = size_of::<u64>();

impl Kept {
    fn name(&self) -> &[u8] {
        let Some((length, rest)) = self.record.split_first_chunk::<LENGTH>() else { return &[] };
        rest.get(..u16::from_le_bytes(*length).into()).unwrap_or_default()
    }

    /// Returns the offset of the state.
    fn state_from(&self) -> usize {
        self.name().len().saturating_add(LENGTH + TIME)
    }

    fn newest(&self) -> u64 {
        let before = self.record.get(..self.state_from()).and_then(<[u8]>::last_chunk);
        before.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// Stores a packed state after an event at a time in ms since 1970.
    fn keep(&mut self, packed: &[u8], at: u64) {
        let (from, newest) = (self.state_from(), self.newest().max(at));
        if let Some(before) = self.record.get_mut(..from).and_then(<[u8]>::last_chunk_mut) {
            *before = newest.to_le_bytes();
        }
        self.record.truncate(from);
        let size = from.saturating_add(packed.len());
        if size > self.record.capacity() {
            self.record.reserve_exact(roomy(size).saturating_sub(from));
        }
        self.record.extend_from_slice(packed);
    }
}

/// Returns a capacity with room for one more hit. An allocator that adds a header of 8 bytes wastes nothing of it.
fn roomy(size: usize) -> usize {
    size.saturating_add(16).next_multiple_of(16).saturating_sub(8)
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

    /// Adds a new visitor, whose name has at most 64 KiB. `order` must be larger than that of all visitors added
    /// before.
    pub(super) fn add(&mut self, name: &[u8], hash: u64, order: u64) -> Place {
        // Memory is exhausted before the number of visitors overflows.
        let place = self.all.len() as u32;
        let mut record = Vec::with_capacity(roomy(name.len().saturating_add(LENGTH + TIME)));
        record.extend_from_slice(&(name.len() as u16).to_le_bytes());
        record.extend_from_slice(name);
        record.extend_from_slice(&[0; TIME]);
        self.all.push(Kept { record, order });
        let tag = hash as u32;
        self.index.insert_unique(spread(tag), (tag, place), |entry| spread(entry.0));
        Place(place)
    }

    /// Reads one byte of a visitor's record, so that the processor loads it into its cache.
    pub(super) fn touch(&self, place: Place) -> u8 {
        self.kept(place).and_then(|kept| kept.record.last()).copied().unwrap_or_default()
    }

    fn kept(&self, place: Place) -> Option<&Kept> {
        self.all.get(place.0 as usize)
    }

    pub(super) fn name(&self, place: Place) -> &[u8] {
        self.kept(place).map_or(&[], Kept::name)
    }

    /// Unpacks a visitor's state into `state`.
    pub(super) fn state(&self, place: Place, state: &mut State) {
        let kept = self.kept(place);
        state.unpack(kept.and_then(|kept| kept.record.get(kept.state_from()..)).unwrap_or_default());
        if let Some(bound) = self.bounds.get(place.0 as usize) {
            state.set_bound(*bound);
        }
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
