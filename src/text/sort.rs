//! A small sorting function.

/// Sorts in place in O(n log n), even for hostile input.
pub(crate) fn sort<T: PartialOrd>(items: &mut [T]) {
    sort_by(items, |one, other| one < other);
}

/// As [`sort`], by what is less. The order of items of which none is less is not defined.
pub(crate) fn sort_by<T>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    heap_sort(items.len(), &mut |a, b, swap| {
        let (Some(one), Some(other)) = (items.get(a), items.get(b)) else { return false };
        let is_less = less(one, other);
        if is_less && swap {
            items.swap(a, b);
        }
        is_less
    });
}

/// Heap sort (Williams 1964), once for all types: `less` returns whether the item at the first position is less than
/// the one at the second, and if so swaps them when asked to.
#[inline(never)]
fn heap_sort(length: usize, less: &mut dyn FnMut(usize, usize, bool) -> bool) {
    // First the items before `start` are made part of the heap, the last first, then its largest is moved to the end.
    let (mut start, mut end) = (length / 2, length);
    while end > 1 {
        if start > 0 {
            start = start.wrapping_sub(1);
        } else {
            end = end.wrapping_sub(1);
            less(end, 0, true);
        }
        // Lets an item sink until none of the two below it is larger.
        let mut top = start;
        loop {
            let mut below = top.wrapping_mul(2).wrapping_add(1);
            let other = below.wrapping_add(1);
            if other < end && less(below, other, false) {
                below = other;
            }
            if below >= end || !less(top, below, true) {
                break;
            }
            top = below;
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
