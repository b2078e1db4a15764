//! Splits a file into lines for callers that read it in pieces.

use super::session::{Kind, Session};
use crate::visits::Splitter;

/// A file that a session reads in pieces.
pub struct Feed {
    kind: Kind,
    lines: Splitter,
}

impl Feed {
    /// Begins a file with lines of one kind.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, lines: Splitter::default() }
    }

    /// Reads the next piece, `None` after the last; calls `complain` with the number and the problem of each bad line.
    pub fn piece(&mut self, session: &mut Session, bytes: Option<&[u8]>, complain: &mut dyn FnMut(u64, &str)) {
        let kind = self.kind;
        self.lines.piece(bytes, &mut |number, line| {
            if let Some(line) = line {
                if let Err(message) = session.line(kind, number, line) {
                    complain(number, message);
                }
            } else {
                session.add_skipped(1);
                complain(number, "the line is longer than the longest event");
            }
        });
    }
}
