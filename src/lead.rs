//! The pipeline of an event, top to bottom: match → join → score → trip.

use crate::error::Error;
use crate::event::lifecycle;
use crate::event::visitor_id::VisitorId;
use crate::event::{Event, Given, second};
use crate::model::Model;
use crate::score::explain;
use crate::score::matcher;
use crate::score::snapshot::{self, Snapshot};
use crate::score::stage;
use crate::score::state::Bound;
use crate::score::state::{CONFIRMED, Hit, RECYCLED, State};
use crate::signal::{self, Origin, Sender, Signal, SignalDraft, Signals};
use crate::text::invariant::held;
use crate::text::utf8::string;

/// A visitor and their state.
///
/// ```
/// use leadscore::{EventReader, Lead, Model, Origin};
/// let json = r#"{ "name": "tiny",
///   "rules": [{ "id": "demo", "event": "form_submit", "where": { "form_id": "demo" }, "points": 50 }],
///   "stages": [{ "id": "mql", "at": 50 }] }"#;
/// let model = Model::decode(&leadscore::authoring::compile(json)?.bytes)?;
/// let mut lead = Lead::new("v-1")?;
/// let mut events = EventReader::default();
/// let event = events.read(r#"{ "type": "form_submit", "props": { "form_id": "demo" } }"#)?;
/// let now = 1_795_255_200_000; // milliseconds since 1970
/// let signals = lead.ingest(&model, &event, now, &Origin::default())?;
/// assert_eq!(signals.len(), 1);
/// assert!(lead.snapshot(&model, now)?.starts_with(r#"{"score":50,"#));
/// assert!(lead.ingest(&model, &event, now, &Origin::default())?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Lead {
    pub(crate) visitor: Vec<u8>,
    pub(crate) state: State,
}

impl Lead {
    /// A visitor of whom nothing is known.
    ///
    /// # Errors
    /// [`Error::VisitorId`] for an id that is empty or longer than 1,024 characters.
    pub fn new(visitor: &str) -> Result<Self, Error> {
        Self::from_bytes(visitor.as_bytes())
    }

    /// As [`Lead::new`], of an id in UTF-8.
    pub(crate) fn from_bytes(visitor: &[u8]) -> Result<Self, Error> {
        Ok(Self { visitor: VisitorId::new(visitor)?.bytes().to_vec(), state: State::default() })
    }

    /// The visitor's id.
    #[must_use]
    pub fn visitor(&self) -> &str {
        held(core::str::from_utf8(&self.visitor).ok())
    }

    /// Returns the visitor's state.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Joins with another state: of another tab, of the edge, of the visitor before they were identified. If it comes
    /// from another device, whose clock may be wrong, set its clock first: see [`State::set_clock`].
    ///
    /// # Errors
    /// [`Error::StateTooLarge`] if both together do not fit 64 KiB.
    pub fn merge(&mut self, model: &Model, other: &State) -> Result<(), Error> {
        let joined = self.state.with(model, other);
        if !joined.has_room(model) {
            return Err(Error::StateTooLarge);
        }
        self.state = joined;
        Ok(())
    }

    /// Ingests an event at `now` (milliseconds since 1970): joins its hits, and returns a signal for each stage
    /// that trips. An event without a time, or with a later one, happens now.
    ///
    /// # Errors
    /// [`Error::Now`], [`Error::EventLifecycle`] or [`Error::StateTooLarge`]; then nothing has changed.
    pub fn ingest(
        &mut self,
        model: &Model,
        event: &Event<'_>,
        now: u64,
        origin: &Origin<'_>,
    ) -> Result<Vec<Signal>, Error> {
        let sender = Sender { source: origin.source.as_bytes(), provenance: origin.provenance, witnessed: None };
        let signals = ingest(model, &self.visitor, &mut self.state, event, now, sender, Room::Refuse)?;
        Ok(signals.into_iter().map(Signal::from).collect())
    }

    /// Returns the snapshot at `now` (milliseconds since 1970), as JSON.
    ///
    /// # Errors
    /// [`Error::Now`].
    pub fn snapshot(&self, model: &Model, now: u64) -> Result<String, Error> {
        let now = second(now)?;
        Ok(string(snapshot::json(model, &self.state.at(model, now), now)))
    }

    /// Returns the receipt at `now` (milliseconds since 1970), as JSON: every point, and which rules could close the
    /// gap to the next stage.
    ///
    /// # Errors
    /// [`Error::Now`].
    pub fn explain(&self, model: &Model, now: u64) -> Result<String, Error> {
        let now = second(now)?;
        Ok(string(explain::receipt(model, &self.state.at(model, now), now)))
    }
}

/// The treatment of an event for which a state has no room.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// [`Error::StateTooLarge`].
    Refuse,
    /// Drop the least important entries: for callers that could not handle an error.
    #[cfg(any(feature = "browser", feature = "edge"))]
    Forget,
}

/// Match, join, score, trip. See [`Lead::ingest`].
pub(crate) fn ingest(
    model: &Model,
    visitor: &[u8],
    state: &mut State,
    event: &Event<'_>,
    now: u64,
    sender: Sender<'_>,
    room: Room,
) -> Result<Vec<SignalDraft>, Error> {
    let new_hits = match_event(model, event, now)?;
    trip(model, visitor, state, &new_hits, now, (sender, Some(event)), room)
}

