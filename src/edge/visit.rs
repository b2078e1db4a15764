//! A visit to an edge worker, with two separate states: the worker's own, and the one from the page.
//!
//! ```text
//! sealed cookie ─► own  ──┬──────────► score ─► a stage trips: edge
//!                         └─ join ─┬─► score, segment ─► a stage trips that `own` does not trip: client
//! page's cookie ─► page ───────────┘
//! event (a page view) ─► joins both `own` and the joined state
//! ```
//!
//! Only `own` and the record of sent `client` signals are sealed, so data from a page never becomes part of the
//! worker's own state.

use std::borrow::Cow;

use crate::edge::provenance::{self, Side};
use crate::error::Error;
use crate::event::visitor_id::VisitorId;
use crate::event::{Event, second};
use crate::lead::{self, Room};
use crate::limits::CONTRIBUTION_BYTES;
use crate::model::{Model, Rule, kind};
use crate::score::decay;
use crate::score::snapshot::{self, Snapshot};
use crate::score::stage;
use crate::score::state::{FIRST, Hit, LAST, State, TRIPS};
use crate::signal::{self, Sender, Signal, Signals};
use crate::text::base64;
use crate::text::bytes::{Reader, numbers};
use crate::text::invariant::held;
use crate::text::utf8::string;

/// A visitor as an edge worker knows them during one request.
///
/// ```
/// use leadscore::{EventReader, Model, Visit};
/// let json = r#"{ "name": "tiny",
///   "rules": [{ "id": "pricing", "event": "page_view", "path": "/pricing", "points": 50 }],
///   "stages": [{ "id": "mql", "at": 50 }] }"#;
/// let model = Model::decode(&leadscore::authoring::compile(json)?.bytes)?;
/// let mut visit = Visit::new(&model, "", "", "v-1");
/// let mut events = EventReader::default();
/// let view = events.read(r#"{ "type": "page_view", "url": "https://acme.example/pricing" }"#)?;
/// let signals = visit.ingest(&model, &view, 1_795_255_200_000, "https://acme.example")?;
/// assert!(signals.first().is_some_and(|signal| signal.json.contains(r#""provenance":"edge""#)));
/// assert!(visit.is_changed());
/// // The record to seal in a cookie, with which the next visit begins.
/// let record = visit.record(&model, 700).ok_or("it fits")?;
/// assert!(Visit::new(&model, &record, "", "v-2").snapshot(&model, 1_795_255_200_000)?.starts_with(r#"{"score":50,"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Visit {
    visitor: Vec<u8>,
    /// The state from what the worker itself saw and from sales, with the trips that follow from these alone.
    own: State,
    /// The trips that the worker has signalled on the page's word.
    told: State,
    /// The state from what the page reported.
    page: State,
    /// All that is known, the page's word among it.
    joined: State,
    /// True if a change to `own`, `told` or the id makes a new cookie necessary.
    is_changed: bool,
    has_page: bool,
    has_sealed: bool,
}

/// Stages that trip in a visit's two states, a bit for each, with the snapshots by which they trip.
pub(crate) struct Trips {
    /// From the events that the worker saw itself.
    pub(crate) seen: Snapshot,
    /// Of all that is known.
    pub(crate) all: Snapshot,
    pub(crate) stages: [u64; 2],
}

impl Visit {
    /// Begins a visit with the worker's sealed record (`VISITOR.STATE.TOLD`, formerly `VISITOR.STATE`), the page's
    /// cookie (`RESETS.VISITOR.STATE`), both of which may be empty or corrupted, and an id for a new visitor.
    ///
    /// The visitor's id comes from the page. If it differs from the id in the sealed record, `RESETS` shows the reason:
    /// after a reset, as at a logout, the record belongs to another visitor and is dropped. Otherwise the worker
    /// assigned an id first, or the browser lost the page's storage, and the record is kept.
    #[must_use]
    pub fn new(model: &Model, sealed: &str, page: &str, fresh: &str) -> Self {
        Self::from_bytes(model, sealed.as_bytes(), page.as_bytes(), fresh.as_bytes())
    }

