//! Sets of small numbers, a bit for each.

/// The bits of a word.
pub(crate) const WORD: usize = u64::BITS as usize;

/// A set of numbers below a limit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits {
    /// Number 0 is the lowest bit of the first word.
    pub(crate) words: Vec<u64>,
}

impl Bits {
    /// Returns an empty set for numbers below the limit.
    pub(crate) fn new(limit: usize) -> Self {
        Self { words: zeros((limit / WORD).wrapping_add(1)) }
    }

    /// Adds a number. Returns true if it is new; false too if it is not below the limit.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub(crate) fn add(&mut self, number: usize) -> bool {
        let Some(word) = self.words.get_mut(number / WORD) else { return false };
        let before = *word;
        *word |= 1 << (number % WORD);
        *word != before
    }

    #[inline]
    pub(crate) fn has(&self, number: usize) -> bool {
        has(&self.words, number)
    }
}

/// Returns true if the bit of a number is set.
#[inline]
pub(crate) fn has(words: &[u64], number: usize) -> bool {
    words.get(number / WORD).is_some_and(|word| word >> (number % WORD) & 1 != 0)
}

/// Returns as many words without a bit.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub(crate) fn zeros(words: usize) -> Vec<u64> {
    vec![0; words]
}
