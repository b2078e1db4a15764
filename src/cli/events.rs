//! Reads events from lines, reports skipped lines, and notes anomalies.

use clap::ArgMatches;

use super::Stop;
use super::blocks::{Block, Blocks, InMemory, InOrder};
use super::output::JsonLines;
use super::pipeline::{self, Seen, Work};
use super::source::{Handle, Source};
use crate::EventReader;
use crate::event::lines::{Bad, FIRST_PLAUSIBLE, parse, text};
use crate::visits::notes;

/// The events of a file or of standard input.
pub(super) struct Events {
    source: Source,
    threads: usize,
    /// Events after this time are ignored.
    until: Option<u64>,
}

/// Returns the number of threads: the value of `--threads`, otherwise one for each core.
pub(super) fn threads(args: &ArgMatches) -> usize {
    let all = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    args.get_one::<u32>("threads").map_or_else(all, |threads| *threads as usize)
}

impl Events {
    /// Opens a file, or standard input as `-`. Events after `until` (milliseconds since 1970) are ignored.
    pub(super) fn open(path: &str, until: Option<u64>, threads: usize) -> Result<Self, Stop> {
        Ok(Self { source: Source::open(path)?, threads, until })
    }

    /// Processes all events, those of each visitor in the order of the lines.
    pub(super) fn each<W: Work>(self, work: &W, out: &mut JsonLines) -> Result<(Vec<W::Shard>, Seen), Stop> {
        let Self { source, threads, until } = self;
        let handle = source.handle().clone();
        let (shards, seen) = pipeline::run(work, InOrder::new(source), &handle, threads, until, out)?;
        note_anomalies(&seen, until);
        Ok((shards, seen))
    }

    /// Processes all events in the order of time; events with the same time in the order of the lines. Keeps all events
    /// in memory.
    pub(super) fn each_sorted<W: Work>(self, work: &W, out: &mut JsonLines) -> Result<(Vec<W::Shard>, Seen), Stop> {
        let Self { source, threads, until } = self;
        let handle = source.handle().clone();
        let (mut all, seen) = read_all(&mut InOrder::new(source), &handle, until)?;
        note_anomalies(&seen, until);
        // The sort is stable: events with the same time keep the order of their lines.
        all.sort_by_key(|(at, ..)| *at);
        let lines = all.into_iter().map(|(_, line, text)| (line, text)).collect();
        let (shards, mut again) = pipeline::run(work, InMemory { lines }, &handle, threads, None, out)?;
        again.skipped = again.skipped.saturating_add(seen.skipped);
        Ok((shards, again))
    }
}

/// An event's time, its line number, and its line.
type Timed = (u64, u64, Box<str>);

fn read_all(blocks: &mut InOrder, handle: &Handle, until: Option<u64>) -> Result<(Vec<Timed>, Seen), Stop> {
    let (mut all, mut seen) = (Vec::new(), Seen::default());
    let (mut block, mut reader) = (Block::default(), EventReader::default());
    while blocks.fill(&mut block)? {
        for (number, line) in block.lines() {
            let read = line.ok_or(Bad::TOO_LONG).and_then(|line| text(line, number));
            let read = match read {
                Ok("") => continue,
                Ok(text) => parse(&mut reader, text).map(|(.., at)| (at, text)),
                Err(bad) => Err(bad),
            };
            match read {
                Ok((at, text)) => {
                    if at < FIRST_PLAUSIBLE {
                        seen.in_seconds.add(number);
                    }
                    if until.is_some_and(|until| at > until) {
                        seen.left_out = seen.left_out.saturating_add(1);
                    } else {
                        seen.taken = seen.taken.saturating_add(1);
                        all.push((at, number, text.into()));
                    }
                }
                Err(bad) => {
                    if seen.skipped == 0 && seen.taken == 0 {
                        handle.expect_events()?;
                    }
                    seen.skipped = seen.skipped.saturating_add(1);
                    handle.complain(&format!("line {number}: skipped: {}", bad.message()));
                }
            }
        }
    }
    Ok((all, seen))
}

/// Notes properties of the events that are probably mistakes.
fn note_anomalies(seen: &Seen, until: Option<u64>) {
    let Seen { left_out, taken, in_seconds, .. } = *seen;
    notes::odd(until, left_out, taken, in_seconds).iter().for_each(|text| note(text));
}

/// Writes a note to standard error.
pub(super) fn note(message: &str) {
    eprintln!("note: {message}");
}
