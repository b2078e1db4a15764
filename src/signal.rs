//! The signal that is sent when a stage trips: one CloudEvents 1.0 JSON object.

#[cfg(any(feature = "browser", all(feature = "wasm", feature = "edge")))]
pub(crate) mod retry;

pub(crate) mod remake;
#[cfg(all(test, feature = "authoring"))]
mod tests;

use std::borrow::Cow;

use crate::error::Error;
use crate::event::url::Url;
use crate::event::{Event, seconds};
use crate::limits::{AMOUNT, SIGNAL_MADE_BYTES, TOUCHPOINTS};
use crate::model::{Milli, Model, kind};
use crate::score::snapshot::Snapshot;
use crate::score::state::codec;
use crate::score::state::{Hit, RECYCLED, State};
use crate::text::base64;
use crate::text::hash::hash128;
use crate::text::json::{Value, Writer};
use crate::text::least::least;
use crate::text::sort::sort;
use crate::text::time;
use crate::text::utf8::string;

/// The `type` of a visitor's signal.
pub(crate) const TYPE: &[u8] = b"leadscore.stage.reached";

/// The origin of a signal.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The site's origin, such as `https://acme.example`: a signal's `source`. If empty, that of the event's URL, or
    /// `leadscore` where it has none.
    pub source: &'a str,
    /// `client` or `edge`.
    pub provenance: &'a str,
}

impl Default for Origin<'_> {
    /// A client; the event's URL determines the site.
    fn default() -> Self {
        Self { source: "", provenance: "client" }
    }
}

/// A stage that trips: of whom or what, and the score that it trips by.
#[derive(Clone, Copy)]
pub(crate) struct Trip<'a> {
    pub(crate) kind: &'static [u8],
    pub(crate) subject: &'a [u8],
    /// The model whose stage it is.
    pub(crate) model: &'a Model,
    /// From before the trip is recorded: so the receiver, who gets that state, can make the very same signal from it.
    pub(crate) state: &'a State,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) stage: u32,
    /// Milliseconds since 1970.
    pub(crate) now: u64,
    pub(crate) sender: Sender<'a>,
    /// The version of the states that it carries.
    pub(crate) version: u8,
    /// It contains a part of the state, because the complete state would make the signal too large.
    pub(crate) is_partial: bool,
}

/// As [`Origin`], in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub(crate) source: &'a [u8],
    pub(crate) provenance: &'a str,
    /// The score of the worker's own state alone. Only a worker reports it, in signals that it signs.
    pub(crate) witnessed: Option<Milli>,
}

impl<'a> Sender<'a> {
    /// Returns the points that the worker saw, if they differ from the signal's score. For an edge signal they are the
    /// score.
    fn witnessed_with(&self, snapshot: &Snapshot) -> Option<Milli> {
        self.witnessed.map(|points| if self.provenance == "edge" { snapshot.score.total } else { points })
    }

    /// A sender with one state: that of an edge is the worker's own, that of a page has no witness.
    pub(crate) fn of_one_state(source: &'a [u8], provenance: &'a str, snapshot: &Snapshot) -> Self {
        Self { source, provenance, witnessed: (provenance == "edge").then_some(snapshot.score.total) }
    }

    /// Returns the sender with `witnessed` from a signal's data. For an edge it is the score, which signals of releases
    /// up to 0.1 do not contain; for data from a page it is trusted within the bounds of the model's score.
    pub(crate) fn with_witnessed(self, model: &Model, data: Value<'_>, snapshot: &Snapshot) -> Result<Self, Error> {
        let Some(given) = data.get(b"witnessed") else { return Ok(self) };
        let score = snapshot.score.total;
        let witnessed = if self.provenance == "edge" { Some(score) } else { given.as_number().and_then(milli) };
        let witnessed = witnessed.filter(|points| (model.score.min..=model.score.max).contains(points));
        Ok(Self { witnessed: Some(witnessed.ok_or(Error::SignalMismatch)?), ..self })
    }
}

/// Points as thousandths.
#[expect(clippy::cast_possible_truncation, reason = "within the largest amount")]
fn milli(points: f64) -> Option<Milli> {
    let milli = (points * 1_000.0).round();
    (milli.abs() <= AMOUNT as f64).then_some(milli as Milli)
}

/// The `source` of a signal that an event sets off: the one given, else the event's own site.
pub(crate) fn source(given: &[u8], event: &Event<'_>) -> Vec<u8> {
    let own = event.url.origin();
    if !given.is_empty() {
        given.to_vec()
    } else if own.is_empty() {
        b"leadscore".to_vec()
    } else {
        own
    }
}

