//! Small records in storage: numbers in one string. Corrupted records are read as zeros.

use crate::text::base64;
use crate::text::bytes::{Reader, push_varint};

/// Returns numbers as one word of base64url.
pub(super) fn write(numbers: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in numbers {
        push_varint(&mut bytes, *number);
    }
    base64::encode(&bytes)
}

/// The maximum number of numbers in a record.
pub(super) const MOST: usize = 10;

/// Returns the numbers of a word.
pub(super) fn read(word: &[u8]) -> [u64; MOST] {
    let bytes = base64::decode(word).unwrap_or_default();
    let mut reader = Reader::new(&bytes);
    let mut numbers = [0; MOST];
    for number in &mut numbers {
        if reader.more() {
            *number = reader.varint64();
        }
    }
    if reader.failed() { [0; MOST] } else { numbers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_and_damage_reads_as_zeros() {
        for numbers in [&[0][..], &[1, 127, 128, 0, 9], &[u64::MAX, 1_795_255_200_000, 7, 0, 0, 1, 2, 3, 4, 5]] {
            let mut expected = [0; MOST];
            expected[..numbers.len()].copy_from_slice(numbers);
            assert_eq!(read(&write(numbers)), expected);
        }
        for damaged in ["", "?", "gA", "_____"] {
            assert_eq!(read(damaged.as_bytes()), [0; MOST], "{damaged}");
        }
    }
    #[test]
    fn agrees_with_javascript() {
        for line in include_str!("../../tests/fronts/spellings.txt").lines() {
            let Some((numbers, word)) = line.strip_prefix("record ").and_then(|rest| rest.split_once(' ')) else {
                continue;
            };
            let numbers: Vec<u64> = numbers.split(',').map(|number| number.parse().unwrap()).collect();
            assert_eq!(write(&numbers), word.as_bytes());
        }
    }
}
