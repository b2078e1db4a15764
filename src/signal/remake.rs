//! Recreates signals from their states, to verify them.

use super::{Sender, SignalDraft, TYPE, Trip, head, id, visitor_body};
use crate::error::Error;
use crate::event::seconds;
use crate::event::visitor_id::VisitorId;
use crate::limits::{SIGNAL_BYTES, SIGNAL_MADE_BYTES};
use crate::model::Model;
use crate::score::snapshot::Snapshot;
use crate::score::stage;
use crate::score::state::{State, codec};
use crate::text::base64;
use crate::text::json::{Tape, Value};
use crate::text::time;

/// Bytes by which a partial signal may stay below its limit: more than one hit with its reason and touchpoint takes.
const PARTIAL_SLACK: usize = 1_024;

/// Recreates a signal from its subject, its data, its time and its sender.
pub(crate) type Remake = fn(&Model, &[u8], Value<'_>, u64, Sender<'_>) -> Result<Remade, Error>;

/// See [`crate::verify`]. `kinds` are the known types of signals, each with the function that recreates it.
pub(crate) fn verified(model: &Model, json: &[u8], kinds: &[(&[u8], Remake)]) -> Result<Vec<u8>, Error> {
    let mut tape = Tape::default();
    if json.len() > SIGNAL_BYTES || tape.read(json).is_err() {
        return Err(Error::SignalSyntax);
    }
    let given = tape.root();
    let data = given.get(b"data").unwrap_or(given);
    let source = given.text_of(b"source");
    let provenance = match data.text_of(b"provenance") {
        b"client" => "client",
        b"edge" => "edge",
        _ => return Err(Error::SignalSyntax),
    };
    let now = time::parse(given.text_of(b"time")).ok_or(Error::SignalSyntax)?;
    if source.is_empty() {
        return Err(Error::SignalSyntax);
    }
    let own = kinds.iter().find(|(kind, _)| *kind == given.text_of(b"type"));
    let (_, remake) = own.ok_or(Error::SignalSyntax)?;
    if data.get(b"model").unwrap_or(data).text_of(b"hash") != model.hash {
        return Err(Error::SignalModel);
    }
    let remade = remake(model, given.text_of(b"subject"), data, now, Sender { source, provenance, witnessed: None })?;
    let mut expected = Tape::default();
    let read = expected.read(&remade.json);
    let same = |(name, value): (&[u8], Value<'_>)| {
        let Some(own) = given.get(name) else { return false };
        own.equals(value) || (name == b"id" && own.as_text() == Some(&remade.former_id))
    };
    if read.is_err() || !expected.root().members().all(same) {
        return Err(Error::SignalMismatch);
    }
    Ok(remade.snapshot)
}

/// A signal recreated from its data.
pub(crate) struct Remade {
    json: Vec<u8>,
    /// The id that earlier releases gave to this signal, see [`id`].
    former_id: Vec<u8>,
    snapshot: Vec<u8>,
}

impl Remade {
    pub(crate) fn new(model: &Model, trip: &Trip<'_>, made: SignalDraft) -> Self {
        let snapshot = trip.snapshot.json(trip.model, trip.state);
        Self { json: made.json, former_id: id(model, trip, None), snapshot }
    }
}

/// The visitor's signal that follows from a signal's data, with its snapshot.
pub(crate) fn remake(
    model: &Model,
    subject: &[u8],
    data: Value<'_>,
    now: u64,
    sender: Sender<'_>,
) -> Result<Remade, Error> {
    let subject = VisitorId::new(subject)?.bytes();
    let bytes = base64::decode(data.text_of(b"state")).ok_or(Error::StateCorrupt)?;
    let (state, version) = read_state(model, &bytes, now)?;
    let snapshot = Snapshot::new(model, &state, seconds(now));
    // A part of a state may miss the points by which the whole of it met the stage.
    let is_partial = data.get(b"partial").is_some() && !snapshot.score.disqualified;
    let met = if is_partial { u64::MAX } else { snapshot.stage_status.met };
    let stage = tripping(model, &state, met, data.text_of(b"stage"), now)?;
    let sender = sender.with_witnessed(model, data, &snapshot)?;
    let (state, snapshot) = (&state, &snapshot);
    let trip = Trip { kind: TYPE, subject, model, state, snapshot, stage, now, sender, version, is_partial };
    let made = head(model, &trip).with(&visitor_body(&trip));
    // A signal may contain less than its stage requires only if there was no room for more.
    let is_full = made.json.len() > SIGNAL_MADE_BYTES - PARTIAL_SLACK;
    if is_partial && !is_full && snapshot.stage_status.met & stage::bit(stage) == 0 {
        return Err(Error::SignalMismatch);
    }
    Ok(Remade::new(model, &trip, made))
}

/// The state in a signal at its time, and its version.
pub(crate) fn read_state(model: &Model, bytes: &[u8], now: u64) -> Result<(State, u8), Error> {
    let (mut state, version) = State::read(model, bytes)?;
    // Earlier releases counted entries in the future, so their signals are recomputed in the same way.
    if version == codec::VERSION {
        state.set_second(model, seconds(now));
    }
    Ok((state, version))
}

/// The stage of that id, if it is met and trips in a state from before the trip.
pub(crate) fn tripping(model: &Model, state: &State, met: u64, id: &[u8], now: u64) -> Result<u32, Error> {
    let trips = stage::Armed::new(model, state, seconds(now)).tripping(met, 0);
    let stage = stage::positions(trips).find(|stage| model.stage_id(*stage) == id);
    stage.filter(|stage| stage::is_signalled(model, state, *stage)).ok_or(Error::SignalMismatch)
}
