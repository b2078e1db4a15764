//! What goes out when a stage trips: one CloudEvents 1.0 JSON object, and how its receiver checks it.

use crate::base64;
use crate::error::Error;
use crate::hash::hash128;
use crate::json::{Kind, Tape, Value, Writer};
use crate::lead::{Lead, second};
use crate::limits::{SIGNAL_BYTES, TOUCHPOINTS};
use crate::model::Model;
use crate::snapshot::Snapshot;
use crate::sort::sort;
use crate::stage;
use crate::state::State;
use crate::time;

/// The `type` of every signal.
const TYPE: &str = "leadscore.stage.reached";

/// Where signals come from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The site's origin, such as `https://acme.example`: a signal's `source`.
    pub source: &'a str,
    /// `client` or `edge`.
    pub provenance: &'a str,
}

impl Default for Origin<'_> {
    /// A client of no named site.
    fn default() -> Self {
        Self { source: "leadscore", provenance: "client" }
    }
}

/// A signal, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The same for the same trip of the same visitor, so that a receiver can drop what it knows.
    pub id: String,
    /// The CloudEvents object.
    pub json: String,
}

/// The signal of a stage that trips, from the state before the trip is recorded: so the receiver, who gets that state,
/// can make the very same signal from it.
pub(crate) fn signal(
    model: &Model,
    visitor: &str,
    state: &State,
    snapshot: &Snapshot,
    stage: u32,
    now: u64,
    origin: &Origin<'_>,
) -> Signal {
    let stage_id = model.parts.stages.get(stage as usize).map_or("", |stage| stage.id.as_str());
    let moment = |t: Option<u32>| t.map(|t| t.to_le_bytes().to_vec()).unwrap_or_default();
    let id = hash128(&[
        visitor.as_bytes(),
        model.name().as_bytes(),
        stage_id.as_bytes(),
        &moment(state.tripped(stage)),
        &moment(state.recycled),
    ]);
    let mut writer = Writer::default();
    writer.open('{');
    for (name, text) in [
        ("specversion", "1.0"),
        ("id", &id),
        ("source", origin.source),
        ("type", TYPE),
        ("subject", visitor),
        ("time", &time::text(crate::event::seconds(now), u32::try_from(now % 1_000).ok())),
        ("datacontenttype", "application/json"),
    ] {
        writer.name(name).text(text);
    }
    writer.name("data").open('{');
    writer.name("stage").text(stage_id);
    writer.name("snapshot").open('{');
    snapshot.write(&mut writer, model, state);
    writer.close('}');
    write_reasons(&mut writer, model, snapshot);
    write_touchpoints(&mut writer, model, state);
    writer.name("model").open('{');
    writer.name("name").text(model.name());
    writer.name("version").integer(u64::from(model.version()));
    writer.name("hash").text(model.hash());
    writer.close('}');
    writer.name("state").text(&base64::encode(&state.encode(model)));
    writer.name("provenance").text(origin.provenance);
    writer.close('}');
    writer.close('}');
    Signal { id, json: writer.finish() }
}

/// Every live rule, the most points first, then in the model's order.
fn write_reasons(writer: &mut Writer, model: &Model, snapshot: &Snapshot) {
    let live = || snapshot.score.rules.iter().chain(&snapshot.score.combinations);
    let mut order: Vec<(i64, u32)> = live().map(|live| (live.points.saturating_neg(), live.rule)).collect();
    sort(&mut order);
    writer.name("reasons").open('[');
    for live in order.iter().filter_map(|(_, rule)| snapshot.score.live(*rule)) {
        writer.open('{');
        writer.name("rule").text(model.rule(live.rule).map_or("", |rule| rule.id.as_str()));
        writer.name("points").points(live.points);
        writer.name("hits").integer(u64::from(live.hits));
        writer.name("last");
        time::write(writer, live.last);
        writer.close('}');
    }
    writer.close(']');
}

/// The newest hits, then in the model's order.
fn write_touchpoints(writer: &mut Writer, model: &Model, state: &State) {
    let mut order: Vec<(u32, u32)> = state.hits.iter().map(|hit| (u32::MAX.saturating_sub(hit.t), hit.rule)).collect();
    sort(&mut order);
    writer.name("touchpoints").open('[');
    for (age, rule) in order.iter().take(TOUCHPOINTS) {
        writer.open('{');
        writer.name("rule").text(model.rule(*rule).map_or("", |rule| rule.id.as_str()));
        writer.name("time");
        time::write(writer, u32::MAX.saturating_sub(*age));
        writer.close('}');
    }
    writer.close(']');
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
    let mut given = Tape::default();
    if signal.len() > SIGNAL_BYTES || given.read(signal).is_err() {
        return Err(Error::SignalSyntax);
    }
    let given = given.root();
    let text = |parent: Option<Value<'_>>, name: &str| {
        let text = parent.and_then(|parent| parent.get(name)).and_then(Value::as_text).map(str::to_owned);
        text.ok_or(Error::SignalSyntax)
    };
    let data = given.get("data").filter(|data| data.kind() == Kind::Object);
    if text(Some(given), "type")? != TYPE {
        return Err(Error::SignalSyntax);
    }
    if text(data.and_then(|data| data.get("model")), "hash")? != model.hash() {
        return Err(Error::SignalModel);
    }
    let now = time::parse(&text(Some(given), "time")?).ok_or(Error::SignalSyntax)?;
    let (source, provenance) = (text(Some(given), "source")?, text(data, "provenance")?);
    if source.is_empty() || !matches!(provenance.as_str(), "client" | "edge") {
        return Err(Error::SignalSyntax);
    }
    let bytes = base64::decode(&text(data, "state")?).ok_or(Error::StateCorrupt)?;
    let mut lead = Lead::new(&text(Some(given), "subject")?)?;
    lead.merge(model, &State::decode(model, &bytes)?)?;
    let now_second = second(now)?;
    let snapshot = Snapshot::new(model, lead.state(), now_second);
    let named = text(data, "stage")?;
    let stage = stage::tripping(model, lead.state(), snapshot.standing.met, 0, now_second)
        .filter(|stage| stage::is_signalled(model, lead.state(), *stage))
        .find(|stage| model.parts.stages.get(*stage as usize).is_some_and(|stage| stage.id == named))
        .ok_or(Error::SignalMismatch)?;
    let origin = Origin { source: &source, provenance: &provenance };
    let made = self::signal(model, lead.visitor(), lead.state(), &snapshot, stage, now, &origin);
    let mut expected = Tape::default();
    expected.read(&made.json).map_err(|_| Error::SignalMismatch)?;
    let same = |(name, value): (&str, Value<'_>)| given.get(name).is_some_and(|own| own.equals(value));
    if !expected.root().members().all(same) {
        return Err(Error::SignalMismatch);
    }
    lead.snapshot(model, now)
}
