//! `leadscore score`: merges states of several runs, and scores them.

use std::hash::BuildHasher;
use std::process::ExitCode;

use clap::ArgMatches;
use hashbrown::DefaultHashBuilder;

use super::events;
use super::input::{Line, Lines};
use super::output::JsonLines;
use super::replay::{self, LineContent};
use super::visitors::Visitors;
use super::{Stop, exit, load_model};
use crate::event::lines::{self, Bad};
use crate::text::base64;
use crate::{Error, EventReader, Model, State};

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let name = |name: &str| args.get_one::<String>(name).map_or("", String::as_str);
    let model = load_model(name("model"))?;
    let at = args.get_one::<u64>("at").copied();
    let mut lines = Lines::open(name("states"))?;
    let mut visitors = Visitors::default();
    let hasher = DefaultHashBuilder::default();
    let mut reader = EventReader::default();
    let (mut number, mut skipped) = (0u64, false);
    while let Some(line) = lines.next()? {
        number = number.saturating_add(1);
        let result = match line {
            Line::TooLong => Err(Bad::Line("the line is longer than the longest state")),
            Line::Text(line) => take(&model, &mut reader, line, number, &mut visitors, &hasher),
        };
        if let Err(bad) = result {
            skipped = true;
            lines.complain(&format!("line {number}: skipped: {}", bad.message()));
        }
    }
    let mut out = JsonLines::stdout();
    let content = if args.get_flag("join") { LineContent::States } else { LineContent::Scores(at) };
    replay::write(&model, &[visitors], content, events::threads(args), &mut out)?;
    out.flush()?;
    Ok(exit(args, skipped))
}

/// Merges a line `{ "visitor", "at", "state" }` with the state of its visitor.
fn take(
    model: &Model,
    reader: &mut EventReader,
    line: &[u8],
    number: u64,
    visitors: &mut Visitors,
    hasher: &DefaultHashBuilder,
) -> Result<(), Bad> {
    let text = lines::text(line, number)?;
    if text.is_empty() {
        return Ok(());
    }
    let (visitor, at, state) = lines::state(reader, text)?;
    let state = State::decode(model, &base64::decode(state).ok_or(Bad::Event(Error::StateCorrupt))?)?;
    let hash = hasher.hash_one(visitor);
    match visitors.find(visitor, hash) {
        None => {
            let place = visitors.add(visitor, hash, number);
            visitors.keep(place, &state, at);
        }
        Some(place) => {
            let mut kept = State::default();
            visitors.state(model, place, &mut kept, &mut Vec::new());
            let joined = kept.with(model, &state);
            if !joined.has_room(model) {
                return Err(Bad::Event(Error::StateTooLarge));
            }
            visitors.keep(place, &joined, at);
        }
    }
    Ok(())
}
