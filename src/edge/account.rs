//! An account: the visitors of one company, scored together.
//!
//! ```text
//! contribution of a visitor ─► join into their state in the account ─► points of each, capped ─► sum ─► stage ─► trip?
//! ```
//!
//! For each person the account keeps two states, the worker's own and the one that includes data from pages, and
//! computes two sums: as for visitors, a signal has the provenance `edge` if the workers' own states trip the stage
//! alone.
//!
//! For accounts, a model's bytes contain the maximum that one person adds, the score from which a person is engaged,
//! and a separate model without rules, so that stages work as for visitors. Its one dimension is the number of engaged
//! people.

mod codec;
mod contribute;
pub(crate) mod person;
pub(crate) mod write;

use core::cmp::Reverse;

use self::person::Person;
use crate::edge::provenance::{self, Side};
use crate::error::Error;
use crate::event::is_short;
use crate::limits::{ACCOUNT_CHARS, ACCOUNT_PEOPLE};
use crate::model::rule::{has_exact_accounts, largest_sum};
use crate::model::{Milli, Model};
use crate::score::Score;
use crate::score::snapshot::Snapshot;
use crate::score::stage::{self, stage_status};
use crate::score::state::{LAST, State};
use crate::signal;
use crate::text::base64;
use crate::text::bytes::Reader;
use crate::text::json::Value;

/// The `type` of an account's signal.
pub(crate) const TYPE: &[u8] = b"leadscore.account.reached";

/// An account: its people (of more than 50 those seen last), and when its stages tripped. A person is
/// whom an edge worker has sealed a cookie for: who comes with two browsers is two. What they call themselves does not
/// matter, because any page can send any name.
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
///     let own = visit.witnessed(&model).ok_or("it fits")?;
///     let told = visit.told(&model).ok_or("it fits")?;
///     let contribution = Contribution { person: visitor, visitor, own: &own, told: &told };
///     signals = account.contribute(&model, "acme.example", &contribution, now, "https://acme.example")?;
/// }
/// let signal = signals.first().ok_or("the second person makes it qualified")?;
/// assert!(verify(&model, &signal.json)?.starts_with(r#"{"score":80,"dimensions":{"people":2},"stage":"mqa""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Those seen last first, then by id.
    pub(crate) people: Vec<Person>,
    /// The trips of the account's stages that follow from what workers saw.
    trips: State,
    /// The other trips, which needed data from a page.
    told: State,
}

/// A visitor's contribution to an account.
#[derive(Clone, Copy, Debug)]
pub struct Contribution<'a> {
    /// The person's name in the account, of at most 1,024 characters. Only the worker gives it; a page cannot choose
    /// it.
    pub person: &'a str,
    /// The visitor's id, as in signals.
    pub visitor: &'a str,
    /// The encoded state from events that the worker saw itself: [`crate::Visit::witnessed`].
    pub own: &'a [u8],
    /// The encoded state that includes data from a page: [`crate::Visit::told`]. Empty if there is none.
    pub told: &'a [u8],
}

/// A person's points in the account at a time.
pub(crate) struct Share<'a> {
    pub(crate) person: &'a Person,
    pub(crate) state: &'a State,
    /// True if a page's word is in the state.
    pub(crate) is_told: bool,
    pub(crate) points: Milli,
    pub(crate) is_engaged: bool,
}

/// Stages that trip by what workers saw alone and by all that is known, a bit for each.
pub(crate) struct Trips {
    /// The points that workers saw.
    pub(crate) witnessed: Milli,
    met: [u64; 2],
    stages: [u64; 2],
}

impl Trips {
    fn is_some(&self) -> bool {
        self.stages != [0, 0]
    }
}

/// The account part of a model.
pub(crate) struct Rollup {
    person_max: Milli,
    engaged: Milli,
    /// Its stages, as a model of their own.
    pub(crate) model: Model,
}