    /// As [`Visit::new`], of UTF-8.
    pub(crate) fn from_bytes(model: &Model, sealed: &[u8], page: &[u8], fresh: &[u8]) -> Self {
        let mut visit = Self { visitor: fresh.into(), ..Self::default() };
        let (visitor, record) = split(sealed);
        let (state, told) = split(record);
        if let (Some(visitor), Some(own)) = (named(visitor), state_of(model, state)) {
            (visit.visitor, visit.own, visit.has_sealed) = (visitor, own, true);
            visit.told = state_of(model, told).unwrap_or_default();
        }
        let (resets, record) = split(page);
        let (visitor, state) = split(record);
        if let (Some(visitor), Some(state)) = (named(visitor), state_of(model, state)) {
            let was_reset = Reader::new(&base64::decode(resets).unwrap_or_default()).varint64() != 0;
            visit.is_changed = visitor != visit.visitor;
            if visit.is_changed && was_reset {
                visit.own = State::default();
                visit.told = State::default();
                visit.has_sealed = false;
            }
            (visit.visitor, visit.page, visit.has_page) = (visitor, state, true);
        }
        visit.joined = visit.own.clone();
        visit.joined.join(model, &visit.told);
        visit.joined.join(model, &visit.page);
        visit
    }

    /// Adds an event that the worker observed at `now` (milliseconds since 1970), and returns a signal for each stage
    /// that trips. If the worker's own state trips the stage alone, the signal has the provenance `edge` and contains
    /// only that state. If data from the page is needed, it has `client`, and `witnessed` is the score from the
    /// worker's own state.
    ///
    /// # Errors
    /// [`Error::Now`], [`Error::EventLifecycle`] or [`Error::StateTooLarge`]; then nothing has changed.
    pub fn ingest(&mut self, model: &Model, event: &Event<'_>, now: u64, source: &str) -> Result<Vec<Signal>, Error> {
        let new_hits = lead::match_event(model, event, now)?;
        let Some(trips) = self.ingest_hits(model, &new_hits, now)? else { return Ok(Vec::new()) };
        let mut signals = Vec::new();
        {
            let source = signal::source(source.as_bytes(), event);
            let witnessed = Some(trips.seen.score.total);
            let make = |state, snapshot, provenance| {
                let sender = Sender { source: &source, provenance, witnessed };
                Signals::new(model, &self.visitor, state, snapshot, now, sender)
            };
            let (mut edge, mut client) =
                (make(&self.own, &trips.seen, "edge"), make(&self.joined, &trips.all, "client"));
            for (stage, is_own) in self.signals(model, &trips) {
                let make = if is_own { &mut edge } else { &mut client };
                signals.push(make.of(stage).into());
            }
        }
        self.record_trips(model, &trips, now);
        Ok(signals)
    }

    /// Joins what an event adds with both states, and returns what trips, which is not recorded yet. `None` if no stage
    /// trips. After an error nothing has changed.
    pub(crate) fn ingest_hits(&mut self, model: &Model, new_hits: &[Hit], now: u64) -> Result<Option<Trips>, Error> {
        let second = second(now)?;
        let before = self.own.at(model, second).into_owned();
        let (mut own, mut joined) = (before.clone(), self.joined_at(model, second).into_owned());
        let (seen, own_trips) = lead::join(model, &mut own, new_hits, now, Room::Forget)?;
        let (all, joined_trips) = lead::join(model, &mut joined, new_hits, now, Room::Forget)?;
        self.is_changed |= new_hits.iter().any(|hit| is_worth_cookie(model, &before, &own, *hit));
        (self.own, self.joined) = (own, joined);
        self.told.set_second(model, second);
        self.page.set_second(model, second);
        let stages = [own_trips, joined_trips];
        Ok((stages != [0, 0]).then_some(Trips { seen, all, stages }))
    }

