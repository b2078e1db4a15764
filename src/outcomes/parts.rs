//! Events that are read and matched elsewhere, on many threads.

use super::options::Command;
use super::recording::{Recording, Said};
use super::session::Session;
use crate::Model;
use crate::score::state::Hit;

impl Session {
    /// The models, in the order of the hits_by_model that [`Session::record`] takes.
    pub(crate) fn models(&self) -> Vec<&Model> {
        self.models.iter().map(|loaded| &loaded.model).collect()
    }

    /// Returns false for an event after `--at`.
    pub(crate) fn wants(&self, at: u64) -> bool {
        self.options.at.is_none_or(|end| at <= end)
    }

    /// Returns what an event says of the outcome.
    pub(crate) fn said(&self, kind: &[u8], stage: &[u8]) -> Said {
        Said::new(&self.options.won, kind, stage)
    }

    /// Records an event in a part, by its hits under each model.
    pub(crate) fn record<'g>(
        &self,
        part: &mut Recording,
        event: (&[u8], Said, u64),
        hits_by_model: impl ExactSizeIterator<Item = &'g [Hit]>,
    ) {
        part.event(self.command == Command::Diff, event, hits_by_model);
    }

    /// Adds a part, and how many events were not wanted in all.
    pub(crate) fn add(&mut self, parts: impl IntoIterator<Item = Recording>, unwanted: u64) {
        self.left_out += unwanted;
        parts.into_iter().for_each(|part| self.recording.add(part));
    }
}
