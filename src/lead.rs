//! What happens to an event, top to bottom: match → join → score → trip.

use crate::error::Error;
use crate::event::{Event, seconds};
use crate::explain;
use crate::lifecycle;
use crate::limits::{TIME_SECONDS, VISITOR_CHARS};
use crate::matcher::{self, Fired};
use crate::model::Model;
use crate::signal::{self, Origin, Signal};
use crate::snapshot::{self, Snapshot};
use crate::stage;
use crate::state::{Hit, State, Verdict};

/// A visitor and what is kept of them.
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
#[derive(Clone, Debug)]
pub struct Lead {
    visitor: String,
    state: State,
}

/// What an event adds to a state.
struct Gain {
    /// When it happened, in seconds.
    t: u32,
    fired: Vec<Fired>,
    verdicts: Vec<(u32, bool)>,
    /// The stage that a `lifecycle` event confirms, or that the lead was sent back.
    lifecycle: Option<Option<u8>>,
}

impl Lead {
    /// A visitor of whom nothing is known.
    ///
    /// # Errors
    /// [`Error::VisitorId`] for an id that is empty or longer than 1,024 characters.
    pub fn new(visitor: &str) -> Result<Self, Error> {
        if visitor.is_empty() || visitor.chars().count() > VISITOR_CHARS {
            return Err(Error::VisitorId);
        }
        Ok(Self { visitor: visitor.to_owned(), state: State::default() })
    }

    /// The visitor's id.
    #[must_use]
    pub fn visitor(&self) -> &str {
        &self.visitor
    }

    /// What is kept of the visitor.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Joins with another state: of another tab, of the edge, of the visitor before they were identified.
    ///
    /// # Errors
    /// [`Error::StateTooLarge`] if both together do not fit 64 KiB.
    pub fn merge(&mut self, model: &Model, other: &State) -> Result<(), Error> {
        let mut joined = self.state.clone();
        joined.join(model, other);
        if !joined.has_room(model, 0) {
            return Err(Error::StateTooLarge);
        }
        self.state = joined;
        Ok(())
    }

    /// Takes in an event at `now` (milliseconds since 1970): joins what it fires, and gives a signal for each stage that
    /// trips. An event without a time, or with a later one, happens now.
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
        ingest(model, &self.visitor, &mut self.state, event, now, origin)
    }

    /// The snapshot at `now` (milliseconds since 1970), as JSON.
    ///
    /// # Errors
    /// [`Error::Now`].
    pub fn snapshot(&self, model: &Model, now: u64) -> Result<String, Error> {
        Ok(snapshot::json(model, &self.state, second(now)?))
    }

    /// The receipt at `now` (milliseconds since 1970), as JSON: every point, and which rules could close the gap to the
    /// next stage.
    ///
    /// # Errors
    /// [`Error::Now`].
    pub fn explain(&self, model: &Model, now: u64) -> Result<String, Error> {
        Ok(explain::receipt(model, &self.state, second(now)?))
    }
}

/// Match, join, score, trip. See [`Lead::ingest`].
pub(crate) fn ingest(
    model: &Model,
    visitor: &str,
    state: &mut State,
    event: &Event<'_>,
    now: u64,
    origin: &Origin<'_>,
) -> Result<Vec<Signal>, Error> {
    let second = second(now)?;
    let gain = gain(model, state, event, now)?;
    let met_before = met_before(model, state, &gain, second);
    join(model, state, gain);
    let snapshot = Snapshot::new(model, state, second);
    let met = snapshot.standing.met;
    let trips: Vec<u32> = stage::tripping(model, state, met, met_before, second).collect();
    let sent = trips.iter().filter(|trip| stage::is_signalled(model, state, **trip));
    let signals = sent.map(|trip| signal::signal(model, visitor, state, &snapshot, *trip, now, origin)).collect();
    for trip in trips {
        stage::record(state, trip, met, second);
    }
    Ok(signals)
}

/// Match and join only, for a score that is asked for later: no stage trips.
#[cfg(feature = "cli")]
pub(crate) fn observe(model: &Model, state: &mut State, event: &Event<'_>, now: u64) -> Result<(), Error> {
    let gain = gain(model, state, event, now)?;
    join(model, state, gain);
    Ok(())
}

/// Match: what the event adds, with nothing changed yet.
fn gain(model: &Model, state: &State, event: &Event<'_>, now: u64) -> Result<Gain, Error> {
    let t = second(event.at.unwrap_or(now).min(now))?;
    let mut gain = Gain { t, fired: Vec::new(), verdicts: Vec::new(), lifecycle: None };
    if event.kind == "lifecycle" {
        let stage = event.props.and_then(|props| props.get("stage")).and_then(|stage| stage.as_text());
        let stage = stage.ok_or(Error::EventLifecycle)?;
        let position = lifecycle::position(stage);
        if position.is_none() && stage != lifecycle::RECYCLED {
            return Err(Error::EventLifecycle);
        }
        gain.lifecycle = Some(position);
    }
    matcher::fire(model, event, t, &mut gain.fired);
    gain.verdicts.extend(matcher::verdicts(model, event));
    let more = gain.fired.len().saturating_add(gain.verdicts.len());
    if more > 0 && !state.has_room(model, more) {
        return Err(Error::StateTooLarge);
    }
    Ok(gain)
}

/// What is met before the event; asked only if a stage could trip again, since else it does not matter.
fn met_before(model: &Model, state: &State, gain: &Gain, now: u32) -> u64 {
    let recycled = state.recycled.max((gain.lifecycle == Some(None)).then_some(gain.t));
    if stage::rearmed(model, state, recycled, now) == 0 {
        return 0;
    }
    Snapshot::new(model, state, now).standing.met
}

/// Join: what the event adds becomes part of the state.
fn join(model: &Model, state: &mut State, gain: Gain) {
    let t = gain.t;
    for Fired { rule, key } in gain.fired {
        state.hit(model, Hit { rule, t, key });
    }
    for (rule, holds) in gain.verdicts {
        state.verdict(Verdict { rule, t, holds });
    }
    match gain.lifecycle {
        Some(Some(position)) => state.confirmed = state.confirmed.max(Some((t, position))),
        Some(None) => state.recycled = state.recycled.max(Some(t)),
        None => {}
    }
    state.seen(t);
}

/// The one seam at which milliseconds become seconds.
pub(crate) fn second(now: u64) -> Result<u32, Error> {
    if now / 1_000 >= TIME_SECONDS {
        return Err(Error::Now);
    }
    Ok(seconds(now))
}
