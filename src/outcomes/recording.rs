//! The recorded data: the hits of the models' rules, the event times and the outcome of each visitor.

use indexmap::IndexMap;
#[cfg(feature = "cli")]
use indexmap::map::Entry;

use super::core::{self, Fact};
use super::durations;
use super::names::{Outcome, Won};
use super::report::Data;
use crate::State;
use crate::score::state::Hit;

/// The recorded data of a visitor.
#[derive(Debug, Default)]
pub(super) struct Visitor {
    /// Event times in ms since 1970, in order. Lifecycle events are included only if they count.
    pub(super) events: Vec<u64>,
    /// By model: facts in the order of time.
    pub(super) facts: Vec<Vec<Fact>>,
    /// The first win, in ms since 1970.
    pub(super) won: Option<u64>,
    /// True if there was more than one win.
    won_again: bool,
    lost: bool,
}

impl Visitor {
    /// Returns the time from which data is ignored: `embargo` before the win.
    pub(super) fn seen_until(&self, embargo: u64) -> u64 {
        self.won.map_or(u64::MAX, |won| won.saturating_sub(embargo))
    }

    /// Returns the facts up to a time, under a model.
    pub(super) fn facts_until(&self, model: usize, at: u64) -> &[Fact] {
        let facts = self.facts.get(model).map_or(&[][..], Vec::as_slice);
        &facts[..facts.partition_point(|fact| fact.at <= at)]
    }

    #[cfg(feature = "cli")]
    fn add(&mut self, other: Self) {
        self.events.extend(other.events);
        self.facts.resize_with(self.facts.len().max(other.facts.len()), Vec::new);
        for (own, facts) in self.facts.iter_mut().zip(other.facts) {
            own.extend(facts);
        }
        if let Some(won) = other.won {
            self.outcome(Outcome::Won, won);
        }
        self.won_again |= other.won_again;
        self.lost |= other.lost;
    }

    fn outcome(&mut self, outcome: Outcome, at: u64) {
        match outcome {
            Outcome::Won => {
                self.won_again |= self.won.is_some_and(|won| won != at);
                self.won = Some(self.won.map_or(at, |won| won.min(at)));
            }
            Outcome::Lost => self.lost = true,
            Outcome::Open => {}
        }
    }
}

/// The outcome that an event reports about its visitor.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReportedOutcome {
    outcome: Option<Outcome>,
    is_lifecycle: bool,
    /// True for the event that `--won-event` names.
    is_won: bool,
}

impl ReportedOutcome {
    /// Returns the outcome from an event's type and, for a lifecycle event, its `stage`.
    pub(super) fn new(won: &Won, kind: &[u8], stage: &[u8]) -> Self {
        let is_lifecycle = kind == b"lifecycle";
        let outcome = if is_lifecycle { won.outcome(stage) } else { None };
        Self { outcome, is_lifecycle, is_won: won.is_event(kind) }
    }
}

/// An input row with the visitor's state.
#[derive(Debug)]
pub(super) struct GivenRow {
    pub(super) visitor: usize,
    pub(super) at: u64,
    /// The state under each model.
    pub(super) states: Vec<State>,
    pub(super) weight: f64,
    pub(super) outcome: Option<Outcome>,
}

/// All recorded data.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    /// By name. `finish` sorts them, so that the order of input lines does not affect random draws.
    pub(super) visitors: IndexMap<Box<[u8]>, Visitor>,
    pub(super) given: Vec<GivenRow>,
    pub(super) data: Data,
    /// The end of the data, in ms since 1970.
    pub(super) end: u64,
    /// The first event, in ms since 1970.
    pub(super) first: u64,
    pub(super) skipped: u64,
    events: u64,
    newest: u64,
}

impl Recording {
    fn visitor(&mut self, name: &[u8]) -> (usize, &mut Visitor) {
        let entry = self.visitors.entry(name.into());
        let index = entry.index();
        (index, entry.or_default())
    }

