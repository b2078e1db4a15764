//! Random numbers and the logistic function, the same to the last bit on every machine.

/// `SplitMix64`, by Sebastiano Vigna (public domain): small, and good enough to draw visitors.
pub struct Random(u64);

impl Random {
    /// Returns the random numbers of one item. They depend on the seed and the item alone.
    pub fn of(seed: u64, item: u64) -> Self {
        let mut random = Self(seed);
        let mixed = random.next() ^ item.wrapping_mul(0xd6e8_feb8_6659_fd93);
        Self(mixed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number from 0, inclusive, to 1, exclusive.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn chance(&mut self, share: f64) -> bool {
        self.share() < share
    }

    /// Returns a number from 0, inclusive, to `end`, exclusive.
    pub fn below(&mut self, end: u64) -> u64 {
        (self.share() * end as f64) as u64
    }
}

/// Returns 1 / (1 + e^−x). The standard library's `exp` may differ in the last bit between platforms; sums and products
/// do not.
pub fn logistic(x: f64) -> f64 {
    let x = x.clamp(-40.0, 40.0);
    let whole = x.abs().round();
    let rest = x.abs() - whole;
    let (mut term, mut power) = (1.0, 1.0);
    for n in 1..=18 {
        term *= rest / f64::from(n);
        power += term;
    }
    for _ in 0..whole as u32 {
        power *= std::f64::consts::E;
    }
    if x < 0.0 { 1.0 / (1.0 + power) } else { power / (1.0 + power) }
}
