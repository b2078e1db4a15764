//! What is kept of a visitor: which rule fired, when. A join-semilattice: every change is a join, so order, repetition
//! and merging of copies never matter.
//!
//! One mechanism keeps it all. Whatever has a time is a hit in a slot: of one key the newest stays, of all keys a slot's
//! newest. A fact is a hit of a slot that keeps one: a trait rule's verdict, a trip, a confirmed lifecycle stage. Its key
//! begins with the milliseconds, so that within a second the later one stays, and ends with a value, so that of two at
//! one time the greater stays. What a model does not know, and what lies in the future, is in slots of its own: see
//! [`aside`].

mod aside;
mod codec;
mod forget;

pub(crate) use codec::VERSION;

use crate::bound::Bound;
use crate::event::seconds;
use crate::invariant::held;
use crate::model::{Model, kind};
use crate::sort::sort;

/// The state of one visitor under one model.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Sorted: see the order of [`Hit`].
    hits: Vec<Hit>,
    /// What is known of their score. Whatever makes other hits makes another state, of whose score nothing is known.
    bound: Bound,
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.hits == other.hits
    }
}

impl Eq for State {}

/// Something that happened at a second since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// A rule's position; else one of the slots below.
    pub(crate) slot: u64,
    pub(crate) t: u32,
    /// What tells it from others of its slot.
    pub(crate) key: u32,
}

/// From here: the last trip of each stage.
pub(crate) const TRIPS: u64 = 0x8000_0000;
/// The last event.
pub(crate) const LAST: u64 = 0xffff_fff0;
/// The first event; as all other slots keep the newest, its time is counted down from the end of time.
pub(crate) const FIRST: u64 = 0xffff_fff1;
/// When sales last sent the lead back.
pub(crate) const RECYCLED: u64 = 0xffff_fff2;
/// The newest stage that sales confirmed; the value is its position in [`crate::lifecycle::LIFECYCLE`].
pub(crate) const CONFIRMED: u64 = 0xffff_fff3;

/// A fact's key: its milliseconds, then so many bits of value.
const VALUE_BITS: u32 = 3;

impl Hit {
    /// A fact at a time in milliseconds since 1970.
    pub(crate) fn fact(slot: u64, at: u64, value: u32) -> Self {
        Self { slot, t: seconds(at), key: ((at % 1_000) as u32) << VALUE_BITS | value }
    }

    /// A fact's value.
    pub(crate) fn value(&self) -> u32 {
        self.key & 7
    }

    /// A fact's time in milliseconds since 1970.
    pub(crate) fn at(&self) -> u64 {
        u64::from(self.t).wrapping_mul(1_000).wrapping_add(u64::from(self.key >> VALUE_BITS))
    }

    /// The position of the rule that fired; one that no model has for anything else.
    pub(crate) fn rule(&self) -> u32 {
        u32::try_from(self.slot).unwrap_or(u32::MAX)
    }
}

/// By slot; of one slot the newest first, by time, then key.
impl PartialOrd for Hit {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        let age = |hit: &Self| !(u64::from(hit.t) << 32 | u64::from(hit.key));
        (self.slot, age(self)).partial_cmp(&(other.slot, age(other)))
    }
}

impl State {
    /// A state of these hits, in any order.
    pub(crate) fn of_hits(model: &Model, mut hits: Vec<Hit>) -> Self {
        sort(&mut hits);
        Self::of_sorted(joined(model, &hits, &[]))
    }

    fn of_sorted(hits: Vec<Hit>) -> Self {
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
        Self::of_sorted(joined(model, &self.hits, &other.hits))
    }

    /// Joins with hits that a model has rules or slots for, in place.
    pub(crate) fn take_in(&mut self, model: &Model, hits: &[Hit]) {
        self.bound = Bound::default();
        for hit in hits {
            self.insert(model, *hit);
        }
    }

    /// As [`State::take_in`], where that leaves a bound of the score.
    pub(crate) fn take_in_within(&mut self, model: &Model, hits: &[Hit], bound: Bound) {
        self.take_in(model, hits);
        self.bound = bound;
    }

    /// Of one key the newest stays, of all keys as many of the newest as the slot keeps.
    fn insert(&mut self, model: &Model, hit: Hit) {
        debug_assert!(hit.slot < aside::SLOTS, "what is set aside has a bound of its own");
        let (start, end) = self.range(hit.slot);
        let own: &[Hit] = held(self.hits.get(start..end));
        let at = own.partition_point(|own| *own < hit);
        let same = own.iter().position(|own| own.key == hit.key);
        let is_full = own.len() >= limit(model, hit.slot);
        // What stands at an older hit's place, or at the end, makes room; those between move up by one.
        let gone = match same {
            Some(newer) if newer < at => return,
            Some(older) => older,
            None if !is_full => {
                self.hits.insert(start.saturating_add(at), hit);
                return;
            }
            None if at == own.len() => return,
            None => own.len().saturating_sub(1),
        };
        let place = self.hits.get_mut(start..end).unwrap_or_default();
        if let Some(moved) = place.get_mut(at..=gone) {
            moved.rotate_right(1);
            if let Some(first) = moved.first_mut() {
                *first = hit;
            }
        }
    }

    /// What is known of the score.
    pub(crate) fn bound(&self) -> Bound {
        self.bound
    }

    /// Notes what is known of the score.
    pub(crate) fn set_bound(&mut self, bound: Bound) {
        self.bound = bound;
    }

    /// Where a slot's hits stand.
    fn range(&self, slot: u64) -> (usize, usize) {
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

/// How many hits a slot keeps.
fn limit(model: &Model, slot: u64) -> usize {
    if slot >= aside::SLOTS {
        return aside::limit(slot);
    }
    let rule = u32::try_from(slot).ok().and_then(|slot| model.rule(slot));
    rule.filter(|rule| rule.kind == kind::EVENT).map_or(1, |rule| rule.limit as usize)
}

/// What follows from two sorted lists of hits, in one pass: of one key the newest stays, of all keys as many of the
/// newest as the slot keeps.
fn joined<'a>(model: &Model, mut a: &'a [Hit], mut b: &'a [Hit]) -> Vec<Hit> {
    let mut out: Vec<Hit> = Vec::with_capacity(a.len().saturating_add(b.len()));
    let (mut start, mut most) = (0, 0);
    loop {
        let from = match (a.first(), b.first()) {
            (None, None) => break,
            (Some(one), Some(other)) if one > other => &mut b,
            (None, _) => &mut b,
            _ => &mut a,
        };
        let Some((hit, rest)) = from.split_first() else { break };
        *from = rest;
        if out.last().is_none_or(|last| last.slot != hit.slot) {
            (start, most) = (out.len(), limit(model, hit.slot));
        }
        let kept = out.get(start..).unwrap_or_default();
        if kept.len() < most && kept.iter().all(|own| own.key != hit.key) {
            out.push(*hit);
        }
    }
    aside::bound(&mut out);
    out
}
