//! Reading and writing the compact binary forms: compiled models and states.
//!
//! Numbers are LEB128: seven bits a byte, the lowest first, the high bit set on all bytes but the last. Signed numbers
//! are zigzag-coded before. Each number has one spelling only, its shortest, so equal values have equal bytes.

/// What is still to be read. Every read is total: `None` where the bytes do not hold what is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    /// The next `count` bytes.
    pub(crate) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    /// Four bytes, little end first.
    pub(crate) fn u32_le(&mut self) -> Option<u32> {
        let (taken, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(u32::from_le_bytes(*taken))
    }

    pub(crate) fn varint64(&mut self) -> Option<u64> {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit; a last byte of zero would make a longer spelling of the same.
            if shift == 63 && bits > 1 || shift > 63 || byte == 0 && shift > 0 {
                return None;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Some(value);
            }
            shift = u32::saturating_add(shift, 7);
        }
    }

    pub(crate) fn varint(&mut self) -> Option<u32> {
        u32::try_from(self.varint64()?).ok()
    }

    /// A signed number, zigzag-coded.
    pub(crate) fn signed(&mut self) -> Option<i64> {
        let coded = self.varint64()?;
        Some((coded >> 1).cast_signed() ^ (coded & 1).cast_signed().wrapping_neg())
    }

    /// A number of bytes, then those bytes.
    pub(crate) fn sized(&mut self) -> Option<&'a [u8]> {
        let count = self.varint()?;
        self.take(count as usize)
    }
}

pub(crate) fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A signed number, zigzag-coded.
#[cfg(any(test, feature = "authoring"))]
pub(crate) fn push_signed(out: &mut Vec<u8>, value: i64) {
    push_varint(out, ((value << 1) ^ (value >> 63)).cast_unsigned());
}

/// A number of bytes, then those bytes.
#[cfg(any(test, feature = "authoring"))]
pub(crate) fn push_sized(out: &mut Vec<u8>, bytes: &[u8]) {
    push_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive() {
        for shift in 0..64 {
            for value in [1_u64 << shift, (1_u64 << shift).wrapping_sub(1), !(1_u64 << shift), u64::MAX] {
                let mut out = Vec::new();
                push_varint(&mut out, value);
                let mut reader = Reader::new(&out);
                assert_eq!(reader.varint64(), Some(value));
                assert!(reader.is_empty());
                for end in 0..out.len() {
                    assert_eq!(Reader::new(out.get(..end).unwrap_or_default()).varint64(), None);
                }
                let signed = value.cast_signed();
                for signed in [signed, signed.wrapping_neg()] {
                    let mut out = Vec::new();
                    push_signed(&mut out, signed);
                    assert_eq!(Reader::new(&out).signed(), Some(signed));
                }
            }
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        assert_eq!(Reader::new(&[0x80, 0]).varint64(), None);
        assert_eq!(Reader::new(&[0x81, 0x80, 0]).varint64(), None);
        assert_eq!(Reader::new(&[0xff; 11]).varint64(), None);
        assert_eq!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]).varint64(), None);
        assert_eq!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x1f]).varint(), None);
        assert_eq!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x0f]).varint(), Some(u32::MAX));
        assert_eq!(Reader::new(&[0]).varint64(), Some(0));
    }

    #[test]
    fn sized_bytes_stay_within() {
        let mut out = Vec::new();
        push_sized(&mut out, b"abc");
        assert_eq!(Reader::new(&out).sized(), Some(&b"abc"[..]));
        assert_eq!(Reader::new(&[4, b'a']).sized(), None);
        assert_eq!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x0f]).sized(), None);
        assert_eq!(Reader::new(&[1, 2, 3, 4]).u32_le(), Some(0x0403_0201));
        assert_eq!(Reader::new(&[1, 2, 3]).u32_le(), None);
    }
}