/// A signal, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The same for the same trip of the same visitor on the same site, so that a receiver can drop duplicates.
    pub id: String,
    /// The CloudEvents object.
    pub json: String,
}

/// As [`Signal`], in bytes.
pub(crate) struct SignalDraft {
    pub(crate) id: Vec<u8>,
    pub(crate) json: Vec<u8>,
}

impl From<SignalDraft> for Signal {
    fn from(made: SignalDraft) -> Self {
        Self { id: string(made.id), json: string(made.json) }
    }
}

/// Creates the signals of a visitor's stages that trip at one event, from the state before the trips are recorded.
/// Their common parts are created once.
pub(crate) struct Signals<'a> {
    trip: Trip<'a>,
    /// The entries of the state that may be forgotten.
    order: Vec<Hit>,
    /// The bodies so far, by the number of forgotten hits: see [`Signals::body`].
    bodies: Vec<(usize, Vec<u8>)>,
}

/// Nothing is forgotten, and there are as many reasons as there are.
const WHOLE: usize = usize::MAX;

impl<'a> Signals<'a> {
    pub(crate) fn new(
        model: &'a Model,
        visitor: &'a [u8],
        state: &'a State,
        snapshot: &'a Snapshot,
        now: u64,
        sender: Sender<'a>,
    ) -> Self {
        let (version, is_partial, stage) = (codec::VERSION, false, 0);
        let trip =
            Trip { kind: TYPE, subject: visitor, model, state, snapshot, stage, now, sender, version, is_partial };
        Self { trip, order: Vec::new(), bodies: Vec::new() }
    }

    /// The signal of a stage. If it would be too large to be sent, it contains a part of the state, with the snapshot
    /// of that and its largest reasons. Only what the model makes of any state (its dimensions, what the next stage
    /// misses) may take it further.
    pub(crate) fn of(&mut self, stage: u32) -> SignalDraft {
        self.trip.stage = stage;
        let head = head(self.trip.model, &self.trip);
        let mut count = WHOLE;
        if !head.fits(self.body(WHOLE)) {
            if self.order.is_empty() {
                self.order = self.trip.state.order(self.trip.model);
            }
            count = 0;
            if !head.fits(self.body(0)) {
                count = least(self.order.len(), &mut |count| head.fits(self.body(count)));
            }
        }
        head.with(self.body(count))
    }

    /// The body with the state after dropping this many hits, or the [`WHOLE`].
    fn body(&mut self, count: usize) -> &[u8] {
        let known = self.bodies.iter().position(|(own, _)| *own == count);
        let at = known.unwrap_or_else(|| {
            self.bodies.push((count, self.make_body(count)));
            self.bodies.len().wrapping_sub(1)
        });
        self.bodies.get(at).map_or(&[], |(_, body)| body)
    }

    fn make_body(&self, count: usize) -> Vec<u8> {
        let mut trip = self.trip;
        let (state, snapshot);
        if count != WHOLE {
            state = trip.state.without(&self.order, count);
            snapshot = Snapshot::new(trip.model, &state, seconds(trip.now));
            (trip.state, trip.snapshot, trip.is_partial) = (&state, &snapshot, true);
            trip.sender.witnessed = trip.sender.witnessed_with(&snapshot);
        }
        visitor_body(&trip)
    }
}

fn visitor_body(trip: &Trip<'_>) -> Vec<u8> {
    body(trip.model, trip, &mut |writer| {
        write_reasons(writer, trip.model, trip.snapshot, if trip.is_partial { TOUCHPOINTS } else { usize::MAX });
        write_touchpoints(writer, trip.model, trip.state);
    })
}

/// The id of a trip's signal: the same for the same trip of the same visitor on the same site. What armed the stage is
/// its last trip and the last recycling.
///
/// `site` is `None` for the ids of releases up to 0.1, which left it out, so that two sites with one model and one
/// visitor id lost signals. [`crate::verify`] accepts those until version 2.
fn id(model: &Model, trip: &Trip<'_>, site: Option<&[u8]>) -> Vec<u8> {
    // Seconds, and above them the milliseconds, which states of releases up to 0.1 did not have.
    let number = |fact: &Hit| ((fact.at() % 1_000) << 32) | u64::from(fact.t);
    let armed = [trip.state.tripped(trip.stage), trip.state.newest(RECYCLED)];
    let armed = armed.map(|fact| fact.map_or(u64::MAX, number).to_le_bytes()).concat();
    let mut parts = vec![trip.subject, model.name_bytes(), trip.model.stage_id(trip.stage), &armed];
    parts.extend(site);
    hash128(&parts)
}

