//! Follows all paths through a program at once. Each byte of the program needs a few instructions for every 64 places
//! of the path.

use super::code::{ANY, ANY_TIMES, CLOSE, OPTIONAL, REPEAT, SEGMENT};
use crate::text::bits::{WORD as BITS, has, zeros};

/// Places of a path, one bit each: bit `n` is the place before byte `n`, and the bit after the last byte is the path's
/// end. Later bits have no meaning, but may be set.
type Places = [u64];

/// The number of byte values that a canonical path can have.
const BYTES: usize = 128;

/// A transposed path: for each byte value the places before it (Cameron and others 2014, "Bitwise data parallelism in
/// regular expression matching").
pub(super) struct Page {
    /// The rows, by byte value, then by word.
    rows: Vec<u64>,
    /// The number of words in a set of places.
    size: usize,
}

/// The program that leads from a slash to every place in the segment after it.
const TO_SEGMENT: [u8; 8] = [b'/', OPTIONAL, 1, 0, SEGMENT, CLOSE, 1, 0];

impl Page {
    pub(super) fn new(path: &[u8]) -> Self {
        let size = path.len().wrapping_div(BITS).wrapping_add(1);
        let mut rows = zeros(size.wrapping_mul(BYTES));
        for (at, byte) in path.iter().enumerate() {
            if let Some(word) = rows.get_mut(usize::from(*byte).wrapping_mul(size).wrapping_add(at / BITS)) {
                *word |= 1 << (at % BITS);
            }
        }
        Self { rows, size }
    }

    /// Returns true if the program matches the path of that length, or its first `bare` bytes.
    pub(super) fn is_matched(&self, program: &[u8], length: usize, bare: usize) -> bool {
        let mut start = zeros(self.size);
        if let Some(first) = start.first_mut() {
            *first = 1;
        }
        let ends = self.follow(program, &start);
        has(&ends, length) || has(&ends, bare)
    }

    /// Returns the places before a byte.
    fn row(&self, byte: u8) -> &Places {
        let start = usize::from(byte).wrapping_mul(self.size);
        self.rows.get(start..start.wrapping_add(self.size)).unwrap_or_default()
    }

    /// Returns all places to which the program leads from any of the given ones.
    fn follow(&self, mut program: &[u8], from: &Places) -> Vec<u64> {
        let mut places = from.to_vec();
        while let Some((code, after)) = program.split_first() {
            program = after;
            if let OPTIONAL..=ANY_TIMES = *code {
                let Some((body, after)) = group(after) else { return Vec::new() };
                program = after;
                if *code == REPEAT {
                    places = self.follow(body, &places);
                }
                self.follow_group(*code, body, &mut places);
            } else if !self.step(*code, &mut places) {
                break;
            }
        }
        places
    }

    /// Moves the places past the next byte if the code accepts it, and drops the others. `:name` and `*` continue over
    /// further bytes by the carry of an addition. Returns true if any place is left.
    fn step(&self, code: u8, places: &mut Places) -> bool {
        // `:name` accepts all bytes except the slash. `*` accepts all bytes: no path has the byte 0.
        let (byte, other) = match code {
            ANY => (0, u64::MAX),
            SEGMENT => (b'/', u64::MAX),
            byte => (byte, 0),
        };
        let (mut taken, mut carry, mut left) = (0, false, 0);
        for (place, byte) in places.iter_mut().zip(self.row(byte)) {
            let byte = byte ^ other;
            if code != ANY {
                let moved = *place & byte;
                *place = moved << 1 | taken;
                taken = moved >> (BITS - 1);
            }
            if other != 0 {
                let (sum, one) = (*place & byte).overflowing_add(byte);
                let (sum, two) = sum.overflowing_add(carry.into());
                carry = one | two;
                *place |= sum ^ byte;
            }
            left |= *place;
        }
        left != 0
    }

