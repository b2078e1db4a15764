//! The use of many threads: the caller's threads read and match events, and others calculate the report.

use super::options::Command;
use super::recording::{Recording, ReportedOutcome};
use super::session::Session;
use crate::Model;
use crate::score::state::Hit;

impl Session {
    /// Sets the number of threads that calculate the report, at first 1. It does not change the report.
    pub(crate) fn use_threads(&mut self, threads: usize) {
        self.options.threads = threads;
    }

    /// Returns the models, in the order in which [`Session::record`] expects hits.
    pub(crate) fn models(&self) -> Vec<&Model> {
        self.models.iter().map(|loaded| &loaded.model).collect()
    }

    /// Returns false for an event after `--at`.
    pub(crate) fn wants(&self, at: u64) -> bool {
        self.options.at.is_none_or(|end| at <= end)
    }

    /// Returns the outcome that an event reports.
    pub(crate) fn reported_outcome(&self, kind: &[u8], stage: &[u8]) -> ReportedOutcome {
        ReportedOutcome::new(&self.options.won, kind, stage)
    }

    /// Records an event in a part, by its hits under each model.
    pub(crate) fn record<'g>(
        &self,
        part: &mut Recording,
        event: (&[u8], ReportedOutcome, u64),
        hits_by_model: impl ExactSizeIterator<Item = &'g [Hit]>,
    ) {
        part.event(self.command == Command::Diff, event, hits_by_model);
    }

    /// Adds a part, and the number of events that were ignored in all parts.
    pub(crate) fn add(&mut self, parts: impl IntoIterator<Item = Recording>, unwanted: u64) {
        self.left_out += unwanted;
        parts.into_iter().for_each(|part| self.recording.add(part));
    }
}