    /// Records an event with its hits under each model. With `lifecycle`, stages that sales confirmed
    /// count too, and silence stages.
    pub(super) fn event<'g>(
        &mut self,
        lifecycle: bool,
        (name, reported, at): (&[u8], ReportedOutcome, u64),
        hits_by_model: impl ExactSizeIterator<Item = &'g [Hit]>,
    ) {
        self.newest = self.newest.max(at);
        self.events += 1;
        let (_, visitor) = self.visitor(name);
        visitor.facts.resize_with(hits_by_model.len(), Vec::new);
        for (own, new_hits) in visitor.facts.iter_mut().zip(hits_by_model) {
            own.extend(core::facts(new_hits, at, lifecycle));
        }
        if let Some(outcome) = reported.outcome {
            visitor.outcome(outcome, at);
        }
        if lifecycle || !reported.is_lifecycle {
            visitor.events.push(at);
        }
        if reported.is_won {
            visitor.outcome(Outcome::Won, at);
        }
    }

    /// Adds another recording, whose events may be of other visitors or of the same ones, earlier or later.
    #[cfg(feature = "cli")]
    pub(super) fn add(&mut self, part: Self) {
        self.newest = self.newest.max(part.newest);
        self.events += part.events;
        for (name, visitor) in part.visitors {
            match self.visitors.entry(name) {
                Entry::Vacant(entry) => drop(entry.insert(visitor)),
                Entry::Occupied(mut entry) => entry.get_mut().add(visitor),
            }
        }
    }

    /// Records an outcome.
    pub(super) fn outcome(&mut self, name: &[u8], at: u64, outcome: Outcome) {
        self.newest = self.newest.max(at);
        self.visitor(name).1.outcome(outcome, at);
    }

    /// Records an input row.
    pub(super) fn row(&mut self, name: &[u8], at: u64, states: Vec<State>, weight: f64, outcome: Option<Outcome>) {
        self.newest = self.newest.max(at);
        let (visitor, kept) = self.visitor(name);
        kept.events.push(at);
        self.given.push(GivenRow { visitor, at, states, weight, outcome });
    }

    fn sort(&mut self) {
        let name = |given: &GivenRow| self.visitors.get_index(given.visitor).map(|(name, _)| name.clone());
        let names: Vec<_> = self.given.iter().map(name).collect();
        self.visitors.sort_unstable_keys();
        for (given, name) in self.given.iter_mut().zip(names) {
            given.visitor = name.and_then(|name| self.visitors.get_index_of(&name)).unwrap_or_default();
        }
    }

    /// Sorts everything by time after the last line. Without `end`, the data ends with the newest line.
    pub(super) fn finish(&mut self, end: Option<u64>) {
        self.end = end.unwrap_or(self.newest);
        self.sort();
        let mut data = Data { events: self.events, skipped: self.skipped, ..Data::default() };
        self.first = u64::MAX;
        for visitor in self.visitors.values_mut() {
            visitor.events.sort_unstable();
            for facts in &mut visitor.facts {
                facts.sort_by_key(|fact| fact.at);
            }
            let Some(first) = visitor.events.first().copied() else {
                data.unknown_visitors += u64::from(visitor.won.is_some() || visitor.lost);
                continue;
            };
            self.first = self.first.min(first);
            data.visitors += 1;
            data.won += u64::from(visitor.won.is_some());
            data.lost += u64::from(visitor.lost && visitor.won.is_none());
            data.won_again += u64::from(visitor.won_again);
            data.won_before_first_event += u64::from(visitor.won.is_some_and(|won| won < first));
        }
        if data.visitors > 0 {
            data.first = Some(durations::time(self.first));
            data.end = Some(durations::time(self.end));
            data.weeks = self.end.saturating_sub(self.first) as f64 / 604_800_000.0;
        } else {
            self.first = 0;
        }
        self.data = data;
    }
}