    /// The stages to signal in the model's order, each with true for the worker's own word.
    pub(crate) fn signals(&self, model: &Model, trips: &Trips) -> impl Iterator<Item = (u32, bool)> + use<> {
        let [own_trips, joined_trips] = trips.stages;
        let own = Side { state: &self.own, trips: own_trips };
        provenance::signals(model, [own, Side { state: &self.joined, trips: joined_trips }])
    }

    /// Records the trips of an event, after its signals are created.
    pub(crate) fn record_trips(&mut self, model: &Model, trips: &Trips, now: u64) {
        self.is_changed = true;
        let met = [trips.seen.stage_status.met, trips.all.stage_status.met];
        provenance::record(model, &mut self.own, &mut self.told, met, trips.stages, now);
        self.joined.join(model, &self.own);
        self.joined.join(model, &self.told);
    }

    /// Returns the state from events that the worker itself saw.
    #[cfg(feature = "wasm")]
    pub(crate) fn own(&self) -> &State {
        &self.own
    }

    /// The visitor's id in UTF-8.
    #[cfg(feature = "wasm")]
    pub(crate) fn visitor_bytes(&self) -> &[u8] {
        &self.visitor
    }

    /// The visitor's id.
    #[must_use]
    pub fn visitor(&self) -> &str {
        held(core::str::from_utf8(&self.visitor).ok())
    }

    /// Returns true if the page reported anything.
    #[must_use]
    pub fn has_page(&self) -> bool {
        self.has_page
    }

    /// Returns true if the sealed record is in use: it could be read, and belongs to this visitor.
    #[must_use]
    pub fn has_sealed(&self) -> bool {
        self.has_sealed
    }

    /// Returns true if a stage of this visitor has tripped, whosever word it is: only then can sales have decided
    /// anything.
    #[must_use]
    pub fn has_tripped(&self) -> bool {
        self.joined.hits().iter().any(|hit| (TRIPS..LAST).contains(&hit.slot))
    }

    /// Returns true if there is something new to seal.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// Returns the record to seal, `VISITOR.STATE.TOLD`: the worker's own state, or the part of it that fits into
    /// `bytes` bytes (see [`State::forget`]), and which `client` signals were sent, which is left out where it takes
    /// more than a quarter: they would be sent again. None where what has to stay does not fit: then the former record
    /// stays.
    #[must_use]
    pub fn record(&self, model: &Model, bytes: usize) -> Option<String> {
        self.record_bytes(model, bytes).map(string)
    }

    /// As [`Visit::record`], in UTF-8.
    pub(crate) fn record_bytes(&self, model: &Model, bytes: usize) -> Option<Vec<u8>> {
        let told = self.told.without_aside();
        let mut told = if told.hits().is_empty() { Vec::new() } else { base64::encode(&told.encode(model)) };
        if told.len() > bytes / 4 {
            told = Vec::new();
        }
        let left = bytes.checked_sub(self.visitor.len())?.checked_sub(told.len())?.checked_sub(2)?;
        // Base64 turns three bytes into four.
        let state = self.own.encode_within(model, left.saturating_mul(3) / 4)?;
        Some([&self.visitor, &b"."[..], &base64::encode(&state), b".", &told].concat())
    }

    /// Returns the worker's own state for an account; none if the required entries do not fit.
    #[must_use]
    pub fn witnessed(&self, model: &Model) -> Option<Vec<u8>> {
        self.own.encode_within(model, CONTRIBUTION_BYTES)
    }

    /// Returns the state that includes data from a page, for an account; empty if there is none; none if the required
    /// entries do not fit.
    #[must_use]
    pub fn told(&self, model: &Model) -> Option<Vec<u8>> {
        if self.has_page { self.joined.encode_within(model, CONTRIBUTION_BYTES) } else { Some(Vec::new()) }
    }

