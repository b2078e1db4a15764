//! `leadscore check`.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::ExitCode;

use clap::ArgMatches;

use super::input::{Line, Lines};
use super::{Stop, looks_like_events, output, read_text};
use crate::authoring;
use crate::limits::EVENT_BYTES;

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let path = args.get_one::<String>("model").map_or("", String::as_str);
    let (listing, is_good) =
        if holds_events(path) { check_events(path)? } else { authoring::check_file(path, &read_text(path)?) };
    let mut out = output::stdout();
    write!(out, "{listing}")?;
    out.flush()?;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// Returns true if a file contains events, judged by its name or by its first line.
fn holds_events(path: &str) -> bool {
    if [".ndjson", ".jsonl"].iter().any(|end| path.ends_with(end)) {
        return true;
    }
    let Ok(file) = File::open(path) else { return false };
    let mut lines = BufReader::new(file.take(EVENT_BYTES as u64)).lines().map_while(Result::ok);
    lines.find(|line| !line.trim().is_empty()).is_some_and(|line| looks_like_events(&line))
}

fn check_events(path: &str) -> Result<(String, bool), Stop> {
    let mut lines = Lines::open(path)?;
    let mut events = authoring::Events::default();
    let mut number = 0u64;
    while let Some(line) = lines.next()? {
        number = number.saturating_add(1);
        events.line(
            number,
            match line {
                Line::Text(text) => Some(text),
                Line::TooLong => None,
            },
        );
    }
    Ok(events.finish(path))
}
