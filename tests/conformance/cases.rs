//! The cases of other projects, each run with a model for that case, natively and in wasm.

use leadscore::authoring::{check, compile, pattern_matches};
use leadscore::{EventReader, Lead, Model, Origin};
use serde_json::{Value, json};

const NOW: u64 = 1_795_255_200_000;

const CONDITIONS: [&str; 2] =
    [include_str!("growthbook-conditions.json"), include_str!("growthbook-conditions-more.json")];
const PATTERNS: [&str; 2] = [include_str!("urlpattern-pathname.json"), include_str!("urlpattern-pathname-more.json")];

fn cases(files: &[&str]) -> Vec<Vec<Value>> {
    let read = |file: &&str| -> Vec<Vec<Value>> {
        let file: Value = serde_json::from_str(file).expect("a file of cases is JSON");
        assert!(file["source"].is_string(), "a file of cases names its source");
        serde_json::from_value(file["cases"].clone()).expect("cases are lists")
    };
    files.iter().flat_map(read).collect()
}

/// Returns true if a model with only this rule gives its one point for the event.
fn fires(rule: Value, event: &Value) -> Result<bool, String> {
    let mut rule = rule;
    rule["id"] = "case".into();
    rule["points"] = 1.into();
    let model = json!({ "name": "conformance", "rules": [rule] });
    let compiled = compile(&model.to_string()).map_err(|errors| errors.to_string())?;
    let model = Model::decode(&compiled.bytes).map_err(|error| error.to_string())?;
    let mut lead = Lead::new("v").map_err(|error| error.to_string())?;
    let mut reader = EventReader::default();
    let event = reader.read(&event.to_string()).map_err(|error| error.to_string())?;
    lead.ingest(&model, &event, NOW, &Origin::default()).map_err(|error| error.to_string())?;
    let snapshot = lead.snapshot(&model, NOW).map_err(|error| error.to_string())?;
    let snapshot: Value = serde_json::from_str(&snapshot).map_err(|error| error.to_string())?;
    Ok(snapshot["score"] == json!(1))
}

/// Runs all conditions; returns their number and the differences.
pub fn conditions() -> (usize, Vec<String>) {
    let cases = cases(&CONDITIONS);
    let mut differ = Vec::new();
    for case in &cases {
        let [name, condition, attributes, expected] = case.as_slice() else { panic!("{case:?}") };
        let expected = expected.as_bool().expect("a condition holds or not");
        let event = json!({ "type": "e", "props": attributes });
        let found = fires(json!({ "event": "e", "where": condition }), &event);
        if found != Ok(expected) {
            differ.push(format!("{name}: {condition} of {attributes}: expected {expected}, found {found:?}"));
        }
    }
    (cases.len(), differ)
}

/// Runs all path patterns; returns their number and the differences.
pub fn patterns() -> (usize, Vec<String>) {
    let cases = cases(&PATTERNS);
    let mut differ = Vec::new();
    for case in &cases {
        let [pattern, path, expected] = case.as_slice() else { panic!("{case:?}") };
        let pattern = pattern.as_str().expect("a pattern is a text");
        let found = match path.as_str() {
            Some(path) => matches(pattern, path, expected.as_bool().expect("a path matches or not")),
            None => is_refused(pattern),
        };
        if let Err(found) = found {
            differ.push(format!("{pattern} with {path}: expected {expected}, {found}"));
        }
    }
    (cases.len(), differ)
}

/// The bare pattern, and a rule with that `path` for an event at that URL.
fn matches(pattern: &str, given: &str, expected: bool) -> Result<(), String> {
    let path = given.strip_prefix("https://example.com").unwrap_or(given);
    let bare = pattern_matches(pattern, path)?;
    if bare != expected {
        return Err(format!("found {bare}"));
    }
    if !path.starts_with('/') {
        return Ok(());
    }
    // A rule treats a page with and without a trailing slash as the same.
    let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
    let expected = expected || (!other.is_empty() && pattern_matches(pattern, &other)?);
    for url in [given.to_owned(), format!("https://example.com{path}"), format!("{path}?x=/no#/no")] {
        let fired =
            fires(json!({ "event": "page_view", "path": pattern }), &json!({ "type": "page_view", "url": url }))?;
        if fired != expected {
            return Err(format!("but for a rule with {url} expected {expected}, found {fired}"));
        }
    }
    Ok(())
}

/// An error at the pattern, and none elsewhere.
fn is_refused(pattern: &str) -> Result<(), String> {
    let model = json!({ "name": "m", "rules": [{ "id": "case", "event": "e", "path": pattern, "points": 1 }] });
    let report = check(&model.to_string());
    let paths: Vec<&str> = report.errors.iter().map(|issue| issue.path.as_str()).collect();
    match (pattern_matches(pattern, "/"), paths.as_slice()) {
        (Err(_), ["/rules/0/path"]) => Ok(()),
        found => Err(format!("found {found:?}")),
    }
}
