//! Hashes that identify rules, values, models and signals. They are not cryptographic and can be forged.

use crate::text::base64;

/// FNV-1a, 64 bits (Fowler, Noll and Vo), one byte at a time, so that every prefix of a text has its hash on the way.
#[derive(Clone, Copy)]
pub(crate) struct Fnv(u64);

impl Fnv {
    pub(crate) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// The hash of nothing, which differs by the seed.
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(Self::new().0 ^ seed)
    }

    #[inline]
    pub(crate) const fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ byte as u64).wrapping_mul(0x100_0000_01b3);
    }

    #[inline(never)]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.byte(*byte);
        }
    }

    pub(crate) fn u64(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    /// All 64 bits, mixed by the finaliser of MurmurHash3 (Appleby, public domain).
    pub(crate) const fn finish(self) -> u64 {
        let h = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        let h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        h ^ (h >> 33)
    }

    /// The low 32 bits of [`Fnv::finish`].
    #[expect(clippy::cast_possible_truncation, reason = "a 32-bit hash is what is asked for")]
    pub(crate) const fn finish32(self) -> u32 {
        self.finish() as u32
    }
}

/// The 32-bit hash by which a state names a rule or a stage.
pub(crate) fn hash32(bytes: &[u8]) -> u32 {
    let mut hash = Fnv::new();
    hash.bytes(bytes);
    hash.finish32()
}

/// FNV-1a of 32 bits: each step is a bijection, so a change of any one byte always shows.
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |h: u32, byte| (h ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Returns the bytes before the checksum at their end, if that is right.
pub(crate) fn checked(bytes: &[u8]) -> Option<&[u8]> {
    let (body, sum) = bytes.split_last_chunk()?;
    (checksum(body) == u32::from_le_bytes(*sum)).then_some(body)
}

/// A name of 128 bits for a sequence of parts, in base64url; parts are distinguished from their concatenation.
pub(crate) fn hash128(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(part);
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
    }
    name_of(&bytes)
}

/// Returns the name of bytes without further encoding.
pub(crate) fn name_of(bytes: &[u8]) -> Vec<u8> {
    let mut name = Vec::new();
    for seed in [0, 0x9e37_79b9_7f4a_7c15] {
        let mut hash = Fnv::seeded(seed);
        hash.bytes(bytes);
        name.extend_from_slice(&hash.finish().to_le_bytes());
    }
    base64::encode(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_not_their_concatenation() {
        assert_ne!(hash128(&[b"ab", b"c"]), hash128(&[b"a", b"bc"]));
        assert_ne!(hash128(&[b"a"]), hash128(&[b"a", b""]));
        assert_eq!(hash128(&[b"a"]).len(), 22);
    }

    #[test]
    fn the_checksum_shows_any_change_of_one_byte() {
        let bytes: Vec<u8> = (0..=255).collect();
        let sum = checksum(&bytes);
        for at in 0..bytes.len() {
            for flip in 1..=255 {
                let mut changed = bytes.clone();
                if let Some(byte) = changed.get_mut(at) {
                    *byte ^= flip;
                }
                assert_ne!(checksum(&changed), sum);
            }
        }
    }
}
