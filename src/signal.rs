//! What goes out when a stage trips: one CloudEvents 1.0 JSON object, and how its receiver checks it.

use std::borrow::Cow;

#[cfg(feature = "edge")]
use crate::account;
use crate::base64;
use crate::error::Error;
use crate::event::{Event, seconds};
use crate::hash::hash128;
use crate::json::{Tape, Value, Writer};
use crate::lead::{Lead, text};
use crate::limits::{AMOUNT, SIGNAL_BYTES, SIGNAL_MADE_BYTES, TOUCHPOINTS};
use crate::model::{Milli, Model, kind};
use crate::snapshot::Snapshot;
use crate::sort::sort;
use crate::stage;
use crate::state::{self, Hit, RECYCLED, State};
use crate::time;
use crate::url::Url;

/// The `type` of a visitor's signal.
pub(crate) const TYPE: &[u8] = b"leadscore.stage.reached";
/// Bytes by which a partial signal may stay below its limit: more than one hit takes, with all that is said of it.
const PARTIAL_SLACK: usize = 1_024;

/// Where signals come from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The site's origin, such as `https://acme.example`: a signal's `source`. If empty, that of the event's URL, or
    /// `leadscore` where it has none.
    pub source: &'a str,
    /// `client` or `edge`.
    pub provenance: &'a str,
}

impl Default for Origin<'_> {
    /// A client; the event says of which site.
    fn default() -> Self {
        Self { source: "", provenance: "client" }
    }
}

/// A stage that trips: of whom or what, and the score that it trips by.
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
    /// It carries what is left of the state, as all of it would make the signal too large.
    pub(crate) is_partial: bool,
}

/// As [`Origin`], in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub(crate) source: &'a [u8],
    pub(crate) provenance: &'a str,
    /// The score that the worker's own state gives alone. Only a worker says so, in signals that it signs.
    pub(crate) witnessed: Option<Milli>,
}

impl<'a> Sender<'a> {
    /// What it has witnessed if the signal's score is another: an edge's is the score itself.
    fn witnessed_with(&self, snapshot: &Snapshot) -> Option<Milli> {
        self.witnessed.map(|points| if self.provenance == "edge" { snapshot.score.total } else { points })
    }

    /// A sender that has one state: an edge's is what it saw itself, a page's is nobody's testimony.
    pub(crate) fn of_one_state(source: &'a [u8], provenance: &'a str, snapshot: &Snapshot) -> Self {
        Self { source, provenance, witnessed: (provenance == "edge").then_some(snapshot.score.total) }
    }

