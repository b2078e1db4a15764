//! A visit to an edge worker: what the worker saw itself, and what the page told it, kept apart.
//!
//! ```text
//! sealed cookie ─► own  ──┐
//!                         ├─ join ─► score, segment ─► a stage trips ─► met by what the worker saw alone? edge : client
//! page's cookie ─► page ──┘
//! event (a page view) ─► joins both `own` and the joined state
//! ```
//!
//! Only `own` is sealed again, so that a page can never launder its word into the worker's.

use crate::base64;
use crate::bytes::{Reader, numbers};
use crate::decay;
use crate::error::Error;
use crate::event::Event;
use crate::invariant::held;
use crate::lead;
use crate::limits::CONTRIBUTION_BYTES;
use crate::model::{Model, Rule, kind};
use crate::signal::{self, Sender, Signal};
use crate::snapshot::{self, Snapshot};
use crate::stage;
use crate::state::{FIRST, Hit, LAST, State, TRIPS};

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
/// // What to seal in a cookie, and to begin the next visit with.
/// let record = visit.record(&model, 700);
/// assert!(Visit::new(&model, &record, "", "v-2").snapshot(&model, 1_795_255_200_000)?.starts_with(r#"{"score":50,"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Visit {
    visitor: Vec<u8>,
    /// What the worker saw itself.
    own: State,
    /// What the page told.
    page: State,
    /// Both.
    joined: State,
    /// Whether there is anything in `own`, or the name, that is worth a new cookie.
    is_changed: bool,
    has_page: bool,
    has_sealed: bool,
}

impl Visit {
    /// Begins with what the worker sealed last (`VISITOR.STATE`), what the page mirrored to its cookie
    /// (`RESETS.VISITOR.STATE`), either of which may be empty or damaged, and an id for a visitor who has none.
    ///
    /// The page names the visitor. Where it names another than the sealed record does, it says by `RESETS` why: was it
    /// reset, as after a logout, the record is somebody else's and dropped; else it was the worker who named the visitor
    /// first, or the browser that forgot what the page had stored, and the record stays.
    #[must_use]
    pub fn new(model: &Model, sealed: &str, page: &str, fresh: &str) -> Self {
        let mut visit = Self { visitor: fresh.into(), ..Self::default() };
        if let Some((visitor, own)) = named(model, sealed.as_bytes()) {
            (visit.visitor, visit.own, visit.has_sealed) = (visitor, own, true);
        }
        let (resets, told) = split(page.as_bytes());
        if let Some((visitor, page)) = named(model, told) {
            let was_reset = Reader::new(&base64::decode(resets).unwrap_or_default()).varint64() != 0;
            visit.is_changed = visitor != visit.visitor;
            if visit.is_changed && was_reset {
                visit.own = State::default();
                visit.has_sealed = false;
            }
            (visit.visitor, visit.page, visit.has_page) = (visitor, page, true);
        }
        visit.joined = visit.own.clone();
        visit.joined.join(model, &visit.page);
        visit
    }

    /// Takes in an event that the worker saw at `now` (milliseconds since 1970); gives a signal for each stage that
    /// trips. One that what the worker saw would have tripped alone has provenance `edge`, and only that as its state;
    /// one that needs what the page told has `client`.
    ///
    /// # Errors
    /// [`Error::Now`], [`Error::EventLifecycle`] or [`Error::StateTooLarge`]; then nothing has changed.
    pub fn ingest(&mut self, model: &Model, event: &Event<'_>, now: u64, source: &str) -> Result<Vec<Signal>, Error> {
        let second = lead::second(now)?;
        let gain = lead::gain(model, &self.joined, event, now)?;
        let (joined, trips) = lead::join(model, &mut self.joined, &gain, second);
        for hit in gain {
            self.is_changed |= self.see(model, hit);
        }
        if trips == 0 {
            return Ok(Vec::new());
        }
        // What tells which trips are new belongs to the visitor, whoever saw it, and adds no points.
        let mut proof = self.own.clone();
        for hit in self.page.hits().iter().filter(|hit| hit.slot >= TRIPS) {
            proof.hit(model, *hit);
        }
        let seen = Snapshot::new(model, &proof, second);
        let source = signal::source(source.as_bytes(), event);
        let mut signals = Vec::new();
        for stage in stage::positions(trips) {
            if stage::is_signalled(model, &self.joined, stage) {
                let is_own = stage::positions(seen.standing.met).any(|met| met == stage);
                let (state, snapshot, provenance) =
                    if is_own { (&proof, &seen, "edge") } else { (&self.joined, &joined, "client") };
                let sender = Sender { source: &source, provenance };
                signals.push(signal::signal(model, &self.visitor, state, snapshot, stage, now, sender).into());
            }
        }
        self.is_changed = true;
        for stage in stage::positions(trips) {
            stage::record(model, &mut self.joined, stage, joined.standing.met, second);
            stage::record(model, &mut self.own, stage, joined.standing.met, second);
        }
        Ok(signals)
    }

