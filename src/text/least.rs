//! Binary search.

/// Returns the least number, from 1 to `most`, that fits, or `most` if none does. All above one that fits have to fit.
///
/// `fits` is called some ten times, however many numbers there are.
pub(crate) fn least(most: usize, fits: &mut dyn FnMut(usize) -> bool) -> usize {
    let (mut low, mut high) = (1, most);
    while low < high {
        let middle = low.midpoint(high);
        if fits(middle) {
            high = middle;
        } else {
            low = middle.wrapping_add(1);
        }
    }
    high
}