    /// The same as a signal's data has it. What an edge saw is the score itself, in signals of releases up to 0.1 not
    /// said; what is beside a page's word is believed within the bounds of the model's score.
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
pub(crate) struct Made {
    pub(crate) id: Vec<u8>,
    pub(crate) json: Vec<u8>,
}

impl From<Made> for Signal {
    fn from(made: Made) -> Self {
        Self { id: text(made.id), json: text(made.json) }
    }
}

/// The signal of a visitor's stage that trips, from the state before the trip is recorded.
pub(crate) fn signal(
    model: &Model,
    visitor: &[u8],
    state: &State,
    snapshot: &Snapshot,
    stage: u32,
    now: u64,
    sender: Sender<'_>,
) -> Made {
    let version = state::VERSION;
    let is_partial = false;
    let trip = Trip { kind: TYPE, subject: visitor, model, state, snapshot, stage, now, sender, version, is_partial };
    let whole = write_visitor(&trip);
    if whole.json.len() <= SIGNAL_MADE_BYTES { whole } else { partial(&trip).unwrap_or(whole) }
}

/// The signal with what is left of the state, its snapshot and its largest reasons, so that it is not too large to be
/// sent. Only what the model makes of any state (its dimensions, what the next stage misses) may take it further.
fn partial(trip: &Trip<'_>) -> Option<Made> {
    let mut made = None;
    trip.state.without_aside().forget_until(trip.model, &mut |state| {
        let snapshot = &Snapshot::new(trip.model, state, seconds(trip.now));
        let sender = Sender { witnessed: trip.sender.witnessed_with(snapshot), ..trip.sender };
        let signal = write_visitor(&Trip { state, snapshot, sender, is_partial: true, ..*trip });
        let fits = signal.json.len() <= SIGNAL_MADE_BYTES;
        made = Some(signal);
        fits
    });
    made
}

fn write_visitor(trip: &Trip<'_>) -> Made {
    write(trip.model, trip, &mut |writer| {
        write_reasons(writer, trip.model, trip.snapshot, if trip.is_partial { TOUCHPOINTS } else { usize::MAX });
        write_touchpoints(writer, trip.model, trip.state);
    })
}

/// The id of a trip's signal: the same for the same trip of the same visitor on the same site. What armed the stage is
/// its last trip and the last recycling.
///
/// `site` is `None` for the ids of releases up to 0.1, which left it out, so that two sites with one model and one
/// visitor id lost signals. [`verify`] accepts those until version 2.
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

/// The signal of a trip under a model, of which it may be a part; `explain` writes why it trips.
pub(crate) fn write(model: &Model, trip: &Trip<'_>, explain: &mut dyn FnMut(&mut Writer)) -> Made {
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
    writer.close(b'}');
    writer.close(b'}');
    Made { id, json: writer.finish() }
}

/// Live rules, the most points first, then in the model's order; so many at most.
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

/// Makes a signal anew from the state that it carries and compares: whoever accepts it need not believe its sender's
/// arithmetic. That the state itself is true, nobody but an edge worker that saw the visit can say.
///
/// Gives the recomputed snapshot, as JSON. Members that CloudEvents lets others add, beside `data`, are ignored.
///
/// # Errors
/// [`Error::SignalSyntax`] for what is no signal, [`Error::SignalModel`] if another model made it, one of the `State…`
/// errors for a damaged state, [`Error::SignalMismatch`] if anything in it does not follow from its state.
pub fn verify(model: &Model, signal: &str) -> Result<String, Error> {
    recompute(model, signal.as_bytes()).map(text)
}

/// As [`verify`], in bytes.
pub(crate) fn recompute(model: &Model, json: &[u8]) -> Result<Vec<u8>, Error> {
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
    let remake = match given.text_of(b"type") {
        TYPE => remake,
        #[cfg(feature = "edge")]
        account::TYPE => account::remake,
        _ => return Err(Error::SignalSyntax),
    };
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

/// What follows from the data of a signal.
pub(crate) struct Remade {
    json: Vec<u8>,
    /// The id that earlier releases gave to this signal, see [`id`].
    former_id: Vec<u8>,
    snapshot: Vec<u8>,
}

impl Remade {
    pub(crate) fn new(model: &Model, trip: &Trip<'_>, made: Made) -> Self {
        let snapshot = trip.snapshot.json(trip.model, trip.state);
        Self { json: made.json, former_id: id(model, trip, None), snapshot }
    }
}

/// The signal that follows from a signal's data, with its snapshot.
fn remake(model: &Model, subject: &[u8], data: Value<'_>, now: u64, sender: Sender<'_>) -> Result<Remade, Error> {
    let lead = Lead::from_bytes(subject)?;
    let bytes = base64::decode(data.text_of(b"state")).ok_or(Error::StateCorrupt)?;
    let (state, version) = read_state(model, &bytes, now)?;
    let snapshot = Snapshot::new(model, &state, seconds(now));
    // A part of a state may miss the points by which the whole of it met the stage.
    let is_partial = data.get(b"partial").is_some() && !snapshot.score.disqualified;
    let met = if is_partial { u64::MAX } else { snapshot.standing.met };
    let stage = tripping(model, &state, met, data.text_of(b"stage"), now)?;
    let sender = sender.with_witnessed(model, data, &snapshot)?;
    let (subject, state, snapshot) = (lead.visitor.as_slice(), &state, &snapshot);
    let trip = Trip { kind: TYPE, subject, model, state, snapshot, stage, now, sender, version, is_partial };
    let made = write_visitor(&trip);
    // Only a signal in which there was no room for more may say less than its stage takes.
    let is_full = made.json.len() > SIGNAL_MADE_BYTES - PARTIAL_SLACK;
    if is_partial && !is_full && snapshot.standing.met & stage::bit(stage) == 0 {
        return Err(Error::SignalMismatch);
    }
    Ok(Remade::new(model, &trip, made))
}

/// A state that a signal carries, as it was then, and its version.
pub(crate) fn read_state(model: &Model, bytes: &[u8], now: u64) -> Result<(State, u8), Error> {
    let (mut state, version) = State::read(model, bytes)?;
    // Earlier releases counted what lies ahead, so their signals are made anew in the same way.
    if version == state::VERSION {
        state.set_second(model, seconds(now));
    }
    Ok((state, version))
}

/// The stage of that id, if it is met and trips in a state from before the trip.
pub(crate) fn tripping(model: &Model, state: &State, met: u64, id: &[u8], now: u64) -> Result<u32, Error> {
    let trips = stage::tripping(model, state, met, 0, seconds(now));
    let stage = stage::positions(trips).find(|stage| model.stage_id(*stage) == id);
    stage.filter(|stage| stage::is_signalled(model, state, *stage)).ok_or(Error::SignalMismatch)
}
