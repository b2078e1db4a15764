//! Splits input into blocks of lines, which threads read independently, in constant memory.

use std::collections::VecDeque;

use memchr::{memchr_iter, memrchr};

use super::Stop;
use super::source::Source;
use crate::limits::EVENT_BYTES;

/// The number of bytes to read at once.
const READ: usize = 1 << 18;

/// A number of consecutive lines.
#[derive(Default)]
pub(super) struct Block {
    /// The lines, with their line breaks; after `length` bytes are those of earlier blocks.
    bytes: Vec<u8>,
    length: usize,
    /// The number of the first line in the file.
    first: u64,
    /// The numbers of all lines, if they are not consecutive.
    numbers: Vec<u64>,
    /// True if the first line is too long; it may have lost its beginning.
    is_first_too_long: bool,
}

impl Block {
    /// Returns the lines with their numbers; `None` for a line that is too long.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u64, Option<&[u8]>)> {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        let mut from = 0;
        let mut ends = memchr_iter(b'\n', bytes);
        let mut is_too_long = self.is_first_too_long;
        let lines = core::iter::from_fn(move || {
            let to = ends.next();
            if to.is_none() && from >= bytes.len() && !is_too_long {
                return None;
            }
            let line = bytes.get(from..to.unwrap_or(bytes.len())).unwrap_or_default();
            from = to.map_or(bytes.len(), |to| to.saturating_add(1));
            let is_short = !core::mem::take(&mut is_too_long) && line.len() <= EVENT_BYTES;
            Some(is_short.then_some(line))
        });
        let numbers = self.numbers.iter().copied().chain(self.first..);
        numbers.zip(lines)
    }
}

/// A source of blocks.
pub(super) trait Blocks: Send {
    /// Fills a block with the next lines; returns false if there are none.
    fn fill(&mut self, block: &mut Block) -> Result<bool, Stop>;
}

/// The blocks of a file or of standard input, in order.
pub(super) struct InOrder {
    source: Source,
    lines: u64,
    /// The beginning of a line whose end has not been read yet.
    begun: Vec<u8>,
    /// True if the beginning of that line was discarded because the line is too long.
    too_long: bool,
    ended: bool,
}

impl InOrder {
    pub(super) fn new(source: Source) -> Self {
        Self { source, lines: 0, begun: Vec::new(), too_long: false, ended: false }
    }
}

impl Blocks for InOrder {
    fn fill(&mut self, block: &mut Block) -> Result<bool, Stop> {
        let bytes = &mut block.bytes;
        // The bytes beyond the filled part are left from an earlier block, so they need not be cleared each time.
        let mut filled = self.begun.len();
        bytes.resize(bytes.len().max(filled), 0);
        bytes.get_mut(..filled).unwrap_or_default().copy_from_slice(&self.begun);
        self.begun.clear();
        // The end of the last complete line.
        let mut whole = 0;
        while !self.ended && whole == 0 {
            let room = filled.saturating_add(READ);
            bytes.resize(bytes.len().max(room), 0);
            let read = self.source.read(bytes.get_mut(filled..room).unwrap_or_default())?;
            let new = bytes.get(filled..filled.saturating_add(read)).unwrap_or_default();
            whole = memrchr(b'\n', new).map_or(0, |end| filled.saturating_add(end).saturating_add(1));
            filled = filled.saturating_add(read);
            self.ended = read == 0;
            if whole == 0 && filled > EVENT_BYTES {
                // The line is too long: discard what was read of it and skip the rest.
                (filled, self.too_long) = (0, true);
            }
        }
        if self.ended {
            whole = filled;
        }
        self.begun.extend_from_slice(bytes.get(whole..filled).unwrap_or_default());
        let count = memchr_iter(b'\n', bytes.get(..whole).unwrap_or_default()).count();
        (block.length, block.first) = (whole, self.lines.saturating_add(1));
        self.lines = self.lines.saturating_add(count as u64);
        block.is_first_too_long = core::mem::take(&mut self.too_long);
        Ok(whole > 0 || block.is_first_too_long)
    }
}

/// Lines in memory, in another order than in the file.
pub(super) struct InMemory {
    /// The lines with their numbers.
    pub(super) lines: VecDeque<(u64, Box<str>)>,
}

impl Blocks for InMemory {
    fn fill(&mut self, block: &mut Block) -> Result<bool, Stop> {
        block.numbers.clear();
        block.bytes.clear();
        while block.bytes.len() < READ
            && let Some((number, text)) = self.lines.pop_front()
        {
            block.bytes.extend_from_slice(text.as_bytes());
            block.bytes.push(b'\n');
            block.numbers.push(number);
        }
        block.length = block.bytes.len();
        Ok(block.length > 0)
    }
}
