//! What is kept of a visitor: which rule fired, when. A join-semilattice: every change is a join, so order, repetition
//! and merging of copies never matter.
//!
//! One mechanism keeps it all. Whatever has a time is a hit in a slot: of one key the newest stays, of all keys a slot's
//! newest. A verdict is a hit whose key says whether it holds, so that of two at one time the true one stays; a trip, a
//! confirmed lifecycle stage and the first and last event are hits of slots of their own.

mod codec;

use crate::invariant::held;
use crate::model::{Model, kind};

/// The state of one visitor under one model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Sorted by slot; of one slot the newest first, by time, then key.
    hits: Vec<Hit>,
}

/// Something that happened at a second since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// A rule's position; else one of the slots below.
    pub(crate) slot: u32,
    pub(crate) t: u32,
    /// What tells it from others of its slot.
    pub(crate) key: u32,
}

/// From here: the last trip of each stage.
pub(crate) const TRIPS: u32 = 0x8000_0000;
/// The last event.
pub(crate) const LAST: u32 = 0xffff_fff0;
/// The first event; as all other slots keep the newest, its time is counted down from the end of time.
pub(crate) const FIRST: u32 = 0xffff_fff1;
/// When sales last sent the lead back.
pub(crate) const RECYCLED: u32 = 0xffff_fff2;
/// The newest stage that sales confirmed; the key is its position in [`crate::lifecycle::LIFECYCLE`].
pub(crate) const CONFIRMED: u32 = 0xffff_fff3;

impl State {
    /// Joins with another state of the same model.
    ///
    /// Commutative, associative and idempotent, so copies may be merged in any order and as often as one likes.
    pub fn join(&mut self, model: &Model, other: &Self) {
        for hit in &other.hits {
            self.hit(model, *hit);
        }
    }

    /// Joins with one hit: of its key the newest stays, of all keys as many of the newest as the slot keeps.
    pub(crate) fn hit(&mut self, model: &Model, hit: Hit) {
        let limit = model.rule(hit.slot).filter(|rule| rule.kind == kind::EVENT).map_or(1, |rule| rule.limit as usize);
        let start = self.hits.partition_point(|own| own.slot < hit.slot);
        let (mut at, mut end, mut same) = (start, start, None);
        while let Some(own) = self.hits.get(end).filter(|own| own.slot == hit.slot) {
            if own.key == hit.key {
                if own.t >= hit.t {
                    return;
                }
                same = Some(end);
            }
            end = end.wrapping_add(1);
            if (own.t, own.key) > (hit.t, hit.key) {
                at = end;
            }
        }
        if let Some(same) = same {
            self.hits.remove(same);
        } else if end.wrapping_sub(start) >= limit {
            if at == end {
                return;
            }
            self.hits.remove(end.wrapping_sub(1));
        }
        self.hits.insert(at, hit);
    }

    /// Where a slot's hits stand.
    fn range(&self, slot: u32) -> (usize, usize) {
        let start = self.hits.partition_point(|own| own.slot < slot);
        let mut end = start;
        while self.hits.get(end).is_some_and(|own| own.slot == slot) {
            end = end.wrapping_add(1);
        }
        (start, end)
    }

    /// Everything that is kept.
    pub(crate) fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// A slot's hits, newest first.
    pub(crate) fn of(&self, slot: u32) -> &[Hit] {
        let (start, end) = self.range(slot);
        held(self.hits.get(start..end))
    }

    /// The time of a slot's newest hit.
    pub(crate) fn newest(&self, slot: u32) -> Option<u32> {
        self.of(slot).first().map(|hit| hit.t)
    }

    /// When a stage tripped last.
    pub(crate) fn tripped(&self, stage: u32) -> Option<u32> {
        self.newest(TRIPS | stage)
    }

    /// The confirmed lifecycle stage, unless the lead was sent back at its time or later.
    pub(crate) fn lifecycle(&self) -> Option<u32> {
        let recycled = self.newest(RECYCLED);
        self.of(CONFIRMED).first().filter(|hit| Some(hit.t) > recycled).map(|hit| hit.key)
    }
}