/// The site of a signal's `source`: its host in lower case, with a port that is not the scheme's default; the whole of
/// a `source` that has no host, such as `leadscore:replay`.
fn site(source: &[u8]) -> Vec<u8> {
    Url::parse(source).host_without_default_port().map_or_else(|| source.to_vec(), Cow::into_owned)
}

/// The beginning of a signal, up to what all stages that trip at one event have in common: its [`body`].
pub(crate) struct Head {
    id: Vec<u8>,
    writer: Writer,
}

impl Head {
    /// Returns true if the signal with this body is not too large.
    fn fits(&self, body: &[u8]) -> bool {
        const AROUND: usize = ",}}".len();
        self.writer.len().saturating_add(body.len()) <= SIGNAL_MADE_BYTES - AROUND
    }

    /// The signal with this body.
    pub(crate) fn with(mut self, body: &[u8]) -> SignalDraft {
        self.writer.raw(body);
        self.writer.close(b'}');
        self.writer.close(b'}');
        SignalDraft { id: self.id, json: self.writer.finish() }
    }
}

/// The beginning of the signal of a trip under a model, of which it may be a part.
pub(crate) fn head(model: &Model, trip: &Trip<'_>) -> Head {
    let stage_id = trip.model.stage_id(trip.stage);
    let id = id(model, trip, Some(&site(trip.sender.source)));
    let mut writer = Writer::default();
    writer.open(b'{');
    for (name, text) in [
        ("specversion", &b"1.0"[..]),
        ("id", &id),
        ("source", trip.sender.source),
        ("type", trip.kind),
        ("subject", trip.subject),
        ("time", &time::text(seconds(trip.now), Some((trip.now % 1_000) as u32))),
        ("datacontenttype", b"application/json"),
    ] {
        writer.name(name).text(text);
    }
    writer.name("data").open(b'{');
    writer.name("stage").text(stage_id);
    Head { id, writer }
}

/// The part of a signal that does not depend on its stage; `explain` writes why it trips.
pub(crate) fn body(model: &Model, trip: &Trip<'_>, explain: &mut dyn FnMut(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.name("snapshot").raw(&trip.snapshot.json(trip.model, trip.state));
    explain(&mut writer);
    writer.name("model").open(b'{');
    writer.name("name").text(model.name_bytes());
    writer.name("version").integer(u64::from(model.version()));
    writer.name("hash").text(&model.hash);
    writer.close(b'}');
    writer.name("state").text(&base64::encode(&trip.state.without_aside().encode_as(trip.model, trip.version)));
    writer.name("provenance").text(trip.sender.provenance.as_bytes());
    if trip.is_partial {
        writer.name("partial").bool(true);
    }
    if let Some(witnessed) = trip.sender.witnessed {
        writer.name("witnessed").points(witnessed);
    }
    writer.finish()
}

/// Live rules, in descending order of points, then in the model's order, up to a maximum number.
fn write_reasons(writer: &mut Writer, model: &Model, snapshot: &Snapshot, most: usize) {
    let live = &snapshot.score.live;
    let mut order: Vec<(i64, u32)> = Vec::new();
    for live in live {
        order.push((live.points.wrapping_neg(), live.rule));
    }
    sort(&mut order);
    writer.name("reasons").open(b'[');
    for live in order.iter().take(most).filter_map(|(_, rule)| snapshot.score.of(*rule)) {
        writer.open(b'{');
        writer.name("rule").text(model.rule_id(live.rule));
        writer.name("points").points(live.points);
        writer.name("hits").integer(u64::from(live.hits));
        writer.name("last").text(&time::text(live.last, None));
        writer.close(b'}');
    }
    writer.close(b']');
}

/// The newest hits of event rules, then in the model's order.
fn write_touchpoints(writer: &mut Writer, model: &Model, state: &State) {
    let mut order: Vec<(i64, u32)> = Vec::new();
    for hit in state.hits() {
        if model.rule(hit.rule()).is_some_and(|rule| rule.kind == kind::EVENT) {
            order.push((i64::from(hit.t).wrapping_neg(), hit.rule()));
        }
    }
    sort(&mut order);
    writer.name("touchpoints").open(b'[');
    for (t, rule) in order.iter().take(TOUCHPOINTS) {
        writer.open(b'{');
        writer.name("rule").text(model.rule_id(*rule));
        writer.name("time").text(&time::text(t.unsigned_abs() as u32, None));
        writer.close(b'}');
    }
    writer.close(b']');
}
