//! `leadscore score`: joins states that were made anywhere, and scores them.

use std::process::ExitCode;

use clap::ArgMatches;
use indexmap::IndexMap;

use super::input::{Line, Lines};
use super::output::JsonLines;
use super::replay::{self, Kept};
use super::{Stop, exit, load_model};
use crate::event::seconds;
use crate::lines::{self, Bad};
use crate::{Error, EventReader, Model, State, base64};

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let name = |name: &str| args.get_one::<String>(name).map_or("", String::as_str);
    let model = load_model(name("model"))?;
    let at = args.get_one::<u64>("at").copied();
    let mut lines = Lines::open(name("states"))?;
    let mut visitors: IndexMap<Box<[u8]>, Kept> = IndexMap::new();
    let mut reader = EventReader::default();
    let (mut number, mut skipped) = (0u64, false);
    while let Some(line) = lines.next()? {
        number = number.saturating_add(1);
        let result = match line {
            Line::TooLong => Err(Bad::Line("the line is longer than any state can be")),
            Line::Text(line) => take(&model, &mut reader, line, number, &mut visitors),
        };
        if let Err(bad) = result {
            skipped = true;
            lines.complain(&format!("line {number}: skipped: {}", bad.message()));
        }
    }
    let mut out = JsonLines::stdout();
    for (visitor, kept) in &visitors {
        let now = at.unwrap_or(kept.newest);
        out.write(if args.get_flag("join") {
            replay::state(&model, visitor, kept)
        } else {
            replay::snapshot(&model, visitor, None, &kept.state.at(&model, seconds(now)), now)
        })?;
    }
    out.flush()?;
    Ok(exit(args, skipped))
}

/// Joins a line `{ "visitor", "at", "state" }` to what is known of its visitor.
fn take(
    model: &Model,
    reader: &mut EventReader,
    line: &[u8],
    number: u64,
    visitors: &mut IndexMap<Box<[u8]>, Kept>,
) -> Result<(), Bad> {
    let text = lines::text(line, number)?;
    if text.is_empty() {
        return Ok(());
    }
    let (visitor, at, state) = lines::state(reader, text)?;
    let state = State::decode(model, &base64::decode(state).ok_or(Bad::Event(Error::StateCorrupt))?)?;
    match visitors.get_mut(visitor) {
        None => drop(visitors.insert(visitor.into(), Kept { state, newest: at })),
        Some(kept) => {
            let joined = kept.state.with(model, &state);
            if !joined.has_room(model) {
                return Err(Bad::Event(Error::StateTooLarge));
            }
            kept.state = joined;
            kept.newest = kept.newest.max(at);
        }
    }
    Ok(())
}
