//! Values whose presence is an invariant. Because the core cannot panic, a missing value is replaced by a default; but
//! a default could hide a broken invariant as an unnoticed wrong score, so it is asserted in debug builds.

/// The value in `option`. Where there is none, a debug build, a test and a fuzz target stop; what ships goes on with the
/// default.
///
/// For what our own code guarantees only: what an input lacks is an error or has a default of its own.
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
    fn a_value_that_is_there_is_given() {
        assert_eq!(held(Some(7)), 7);
    }

    #[test]
    #[should_panic(expected = "an invariant does not hold")]
    fn a_missing_value_stops_a_test() {
        held::<u32>(None);
    }
}
