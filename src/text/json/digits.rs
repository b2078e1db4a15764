//! Uses all digits of a number, for the rare numbers that their first 19 digits do not round correctly.

use core::cmp::Ordering;

/// More digits than this cannot change a double, but for whether any of them is not zero.
const DIGITS: usize = 800;

/// All digits of a number (a point among them is skipped), the last worth 10^exponent.
pub(super) struct Digits<'a> {
    pub(super) text: &'a [u8],
    pub(super) exponent: i64,
}

impl Digits<'_> {
    /// Returns true if the digits, which are not below the double mantissa × 2^low_exponent, are nearer to the next
    /// one, or as near and that one is even. Both sides of the comparison are whole numbers: digits × 5^e × 2^s, and
    /// twice the mantissa and one.
    pub(super) fn round_up(&self, mantissa: u64, low_exponent: i64) -> bool {
        let half = mantissa << 1 | 1;
        let (mut own, mut half) = (Big::default(), Big::new(half));
        let mut exponent = self.exponent;
        let mut inexact = false;
        let (mut group, mut scale) = (0u32, 1u32);
        let significant = self.text.iter().filter(|digit| **digit != b'.').skip_while(|digit| **digit == b'0');
        for (index, digit) in significant.enumerate() {
            if index < DIGITS {
                group = group.wrapping_mul(10).wrapping_add(u32::from(digit & 15));
                scale = scale.wrapping_mul(10);
                if scale == 1_000_000_000 {
                    own.multiply_add(scale, group);
                    (group, scale) = (0, 1);
                }
            } else {
                inexact |= *digit != b'0';
                exponent = exponent.wrapping_add(1);
            }
        }
        own.multiply_add(scale, group);
        let scaled = if exponent < 0 { &mut half } else { &mut own };
        scaled.times_five(exponent.unsigned_abs());
        let shift = exponent.wrapping_sub(low_exponent).wrapping_add(1);
        let shifted = if shift < 0 { &mut half } else { &mut own };
        shifted.shift(shift.unsigned_abs());
        match own.order(&half) {
            Ordering::Less => false,
            Ordering::Equal => inexact || mantissa & 1 == 1,
            Ordering::Greater => true,
        }
    }
}

/// A whole number of any length, 32 bits a limb, the lowest first; the highest limb is not zero.
#[derive(Default)]
struct Big(Vec<u32>);

impl Big {
    fn new(number: u64) -> Self {
        let mut new = Self(vec![number as u32]);
        let high = (number >> 32) as u32;
        if high != 0 {
            new.0.push(high);
        }
        new
    }

    /// Becomes self × factor + carry.
    fn multiply_add(&mut self, factor: u32, mut carry: u32) {
        for limb in &mut self.0 {
            let product = u64::from(*limb).wrapping_mul(u64::from(factor)).wrapping_add(u64::from(carry));
            (*limb, carry) = (product as u32, (product >> 32) as u32);
        }
        if carry != 0 {
            self.0.push(carry);
        }
    }

    /// Becomes self × 5^exponent.
    fn times_five(&mut self, mut exponent: u64) {
        while exponent > 0 {
            let step = exponent.min(13) as u32;
            self.multiply_add(5u32.wrapping_pow(step), 0);
            exponent = exponent.wrapping_sub(u64::from(step));
        }
    }

    /// Becomes self × 2^bits.
    fn shift(&mut self, bits: u64) {
        self.multiply_add(1 << (bits % 32), 0);
        let mut shifted = vec![0; (bits / 32) as usize];
        shifted.extend_from_slice(&self.0);
        self.0 = shifted;
    }

    fn order(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}
