//! Path patterns agree with the URL Pattern standard, and conditions with GrowthBook: the cases of the web platform
//! tests and of GrowthBook's SDKs. Natively, and as wasm in Node and in a browser.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test that fails may panic"
)]

#[path = "conformance/cases.rs"]
mod cases;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn conditions_mean_what_growthbook_means() {
    let (count, differ) = cases::conditions();
    assert!(differ.is_empty(), "{} of {count} differ:\n{}", differ.len(), differ.join("\n"));
    assert!(count >= 350, "only {count} cases");
}

#[test]
fn patterns_match_what_the_url_pattern_standard_matches() {
    let (count, differ) = cases::patterns();
    assert!(differ.is_empty(), "{} of {count} differ:\n{}", differ.len(), differ.join("\n"));
    assert!(count >= 100, "only {count} cases");
}

/// Escapes have upper-case digits in a canonical path (RFC 3986, 6.2.2.1), so one page has one path however it is
/// spelt. The web platform tests have `["/caf%c3%a9", "/caf\u{e9}", false]`, which is left out of the cases above.
#[test]
fn spellings_of_an_escape_are_one() {
    for pattern in ["/caf%c3%a9", "/caf%C3%A9", "/café"] {
        for path in ["/caf%c3%a9", "/caf%C3%A9", "/café"] {
            assert_eq!(leadscore::authoring::pattern_matches(pattern, path), Ok(true), "{pattern} with {path}");
        }
    }
}
