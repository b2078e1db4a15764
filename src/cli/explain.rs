//! `leadscore explain`.

use std::io::Write;
use std::process::ExitCode;

use clap::ArgMatches;

use super::events::{self, Events};
use super::output::JsonLines;
use super::pipeline::{Out, Share, Work};
use super::{Stop, exit, load_model, output};
use crate::event::seconds;
use crate::visits::{self, Kept};
use crate::{Model, lead};

struct Explain<'a> {
    model: &'a Model,
    visitor: &'a [u8],
}

impl Work for Explain<'_> {
    type Shard = Option<Kept>;
    type Extra = ();

    fn models(&self) -> Vec<&Model> {
        vec![self.model]
    }

    fn wants(&self, visitor: &[u8], _: u64) -> bool {
        visitor == self.visitor
    }

    fn extra(&self, _: &[u8], _: &[u8]) {}

    fn take(&self, seen: &mut Option<Kept>, share: &Share<'_, ()>, out: &mut Out) {
        for matched in share.iter() {
            let mut kept = seen.take().unwrap_or_default();
            let result = lead::observe(self.model, &mut kept.state, matched.hits(0));
            kept.newest = kept.newest.max(matched.at);
            if result.is_ok() || !kept.state.hits().is_empty() {
                *seen = Some(kept);
            }
            if let Err(error) = result {
                out.complain(&matched, error);
            }
        }
    }
}

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let name = |name: &str| args.get_one::<String>(name).map_or("", String::as_str);
    let wanted = name("visitor");
    let model = load_model(name("model"))?;
    let at = args.get_one::<u64>("at").copied();
    let events = Events::open(name("events"), at, events::threads(args))?;
    let work = Explain { model: &model, visitor: wanted.as_bytes() };
    let (shards, read) = events.each(&work, &mut JsonLines::stdout())?;
    let seen = shards.into_iter().flatten().next();
    let kept = seen.ok_or_else(|| Stop::Usage(visits::nobody(wanted, at)))?;
    let now = seconds(at.unwrap_or(kept.newest));
    let mut out = output::stdout();
    out.write_all(visits::receipt(&model, wanted, &kept.state, now, args.get_flag("json")).as_bytes())?;
    out.flush()?;
    Ok(exit(args, read.skipped > 0))
}
