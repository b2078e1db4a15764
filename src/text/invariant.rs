//! Values whose presence is an invariant. Because the core cannot panic, a missing value is replaced by a default; but
//! a default could hide a broken invariant as an unnoticed wrong score, so it is asserted in debug builds.

/// Returns the value in `option`. If there is none, debug builds, tests and fuzz targets stop; release builds continue
/// with the default.
///
/// Only for values that our own code guarantees: a missing value in an input is an error or has a separate default.
#[track_caller]
#[inline]
pub(crate) fn held<T: Default>(option: Option<T>) -> T {
    debug_assert!(option.is_some(), "an invariant does not hold");
    option.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::held;

    #[test]
    fn an_existing_value_is_returned() {
        assert_eq!(held(Some(7)), 7);
    }

    #[test]
    #[should_panic(expected = "an invariant does not hold")]
    fn a_missing_value_stops_a_test() {
        held::<u32>(None);
    }
}
