//! The compiler's errors and warnings for invalid, doubtful and hostile models, and the round trip of valid ones.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test that fails may panic"
)]

mod bytes;
mod event_rules;
mod hostile;
mod mistakes;
mod model_and_rules;
mod schema;
mod stages_and_labels;
mod warnings;

use leadscore::Model;
use leadscore::authoring::{Issue, Report, check, compile};

const ACME: &str = include_str!("acme.json");

/// Returns a model with three valid rules and these additional fields.
fn model(fields: &str) -> String {
    format!(
        r#"{{ "name": "m", "dimensions": {{ "fit": {{ "min": -10, "max": 60 }} }}, "rules": [
            {{ "id": "view", "event": "page_view", "points": 50 }},
            {{ "id": "vip", "trait": {{ "plan": "pro" }}, "points": 50, "dimension": "fit" }},
            {{ "id": "both", "all": ["view", "vip"], "points": 1 }}
        ]{fields} }}"#
    )
}

/// The same with a fourth rule, `/rules/3`.
fn rule(rule: &str) -> String {
    model("").replace("\"points\": 1 }", &format!("\"points\": 1 }}, {{ \"id\": \"new\", {rule} }}"))
}

/// An event rule with a condition at `/rules/3/where`.
fn condition(condition: &str) -> String {
    rule(&format!(r#""event": "e", "points": 1, "where": {condition}"#))
}

fn event(options: &str) -> String {
    rule(&format!(r#""event": "e", "points": 1, {options}"#))
}

fn stage(fields: &str) -> String {
    model(&format!(r#", "stages": [{{ "id": "hot", {fields} }}]"#))
}

/// Checks that there is exactly one issue, with this position and message.
fn assert_only(issues: &[Issue], path: &str, fragment: &str, json: &str) {
    let [issue] = issues else { panic!("expected one issue at {path} ({fragment}), found {issues:#?} for {json}") };
    assert_eq!(issue.path, path, "{issue} for {json}");
    assert!(issue.message.contains(fragment), "expected {fragment:?} in {issue} for {json}");
    assert_readable(issue);
}

/// Checks that a message is in lower case, on one line, and without names of Rust types.
fn assert_readable(issue: &Issue) {
    let first = issue.message.chars().next().unwrap();
    assert!(!first.is_uppercase(), "{issue}");
    assert!(!issue.message.contains(char::is_control), "{issue}");
    for word in ["f64", "u32", "i64", "Vec<", "struct", "enum", "None", "Some("] {
        assert!(!issue.message.contains(word), "{issue}");
    }
}

fn assert_error(json: &str, path: &str, fragment: &str) {
    let report = check(json);
    assert_only(&report.errors, path, fragment, json);
    assert_eq!(compile(json).unwrap_err().issues, report.errors);
}

fn assert_warning(json: &str, path: &str, fragment: &str) {
    let report = check(json);
    assert_eq!(report.errors, [], "{json}");
    assert_only(&report.warnings, path, fragment, json);
    assert_eq!(compile(json).unwrap().warnings, report.warnings);
}

fn assert_fine(json: &str) {
    assert_eq!(check(json), Report::default(), "{json}");
    Model::decode(&compile(json).unwrap().bytes).unwrap();
}
