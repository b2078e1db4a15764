//! Lines out of pieces of a file, for callers that read files in pieces.

use super::session::{Kind, Session};
use crate::limits::EVENT_BYTES;

/// A file on its way into a session.
pub struct Feed {
    kind: Kind,
    number: u64,
    /// What of a line was read so far.
    begun: Vec<u8>,
    too_long: bool,
}

impl Feed {
    /// A file of lines of a kind.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, number: 0, begun: Vec::new(), too_long: false }
    }

    /// Takes in the next piece, and hands out the number of each bad line and what is wrong with it.
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

    /// Ends the file: the last line may have no end.
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
