//! Reproducible random numbers: xoshiro128** (Blackman and Vigna, 2018, public domain), seeded by successive outputs of
//! SplitMix32.

/// A stream of random numbers.
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

    /// Returns a position below `count`, which is below 2^32: the high half of a product.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((u64::from(self.next()) * count as u64) >> 32) as usize
    }
}
