//! States in little memory, where there are millions of them: most hits take 6 or 10 bytes instead of 16.
//!
//! A hit has two bytes for its slot and for the sort of its key, then its time, then its key unless that follows from
//! the sort. Slots that have no number below stand in 8 bytes after the first two.

use super::{Hit, LAST, State, TRIPS};

/// The key is the time.
const SAME: u16 = 0;
/// The key is 0.
const ZERO: u16 = 1;
/// The key follows.
const GIVEN: u16 = 2;
/// The slot follows.
const WIDE: u16 = u16::MAX >> 2;
/// The lead's own slots are numbered from here, in the order of their values from [`LAST`] on.
const OWN: u64 = WIDE as u64 - 16;
/// Trips are numbered from here, and rules from 0.
const TRIPPED: u64 = OWN - 256;

/// Returns a slot's number.
fn number(slot: u64) -> u16 {
    let (from, first, end) = match slot {
        0..TRIPS => (0, 0, TRIPPED),
        TRIPS..LAST => (TRIPS, TRIPPED, OWN),
        _ => (LAST, OWN, WIDE.into()),
    };
    let number = slot.wrapping_sub(from).saturating_add(first);
    if number < end { number as u16 } else { WIDE }
}

/// Returns the slot with a number.
fn slot(number: u16) -> u64 {
    let number = u64::from(number);
    match number {
        OWN.. => number.wrapping_sub(OWN).wrapping_add(LAST),
        TRIPPED.. => number.wrapping_sub(TRIPPED) | TRIPS,
        _ => number,
    }
}

/// Appends a hit.
pub(crate) fn push(out: &mut Vec<u8>, hit: Hit) {
    let key = match hit.key {
        0 => ZERO,
        key if key == hit.t => SAME,
        _ => GIVEN,
    };
    let number = number(hit.slot);
    out.extend_from_slice(&(number << 2 | key).to_le_bytes());
    if number == WIDE {
        out.extend_from_slice(&hit.slot.to_le_bytes());
    }
    out.extend_from_slice(&hit.t.to_le_bytes());
    if key == GIVEN {
        out.extend_from_slice(&hit.key.to_le_bytes());
    }
}

/// Returns the hits that were appended.
pub(crate) fn hits(packed: &[u8]) -> impl Iterator<Item = Hit> {
    let mut rest = packed;
    core::iter::from_fn(move || read(&mut rest))
}

impl State {
    /// Appends the hits in little memory. The bound is not kept.
    pub(crate) fn pack(&self, out: &mut Vec<u8>) {
        self.hits.iter().for_each(|hit| push(out, *hit));
    }

    /// Becomes the state that was packed, without a bound.
    pub(crate) fn unpack(&mut self, packed: &[u8]) {
        self.bound = Default::default();
        self.hits.clear();
        self.hits.extend(hits(packed));
    }
}

fn read(rest: &mut &[u8]) -> Option<Hit> {
    let head = u16::from_le_bytes(*take(rest)?);
    let slot = if head >> 2 == WIDE { u64::from_le_bytes(*take(rest)?) } else { slot(head >> 2) };
    let t = u32::from_le_bytes(*take(rest)?);
    let key = match head & 3 {
        SAME => t,
        ZERO => 0,
        _ => u32::from_le_bytes(*take(rest)?),
    };
    Some(Hit { slot, t, key })
}

fn take<'a, const LENGTH: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; LENGTH]> {
    let (own, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(own)
}

#[cfg(test)]
mod tests {
    use super::super::{CONFIRMED, FIRST, RECYCLED};
    use super::*;
    use crate::score::state::Bound;

    #[test]
    fn every_hit_survives() {
        let slots =
            [0, 7, 9_999, TRIPPED - 1, TRIPPED, OWN, u64::from(WIDE), TRIPS - 1, TRIPS, TRIPS | 63, TRIPS | 255];
        let slots =
            slots.into_iter().chain([TRIPS | 256, LAST - 1, LAST, FIRST, RECYCLED, CONFIRMED, LAST + 15, LAST + 16]);
        let slots = slots.chain([u64::from(u32::MAX), 1 << 63 | 5, u64::MAX]);
        let hits: Vec<Hit> = slots
            .flat_map(|slot| [(5, 5), (5, 0), (0, 0), (u32::MAX, 3)].map(|(t, key)| Hit { slot, t, key }))
            .collect();
        for length in [0, 3, 7, hits.len()] {
            let state = State { hits: hits.iter().take(length).copied().collect(), bound: Bound::default() };
            let mut packed = Vec::new();
            state.pack(&mut packed);
            let mut other = State { hits: hits.clone(), bound: Bound::default() };
            other.unpack(&packed);
            assert_eq!(other, state);
        }
    }
}