    /// All that is known, with the clock set to a second.
    pub(crate) fn joined_at(&self, model: &Model, second: u32) -> Cow<'_, State> {
        // Entries dated ahead by a wrong clock must not replace others before they are set aside.
        match (self.own.at(model, second), self.page.at(model, second), self.joined.at(model, second)) {
            (Cow::Borrowed(_), Cow::Borrowed(_), joined) => joined,
            (own, page, _) => Cow::Owned(own.with(model, &self.told.at(model, second)).with(model, &page)),
        }
    }

    /// Returns the snapshot of all data at `now` (milliseconds since 1970), as JSON.
    ///
    /// # Errors
    /// [`Error::Now`].
    pub fn snapshot(&self, model: &Model, now: u64) -> Result<String, Error> {
        let second = second(now)?;
        Ok(string(snapshot::json(model, &self.joined_at(model, second), second)))
    }

    /// The segment of all that is known at `now` (milliseconds since 1970): of the snapshot what most pages ask for.
    ///
    /// # Errors
    /// [`Error::Now`].
    pub fn segment(&self, model: &Model, now: u64) -> Result<String, Error> {
        let second = second(now)?;
        let joined = self.joined_at(model, second);
        let Snapshot { score, stage_status } = Snapshot::new(model, &joined, second);
        Ok(string(stage::segment(model, &joined, &score, &stage_status)))
    }

    /// Returns the receipt of all data at `now` (milliseconds since 1970), as JSON.
    ///
    /// # Errors
    /// [`Error::Now`].
    pub fn explain(&self, model: &Model, now: u64) -> Result<String, Error> {
        let second = second(now)?;
        Ok(string(crate::score::explain::receipt(model, &self.joined_at(model, second), second)))
    }
}

/// Returns true for the slot of a rule whose score follows from the number of its hits alone. Hits of new keys add up
/// to the rule's limit; from there on, and of keys that are there, only times are new, which no score looks at. (A
/// verdict is not such a hit: of two the newer stays.)
fn counts_by_number(model: &Model, slot: u32) -> bool {
    let is_timeless = |rule: &&Rule| rule.kind == kind::EVENT && rule.expires == 0 && rule.decay.kind == decay::NONE;
    // Other rules have zeros there.
    let is_near = |rule: &Rule| rule.within != 0 && numbers(model.text(rule.all)).any(|member| member == slot);
    model.rule(slot).filter(is_timeless).is_some() && !model.rules.iter().any(is_near)
}

/// Returns true if what an event added to the worker's own state is worth a new cookie: that costs the page its place
/// in a cache, so neither that the visitor was here once more is, nor a time that changes no score.
fn is_worth_cookie(model: &Model, before: &State, after: &State, hit: Hit) -> bool {
    let (before, after) = (before.of(hit.slot), after.of(hit.slot));
    if matches!(hit.slot, FIRST | LAST) || before.contains(&hit) || !after.contains(&hit) {
        return false;
    }
    after.len() != before.len() || !counts_by_number(model, hit.rule())
}

/// Returns the bytes before the first dot and after it.
fn split(text: &[u8]) -> (&[u8], &[u8]) {
    let (before, after) = crate::event::url::cut(text, b'.');
    (before, after.unwrap_or_default())
}

/// A visitor's id, if a cookie can hold it (RFC 6265bis, 4.1.1, `cookie-octet`): it goes into one again.
fn named(visitor: &[u8]) -> Option<Vec<u8>> {
    let is_octet = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\' | b'.');
    if !visitor.iter().all(is_octet) {
        return None;
    }
    Some(VisitorId::new(visitor).ok()?.bytes().to_vec())
}

fn state_of(model: &Model, text: &[u8]) -> Option<State> {
    State::decode(model, &base64::decode(text)?).ok()
}
