//! Searches for a substring.

/// Returns true if the string contains the part, in linear time. Uses a vectorised library where size does not matter.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

#[cfg(target_arch = "wasm32")]
pub(crate) use contains_small as contains;

/// Returns true if the string contains the part, in time that is linear in both (Knuth, Morris and Pratt 1977).
#[cfg(any(test, target_arch = "wasm32"))]
pub(crate) fn contains_small(text: &[u8], part: &[u8]) -> bool {
    // By length of what matched: the longest other beginning of the part that it ends with.
    let mut shorter: Vec<usize> = Vec::new();
    let mut matched = 0usize;
    let step = |shorter: &[usize], mut matched: usize, byte: u8| {
        while part.get(matched) != Some(&byte) {
            match matched.checked_sub(1).and_then(|last| shorter.get(last)) {
                Some(next) => matched = *next,
                None => return 0,
            }
        }
        matched.wrapping_add(1)
    };
    for (at, byte) in part.iter().enumerate() {
        if at > 0 {
            matched = step(&shorter, matched, *byte);
        }
        shorter.push(matched);
    }
    matched = 0;
    part.is_empty()
        || text.iter().any(|byte| {
            matched = step(&shorter, matched, *byte);
            matched == part.len()
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn contains_agrees_with_the_standard_library(text in "[ab]{0,12}", part in "[ab]{0,5}") {
            prop_assert_eq!(contains(text.as_bytes(), part.as_bytes()), text.contains(&part));
            prop_assert_eq!(contains_small(text.as_bytes(), part.as_bytes()), text.contains(&part));
        }
    }
}
