//! An account: the visitors of one company, scored together.
//!
//! ```text
//! contribution of a visitor ─► join into what the account keeps of them ─► each one's points, capped ─► sum ─► stage ─► trip?
//! ```
//!
//! What a model says of accounts is, in its bytes, the most that one person adds, the score from which one is engaged,
//! and a model of its own, without rules: so stages mean for an account what they mean for a visitor. Its one dimension
//! is the number of people engaged.

mod codec;

use crate::base64;
use crate::bytes::Reader;
use crate::error::Error;
use crate::event::{is_short, seconds};
use crate::invariant::held;
use crate::json::{Value, Writer};
use crate::lead::{self, Lead, text};
use crate::limits::{ACCOUNT_CHARS, ACCOUNT_PEOPLE, CONTRIBUTION_BYTES};
use crate::model::{Milli, Model, has_exact_accounts, largest_sum};
use crate::score::Score;
use crate::signal::{self, Made, Remade, Sender, Signal, Trip};
use crate::snapshot::Snapshot;
use crate::stage::{self, standing};
use crate::state::{LAST, State};
use crate::time;

/// The `type` of an account's signal.
pub(crate) const TYPE: &[u8] = b"leadscore.account.reached";

/// What is kept of an account: its people, of more than 50 those seen last, and when its stages tripped. Someone is a
/// visitor's id: who comes with two browsers is two.
///
/// ```
/// use leadscore::{Account, Contribution, Model, Visit, verify};
/// let json = r#"{ "name": "tiny",
///   "rules": [{ "id": "pricing", "event": "page_view", "points": 50 }],
///   "account": { "person": { "max": 40 }, "stages": [{ "id": "mqa", "at": 80, "min": { "people": 2 } }] } }"#;
/// let model = Model::decode(&leadscore::authoring::compile(json)?.bytes)?;
/// let now = 1_795_255_200_000; // milliseconds since 1970
/// let mut account = Account::default();
/// let mut events = leadscore::EventReader::default();
/// let mut signals = Vec::new();
/// for visitor in ["v-1", "v-2"] {
///     let mut visit = Visit::new(&model, "", "", visitor);
///     visit.ingest(&model, &events.read(r#"{ "type": "page_view" }"#)?, now, "https://acme.example")?;
///     let contribution = Contribution { visitor, state: &visit.contribution(&model), is_told: false };
///     signals = account.contribute(&model, "acme.example", &contribution, now, "https://acme.example")?;
/// }
/// let signal = signals.first().ok_or("the second person makes it qualified")?;
/// assert!(verify(&model, &signal.json)?.starts_with(r#"{"score":80,"dimensions":{"people":2},"stage":"mqa""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Those seen last first, then by id.
    people: Vec<Person>,
    /// The trips of the account's stages.
    trips: State,
}

/// What an account takes in of a visitor.
#[derive(Clone, Copy, Debug)]
pub struct Contribution<'a> {
    /// The visitor's id.
    pub visitor: &'a str,
    /// The visitor's encoded state.
    pub state: &'a [u8],
    /// Whether any of it is what a page told, rather than what an edge worker saw.
    pub is_told: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Person {
    visitor: Vec<u8>,
    state: State,
    is_told: bool,
}

/// What a person is worth to the account at a time.
struct Share<'a> {
    person: &'a Person,
    points: Milli,
    is_engaged: bool,
}

/// What a model says of accounts.
struct Rollup {
    person_max: Milli,
    engaged: Milli,
    model: Model,
}

/// The stages of accounts, as a model of their own; none of a model that says nothing of accounts.
pub(crate) fn stages(model: &Model) -> Option<Model> {
    Rollup::of(model).ok().map(|rollup| rollup.model)
}

impl Rollup {
    fn of(model: &Model) -> Result<Self, Error> {
        if model.account().is_empty() {
            return Err(Error::ModelAccount);
        }
        let mut reader = Reader::new(model.account());
        let (person_max, engaged) = (reader.signed(), reader.signed());
        let sum = largest_sum(model.dimensions.iter().map(|dimension| dimension.bounds));
        if !has_exact_accounts(person_max, model.score, sum) {
            return Err(Error::ModelCorrupt);
        }
        Ok(Self { person_max, engaged, model: Model::decode(reader.rest())? })
    }

