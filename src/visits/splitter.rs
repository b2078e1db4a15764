//! Splits a file that is read in pieces into lines.

use crate::limits::EVENT_BYTES;

/// Takes a line without its end, and its number from 1; `None` is a line that is longer than any event can be.
type Take<'a> = &'a mut dyn FnMut(u64, Option<&[u8]>);

/// The lines of a file that is read in pieces.
#[derive(Default)]
pub struct Splitter {
    number: u64,
    /// The beginning of a line whose end is in a later piece.
    begun: Vec<u8>,
    too_long: bool,
}

impl Splitter {
    /// Hands out the lines that the next piece ends. `None` ends the file, whose last line may lack a line feed.
    pub fn piece(&mut self, bytes: Option<&[u8]>, take: Take<'_>) {
        let Some(mut rest) = bytes else {
            if !self.begun.is_empty() || self.too_long {
                self.line(take);
            }
            return;
        };
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            self.keep(line);
            self.line(take);
        }
        self.keep(rest);
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.too_long |= self.begun.len().saturating_add(bytes.len()) > EVENT_BYTES;
        if self.too_long {
            self.begun.clear();
        } else {
            self.begun.extend_from_slice(bytes);
        }
    }

    fn line(&mut self, take: Take<'_>) {
        self.number = self.number.saturating_add(1);
        take(self.number, (!self.too_long).then_some(&self.begun));
        self.begun.clear();
        self.too_long = false;
    }
}
