//! What is kept of a visitor: which rule fired, when. A join-semilattice: every change is a join, so order, repetition
//! and merging of copies never matter.

mod codec;

use crate::model::{Kind, Model};

/// The state of one visitor under one model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Sorted by rule; of one rule the newest first, by time, then key.
    pub(crate) hits: Vec<Hit>,
    /// Sorted by rule.
    pub(crate) verdicts: Vec<Verdict>,
    /// Sorted by stage: when each tripped last.
    pub(crate) trips: Vec<Trip>,
    /// The newest stage that sales confirmed, by its position in [`crate::lifecycle::LIFECYCLE`], with its time before
    /// it, so that the greater of two is the one to keep.
    pub(crate) confirmed: Option<(u32, u8)>,
    /// When sales last sent the lead back.
    pub(crate) recycled: Option<u32>,
    /// The times of the first and the last event.
    pub(crate) seen: Option<(u32, u32)>,
}

/// Times are seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) rule: u32,
    pub(crate) t: u32,
    pub(crate) key: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) rule: u32,
    pub(crate) t: u32,
    pub(crate) holds: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trip {
    pub(crate) stage: u32,
    pub(crate) t: u32,
}

impl State {
    /// Joins with another state of the same model.
    ///
    /// Commutative, associative and idempotent, so copies may be merged in any order and as often as one likes.
    pub fn join(&mut self, model: &Model, other: &Self) {
        for hit in &other.hits {
            self.hit(model, *hit);
        }
        for verdict in &other.verdicts {
            self.verdict(*verdict);
        }
        for trip in &other.trips {
            self.trip(*trip);
        }
        self.confirmed = self.confirmed.max(other.confirmed);
        self.recycled = self.recycled.max(other.recycled);
        if let Some((first, last)) = other.seen {
            self.seen(first);
            self.seen(last);
        }
    }

    /// Joins with one hit: of its key the newest stays, of all keys the rule's `limit` newest.
    pub(crate) fn hit(&mut self, model: &Model, hit: Hit) {
        let Some(Kind::Event(rule)) = model.rule(hit.rule).map(|rule| &rule.kind) else { return };
        let start = self.hits.partition_point(|own| own.rule < hit.rule);
        let of_rule = self.hits.iter().skip(start).take_while(|own| own.rule == hit.rule);
        let mut count = of_rule.clone().count();
        if let Some(same) = of_rule.clone().position(|own| own.key == hit.key) {
            let same = start.saturating_add(same);
            if self.hits.get(same).is_some_and(|own| own.t >= hit.t) {
                return;
            }
            self.hits.remove(same);
            count = count.saturating_sub(1);
        }
        let of_rule = self.hits.iter().skip(start).take(count);
        let newer = of_rule.take_while(|own| (own.t, own.key) > (hit.t, hit.key)).count();
        if newer < rule.limit as usize {
            self.hits.insert(start.saturating_add(newer), hit);
            if count >= rule.limit as usize {
                self.hits.remove(start.saturating_add(count));
            }
        }
    }

    /// Joins with one verdict: the newest stays, of two at one time the one that holds.
    pub(crate) fn verdict(&mut self, verdict: Verdict) {
        let at = self.verdicts.partition_point(|own| own.rule < verdict.rule);
        match self.verdicts.get_mut(at) {
            Some(own) if own.rule == verdict.rule => {
                if (own.t, own.holds) < (verdict.t, verdict.holds) {
                    *own = verdict;
                }
            }
            _ => self.verdicts.insert(at, verdict),
        }
    }

    /// Joins with one trip: the newest stays.
    pub(crate) fn trip(&mut self, trip: Trip) {
        let at = self.trips.partition_point(|own| own.stage < trip.stage);
        match self.trips.get_mut(at) {
            Some(own) if own.stage == trip.stage => own.t = own.t.max(trip.t),
            _ => self.trips.insert(at, trip),
        }
    }

    /// Joins with the time of an event.
    pub(crate) fn seen(&mut self, t: u32) {
        let (first, last) = self.seen.unwrap_or((t, t));
        self.seen = Some((first.min(t), last.max(t)));
    }

    /// The times of the first and the last event, in seconds.
    #[cfg(feature = "cli")]
    pub(crate) fn seen_at(&self) -> Option<(u32, u32)> {
        self.seen
    }

    /// When a stage tripped last.
    pub(crate) fn tripped(&self, stage: u32) -> Option<u32> {
        self.trips.iter().find(|trip| trip.stage == stage).map(|trip| trip.t)
    }

    /// The confirmed lifecycle stage, unless the lead was sent back at its time or later.
    pub(crate) fn lifecycle(&self) -> Option<u8> {
        self.confirmed.filter(|(t, _)| Some(*t) > self.recycled).map(|(_, position)| position)
    }
}