    fn trip<'a>(
        &'a self,
        key: &'a [u8],
        trips: &'a State,
        snapshot: &'a Snapshot,
        stage: u32,
        now: u64,
        sender: Sender<'a>,
    ) -> Trip<'a> {
        Trip { kind: TYPE, subject: key, model: &self.model, state: trips, snapshot, stage, now, sender }
    }

    /// What the account's people are worth: those who add something, the most first, and what follows from them.
    fn look<'a>(&self, model: &Model, people: &'a [Person], now: u32) -> (Vec<Share<'a>>, Snapshot) {
        let mut shares: Vec<Share<'a>> = Vec::new();
        let mut score = Score::default();
        score.dimensions.push(0);
        for person in people {
            let own = Snapshot::new(model, &person.state, now).score;
            let is_engaged = own.total >= self.engaged && !own.disqualified;
            let points = if own.disqualified { 0 } else { own.total.min(self.person_max).max(0) };
            if points == 0 && !is_engaged {
                continue;
            }
            score.total = score.total.saturating_add(points);
            if let (Some(people), true) = (score.dimensions.first_mut(), is_engaged) {
                *people = people.saturating_add(1_000);
            }
            let at = shares.partition_point(|share| share.points >= points);
            shares.insert(at, Share { person, points, is_engaged });
        }
        let standing = standing(&self.model, &score);
        (shares, Snapshot { score, standing })
    }
}

impl Account {
    /// Takes in what is known of a visitor at `now` (milliseconds since 1970), joined with what was before; gives a signal
    /// for each stage of the account that trips. `key` names the account. Its provenance is `edge` if no page had a say.
    ///
    /// # Errors
    /// [`Error::ModelAccount`], [`Error::AccountKey`], [`Error::VisitorId`], [`Error::Now`] or one of the `State…` errors;
    /// then nothing has changed.
    pub fn contribute(
        &mut self,
        model: &Model,
        key: &str,
        contribution: &Contribution<'_>,
        now: u64,
        source: &str,
    ) -> Result<Vec<Signal>, Error> {
        let second = lead::second(now)?;
        let rollup = Rollup::of(model)?;
        let key = checked(key.as_bytes())?;
        let visitor = Lead::from_bytes(contribution.visitor.as_bytes())?.visitor;
        let state = State::decode(model, contribution.state)?;
        let trips = &self.trips;
        let mut met_before = 0;
        if stage::rearmed(&rollup.model, trips, second) != 0 {
            met_before = rollup.look(model, &self.people, second).1.standing.met;
        }
        self.join(model, Person { visitor, state, is_told: contribution.is_told });

        let (shares, snapshot) = rollup.look(model, &self.people, second);
        let met = snapshot.standing.met;
        let tripping = stage::tripping(&rollup.model, &self.trips, met, met_before, second);
        let mut signals = Vec::new();
        for stage in stage::positions(tripping) {
            if stage::is_signalled(&rollup.model, &self.trips, stage) {
                let is_told = shares.iter().any(|share| share.person.is_told);
                let provenance = if is_told { "client" } else { "edge" };
                let sender = Sender { source: source.as_bytes(), provenance };
                signals
                    .push(signal(model, &rollup.trip(key, &self.trips, &snapshot, stage, now, sender), &shares).into());
            }
        }
        for stage in stage::positions(tripping) {
            stage::record(&rollup.model, &mut self.trips, stage, met, second);
        }
        Ok(signals)
    }

