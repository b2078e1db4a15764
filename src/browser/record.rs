//! Small records in storage: numbers as text. Whatever is damaged reads as zeros.

use crate::base64;
use crate::bytes::{Reader, push_varint};

/// Numbers as one word of base64url.
pub(super) fn write(numbers: &[u64]) -> String {
    let mut bytes = Vec::new();
    for number in numbers {
        push_varint(&mut bytes, *number);
    }
    text(base64::encode(&bytes))
}

/// As many numbers as are asked for.
pub(super) fn read<const N: usize>(word: &str) -> [u64; N] {
    let bytes = base64::decode(word.as_bytes()).unwrap_or_default();
    let mut reader = Reader::new(&bytes);
    let mut numbers = [0; N];
    for number in &mut numbers {
        *number = reader.varint64();
    }
    if reader.failed() { [0; N] } else { numbers }
}

/// Bytes that are UTF-8 by how they were made.
pub(super) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_and_damage_reads_as_zeros() {
        for numbers in [[0, 0, 0], [1, 127, 128], [u64::MAX, 1_795_255_200_000, 7]] {
            assert_eq!(read(&write(&numbers)), numbers);
        }
        for damaged in ["", "?", "gA", "_____", "AA"] {
            assert_eq!(read::<3>(damaged), [0, 0, 0], "{damaged}");
        }
    }
}
