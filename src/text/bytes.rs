//! Reads and writes the compact binary formats of compiled models and states.
//!
//! Numbers are LEB128: seven bits per byte, the lowest first, with the high bit set on all bytes except the last.
//! Signed numbers are zigzag-encoded.

/// Reads bytes from front to back. Reading is total: past the end, or where a number is none, everything reads as zero
/// and [`Reader::failed`] stays set, so that one look at the end is enough.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    failed: bool,
}

/// A place in the bytes that a [`Reader`] reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// Returns the bytes of the span.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, failed: false }
    }

    /// Returns true if a read went past the end.
    pub(crate) const fn failed(&self) -> bool {
        self.failed
    }

    /// Fails if something else is wrong with what was read.
    pub(crate) const fn fail_if(&mut self, is_wrong: bool) {
        self.failed |= is_wrong;
    }

    /// Returns true if there are bytes left to read.
    pub(crate) const fn more(&self) -> bool {
        !self.failed && self.at < self.bytes.len()
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(crate) fn u8(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied();
        self.failed |= byte.is_none();
        self.at = self.at.wrapping_add(1);
        byte.unwrap_or_default()
    }

    /// Takes that many bytes, or an empty slice if fewer are left.
    pub(crate) fn take(&mut self, length: usize) -> &'a [u8] {
        let end = self.at.saturating_add(length);
        let taken = self.bytes.get(self.at..end);
        self.failed |= taken.is_none();
        self.at = end;
        taken.unwrap_or_default()
    }

    /// Four bytes, little end first.
    pub(crate) fn u32_le(&mut self) -> u32 {
        self.take(4).first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    /// The bytes of a number in its encoded form.
    pub(crate) fn raw_varint(&mut self) -> &'a [u8] {
        let start = self.at;
        self.varint();
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    pub(crate) fn varint64(&mut self) -> u64 {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.u8();
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return value;
            }
        }
        self.failed = true;
        0
    }

    pub(crate) fn varint(&mut self) -> u32 {
        // Nearly all numbers have one byte.
        if let Some(byte) = self.bytes.get(self.at)
            && *byte < 0x80
        {
            self.at = self.at.wrapping_add(1);
            return u32::from(*byte);
        }
        let value = self.varint64();
        self.failed |= value >> 32 != 0;
        value as u32
    }

    /// A number of items; fails beyond `most`. Nothing has to be read then.
    pub(crate) fn count(&mut self, most: usize) -> usize {
        let count = self.varint() as usize;
        self.failed |= count > most;
        if self.failed { 0 } else { count }
    }

    /// A signed number, zigzag-coded.
    pub(crate) fn signed(&mut self) -> i64 {
        unzigzag(self.varint64())
    }

    /// Reads a signed number; returns `missing` for the encoding of a missing one.
    pub(crate) fn signed_or(&mut self, missing: i64) -> i64 {
        match self.varint64() {
            0 => missing,
            coded => unzigzag(coded.wrapping_sub(1)),
        }
    }

    /// As [`Reader::signed`]; fails beyond `most` either way.
    pub(crate) fn signed_within(&mut self, most: i64) -> i64 {
        let number = self.signed();
        self.failed |= number.unsigned_abs() > most.unsigned_abs();
        number
    }

    /// All that is left.
    #[cfg(feature = "edge")]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// A number of bytes, then those bytes.
    pub(crate) fn span(&mut self) -> Span {
        let length = self.varint() as usize;
        let start = self.at;
        self.failed |= length > self.bytes.len().saturating_sub(start);
        self.at = start.wrapping_add(length);
        Span { start, end: self.at }
    }

    /// As [`Reader::span`], the bytes themselves.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(crate) fn sized(&mut self) -> &'a [u8] {
        self.span().of(self.bytes)
    }
}

fn unzigzag(coded: u64) -> i64 {
    (coded >> 1).cast_signed() ^ (coded & 1).cast_signed().wrapping_neg()
}

/// The texts or programs of a list, each with its length before it.
pub(crate) fn items(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut reader = Reader::new(bytes);
    core::iter::from_fn(move || reader.more().then(|| reader.sized()))
}

/// The numbers of a list.
pub(crate) fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + use<'_> {
    let mut reader = Reader::new(bytes);
    core::iter::from_fn(move || reader.more().then(|| reader.varint()))
}

#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(crate) fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A number of bytes, then those bytes.
pub(crate) fn push_sized(out: &mut Vec<u8>, bytes: &[u8]) {
    push_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// The writing half of what only models have.
#[cfg(any(test, feature = "authoring"))]
pub(crate) mod write {
    use super::push_varint;

    fn zigzag(value: i64) -> u64 {
        ((value << 1) ^ (value >> 63)).cast_unsigned()
    }

    pub(crate) fn push_signed(out: &mut Vec<u8>, value: i64) {
        push_varint(out, zigzag(value));
    }

    pub(crate) fn push_signed_or(out: &mut Vec<u8>, value: Option<i64>) {
        push_varint(out, value.map_or(0, |value| zigzag(value).saturating_add(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::write::{push_signed, push_signed_or};
    use super::*;

    #[test]
    fn numbers_survive() {
        for shift in 0..64 {
            for value in [1_u64 << shift, (1_u64 << shift).wrapping_sub(1), !(1_u64 << shift), u64::MAX] {
                let mut out = Vec::new();
                push_varint(&mut out, value);
                let mut reader = Reader::new(&out);
                assert_eq!(reader.varint64(), value);
                assert!(!reader.more() && !reader.failed());
                for end in 0..out.len() {
                    let mut reader = Reader::new(out.get(..end).unwrap_or_default());
                    reader.varint64();
                    assert!(reader.failed());
                }
                let signed = value.cast_signed();
                let mut out = Vec::new();
                push_signed(&mut out, signed);
                assert_eq!(Reader::new(&out).signed(), signed);
            }
        }
        for value in [None, Some(0), Some(-1), Some(1 << 60)] {
            let mut out = Vec::new();
            push_signed_or(&mut out, value);
            assert_eq!(Reader::new(&out).signed_or(i64::MIN), value.unwrap_or(i64::MIN));
        }
    }

    #[test]
    fn a_value_that_is_not_a_number_fails() {
        for bytes in [&[0xff; 11][..], &[0xff, 0xff, 0xff, 0xff, 0x1f], &[0x80]] {
            let mut reader = Reader::new(bytes);
            reader.varint();
            assert!(reader.failed());
        }
    }

    #[test]
    fn sized_bytes_stay_within() {
        let mut out = Vec::new();
        push_sized(&mut out, b"abc");
        push_sized(&mut out, b"");
        assert_eq!(items(&out).collect::<Vec<_>>(), [&b"abc"[..], b""]);
        for bytes in [&[4, b'a'][..], &[0xff, 0xff, 0xff, 0xff, 0x0f]] {
            let mut reader = Reader::new(bytes);
            assert_eq!(reader.sized(), b"");
            assert!(reader.failed() && !reader.more());
        }
        assert_eq!(Reader::new(&[1, 2, 3, 4]).u32_le(), 0x0403_0201);
    }
}
