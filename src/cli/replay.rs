//! `leadscore replay`.

use std::borrow::Cow;
use std::process::ExitCode;

use clap::ArgMatches;
use indexmap::IndexMap;

use super::events::{Events, Found, Told};
use super::output::JsonLines;
use super::{Stop, exit, load_model};
use crate::event::seconds;
use crate::json::Writer;
use crate::lead::{self, Room};
use crate::limits::AHEAD_SECONDS;
use crate::signal::{Made, Sender};
use crate::snapshot::Snapshot;
use crate::{Error, Model, State, base64};

/// What is kept of a visitor.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) state: State,
    /// The newest event's time, in milliseconds.
    pub(super) newest: u64,
}

impl Kept {
    /// Takes in an event at its own time; gives the signals and the state as it is then.
    ///
    /// A state whose clock goes back by more than a day carries only so much of what lies ahead. So the state after a line
    /// that is so late is a state of its own, which the one that is kept is joined with.
    fn ingest(
        &mut self,
        model: &Model,
        visitor: &[u8],
        told: &Told<'_>,
        sender: Sender<'_>,
    ) -> Result<(Vec<Made>, Cow<'_, State>), Error> {
        let ingest = |state: &mut State| lead::ingest(model, visitor, state, told.event, told.at, sender, Room::Refuse);
        if seconds(told.at).saturating_add(AHEAD_SECONDS) >= seconds(self.newest) {
            return Ok((ingest(&mut self.state)?, Cow::Borrowed(&self.state)));
        }
        let mut then = self.state.clone();
        let signals = ingest(&mut then)?;
        let joined = self.state.with(model, &then.at(model, seconds(self.newest)));
        if !joined.has_room(model) {
            return Err(Error::StateTooLarge);
        }
        self.state = joined;
        Ok((signals, Cow::Owned(then)))
    }
}

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let name = |name: &str| args.get_one::<String>(name).map_or("", String::as_str);
    let model = load_model(name("model"))?;
    let at = args.get_one::<u64>("at").copied();
    let mut events = Events::open(name("events"), at)?;
    let [trace, signals, states] = ["trace", "signals", "states"].map(|name| args.get_flag(name));
    let sender = Sender { source: name("source").as_bytes(), provenance: "client", witnessed: None };
    if !name("source").contains(':') {
        events
            .note("--source is no origin such as https://acme.example: the ids of signals will not be those of pages");
    }
    let mut visitors: IndexMap<Box<[u8]>, Kept> = IndexMap::new();
    let mut late = Found::default();
    let mut out = JsonLines::stdout();
    let mut take = |told: Told<'_>| {
        let (visitor, now) = (told.visitor, told.at);
        // Nobody is seen by an event that is refused, so a new visitor is entered only after it is not.
        let mut fresh = None;
        let kept = match visitors.get_mut(visitor) {
            Some(kept) => kept,
            None => fresh.insert(Kept::default()),
        };
        if trace || signals {
            match kept.ingest(&model, visitor, &told, sender) {
                Err(error) => return Ok(Err(error)),
                Ok((_, then)) if trace => out.write(snapshot(&model, visitor, Some(now), &then, now))?,
                Ok((list, _)) => {
                    for signal in list {
                        out.write(signal.json)?;
                    }
                }
            }
        } else if let Err(error) = lead::observe(&model, &mut kept.state, told.event, now) {
            return Ok(Err(error));
        }
        if now < kept.newest {
            late.add(told.line);
        }
        kept.newest = kept.newest.max(now);
        if let Some(kept) = fresh {
            visitors.insert(visitor.into(), kept);
        }
        Ok(Ok(()))
    };
    if args.get_flag("sort") {
        events.each_sorted(&mut take)?;
    } else {
        events.each(&mut take)?;
    }
    if late.count > 0 && (trace || signals) {
        let are = if late.count == 1 { "1 line is".to_owned() } else { format!("{} lines are", late.count) };
        let how = "each is scored at its own time; --sort puts all in the order of their times";
        events.note(&format!("{are} older than one before of the same visitor, first line {}: {how}", late.first));
    }
    if !trace && !signals {
        for (visitor, kept) in &visitors {
            out.write(match states {
                true => state(&model, visitor, kept),
                false => snapshot(&model, visitor, None, &kept.state, at.unwrap_or(kept.newest)),
            })?;
        }
    }
    out.flush()?;
    Ok(exit(args, events.skipped))
}

/// A visitor's line: the snapshot, with the time of the event it is of.
pub(super) fn snapshot(model: &Model, visitor: &[u8], at: Option<u64>, state: &State, now: u64) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.open(b'{');
    writer.name("visitor").text(visitor);
    if let Some(at) = at {
        writer.name("at").integer(at);
    }
    Snapshot::new(model, state, seconds(now)).write(&mut writer, model, state);
    writer.close(b'}');
    writer.finish()
}

/// A visitor's line with their state, for [`super::score`] and others to join.
pub(super) fn state(model: &Model, visitor: &[u8], kept: &Kept) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.open(b'{');
    writer.name("visitor").text(visitor);
    writer.name("at").integer(kept.newest);
    writer.name("state").text(&base64::encode(&kept.state.encode(model)));
    writer.close(b'}');
    writer.finish()
}
