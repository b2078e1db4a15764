//! Hits, and the slots that they are in.

use crate::event::seconds;

/// Something that happened at a second since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// A rule's position; else one of the slots below.
    pub(crate) slot: u64,
    pub(crate) t: u32,
    /// Identifies the hit among those of its slot.
    pub(crate) key: u32,
}

/// From here: the last trip of each stage.
pub(crate) const TRIPS: u64 = 0x8000_0000;
/// The last event.
pub(crate) const LAST: u64 = 0xffff_fff0;
/// The first event; as all other slots keep the newest, its time is counted down from the end of time.
pub(crate) const FIRST: u64 = 0xffff_fff1;
/// The time of the last recycling by sales.
pub(crate) const RECYCLED: u64 = 0xffff_fff2;
/// The newest stage that sales confirmed; the value is its position in [`crate::event::lifecycle::LIFECYCLE`].
pub(crate) const CONFIRMED: u64 = 0xffff_fff3;

/// From here: entries that are set aside. Besides this bit a slot has its hash, twice, and a bit for entries in the
/// future.
pub(super) const SLOTS: u64 = 1 << 63;
/// The bit for entries that are dated ahead.
pub(super) const AHEAD: u64 = 1;
/// The slot of the first event, but for that bit.
pub(super) const FIRST_ASIDE: u64 = SLOTS | (what::OWN as u64) << 1;

/// The kind of a slot's hits: the low three bits of its name.
pub(super) mod what {
    /// An event rule's.
    pub(crate) const HITS: u32 = 0;
    /// An event rule's, with keys.
    pub(crate) const KEYED: u32 = 1;
    /// A trait rule's verdict.
    pub(crate) const VERDICT: u32 = 2;
    /// A stage's last trip.
    pub(crate) const TRIP: u32 = 4;
    /// One of the lead's own slots.
    pub(crate) const OWN: u32 = 5;
}

/// A fact's key: its milliseconds, then this number of bits for the value.
pub(super) const VALUE_BITS: u32 = 3;

impl Hit {
    /// A fact at a time in milliseconds since 1970.
    pub(crate) fn fact(slot: u64, at: u64, value: u32) -> Self {
        Self { slot, t: seconds(at), key: ((at % 1_000) as u32) << VALUE_BITS | value }
    }

    /// A fact's value.
    pub(crate) fn value(&self) -> u32 {
        self.key & 7
    }

    /// The milliseconds of a fact's second.
    pub(crate) fn millis(&self) -> u32 {
        self.key >> VALUE_BITS
    }

    /// A fact's time in milliseconds since 1970.
    pub(crate) fn at(&self) -> u64 {
        u64::from(self.t).wrapping_mul(1_000).wrapping_add(self.millis().into())
    }

    /// The position of the rule that fired; one that no model has for anything else.
    pub(crate) fn rule(&self) -> u32 {
        u32::try_from(self.slot).unwrap_or(u32::MAX)
    }
}

impl Hit {
    /// Returns true if only the newer of this hit and another one of its slot is kept.
    pub(super) fn is_replaced_by(&self, other: &Self) -> bool {
        self.key == other.key && (self.t == other.t || self.slot & (SLOTS | AHEAD) != SLOTS | AHEAD)
    }
}

/// By slot; of one slot the newest first, by time, then key.
impl PartialOrd for Hit {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        let age = |hit: &Self| !(u64::from(hit.t) << 32 | u64::from(hit.key));
        (self.slot, age(self)).partial_cmp(&(other.slot, age(other)))
    }
}

impl Hit {
    /// Its time, of the first event as well.
    pub(super) fn time(&self) -> u32 {
        if self.slot == FIRST || self.slot & !AHEAD == FIRST_ASIDE { u32::MAX.wrapping_sub(self.t) } else { self.t }
    }
}
