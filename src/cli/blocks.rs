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
    bytes: Vec<u8>,
    lines: Vec<Place>,
}

/// A line's number in the file and its range in the block; no range if the line is too long.
struct Place {
    number: u64,
    range: Option<(usize, usize)>,
}

impl Block {
    /// Returns the lines with their numbers; `None` for a line that is too long.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u64, Option<&[u8]>)> {
        self.lines.iter().map(|place| (place.number, place.range.and_then(|(from, to)| self.bytes.get(from..to))))
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

    /// Adds the line in this range of a block's bytes.
    fn add(&mut self, block: &mut Block, from: usize, to: usize) {
        self.lines = self.lines.saturating_add(1);
        let is_short = !self.too_long && to.saturating_sub(from) <= EVENT_BYTES;
        self.too_long = false;
        block.lines.push(Place { number: self.lines, range: is_short.then_some((from, to)) });
    }
}

impl Blocks for InOrder {
    fn fill(&mut self, block: &mut Block) -> Result<bool, Stop> {
        block.lines.clear();
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
        let bytes = core::mem::take(&mut block.bytes);
        let mut from = 0;
        for end in memchr_iter(b'\n', bytes.get(..whole).unwrap_or_default()) {
            self.add(block, from, end);
            from = end.saturating_add(1);
        }
        if self.ended && (from < whole || self.too_long) {
            self.add(block, from, whole);
        }
        block.bytes = bytes;
        Ok(!block.lines.is_empty())
    }
}

/// Lines in memory, in another order than in the file.
pub(super) struct InMemory {
    /// The lines with their numbers.
    pub(super) lines: VecDeque<(u64, Box<str>)>,
}

impl Blocks for InMemory {
    fn fill(&mut self, block: &mut Block) -> Result<bool, Stop> {
        block.lines.clear();
        block.bytes.clear();
        while block.bytes.len() < READ
            && let Some((number, text)) = self.lines.pop_front()
        {
            let from = block.bytes.len();
            block.bytes.extend_from_slice(text.as_bytes());
            block.lines.push(Place { number, range: Some((from, block.bytes.len())) });
        }
        Ok(!block.lines.is_empty())
    }
}
