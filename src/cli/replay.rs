//! `leadscore replay`.

use std::process::ExitCode;

use clap::ArgMatches;

use super::events::{self, Events, note};
use super::output::JsonLines;
use super::pipeline::{Matched, Out, Share, Work};
use super::threads::in_order;
use super::visitors::{InOrder, Place, Visitors};
use super::{Stop, exit, load_model};
use crate::event::seconds;
use crate::score::state::Hit;
use crate::signal::{Sender, SignalDraft};
use crate::visits::notes::{self, Found};
use crate::{Error, Model, State, lead, visits};

/// The number of visitors whose output lines a thread formats at once.
const LINES: usize = 1 << 10;

/// The output after each event.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Nothing,
    Snapshot,
    Signals,
}

struct Replay<'a> {
    model: &'a Model,
    after: After,
    source: &'a str,
}

/// The data of a shard's visitors.
#[derive(Default)]
struct Shard {
    visitors: Visitors,
    late: Found,
    /// The current visitor's state; its memory is reused.
    state: State,
    hits: Vec<Hit>,
    places: Vec<Option<Place>>,
}

impl Work for Replay<'_> {
    type Shard = Shard;
    type Extra = ();

    fn models(&self) -> Vec<&Model> {
        vec![self.model]
    }

    fn wants(&self, _: &[u8], _: u64) -> bool {
        true
    }

    fn extra(&self, _: &[u8], _: &[u8]) {}

    fn take(&self, shard: &mut Shard, share: &Share<'_, ()>, out: &mut Out) {
        share.parts().for_each(|share| self.take_part(shard, &share, out));
    }
}

impl Replay<'_> {
    fn take_part(&self, shard: &mut Shard, share: &Share<'_, ()>, out: &mut Out) {
        let Shard { visitors, late, state, hits, places } = shard;
        visitors.guess(share.hashes(), places);
        for (matched, place) in share.iter().zip(&*places) {
            let place = visitors.find_at(*place, matched.visitor, matched.hash);
            if let Some(place) = place
                && self.after == After::Nothing
                && visitors.add_hits(place, matched.hits(0), matched.at)
            {
                continue;
            }
            match place {
                Some(place) => visitors.state(self.model, place, state, hits),
                None => state.unpack(&[]),
            }
            let newest = place.map_or(0, |place| visitors.newest(place));
            if let Err(error) = self.ingest(&matched, newest, state, out) {
                out.complain(&matched, error);
                continue;
            }
            // A rejected event does not create a visitor, so a new visitor is inserted only after the event was
            // accepted.
            let place = place.unwrap_or_else(|| visitors.add(matched.visitor, matched.hash, matched.order));
            if matched.at < visitors.newest(place) {
                late.add(matched.line);
            }
            visitors.keep(place, state, matched.at);
        }
    }

    /// Ingests an event at its own time; `newest` is the time of the visitor's newest event so far.
    fn ingest(&self, matched: &Matched<'_, ()>, newest: u64, state: &mut State, out: &mut Out) -> Result<(), Error> {
        let (model, new_hits) = (self.model, matched.hits(0));
        if self.after == After::Nothing {
            return lead::observe(model, state, new_hits);
        }
        let sender = Sender { source: self.source.as_bytes(), provenance: "client", witnessed: None };
        let (made, then) = visits::trip(model, matched.visitor, state, new_hits, (matched.at, newest), sender)?;
        self.show(matched, then.as_ref().unwrap_or(state), made, out);
        Ok(())
    }

    fn show(&self, matched: &Matched<'_, ()>, state: &State, made: Vec<SignalDraft>, out: &mut Out) {
        if self.after == After::Snapshot {
            out.line(matched, visits::snapshot(self.model, matched.visitor, Some(matched.at), state, matched.at));
        } else {
            made.into_iter().for_each(|signal| out.line(matched, signal.json));
        }
    }
}

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let name = |name: &str| args.get_one::<String>(name).map_or("", String::as_str);
    let model = load_model(name("model"))?;
    let at = args.get_one::<u64>("at").copied();
    let threads = events::threads(args);
    let events = Events::open(name("events"), at, threads)?;
    let [trace, signals, states] = ["trace", "signals", "states"].map(|name| args.get_flag(name));
    let after = match (trace, signals) {
        (true, _) => After::Snapshot,
        (_, true) => After::Signals,
        _ => After::Nothing,
    };
    if !name("source").contains(':') {
        note(notes::NO_ORIGIN);
    }
    let replay = Replay { model: &model, after, source: name("source") };
    let mut out = JsonLines::stdout();
    let (shards, seen) =
        if args.get_flag("sort") { events.each_sorted(&replay, &mut out)? } else { events.each(&replay, &mut out)? };
    let mut late = Found::default();
    shards.iter().for_each(|shard| late.merge(shard.late));
    if late.count > 0 && after != After::Nothing {
        note(&notes::late(late));
    }
    if after == After::Nothing {
        let visitors: Vec<Visitors> = shards.into_iter().map(|shard| shard.visitors).collect();
        let content = if states { LineContent::States } else { LineContent::Scores(at) };
        write(&model, &visitors, content, threads, &mut out)?;
    }
    out.flush()?;
    Ok(exit(args, seen.skipped > 0))
}

/// The content of each visitor's line at the end.
#[derive(Clone, Copy)]
pub(super) enum LineContent {
    /// The state, for example for `leadscore score`.
    States,
    /// The score at a time in ms since 1970; for `None`, at the visitor's newest event.
    Scores(Option<u64>),
}

/// Visitors and their lines.
#[derive(Default)]
struct Piece<'a> {
    places: Vec<(&'a Visitors, Place)>,
    state: State,
    hits: Vec<Hit>,
    lines: Vec<Vec<u8>>,
}

/// Writes a line for each visitor, in the order of their first events.
pub(super) fn write(
    model: &Model,
    visitors: &[Visitors],
    content: LineContent,
    threads: usize,
    out: &mut JsonLines,
) -> Result<(), Stop> {
    let mut rest = InOrder::new(visitors);
    in_order(
        threads,
        |piece: &mut Piece<'_>| {
            piece.places.clear();
            piece.places.extend(rest.by_ref().take(LINES));
            Ok(!piece.places.is_empty())
        },
        |piece| {
            let Piece { places, state, hits, lines } = piece;
            lines.clear();
            lines.extend(places.iter().map(|(visitors, place)| {
                visitors.state(model, *place, state, hits);
                let (name, newest) = (visitors.name(*place), visitors.newest(*place));
                match content {
                    LineContent::States => visits::state_line(model, name, newest, state),
                    LineContent::Scores(at) => {
                        let now = at.unwrap_or(newest);
                        visits::snapshot(model, name, None, &state.at(model, seconds(now)), now)
                    }
                }
            }));
        },
        |piece| piece.lines.iter().try_for_each(|line| out.write(line)),
    )
}
