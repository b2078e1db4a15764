//! Writes an account and its signals as JSON.

use super::{Account, Rollup, Share, checked};
use crate::error::Error;
use crate::event::second;
use crate::event::seconds;
use crate::model::Model;
use crate::score::snapshot::Snapshot;
use crate::score::state::{LAST, State, codec};
use crate::signal::remake::{Remade, tripping};
use crate::signal::{self, Sender, Trip};
use crate::text::base64;
use crate::text::json::{Value, Writer};
use crate::text::time;
use crate::text::utf8::string;

impl Account {
    /// The account at `now` (milliseconds since 1970), as JSON: the members of a snapshot, and `people` with what each
    /// adds.
    ///
    /// # Errors
    /// [`Error::ModelAccount`] or [`Error::Now`].
    pub fn snapshot(&self, model: &Model, now: u64) -> Result<String, Error> {
        let rollup = Rollup::of(model)?;
        let now = second(now)?;
        let account = self.at(model, &rollup, now);
        let (shares, snapshot) = rollup.look(model, &account.people, now, false);
        let mut writer = Writer::default();
        writer.open(b'{');
        snapshot.write(&mut writer, &rollup.model, &account.trips_of(&rollup.model));
        write_people(&mut writer, &shares, &|_, _| {});
        writer.close(b'}');
        Ok(string(writer.finish()))
    }
}

impl Rollup {
    pub(super) fn trip<'a>(
        &'a self,
        key: &'a [u8],
        trips: &'a State,
        snapshot: &'a Snapshot,
        stage: u32,
        now: u64,
        sender: Sender<'a>,
    ) -> Trip<'a> {
        let version = codec::VERSION;
        Trip {
            kind: super::TYPE,
            subject: key,
            model: &self.model,
            state: trips,
            snapshot,
            stage,
            now,
            sender,
            version,
            is_partial: false,
        }
    }
}

fn write_people(writer: &mut Writer, shares: &[Share<'_>], more: &dyn Fn(&mut Writer, &Share<'_>)) {
    writer.name("people").open(b'[');
    for share in shares {
        let Share { person, points, is_engaged, is_told, state } = share;
        writer.open(b'{');
        writer.name("visitor").text(&person.visitor);
        if person.key != person.visitor {
            writer.name("person").text(&person.key);
        }
        writer.name("points").points(*points);
        writer.name("engaged").bool(*is_engaged);
        let last = state.newest(LAST).map(|hit| time::text(hit.t, None));
        writer.name("last").text_or_null(last.as_deref());
        writer.name("provenance").text(if *is_told { b"client" } else { b"edge" });
        more(writer, share);
        writer.close(b'}');
    }
    writer.close(b']');
}

/// The part of an account's signal that does not depend on its stage.
pub(super) fn body(model: &Model, trip: &Trip<'_>, shares: &[Share<'_>]) -> Vec<u8> {
    signal::body(model, trip, &mut |writer| {
        write_people(writer, shares, &|writer, share| {
            writer.name("state").text(&base64::encode(&share.state.encode_as(model, trip.version)));
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
    let (account, version) = Account::of_signal(model, &rollup, data, now)?;
    let is_own = sender.provenance == "edge";
    let (shares, snapshot) = rollup.look(model, &account.people, seconds(now), is_own);
    let stage = tripping(&rollup.model, &account.trips, snapshot.stage_status.met, data.text_of(b"stage"), now)?;
    let sender = sender.with_witnessed(&rollup.model, data, &snapshot)?;
    let trip = Trip { version, ..rollup.trip(key, &account.trips, &snapshot, stage, now, sender) };
    Ok(Remade::new(model, &trip, signal::head(model, &trip).with(&body(model, &trip, &shares))))
}
