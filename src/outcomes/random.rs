//! Reproducible random numbers: xoshiro128** (Blackman and Vigna, 2018, public domain), seeded by successive outputs of
//! SplitMix32.

/// A stream of random numbers.
#[derive(Clone, Copy)]
pub(super) struct Random([u32; 4]);

impl Random {
    pub(super) fn new(seed: u32) -> Self {
        let mut state = seed;
        Self([(); 4].map(|()| {
            state = state.wrapping_add(0x9e37_79b9);
            let mut mixed = (state ^ (state >> 16)).wrapping_mul(0x21f0_aaad);
            mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x735a_2d97);
            mixed ^ (mixed >> 15)
        }))
    }

    /// Returns the next 32 bits.
    fn next(&mut self) -> u32 {
        let [a, b, c, d] = &mut self.0;
        let out = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = *b << 9;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(11);
        out
    }

    /// Passes over numbers as fast for many as for few. The next state is a linear function of the state's bits, so it
    /// is a matrix, and its powers of two lead to any number.
    pub(super) fn skip(&mut self, numbers: u64) {
        // Column n: the state after a state in which only bit n is set.
        let mut step = [0u128; 128];
        for (bit, column) in step.iter_mut().enumerate() {
            let mut one = Self::of_bits(1 << bit);
            one.next();
            *column = one.bits();
        }
        let mut left = numbers;
        while left > 0 {
            if left & 1 == 1 {
                *self = Self::of_bits(product(&step, self.bits()));
            }
            step = step.map(|column| product(&step, column));
            left >>= 1;
        }
    }

    fn bits(&self) -> u128 {
        self.0.iter().rev().fold(0, |bits, word| (bits << 32) | u128::from(*word))
    }

    fn of_bits(bits: u128) -> Self {
        Self([0, 32, 64, 96].map(|from| (bits >> from) as u32))
    }

    /// Returns a position below `count`, which is below 2^32: the high half of a product.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((u64::from(self.next()) * count as u64) >> 32) as usize
    }
}

/// Returns a matrix, given by its columns, times a vector of bits.
fn product(columns: &[u128; 128], vector: u128) -> u128 {
    let of_bit = |(bit, column): (usize, &u128)| if (vector >> bit) & 1 == 1 { *column } else { 0 };
    columns.iter().enumerate().map(of_bit).fold(0, |sum, column| sum ^ column)
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn skipping_numbers_is_the_same_as_drawing_them() {
        for count in [0u64, 1, 2, 3, 50, 1_000, 65_537] {
            let (mut drawn, mut skipped) = (Random::new(7), Random::new(7));
            for _ in 0..count {
                drawn.next();
            }
            skipped.skip(count);
            assert_eq!([drawn.next(), drawn.next()], [skipped.next(), skipped.next()], "{count}");
        }
        let (mut once, mut twice) = (Random::new(1), Random::new(1));
        once.skip(3 << 40);
        twice.skip(1 << 40);
        twice.skip(2 << 40);
        assert_eq!(once.next(), twice.next());
    }
}