    /// Adds all places to which a body leads. An optional body is followed once, a repeated one any number of times.
    fn follow_group(&self, code: u8, body: &[u8], places: &mut Places) {
        let once = self.follow(body, places);
        // Repeating adds nothing if the first time added no place. Nor does it for a body with a `*`, or with a `:name`
        // and no slash: once, it already accepts all that its repetition accepts.
        let is_new = combine(places, &once, u64::MAX);
        if code == OPTIONAL || !is_new || count(body, ANY) > 0 {
            return;
        }
        let slashes = count(body, b'/');
        if count(body, SEGMENT) == 0 {
            let mut everywhere = zeros(self.size);
            everywhere.fill(u64::MAX);
            let ends = self.follow(body, &everywhere);
            link(places, &ends, &ends, body.len(), false);
        } else if slashes > 0 {
            self.walk(body, slashes, places);
        }
    }

    /// Adds all places to which a repeated body with a `:name` and slashes leads.
    ///
    /// The body leads to a slash of the path, and from there to places that do not depend on the way to that slash. So
    /// the repetition is a walk over slashes.
    fn walk(&self, body: &[u8], count: usize, places: &mut Places) {
        let slashes = self.row(b'/');
        let first = body.iter().position(|byte| *byte == b'/').unwrap_or_default();
        let (to_slash, rest) = body.split_at_checked(first).unwrap_or_default();
        // The places where the body can end, starting from any slash, and then the slashes with which its next
        // repetition can begin.
        let mut ends = self.follow(rest, slashes);
        let joined = self.follow(to_slash, &ends);
        let mut walk = self.follow(to_slash, places);
        link(&mut walk, slashes, &joined, count, true);
        // From the first slash of the body to the segment after its last slash.
        for _ in 0..count {
            walk = self.follow(&TO_SEGMENT, &walk);
        }
        combine(&mut ends, &walk, 0);
        combine(places, &ends, u64::MAX);
    }
}

/// Returns the body of an opened group and the program after the group. `None` for an incomplete group, which the
/// compiler never writes.
fn group(program: &[u8]) -> Option<(&[u8], &[u8])> {
    // Groups are never nested: inside a body, another group has no end.
    let end = program.iter().skip(2).position(|code| *code == CLOSE)?.wrapping_add(2);
    Some((program.get(2..end)?, program.get(end.wrapping_add(3)..)?))
}

/// Keeps only the places that are also in `others` if `all` is 0, and returns true if any is left. Adds the others if
/// `all` has all bits set, and returns true if any of them is new.
#[inline(never)]
fn combine(places: &mut Places, others: &Places, all: u64) -> bool {
    let mut changed = 0;
    for (place, other) in places.iter_mut().zip(others) {
        let kept = *place & all;
        *place = *place & other | kept | other & all;
        changed |= *place ^ kept;
    }
    changed != 0
}

/// Returns the number of times that the code is in the body.
#[inline(never)]
fn count(body: &[u8], code: u8) -> usize {
    body.iter().filter(|own| **own == code).count()
}

/// Adds each stop that is in `joined` if the earlier place is set or was added. The earlier place is `count` bytes
/// before the stop, or `count` stops before it.
fn link(places: &mut Places, stops: &Places, joined: &Places, count: usize, by_stops: bool) {
    let mut passed: Vec<usize> = Vec::new();
    for (at, (stops, joined)) in stops.iter().zip(joined).enumerate() {
        let mut left = *stops;
        while left != 0 {
            let bit = left & left.wrapping_neg();
            left ^= bit;
            let stop = at.wrapping_mul(BITS).wrapping_add(bit.trailing_zeros() as usize);
            let mut earlier = stop.wrapping_sub(count);
            if by_stops {
                earlier = passed.get(passed.len().wrapping_sub(count)).copied().unwrap_or(usize::MAX);
                passed.push(stop);
            }
            if joined & bit != 0
                && has(places, earlier)
                && let Some(place) = places.get_mut(at)
            {
                *place |= bit;
            }
        }
    }
}
