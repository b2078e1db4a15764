//! `leadscore import`: converts exports of analytics tools to event lines and reports the lines that it skips.

mod engagement;
mod ga4;
mod people;
mod record;
mod segment;
mod snowplow;

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::ArgMatches;

use super::input::{Line, Lines};
use super::{Stop, exit, output};
use crate::limits::TIME_SECONDS;
use crate::text::terminal;
use crate::visits::notes::Found;
use engagement::Engagement;
use people::People;
use record::{Content, Record, Why};

/// Reads one line of an export.
type Read = fn(&str) -> Result<Record, Why>;

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let (source, args) = args.subcommand().ok_or_else(|| Stop::Usage("give a source".to_owned()))?;
    let path = args.get_one::<String>("file").map_or("-", String::as_str);
    let read: Read = match source {
        "ga4" => ga4::read,
        "snowplow" => snowplow::read,
        _ => segment::read,
    };
    let mut people = People::default();
    if args.get_flag("stitch") {
        if path == "-" {
            return Err(Stop::Usage("--stitch reads the export twice: give a file, not standard input".to_owned()));
        }
        each(path, |_, line| {
            if let Ok(record) = line.and_then(read) {
                people.learn(&record);
            }
            Ok(())
        })?;
    }
    let heartbeat = args.try_get_one::<u32>("heartbeat").ok().flatten().copied().unwrap_or_default();
    let mut import = Import {
        people,
        engagement: Engagement::new(u64::from(heartbeat)),
        seen: HashSet::new(),
        hasher: RandomState::new(),
        out: output::stdout(),
        is_terminal: io::stdout().is_terminal(),
        lines: 0,
        events: 0,
        left_out: BTreeMap::new(),
    };
    each(path, |number, line| import.line(number, line.and_then(read)))?;
    import.out.flush()?;
    import.report(source);
    Ok(exit(args, import.left_out.contains_key(&Why::Unreadable)))
}

/// Calls `take` with every line that is not blank, and its number.
fn each(path: &str, mut take: impl FnMut(u64, Result<&str, Why>) -> Result<(), Stop>) -> Result<(), Stop> {
    let mut lines = Lines::open(path)?;
    let mut number = 0u64;
    while let Some(line) = lines.next()? {
        number = number.saturating_add(1);
        let text = match line {
            Line::TooLong => Err(Why::Unreadable),
            Line::Text(bytes) => core::str::from_utf8(bytes).map_err(|_| Why::Unreadable),
        };
        // Tabs at the ends are empty columns, so only other white space is trimmed.
        let text = text.map(|text| text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']));
        if text.is_ok_and(|text| text.trim().is_empty()) {
            continue;
        }
        take(number, text)?;
    }
    Ok(())
}

/// The state of a running import.
struct Import<W> {
    people: People,
    engagement: Engagement,
    /// Hashes of event ids, to find duplicates.
    seen: HashSet<u64>,
    hasher: RandomState,
    out: W,
    is_terminal: bool,
    lines: u64,
    events: u64,
    left_out: BTreeMap<Why, Found>,
}

impl<W: Write> Import<W> {
    fn line(&mut self, number: u64, record: Result<Record, Why>) -> Result<(), Stop> {
        self.lines = self.lines.saturating_add(1);
        match record.and_then(|record| self.judge(record)) {
            Ok(record) => self.take(record),
            Err(why) => {
                self.left_out.entry(why).or_default().add(number);
                Ok(())
            }
        }
    }

    /// Returns the record, or the reason to leave it out.
    fn judge(&mut self, mut record: Record) -> Result<Record, Why> {
        if record.is_bot {
            return Err(Why::Bot);
        }
        record.visitor = self.people.visitor(&record).ok_or(Why::Nobody)?;
        if record.at.is_none_or(|at| at / 1_000 >= TIME_SECONDS) {
            return Err(Why::Time);
        }
        let is_new = record.id.take().is_none_or(|id| self.seen.insert(self.hasher.hash_one(id)));
        if is_new { Ok(record) } else { Err(Why::Duplicate) }
    }

    fn take(&mut self, record: Record) -> Result<(), Stop> {
        let engaged = self.engagement.add(&record);
        if record.content == Content::Event {
            self.write(&record.line())?;
        }
        if let Some(line) = engaged {
            self.write(&line)?;
        }
        Ok(())
    }

    fn write(&mut self, json: &str) -> Result<(), Stop> {
        self.events = self.events.saturating_add(1);
        let json = if self.is_terminal { terminal::escape_json(json) } else { json.to_owned() };
        self.out.write_all(json.as_bytes())?;
        Ok(self.out.write_all(b"\n")?)
    }

    /// Reports the counts of the import on standard error.
    fn report(&self, source: &str) {
        eprintln!("{source}: {} lines, {} events", self.lines, self.events);
        for (why, Found { count, first }) in &self.left_out {
            eprintln!("left out: {count} {}, first line {first}", why.text());
        }
        if source == "ga4" {
            eprintln!("bots: Google excludes the known ones, and the export has no user agents to detect others");
        }
    }
}
