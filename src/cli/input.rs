//! Reads lines of a file or of standard input, in constant memory.

use super::Stop;
use super::source::Source;
use crate::limits::{EVENT_BYTES, TIME_SECONDS};
use crate::text::time;

const BUFFER: usize = 4 * EVENT_BYTES;

/// A line without its line break.
pub(super) enum Line<'a> {
    Text(&'a [u8]),
    TooLong,
}

/// The source of the lines.
pub(super) struct Lines {
    source: Source,
    buffer: Vec<u8>,
    /// The range of the buffer that was read but not yet returned.
    from: usize,
    to: usize,
    ended: bool,
}

impl Lines {
    /// Opens a file, or standard input as `-`; see [`Source::open`].
    pub(super) fn open(path: &str) -> Result<Self, Stop> {
        Ok(Self { source: Source::open(path)?, buffer: vec![0; BUFFER], from: 0, to: 0, ended: false })
    }

    /// Returns the next line; `None` at the end.
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
                return Ok(None);
            }
            if length > EVENT_BYTES {
                // The line is too long: discard what was read of it and skip the rest.
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
        let read = self.source.read(free)?;
        self.to = self.to.saturating_add(read);
        self.ended = read == 0;
        Ok(())
    }

    /// Writes a message to standard error, above the progress bar if there is one.
    pub(super) fn complain(&self, message: &str) {
        self.source.handle().complain(message);
    }
}

/// Parses a time, which is in milliseconds since 1970 or in RFC 3339, and returns milliseconds.
pub(super) fn time(text: &str) -> Result<u64, String> {
    let millis = text.parse::<u64>().ok().or_else(|| time::rfc3339::read(text.as_bytes()));
    millis.filter(|millis| millis / 1_000 < TIME_SECONDS).ok_or_else(|| {
        "expected milliseconds since 1970, or a time such as 2026-11-21T09:00:00Z, before 2106".to_owned()
    })
}