    /// The visitor's id.
    #[must_use]
    pub fn visitor(&self) -> &str {
        held(core::str::from_utf8(&self.visitor).ok())
    }

    /// Whether the page told anything.
    #[must_use]
    pub fn has_page(&self) -> bool {
        self.has_page
    }

    /// Whether what was sealed is in use: it could be read, and is this visitor's.
    #[must_use]
    pub fn has_sealed(&self) -> bool {
        self.has_sealed
    }

    /// Whether any stage has ever tripped: only of such a visitor can sales have decided anything.
    #[must_use]
    pub fn has_tripped(&self) -> bool {
        self.joined.hits().iter().any(|hit| (TRIPS..LAST).contains(&hit.slot))
    }

    /// Joins a hit into what the worker saw itself. Whether that is worth a new cookie: it would cost the page its place
    /// in a cache, so neither that the visitor was here once more is, nor a time that changes no score.
    fn see(&mut self, model: &Model, hit: Hit) -> bool {
        let before = self.own.of(hit.slot);
        let (count, was_there) = (before.len(), before.contains(&hit));
        self.own.hit(model, hit);
        let after = self.own.of(hit.slot);
        if matches!(hit.slot, FIRST | LAST) || was_there || !after.contains(&hit) {
            return false;
        }
        after.len() != count || !counts_by_number(model, hit.slot)
    }

    /// Whether there is something new to seal.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// What to seal, `VISITOR.STATE`: what the worker saw itself, its oldest hits left out where they do not fit.
    #[must_use]
    pub fn record(&self, model: &Model, bytes: usize) -> String {
        let left = bytes.saturating_sub(self.visitor.len()).saturating_sub(1);
        // Base64 makes four bytes of three.
        let state = self.own.encode_within(model, (left / 4).saturating_mul(3));
        lead::text([&self.visitor, &b"."[..], &base64::encode(&state)].concat())
    }

    /// All that is known, as far as an account keeps it: what it takes in of this visitor.
    #[must_use]
    pub fn contribution(&self, model: &Model) -> Vec<u8> {
        self.joined.encode_within(model, CONTRIBUTION_BYTES)
    }

    /// The snapshot of all that is known at `now` (milliseconds since 1970), as JSON.
    ///
    /// # Errors
    /// [`Error::Now`].
    pub fn snapshot(&self, model: &Model, now: u64) -> Result<String, Error> {
        Ok(lead::text(snapshot::json(model, &self.joined, lead::second(now)?)))
    }

    /// The segment of all that is known at `now` (milliseconds since 1970): of the snapshot what most pages ask for.
    ///
    /// # Errors
    /// [`Error::Now`].
    pub fn segment(&self, model: &Model, now: u64) -> Result<String, Error> {
        let Snapshot { score, standing } = Snapshot::new(model, &self.joined, lead::second(now)?);
        Ok(lead::text(stage::segment(model, &self.joined, &score, &standing)))
    }

    /// The receipt of all that is known at `now` (milliseconds since 1970), as JSON.
    ///
    /// # Errors
    /// [`Error::Now`].
    pub fn explain(&self, model: &Model, now: u64) -> Result<String, Error> {
        Ok(lead::text(crate::explain::receipt(model, &self.joined, lead::second(now)?)))
    }
}

/// Whether a slot is that of a rule whose score follows from the number of its hits alone. Hits of new keys add up to the
/// rule's limit; from there on, and of keys that are there, only times are new, which no score looks at. (A verdict is
/// not such a hit: of two the newer stays.)
fn counts_by_number(model: &Model, slot: u32) -> bool {
    let is_timeless = |rule: &&Rule| rule.kind == kind::EVENT && rule.expires == 0 && rule.decay.kind == decay::NONE;
    // Other rules have zeros there.
    let is_near = |rule: &Rule| rule.within != 0 && numbers(model.text(rule.all)).any(|member| member == slot);
    model.rule(slot).filter(is_timeless).is_some() && !model.rules.iter().any(is_near)
}

/// What stands before the first dot and after it.
fn split(text: &[u8]) -> (&[u8], &[u8]) {
    let (before, after) = crate::url::cut(text, b'.');
    (before, after.unwrap_or_default())
}

/// The visitor and the state of `VISITOR.STATE`, if it is one.
fn named(model: &Model, record: &[u8]) -> Option<(Vec<u8>, State)> {
    let (visitor, state) = split(record);
    let visitor = lead::Lead::from_bytes(visitor).ok()?.visitor;
    let state = State::decode(model, &base64::decode(state)?).ok()?;
    Some((visitor, state))
}