/// Returns the stages of accounts as a separate model; none for a model without `account`.
pub(crate) fn stages(model: &Model) -> Option<Model> {
    Rollup::of(model).ok().map(|rollup| rollup.model)
}

impl Rollup {
    pub(crate) fn of(model: &Model) -> Result<Self, Error> {
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

    /// The bytes of the accounts' stages in a model that has them.
    #[cfg(feature = "wasm")]
    pub(crate) fn stages(model: &Model) -> &[u8] {
        let mut reader = Reader::new(model.account());
        reader.signed();
        reader.signed();
        reader.rest()
    }

    /// The points of the account's people: those who add points, in descending order, and their sum. With `is_own`, by
    /// what workers saw alone.
    pub(crate) fn look<'a>(
        &self,
        model: &Model,
        people: &'a [Person],
        now: u32,
        is_own: bool,
    ) -> (Vec<Share<'a>>, Snapshot) {
        let mut shares: Vec<Share<'a>> = Vec::new();
        let mut score = Score::default();
        score.dimensions.push(0);
        for person in people {
            let state = person.state(is_own);
            let is_told = person.told.is_some() && !is_own;
            let worth = Snapshot::new(model, state, now).score;
            let is_engaged = worth.total >= self.engaged && !worth.disqualified;
            let points = if worth.disqualified { 0 } else { worth.total.min(self.person_max).max(0) };
            if points == 0 && !is_engaged {
                continue;
            }
            score.total = score.total.saturating_add(points);
            if let (Some(people), true) = (score.dimensions.first_mut(), is_engaged) {
                *people = people.saturating_add(1_000);
            }
            let order = |points: Milli, state: &State| (Reverse(points), Reverse(state.newest(LAST).map(|hit| hit.t)));
            let at = shares.partition_point(|share| {
                (order(share.points, share.state), &share.person.key) < (order(points, state), &person.key)
            });
            shares.insert(at, Share { person, state, is_told, points, is_engaged });
        }
        let stage_status = stage_status(&self.model, &score);
        (shares, Snapshot { score, stage_status })
    }
}

impl Account {
    /// Adds the states of a visitor at a second, and returns the trips, which are not recorded yet. After an error
    /// nothing has changed.
    pub(crate) fn add_person(
        &mut self,
        model: &Model,
        rollup: &Rollup,
        mut person: Person,
        second: u32,
    ) -> Result<Trips, Error> {
        person.set_second(model, second);
        let mut account = self.at(model, rollup, second);
        let before = account.trips_of(&rollup.model);
        let met_before = [true, false].map(|is_own| {
            let trips = if is_own { &account.trips } else { &before };
            let is_asked = stage::Armed::new(&rollup.model, trips, second).again != 0;
            if is_asked { rollup.look(model, &account.people, second, is_own).1.stage_status.met } else { 0 }
        });
        let person = account.with_known(model, person);
        account.insert(person.kept(model).ok_or(Error::StateTooLarge)?);
        *self = account;

        let [own, all] = [true, false].map(|is_own| rollup.look(model, &self.people, second, is_own).1);
        let met = [own.stage_status.met, all.stage_status.met];
        let [own_before, all_before] = met_before;
        let own_trips =
            stage::Armed::new(&rollup.model, &self.trips, second).tripping(own.stage_status.met, own_before);
        let all_trips = stage::Armed::new(&rollup.model, &before, second).tripping(all.stage_status.met, all_before);
        Ok(Trips { witnessed: own.score.total, met, stages: [own_trips, all_trips] })
    }

    /// The stages to signal in the model's order, each with true for the workers' own word.
    pub(crate) fn signals(&self, rollup: &Rollup, trips: &Trips) -> impl Iterator<Item = (u32, bool)> + use<> {
        let [own_trips, all_trips] = trips.stages;
        let own = Side { state: &self.trips, trips: own_trips };
        let all = Side { state: &self.trips_of(&rollup.model), trips: all_trips };
        provenance::signals(&rollup.model, [own, all])
    }