/// As [`ingest`], of what an event adds. Without the event the sender has to know the source.
pub(crate) fn trip(
    model: &Model,
    visitor: &[u8],
    state: &mut State,
    new_hits: &[Hit],
    now: u64,
    (sender, event): (Sender<'_>, Option<&Event<'_>>),
    room: Room,
) -> Result<Vec<SignalDraft>, Error> {
    let mut signals = Vec::new();
    let Some(Trips { snapshot, stages }) = advance(model, state, new_hits, now, room)? else { return Ok(signals) };
    let source = event.map_or_else(|| sender.source.to_vec(), |event| signal::source(sender.source, event));
    let sender = Sender::of_one_state(&source, sender.provenance, &snapshot);
    let mut make = Signals::new(model, visitor, state, &snapshot, now, sender);
    for stage in stage::positions(stages) {
        if stage::is_signalled(model, state, stage) {
            signals.push(make.of(stage));
        }
    }
    for stage in stage::positions(stages) {
        stage::record(model, state, stage, snapshot.stage_status.met, now);
    }
    Ok(signals)
}

/// Stages that trip, a bit for each, and the score with which they trip.
pub(crate) struct Trips {
    pub(crate) snapshot: Snapshot,
    pub(crate) stages: u64,
}

/// Joins and scores, and returns the stages that trip. These are not recorded yet. `None` if no stage trips.
pub(crate) fn advance(
    model: &Model,
    state: &mut State,
    new_hits: &[Hit],
    now: u64,
    room: Room,
) -> Result<Option<Trips>, Error> {
    let second = second(now)?;
    let is_decided = |hit: &Hit| matches!(hit.slot, RECYCLED | CONFIRMED);
    if !crate::IS_TAG
        && state.has_room_for(new_hits.len())
        && !new_hits.iter().any(is_decided)
        && let Some(bound) = state.bound().after(model, state, new_hits, second)
    {
        // Nothing can trip.
        state.add_hits(model, new_hits);
        state.set_bound(bound);
        return Ok(None);
    }
    let (mut snapshot, stages) = join(model, state, new_hits, now, room)?;
    if stages == 0 {
        if crate::IS_TAG {
            return Ok(None);
        }
        state.set_bound(Bound::new(model, state, &mut snapshot.score, second));
        return Ok(None);
    }
    Ok(Some(Trips { snapshot, stages }))
}

/// Joins and scores, and returns the snapshot after new hits and the stages that trip. After an error the state is
/// unchanged.
pub(crate) fn join(
    model: &Model,
    state: &mut State,
    new_hits: &[Hit],
    now: u64,
    room: Room,
) -> Result<(Snapshot, u64), Error> {
    let now = second(now)?;
    let former = (!state.has_room_for(new_hits.len())).then(|| state.clone());
    state.set_second(model, now);
    // The stages met before matter only for stages that could trip again, which is rare.
    let mut met_before = 0;
    if stage::Armed::new(model, state, now).again != 0 || new_hits.iter().any(|hit| hit.slot == RECYCLED) {
        met_before = Snapshot::new(model, state, now).stage_status.met;
    }
    add_hits(model, state, new_hits, former, room)?;
    let snapshot = Snapshot::new(model, state, now);
    let trips = stage::Armed::new(model, state, now).tripping(snapshot.stage_status.met, met_before);
    Ok((snapshot, trips))
}

/// Joins a state with new hits. If there may not be room for both, `former` keeps the previous state, which an error
/// restores.
fn add_hits(
    model: &Model,
    state: &mut State,
    new_hits: &[Hit],
    former: Option<State>,
    room: Room,
) -> Result<(), Error> {
    state.add_hits(model, new_hits);
    let Some(former) = former else { return Ok(()) };
    if !state.has_room(model) {
        let left = if room == Room::Refuse { None } else { state.forget_for_room(model) };
        let has_room = left.is_some();
        *state = left.unwrap_or(former);
        if !has_room {
            return Err(Error::StateTooLarge);
        }
    }
    Ok(())
}

/// Joins only, for a score that is asked for later: no stage trips.
#[cfg(feature = "outcomes")]
pub(crate) fn observe(model: &Model, state: &mut State, new_hits: &[Hit]) -> Result<(), Error> {
    let former = (!state.has_room_for(new_hits.len())).then(|| state.clone());
    add_hits(model, state, new_hits, former, Room::Refuse)
}

/// Match: all that the event adds.
pub(crate) fn match_event(model: &Model, event: &Event<'_>, now: u64) -> Result<Vec<Hit>, Error> {
    second(now)?;
    let at = event.at.unwrap_or(now).min(now);
    if model.is_former {
        return Err(Error::ModelVersion);
    }
    let (kind, bytes) = event.given(model);
    let decision = match event.kind {
        b"lifecycle" => Some(lifecycle::decision(event.prop(b"stage")).ok_or(Error::EventLifecycle)?),
        _ => None,
    };
    Ok(hits(model, &Given::read(model, kind, &bytes), at, decision))
}

/// Returns all hits that an event adds, sorted, at a time in milliseconds since 1970; `decision` is the decision of
/// sales, see [`lifecycle::decision`].
pub(crate) fn hits(model: &Model, given: &Given<'_>, at: u64, decision: Option<u32>) -> Vec<Hit> {
    let mut hits = matcher::fire(model, given, at);
    matcher::seen(&mut hits, at);
    if let Some(position) = decision {
        let is_stage = (position as usize) < lifecycle::LIFECYCLE.len();
        hits.push(if is_stage { Hit::fact(CONFIRMED, at, position) } else { Hit::fact(RECYCLED, at, 0) });
    }
    hits
}