    /// Joins with a person; commutative, associative and idempotent as long as all fit.
    fn join(&mut self, model: &Model, mut person: Person) {
        if let Some(at) = self.people.iter().position(|own| own.visitor == person.visitor) {
            let own = self.people.remove(at);
            person.state.join(model, &own.state);
            person.is_told |= own.is_told;
        }
        let kept = person.state.encode_within(model, CONTRIBUTION_BYTES);
        person.state = held(State::decode(model, &kept).ok());
        let order = |person: &Person| core::cmp::Reverse(person.state.newest(LAST));
        let at = self.people.partition_point(|own| (order(own), &own.visitor) < (order(&person), &person.visitor));
        self.people.insert(at, person);
        self.people.truncate(ACCOUNT_PEOPLE);
    }

    /// Forgets a visitor, who has withdrawn their consent, say; false if there was none such. What tripped has tripped.
    pub fn forget(&mut self, visitor: &str) -> bool {
        let before = self.people.len();
        self.people.retain(|person| person.visitor != visitor.as_bytes());
        self.people.len() != before
    }

    /// The account at `now` (milliseconds since 1970), as JSON: the members of a snapshot, and `people` with what each
    /// adds.
    ///
    /// # Errors
    /// [`Error::ModelAccount`] or [`Error::Now`].
    pub fn snapshot(&self, model: &Model, now: u64) -> Result<String, Error> {
        let rollup = Rollup::of(model)?;
        let (shares, snapshot) = rollup.look(model, &self.people, lead::second(now)?);
        let mut writer = Writer::default();
        writer.open(b'{');
        snapshot.write(&mut writer, &rollup.model, &self.trips);
        write_people(&mut writer, &shares, &|_, _| {});
        writer.close(b'}');
        Ok(text(writer.finish()))
    }
}

fn checked(key: &[u8]) -> Result<&[u8], Error> {
    if key.is_empty() || !is_short(key, ACCOUNT_CHARS) { Err(Error::AccountKey) } else { Ok(key) }
}

fn write_people(writer: &mut Writer, shares: &[Share<'_>], more: &dyn Fn(&mut Writer, &Person)) {
    writer.name("people").open(b'[');
    for Share { person, points, is_engaged } in shares {
        writer.open(b'{');
        writer.name("visitor").text(&person.visitor);
        writer.name("points").points(*points);
        writer.name("engaged").bool(*is_engaged);
        let last = person.state.newest(LAST).map(|t| time::text(t, None));
        writer.name("last").text_or_null(last.as_deref());
        writer.name("provenance").text(if person.is_told { b"client" } else { b"edge" });
        more(writer, person);
        writer.close(b'}');
    }
    writer.close(b']');
}

/// The signal of an account's stage that trips.
fn signal(model: &Model, trip: &Trip<'_>, shares: &[Share<'_>]) -> Made {
    signal::write(model, trip, &mut |writer| {
        write_people(writer, shares, &|writer, person| {
            writer.name("state").text(&base64::encode(&person.state.encode(model)));
        });
    })
}

/// The signal that follows from a signal's data, with its snapshot. See [`crate::verify`].
pub(crate) fn remake(
    model: &Model,
    key: &[u8],
    data: Value<'_>,
    now: u64,
    sender: Sender<'_>,
) -> Result<Remade, Error> {
    let rollup = Rollup::of(model)?;
    let key = checked(key)?;
    let decoded = |value: Value<'_>| base64::decode(value.text_of(b"state")).ok_or(Error::StateCorrupt);
    let mut account = Account { trips: State::decode(&rollup.model, &decoded(data)?)?, ..Account::default() };
    for given in data.get(b"people").ok_or(Error::SignalSyntax)?.elements().take(ACCOUNT_PEOPLE) {
        let visitor = Lead::from_bytes(given.text_of(b"visitor"))?.visitor;
        let state = State::decode(model, &decoded(given)?)?;
        account.join(model, Person { visitor, state, is_told: given.text_of(b"provenance") != b"edge" });
    }
    let (shares, snapshot) = rollup.look(model, &account.people, seconds(now));
    let stage = signal::tripping(&rollup.model, &account.trips, &snapshot, data.text_of(b"stage"), now)?;
    let trip = rollup.trip(key, &account.trips, &snapshot, stage, now, sender);
    Ok(Remade::new(model, &trip, signal(model, &trip, &shares)))
}