    /// Records the trips of a contribution, after its signals are created.
    pub(crate) fn record(&mut self, rollup: &Rollup, trips: &Trips, now: u64) {
        provenance::record(&rollup.model, &mut self.trips, &mut self.told, trips.met, trips.stages, now);
    }

    /// The trips from before a signal is recorded that the signal carries.
    pub(crate) fn trips_for(&self, rollup: &Rollup, is_own: bool) -> State {
        if is_own { self.trips.clone() } else { self.trips_of(&rollup.model) }
    }

    /// Returns the account in a signal's data, and the version of its states.
    pub(crate) fn of_signal(model: &Model, rollup: &Rollup, data: Value<'_>, now: u64) -> Result<(Self, u8), Error> {
        let decoded = |value: Value<'_>| base64::decode(value.text_of(b"state")).ok_or(Error::StateCorrupt);
        let (trips, version) = signal::remake::read_state(&rollup.model, &decoded(data)?, now)?;
        let mut account = Self { trips, ..Self::default() };
        for given in data.get(b"people").ok_or(Error::SignalSyntax)?.elements().take(ACCOUNT_PEOPLE) {
            account.join(model, Person::of_signal(model, given, &decoded(given)?, now)?);
        }
        Ok((account, version))
    }

    /// All trips, of any provenance.
    fn trips_of(&self, stages: &Model) -> State {
        let mut all = self.trips.clone();
        all.join(stages, &self.told);
        all
    }

    /// The account with the clock of all its states set to a second.
    pub(crate) fn at(&self, model: &Model, rollup: &Rollup, second: u32) -> Self {
        let mut account = self.clone();
        account.trips.set_second(&rollup.model, second);
        account.told.set_second(&rollup.model, second);
        for person in &mut account.people {
            person.set_second(model, second);
        }
        account
    }

    /// Joins with a person, without dropping entries; commutative, associative and idempotent, except for the last
    /// visitor id.
    fn join(&mut self, model: &Model, person: Person) {
        let person = self.with_known(model, person);
        self.insert(person);
    }

    /// Returns the person merged with their previous states, which are removed.
    fn with_known(&mut self, model: &Model, mut person: Person) -> Person {
        if let Some(at) = self.people.iter().position(|own| own.key == person.key) {
            let known = self.people.remove(at);
            person.own.join(model, &known.own);
            person.told = match (person.told, known.told) {
                (Some(mut told), Some(known)) => {
                    told.join(model, &known);
                    Some(told)
                }
                (told, known) => told.or(known),
            };
        }
        if let Some(told) = &mut person.told {
            told.join(model, &person.own);
        }
        person
    }

    /// Puts a person in their place.
    fn insert(&mut self, person: Person) {
        let order = |person: &Person| Reverse(person.seen());
        let at = self.people.partition_point(|own| (order(own), &own.key) < (order(&person), &person.key));
        self.people.insert(at, person);
        self.people.truncate(ACCOUNT_PEOPLE);
    }

    /// Deletes all people with a visitor's id, for example for an erasure request; returns false if there were none.
    /// Trips are kept.
    pub fn forget(&mut self, visitor: &str) -> bool {
        self.forget_bytes(visitor.as_bytes(), false)
    }

    /// Deletes one person by the id that the worker assigned, when they withdraw consent; returns false if there was
    /// none.
    pub fn forget_person(&mut self, person: &str) -> bool {
        self.forget_bytes(person.as_bytes(), true)
    }

    /// As [`Account::forget`], or with `is_key` as [`Account::forget_person`].
    pub(crate) fn forget_bytes(&mut self, name: &[u8], is_key: bool) -> bool {
        let before = self.people.len();
        self.people.retain(|person| name != if is_key { &person.key } else { &person.visitor });
        self.people.len() != before
    }
}

fn checked(key: &[u8]) -> Result<&[u8], Error> {
    if key.is_empty() || !is_short(key, ACCOUNT_CHARS) { Err(Error::AccountKey) } else { Ok(key) }
}
