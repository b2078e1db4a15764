//! Lines of a file or of standard input, in memory that does not grow with either.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use super::{COMPILED, Stop, output};
use crate::limits::{EVENT_BYTES, MODEL_BYTES, TIME_SECONDS};

const BUFFER: usize = 4 * EVENT_BYTES;

/// A line without its end, or that it was longer than any event can be.
pub(super) enum Line<'a> {
    Text(&'a [u8]),
    TooLong,
}

/// The source of the lines.
pub(super) struct Lines {
    source: Box<dyn Read>,
    progress: ProgressBar,
    name: String,
    buffer: Vec<u8>,
    /// What of the buffer is read but not given out.
    from: usize,
    to: usize,
    ended: bool,
}

impl Lines {
    /// Opens a file, or standard input as `-`. A progress bar is shown for a file where standard error is a terminal.
    pub(super) fn open(path: &str) -> Result<Self, Stop> {
        output::check_input(path)?;
        let mut progress = ProgressBar::hidden();
        let source: Box<dyn Read> = if path == "-" {
            Box::new(io::stdin().lock())
        } else {
            let open = || -> io::Result<(File, u64)> {
                let file = File::open(path)?;
                let length = file.metadata().map(|metadata| metadata.len())?;
                Ok((file, length))
            };
            let (file, length) = open().map_err(|error| Stop::Usage(format!("{path}: {error}")))?;
            if io::stderr().is_terminal() {
                progress = ProgressBar::new(length);
                if let Ok(style) = ProgressStyle::with_template("{bar:40} {binary_bytes}/{binary_total_bytes} {eta}") {
                    progress.set_style(style);
                }
            }
            Box::new(file)
        };
        Ok(Self { source, progress, name: path.to_owned(), buffer: vec![0; BUFFER], from: 0, to: 0, ended: false })
    }

    /// The next line.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, Stop> {
        let mut too_long = false;
        loop {
            let pending = self.buffer.get(self.from..self.to).unwrap_or_default();
            let end = memchr::memchr(b'\n', pending);
            let length = end.unwrap_or(pending.len());
            if end.is_some() || (self.ended && (length > 0 || too_long)) {
                let start = self.from;
                self.from = start.saturating_add(length).saturating_add(usize::from(end.is_some()));
                if too_long || length > EVENT_BYTES {
                    return Ok(Some(Line::TooLong));
                }
                let line = self.buffer.get(start..start.saturating_add(length)).unwrap_or_default();
                return Ok(Some(Line::Text(line)));
            }
            if self.ended {
                self.progress.finish_and_clear();
                return Ok(None);
            }
            if length > EVENT_BYTES {
                // Nothing of it will be read: forget what there is and go on to its end.
                too_long = true;
                self.from = self.to;
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Result<(), Stop> {
        self.buffer.copy_within(self.from..self.to, 0);
        self.to = self.to.saturating_sub(self.from);
        self.from = 0;
        let free = self.buffer.get_mut(self.to..).unwrap_or_default();
        let read = loop {
            match self.source.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Stop::Usage(format!("{}: {error}", self.name))),
                Ok(read) => break read,
            }
        };
        self.progress.inc(read as u64);
        self.to = self.to.saturating_add(read);
        self.ended = read == 0;
        Ok(())
    }

    /// Ends the command if the input is a file of another kind, so that not every line of it is called bad.
    pub(super) fn expect_events(&self) -> Result<(), Stop> {
        let name = &self.name;
        let is_small = fs::metadata(name).is_ok_and(|file| file.is_file() && file.len() <= MODEL_BYTES as u64);
        let bytes = if is_small { fs::read(name).unwrap_or_default() } else { Vec::new() };
        let kind = match serde_json::from_slice::<Value>(&bytes) {
            _ if bytes.starts_with(COMPILED) => "a compiled model, but events are expected here",
            Ok(Value::Array(_)) => "one JSON array; give each event a line of its own, as `jq -c '.[]'` does",
            Ok(json) if json.get("rules").is_some() => "a model, but events are expected here",
            Ok(Value::Object(_)) if bytes.trim_ascii().contains(&b'\n') => {
                "one JSON object on many lines; give each event one line, as `jq -c .` does"
            }
            _ => return Ok(()),
        };
        Err(Stop::Usage(format!("{name}: {kind}")))
    }

    /// A message on standard error, above the progress bar if there is one.
    pub(super) fn complain(&self, message: &str) {
        self.progress.suspend(|| eprintln!("{message}"));
    }
}

/// A time as milliseconds since 1970, or in RFC 3339.
pub(super) fn time(text: &str) -> Result<u64, String> {
    let millis = match text.parse::<u64>() {
        Ok(millis) => Some(millis),
        Err(_) => text.parse::<jiff::Timestamp>().ok().and_then(|time| u64::try_from(time.as_millisecond()).ok()),
    };
    millis
        .filter(|millis| millis / 1_000 < TIME_SECONDS)
        .ok_or_else(|| "give milliseconds since 1970, or a time such as 2026-11-21T09:00:00Z, before 2106".to_owned())
}
