//! The model and the lead: events in, score and signals out.

use leadscore::{Error, EventReader, Lead, Model, Origin, Signal, State};
use serde::Deserialize;
use serde_json::Value;

/// Compiled by `build.rs`.
pub const MODEL: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/model.lsm"));

/// The parts of a snapshot that a page shows.
#[derive(Debug, Deserialize)]
pub struct Snapshot {
    /// Points.
    pub score: f64,
    /// The one word to vary content by.
    pub segment: String,
}

/// Scores one visitor.
pub struct Scorer {
    model: Model,
    lead: Lead,
    events: EventReader,
    source: String,
}

impl Scorer {
    /// A visitor with the state that was kept of them; one that cannot be read is left out.
    ///
    /// # Errors
    /// The id is empty or too long.
    pub fn new(visitor: &str, kept: &[u8], source: String) -> Result<Self, Error> {
        let model = Model::decode(MODEL)?;
        let mut lead = Lead::new(visitor)?;
        if let Ok(state) = State::decode(&model, kept) {
            lead.merge(&model, &state)?;
        }
        Ok(Self { model, lead, events: EventReader::default(), source })
    }

    /// Takes an event in, such as `{ "type": "page_view", "url": "…" }`, and gives the signals to send.
    ///
    /// # Errors
    /// The event is not one; nothing has changed then.
    pub fn ingest(&mut self, event: &Value, now: u64) -> Result<Vec<Signal>, Error> {
        let text = event.to_string();
        let event = self.events.read(&text)?;
        self.lead.ingest(&self.model, &event, now, &Origin { source: &self.source, provenance: "client" })
    }

    /// The score at a time, in milliseconds since 1970.
    #[must_use]
    pub fn snapshot(&self, now: u64) -> Option<Snapshot> {
        serde_json::from_str(&self.lead.snapshot(&self.model, now).ok()?).ok()
    }

    /// Returns the state to store: hashes and times, a few hundred bytes.
    #[must_use]
    pub fn state(&self) -> Vec<u8> {
        self.lead.state().encode(&self.model)
    }
}
