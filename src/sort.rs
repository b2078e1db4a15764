//! Sorting, small.

/// Shell sort with Ciura's gaps: a tenth of the standard sort's bytes in the page, and rarely used there.
pub(crate) fn sort<T: PartialOrd>(items: &mut [T]) {
    for gap in [1_750usize, 701, 301, 132, 57, 23, 10, 4, 1] {
        for start in gap..items.len() {
            let mut at = start;
            while let Some(before) = at.checked_sub(gap) {
                if items.get(before) <= items.get(at) {
                    break;
                }
                items.swap(before, at);
                at = before;
            }
        }
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
