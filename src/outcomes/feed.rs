//! Splits a file into lines for callers that read it in pieces.

use super::session::{Kind, Session};
use crate::limits::EVENT_BYTES;

/// A file that a session reads in pieces.
pub struct Feed {
    kind: Kind,
    number: u64,
    /// The beginning of a line whose end is in a later piece.
    begun: Vec<u8>,
    too_long: bool,
}

impl Feed {
    /// Begins a file with lines of one kind.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, number: 0, begun: Vec::new(), too_long: false }
    }

    /// Reads the next piece; calls `complain` with the number and the problem of each bad line.
    pub fn piece(&mut self, session: &mut Session, bytes: &[u8], complain: &mut dyn FnMut(u64, &str)) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            self.keep(line);
            self.line(session, complain);
        }
        self.keep(rest);
    }

    /// Ends the file, because the last line may lack a line feed.
    pub fn end(&mut self, session: &mut Session, complain: &mut dyn FnMut(u64, &str)) {
        if !self.begun.is_empty() || self.too_long {
            self.line(session, complain);
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.too_long |= self.begun.len().saturating_add(bytes.len()) > EVENT_BYTES;
        if self.too_long {
            self.begun.clear();
        } else {
            self.begun.extend_from_slice(bytes);
        }
    }

    fn line(&mut self, session: &mut Session, complain: &mut dyn FnMut(u64, &str)) {
        self.number = self.number.saturating_add(1);
        if self.too_long {
            session.add_skipped(1);
            complain(self.number, "the line is longer than any event can be");
        } else if let Err(message) = session.line(self.kind, self.number, &self.begun) {
            complain(self.number, message);
        }
        self.begun.clear();
        self.too_long = false;
    }
}
