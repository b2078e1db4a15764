//! Follows all ways through a program at once, in a few instructions for each byte and 64 positions.

use super::{ANY, ANY_TIMES, CLOSE, OPTIONAL, REPEAT, SEGMENT};

/// All positions in a program that the bytes so far may lead to, a bit each (Baeza-Yates and Gonnet 1992; groups are
/// skipped by the carry of an addition as in Navarro and Raffinot 2001).
///
/// The first bit waits for the byte 0, which begins every run. Then each literal, each `:name`, each beginning of a group
/// that may be missing and each end of a group has a bit, and last the end of the program. A `*` has none: it lets the
/// bit after it stay.
pub(super) struct Automaton {
    words: Vec<Word>,
    /// By byte, then by word: the bits that take it.
    takes: Vec<u64>,
    loops: Vec<Loop>,
    /// The bit of the end, in the last word.
    end: u64,
}

/// What is known of 64 positions.
#[derive(Clone, Copy, Default)]
struct Word {
    /// Where the bytes so far may lead.
    now: u64,
    /// What stays at any byte, because a `*` is before it.
    any: u64,
    /// What stays, and is passed, at any byte but `/`.
    segments: u64,
    /// Where groups begin that may be missing.
    opens: u64,
    /// The whole of those groups.
    skips: u64,
    /// Where groups end.
    closes: u64,
}

/// The ways back from ends of groups in one word to the beginnings of their bodies in one word, of one length.
struct Loop {
    from: usize,
    closes: u64,
    to: usize,
    turn: u32,
}

/// Bits of a word.
const BITS: usize = u64::BITS as usize;
/// Bytes that a canonical path can have.
const BYTES: usize = 128;

/// The codes and literals of a program, without the lengths of groups.
struct Codes<'a>(&'a [u8]);

impl Iterator for Codes<'_> {
    type Item = u8;

    #[inline(never)]
    fn next(&mut self) -> Option<u8> {
        let (code, after) = self.0.split_first()?;
        let is_group = matches!(*code, OPTIONAL..=CLOSE);
        self.0 = if is_group { after.get(2..).unwrap_or_default() } else { after };
        Some(*code)
    }
}

impl Automaton {
    /// `None` of a program that no compiler writes: with a group in a group, or half a group.
    pub(super) fn new(program: &[u8]) -> Option<Self> {
        let end = Codes(program).filter(|code| !matches!(*code, ANY | REPEAT)).count().wrapping_add(1);
        let size = end.wrapping_div(BITS).wrapping_add(1);
        let mut new = Self {
            words: vec![Word::default(); size],
            takes: vec![0; size.wrapping_mul(BYTES)],
            loops: Vec::new(),
            end: 1 << (end % BITS),
        };
        *new.takes.first_mut()? = 1;
        let mut bit = 1usize;
        let mut group = None;
        for code in Codes(program) {
            let (word, mask) = (bit / BITS, 1 << (bit % BITS));
            let place = new.words.get_mut(word)?;
            match code {
                ANY => place.any |= mask,
                SEGMENT => place.segments |= mask,
                CLOSE => {
                    place.closes |= mask;
                    let (code, start) = group.take()?;
                    new.close(code, start, bit);
                }
                OPTIONAL..=ANY_TIMES => {
                    if group.is_some() {
                        return None;
                    }
                    let has_bit = code != REPEAT;
                    if has_bit {
                        place.opens |= mask;
                    }
                    group = Some((code, bit.wrapping_add(usize::from(has_bit))));
                }
                literal => *new.takes.get_mut(usize::from(literal).wrapping_mul(size).wrapping_add(word))? |= mask,
            }
            bit = bit.wrapping_add(usize::from(!matches!(code, ANY | REPEAT)));
        }
        group.is_none().then_some(new)
    }

    /// Notes what a group with its body from `start` to `close` allows besides one pass.
    fn close(&mut self, code: u8, start: usize, close: usize) {
        if code != REPEAT {
            for bit in start.wrapping_sub(1)..=close {
                if let Some(word) = self.words.get_mut(bit / BITS) {
                    word.skips |= 1 << (bit % BITS);
                }
            }
        }
        if code != OPTIONAL {
            let (from, to, closes) = (close / BITS, start / BITS, 1 << (close % BITS));
            let turn = (close.wrapping_sub(start) % BITS) as u32;
            match self.loops.iter_mut().find(|own| (own.from, own.to, own.turn) == (from, to, turn)) {
                Some(own) => own.closes |= closes,
                None => self.loops.push(Loop { from, closes, to, turn }),
            }
        }
    }

    /// Returns whether the program matches the path, or the first `bare` bytes of it.
    pub(super) fn accepts(mut self, path: &[u8], bare: usize) -> bool {
        if let Some(first) = self.words.first_mut() {
            first.now = 1;
        }
        let mut alive = self.step(0);
        for (at, byte) in path.iter().enumerate() {
            if !alive || (at == bare && self.has_ended()) {
                break;
            }
            alive = self.step(*byte);
        }
        self.has_ended()
    }

    fn has_ended(&self) -> bool {
        self.words.last().is_some_and(|word| word.now & self.end != 0)
    }

    /// Takes a byte; returns whether any position is left.
    fn step(&mut self, byte: u8) -> bool {
        let row = usize::from(byte).wrapping_mul(self.words.len());
        let stays = if byte == b'/' { 0 } else { u64::MAX };
        let mut carry = Carry::default();
        let mut alive = 0;
        for (index, word) in self.words.iter_mut().enumerate() {
            let takes = self.takes.get(row.wrapping_add(index)).copied().unwrap_or_default();
            let segments = word.segments & stays;
            let mut now = carry.taken.up(word.now & (takes | segments)) | word.now & (word.any | segments);
            now |= carry.closed.up(now & word.closes);
            // The carry goes from the beginning of a group through the whole of it to what follows, and on from there if
            // that is a group to skip as well: what it reached has changed.
            let (sum, one) = (now & word.opens).overflowing_add(word.skips);
            let (sum, other) = sum.overflowing_add(carry.skipped);
            carry.skipped = u64::from(one | other);
            now |= (sum ^ word.skips) & (word.opens | !word.skips);
            now |= carry.opened.up(now & word.opens);
            alive |= now;
            word.now = now;
        }
        for back in &self.loops {
            let closed = self.words.get(back.from).map_or(0, |word| word.now & back.closes);
            if let Some(word) = self.words.get_mut(back.to) {
                word.now |= closed.rotate_right(back.turn);
            }
        }
        alive != 0
    }
}

/// What the bits of one word hand on to the next.
#[derive(Default)]
struct Carry {
    taken: Bit,
    closed: Bit,
    skipped: u64,
    opened: Bit,
}

/// The highest bit of a word that was moved up.
#[derive(Default)]
struct Bit(u64);

impl Bit {
    fn up(&mut self, bits: u64) -> u64 {
        let moved = bits << 1 | self.0;
        self.0 = bits >> 63;
        moved
    }
}
