//! Sorting, small.

/// Heap sort (Williams 1964): small in the page, and never slower than n log n, whoever chose the items.
pub(crate) fn sort<T: PartialOrd>(items: &mut [T]) {
    let length = items.len();
    for top in (0..length / 2).rev() {
        sift(items, top, length);
    }
    for end in (1..length).rev() {
        items.swap(0, end);
        sift(items, 0, end);
    }
}

/// Lets an item sink until none of the two below it, of those before `end`, is larger.
fn sift<T: PartialOrd>(items: &mut [T], mut top: usize, end: usize) {
    loop {
        let mut below = top.wrapping_mul(2).wrapping_add(1);
        let other = below.wrapping_add(1);
        if other < end && items.get(below) < items.get(other) {
            below = other;
        }
        if below >= end || items.get(top) >= items.get(below) {
            return;
        }
        items.swap(top, below);
        top = below;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts(mut items in proptest::collection::vec(any::<u16>(), 0..4_000)) {
            let mut expected = items.clone();
            expected.sort_unstable();
            super::sort(&mut items);
            prop_assert_eq!(items, expected);
        }
    }
}
