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
        sort(&mut hits);
        let mut state = Self::default();
        state.add_hits(model, &hits);
        aside::bound(&mut state.hits);
        state
    }

    /// Joins with another state of the same model.
    ///
    /// Commutative, associative and idempotent, so copies may be merged in any order and as often as one likes.
    pub fn join(&mut self, model: &Model, other: &Self) {
        *self = self.with(model, other);
    }

    /// The join with another state of the same model.
    pub(crate) fn with(&self, model: &Model, other: &Self) -> Self {
        Self::of_hits(model, [self.hits.as_slice(), &other.hits].concat())
    }

    /// Joins hits that are not set aside into this state. They are sorted by slot.
    pub(crate) fn add_hits(&mut self, model: &Model, hits: &[Hit]) {
        self.bound = Bound::default();
        if hits.len() <= FEW {
            for hit in hits {
                self.insert(model, *hit);
            }
            return;
        }
        // Many are merged in one pass: what follows a hit is added after it, so it is always inserted near the end.
        let own = core::mem::take(&mut self.hits);
        self.hits.reserve_exact(own.len().saturating_add(hits.len()));
        let mut rest = own.as_slice();
        for hit in hits {
            let before = rest.iter().take_while(|own| own.slot <= hit.slot).count();
            let (before, after) = held(rest.split_at_checked(before));
            self.hits.extend_from_slice(before);
            rest = after;
            self.insert(model, *hit);
        }
        self.hits.extend_from_slice(rest);
        self.hits.shrink_to_fit();
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
        let own: &[Hit] = held(self.hits.get(start..end));
        let place = start.wrapping_add(own.iter().take_while(|own| **own < hit).count());
        // The position of the hit with the same key, or of the one that it replaces in a full slot, or the end.
        let is_same = |own: &Hit| own.key == hit.key && (own.t == hit.t || !aside::is_ahead(hit.slot));
        let mut at = match own.iter().position(is_same) {
            Some(same) => start.wrapping_add(same),
            None if own.len() >= limit(model, hit.slot) => end.wrapping_sub(1),
            None => {
                if self.hits.len() == self.hits.capacity() {
                    // Growth is smaller than a vector's own, because many leads may share one memory and each keeps few
                    // hits.
                    self.hits.reserve_exact((self.hits.len() / 8).saturating_add(4));
                }
                self.hits.push(hit);
                self.hits.len().wrapping_sub(1)
            }
        };
        // The hits before its place are newer.
        if at < place {
            return;
        }
        if let Some(own) = self.hits.get_mut(at) {
            *own = hit;
        }
        while at > place {
            self.hits.swap(at, at.wrapping_sub(1));
            at = at.wrapping_sub(1);
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
        let mut end = self.hits.len();
        if slot < TRIPS && self.hits.last().is_some_and(|last| last.slot > slot) {
            end = self.hits.partition_point(|own| own.slot <= slot);
        }
        // Facts of the lead are near the end.
        let is = |at: usize, is: &dyn Fn(u64) -> bool| {
            at > 0 && self.hits.get(at.wrapping_sub(1)).is_some_and(|own| is(own.slot))
        };
        while is(end, &|own| own > slot) {
            end = end.wrapping_sub(1);
        }
        let mut start = end;
        while is(start, &|own| own == slot) {
            start = start.wrapping_sub(1);
        }
        (start, end)
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
        /// More hits than [`FEW`] are merged in one pass, which must give the same state.
        #[test]
        fn many_hits_join_as_one_after_the_other(
            before in prop::collection::vec(any_hit(), 0..40),
            mut hits in prop::collection::vec(any_hit(), FEW + 1..40),
        ) {
            let json = r#"{ "name": "m", "rules": [
                { "id": "once", "event": "e", "points": 1, "limit": 1 },
                { "id": "twice", "event": "e", "points": 1, "limit": 2 },
                { "id": "often", "event": "e", "points": 1, "limit": 100 }] }"#;
            let model = Model::decode(&crate::authoring::compile(json).unwrap().bytes).unwrap();
            let mut together = State::of_hits(&model, before);
            let mut alone = together.clone();
            sort(&mut hits);
            together.add_hits(&model, &hits);
            for hit in &hits {
                alone.add_hits(&model, core::slice::from_ref(hit));
            }
            prop_assert_eq!(together, alone);
        }
    }
}
