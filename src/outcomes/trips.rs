//! The trips of stages: each visitor's events are replayed in the order of time.

use super::core;
use super::options::Options;
use super::recording::{Recording, Visitor};
use super::threads;
use crate::model::Model;
use crate::score::state::State;

/// A visitor's trips.
#[derive(Clone, Debug, Default)]
pub(super) struct Trips {
    /// By stage: the first trip, in ms since 1970.
    pub(super) first: Vec<Option<u64>>,
    /// By stage: the number of trips.
    pub(super) count: Vec<u32>,
}

/// Returns the trips of every visitor, in the order of the recording. Events from `--embargo` before a win on
/// are ignored.
pub(super) fn all(
    model: &Model,
    number: usize,
    recording: &Recording,
    options: &Options,
    progress: &mut dyn FnMut(u64, u64),
) -> Vec<Trips> {
    let walk = Walk { model, number, rises_alone: core::rises_alone(model), rearms: core::rearms(model) };
    let visitors = recording.visitors.len();
    let of = |at: usize| {
        let visitor = &recording.visitors[at];
        walk.visitor(visitor, visitor.seen_until(options.embargo))
    };
    threads::each(options.threads, visitors, of, progress)
}

struct Walk<'a> {
    model: &'a Model,
    number: usize,
    rises_alone: bool,
    rearms: bool,
}

impl Walk<'_> {
    fn visitor(&self, visitor: &Visitor, until: u64) -> Trips {
        let stages = self.model.stages.len();
        let mut trips = Trips { first: vec![None; stages], count: vec![0; stages] };
        let mut facts = visitor.facts.get(self.number).map_or(&[][..], Vec::as_slice);
        let mut state = State::default();
        let mut left = stages;
        let mut now = None;
        for at in visitor.events.iter().copied() {
            if at >= until || (left == 0 && !self.rearms) {
                break;
            }
            if now == Some(at) {
                continue;
            }
            now = Some(at);
            let gained;
            (gained, facts) = facts.split_at(facts.partition_point(|fact| fact.at <= at));
            if gained.is_empty() && !self.rises_alone {
                continue;
            }
            // A full state keeps its facts and rejects new ones, as in the browser.
            let Ok(tripped) = core::ingest(self.model, &mut state, gained, at) else { continue };
            for stage in core::positions(tripped.stages) {
                if trips.first[stage].is_none() {
                    trips.first[stage] = Some(at);
                    left -= 1;
                }
                trips.count[stage] += 1;
            }
        }
        trips
    }
}
