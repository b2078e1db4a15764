//! A visitor's state: which rule fired, and when. A join-semilattice: every change is a join, so order, repetition
//! and merging of copies never matter.
//!
//! One mechanism stores everything. Each entry with a time is a hit in a slot: for each key the newest is kept, and of
//! all keys the slot's newest. A fact is a hit in a slot that keeps one: a trait rule's result, a trip, a confirmed
//! lifecycle stage. Its key begins with the milliseconds, so that within a second the later one is kept, and ends with
//! a value, so that of two at the same time the greater one is kept. Entries that a model does not know, and entries in
//! the future, are in separate slots: see [`aside`].

mod aside;
mod clock;
pub(crate) mod codec;
mod forget;
mod hit;
#[cfg(feature = "cli")]
pub(crate) mod packed;

pub(crate) use hit::{CONFIRMED, FIRST, Hit, LAST, RECYCLED, TRIPS};

use crate::model::{Model, kind};
use crate::text::invariant::held;
use crate::text::sort::sort;

/// The state of one visitor under one model.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Sorted: see the order of [`Hit`].
    hits: Vec<Hit>,
    /// The bound of these hits' score. A change of the hits resets it.
    bound: Bound,
}

/// The events that a state can add without a new score, see [`crate::score::bound`]. The default allows none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bound {
    /// The bound is valid from this second until just before `until`.
    pub(super) from: u32,
    pub(super) until: u32,
    /// New hits of at most this many milli-points cannot meet a stage that may still trip; `i32::MAX` if no points can.
    pub(super) room: i32,
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.hits == other.hits
    }
}

impl Eq for State {}

/// Up to this many hits are joined one by one.
const FEW: usize = 8;

impl State {
    /// A state of these hits, in any order.
    pub(crate) fn of_hits(model: &Model, mut hits: Vec<Hit>) -> Self {
        if !hits.is_sorted() {
            sort(&mut hits);
        }
        // Of one slot the newest come first: kept are the first of each key, up to the slot's limit.
        let (mut slot, mut start, mut most, mut end) = (u64::MAX, 0usize, 0, 0usize);
        for at in 0..hits.len() {
            let Some(&hit) = hits.get(at) else { break };
            if hit.slot != slot {
                (slot, start, most) = (hit.slot, end, limit(model, hit.slot));
            }
            let own: &[Hit] = held(hits.get(start..end));
            if own.len() < most && !own.iter().any(|own| own.is_replaced_by(&hit)) {
                if let Some(place) = hits.get_mut(end) {
                    *place = hit;
                }
                end = end.wrapping_add(1);
            }
        }
        hits.truncate(end);
        aside::bound(&mut hits);
        Self { hits, bound: Bound::default() }
    }

    /// Joins with another state of the same model.
    ///
    /// Commutative, associative and idempotent, so copies may be merged in any order and as often as one likes.
    pub fn join(&mut self, model: &Model, other: &Self) {
        *self = self.with(model, other);
    }

    /// The join with another state of the same model.
    pub(crate) fn with(&self, model: &Model, other: &Self) -> Self {
        self.with_hits(model, &other.hits)
    }

    /// The join with hits in any order.
    fn with_hits(&self, model: &Model, hits: &[Hit]) -> Self {
        let mut all = self.hits.clone();
        all.extend_from_slice(hits);
        Self::of_hits(model, all)
    }

    /// Joins hits that are not set aside into this state.
    pub(crate) fn add_hits(&mut self, model: &Model, hits: &[Hit]) {
        let is_many = !crate::IS_TAG && hits.len() > FEW;
        if is_many && !hits.is_sorted_by_key(|hit| hit.slot) {
            *self = self.with_hits(model, hits);
            return;
        }
        self.bound = Bound::default();
        // Many hits of one event are merged in one pass: what follows a slot is added after its hit, so each hit is
        // inserted near the end.
        let mut rest: &[Hit] = &[];
        let own;
        if is_many {
            own = core::mem::take(&mut self.hits);
            self.hits.reserve_exact(own.len().saturating_add(hits.len()));
            rest = &own;
        }
        for hit in hits {
            let before = rest.iter().take_while(|own| own.slot <= hit.slot).count();
            let (before, after) = held(rest.split_at_checked(before));
            self.hits.extend_from_slice(before);
            rest = after;
            self.insert(model, *hit);
        }
        self.hits.extend_from_slice(rest);
    }

    /// Returns a state with only this slot's hits and one more.
    pub(crate) fn with_one_more(&self, model: &Model, hit: Hit) -> Self {
        let mut one = Self { hits: self.of(hit.slot).to_vec(), bound: Bound::default() };
        one.insert(model, hit);
        one
    }

