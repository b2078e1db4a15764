//! `leadscore replay`.

use std::io::Write;
use std::process::ExitCode;

use clap::ArgMatches;
use indexmap::IndexMap;

use super::events::Events;
use super::{Stop, load_model, output};
use crate::event::seconds;
use crate::json::Writer;
use crate::signal::Sender;
use crate::snapshot::Snapshot;
use crate::{Model, State, lead};

/// What is kept of a visitor.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) state: State,
    /// The newest event's time, in milliseconds.
    pub(super) newest: u64,
}

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let name = |name: &str| args.get_one::<String>(name).map_or("", String::as_str);
    let model = load_model(name("model"))?;
    let mut events = Events::open(name("events"))?;
    let at = args.get_one::<u64>("at").copied();
    let (trace, signals) = (args.get_flag("trace"), args.get_flag("signals"));
    if at.is_some() && (trace || signals) {
        eprintln!("note: --at is for the final lines; --trace and --signals score at each event");
    }
    let sender = Sender { source: name("source").as_bytes(), provenance: "client", witnessed: None };
    let mut visitors: IndexMap<Box<[u8]>, Kept> = IndexMap::new();
    let mut out = output::stdout();
    events.each(|visitor, event, now| {
        // Nobody is seen by an event that is refused, so a new visitor is entered only after it is not.
        let mut fresh = None;
        let kept = match visitors.get_mut(visitor) {
            Some(kept) => kept,
            None => fresh.insert(Kept::default()),
        };
        if trace || signals {
            match lead::ingest(&model, visitor, &mut kept.state, event, now, sender, lead::Room::Refuse) {
                Err(error) => return Ok(Err(error)),
                Ok(_) if trace => write_line(&mut out, &model, visitor, Some(now), &kept.state, now)?,
                Ok(list) => {
                    for signal in list {
                        out.write_all(&signal.json)?;
                        out.write_all(b"\n")?;
                    }
                }
            }
        } else if let Err(error) = lead::observe(&model, &mut kept.state, event, now) {
            return Ok(Err(error));
        }
        kept.newest = kept.newest.max(now);
        if let Some(kept) = fresh {
            visitors.insert(visitor.into(), kept);
        }
        Ok(Ok(()))
    })?;
    if !trace && !signals {
        for (visitor, kept) in &visitors {
            write_line(&mut out, &model, visitor, None, &kept.state, at.unwrap_or(kept.newest))?;
        }
    }
    out.flush()?;
    Ok(if events.skipped { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn write_line(
    out: &mut impl Write,
    model: &Model,
    visitor: &[u8],
    at: Option<u64>,
    state: &State,
    now: u64,
) -> Result<(), Stop> {
    let mut writer = Writer::default();
    writer.open(b'{');
    writer.name("visitor").text(visitor);
    if let Some(at) = at {
        writer.name("at").integer(at);
    }
    Snapshot::new(model, state, seconds(now)).write(&mut writer, model, state);
    writer.close(b'}');
    out.write_all(&writer.finish())?;
    Ok(out.write_all(b"\n")?)
}