    /// Inserts a hit. The slot keeps the newest hit of each key, and only its limit of the newest keys. Of what lies
    /// ahead it keeps all hits of a key, because each of them is added at its time.
    fn insert(&mut self, model: &Model, hit: Hit) {
        let (start, end) = self.range(hit.slot);
        // Its place, and the position of the hit with the same key, or of the one that it replaces in a full slot.
        let (mut place, mut at) = (start, end);
        let own: &[Hit] = held(self.hits.get(start..end));
        for (position, own) in (start..).zip(own) {
            if *own < hit {
                place = position.wrapping_add(1);
            }
            if own.is_replaced_by(&hit) {
                at = position;
            }
        }
        if at == end {
            if own.len() >= limit(model, hit.slot) {
                at = end.wrapping_sub(1);
            } else {
                at = self.hits.len();
            }
        }
        // The hits before its place are newer.
        if at < place {
            return;
        }
        if at == self.hits.len() {
            self.hits.push(hit);
        }
        let mut moved = hit;
        for own in self.hits.get_mut(place..=at).unwrap_or_default() {
            core::mem::swap(own, &mut moved);
        }
    }

    /// Returns the bound of the score.
    pub(crate) fn bound(&self) -> Bound {
        self.bound
    }

    /// Sets the bound of the score.
    pub(crate) fn set_bound(&mut self, bound: Bound) {
        self.bound = bound;
    }

    /// Returns the range of a slot's hits.
    fn range(&self, slot: u64) -> (usize, usize) {
        let end = self.hits.partition_point(|own| own.slot <= slot);
        let before: &[Hit] = held(self.hits.get(..end));
        let count = before.iter().rev().take_while(|own| own.slot == slot).count();
        (end.wrapping_sub(count), end)
    }

    /// Everything that is kept.
    pub(crate) fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// A slot's hits, newest first.
    pub(crate) fn of(&self, slot: u64) -> &[Hit] {
        let (start, end) = self.range(slot);
        held(self.hits.get(start..end))
    }

    /// A slot's newest hit.
    pub(crate) fn newest(&self, slot: u64) -> Option<&Hit> {
        self.of(slot).first()
    }

    /// A stage's last trip.
    pub(crate) fn tripped(&self, stage: u32) -> Option<&Hit> {
        self.newest(TRIPS | u64::from(stage))
    }

    /// The confirmed lifecycle stage, unless the lead was sent back at its time or later.
    pub(crate) fn lifecycle(&self) -> Option<u32> {
        let recycled = self.newest(RECYCLED).map(Hit::at);
        self.newest(CONFIRMED).filter(|hit| Some(hit.at()) > recycled).map(Hit::value)
    }
}

/// Returns the number of hits that a slot keeps.
fn limit(model: &Model, slot: u64) -> usize {
    if slot >= hit::SLOTS {
        return aside::limit(slot);
    }
    let rule = u32::try_from(slot).ok().and_then(|slot| model.rule(slot));
    rule.filter(|rule| rule.kind == kind::EVENT).map_or(1, |rule| rule.limit as usize)
}

#[cfg(all(test, feature = "authoring"))]
mod tests {
    use super::hit::SLOTS;
    use super::*;
    use proptest::prelude::*;

    fn any_hit() -> impl Strategy<Value = Hit> {
        let slots = prop::sample::select(vec![0u64, 1, 2, TRIPS, LAST, FIRST, SLOTS | 1, SLOTS | 16]);
        (slots, 0u32..6, 0u32..6).prop_map(|(slot, t, key)| Hit { slot, t, key })
    }

    proptest! {
        /// More hits than [`FEW`] are joined together, sorted or not, which must give the same state.
        #[test]
        fn many_hits_join_as_one_after_the_other(
            before in prop::collection::vec(any_hit(), 0..40),
            mut hits in prop::collection::vec(any_hit(), FEW + 1..40),
            is_sorted: bool,
        ) {
            let json = r#"{ "name": "m", "rules": [
                { "id": "once", "event": "e", "points": 1, "limit": 1 },
                { "id": "twice", "event": "e", "points": 1, "limit": 2 },
                { "id": "often", "event": "e", "points": 1, "limit": 100 }] }"#;
            let model = Model::decode(&crate::authoring::compile(json).unwrap().bytes).unwrap();
            let mut together = State::of_hits(&model, before);
            let mut alone = together.clone();
            if is_sorted {
                sort(&mut hits);
            }
            together.add_hits(&model, &hits);
            for hit in &hits {
                alone.add_hits(&model, core::slice::from_ref(hit));
            }
            prop_assert_eq!(together, alone);
        }
    }
}
