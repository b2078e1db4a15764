//! Hostile models.

use std::time::{Duration, Instant};

use super::*;

/// Work that grows with the square of a model's size would take hours; the bound is generous, for slow machines.
fn in_time<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    assert!(start.elapsed() < Duration::from_secs(60), "took {:?}", start.elapsed());
    done
}

#[test]
fn hostile_models_compile_fast() {
    let nested = format!("{}{}", "[".repeat(2_000_000), "]".repeat(2_000_000));
    assert_only(&in_time(|| check(&nested)).errors, "", "more than 128 levels deep", "nested");
    let large = format!("\"{}\"", "a".repeat(4 * 1024 * 1024));
    assert_only(&in_time(|| check(&large)).errors, "", "at most 4 MiB of JSON, found 4194306 bytes", "large");
    let rules = |rule: &str, count: usize| format!(r#"{{ "name": "m", "rules": [{}] }}"#, vec![rule; count].join(","));
    for json in [rules("{}", 10_001), rules("7", 1_000_000)] {
        assert_only(&in_time(|| check(&json)).errors, "/rules", "expected at most 10000 rules", "many");
    }
    let unlike: Vec<String> = (0..9_000).map(|i| format!(r#"{{ "id": "r{i}", "event": "e", "points": 1 }}"#)).collect();
    let wrong: Vec<String> = (0..50_000).map(|i| format!("\"x{i}\"")).collect();
    let json = format!(
        r#"{{ "name": "m", "rules": [{}], "stages": [{{ "id": "s", "at": 1, "auto": [{}] }}] }}"#,
        unlike.join(","),
        wrong.join(",")
    );
    let errors = in_time(|| check(&json)).errors;
    assert!(errors.len() > 10_000, "{}", errors.len());
    let json = format!(r#"{{ "name": "m", "rules": [], {} }}"#, vec!["\"a\": 1"; 400_000].join(","));
    assert!(in_time(|| check(&json)).errors.len() > 10_000);
    let name = "k".repeat(1_000_000);
    let json = condition(&format!(r#"{{ "{name}": {{ {} }} }}"#, vec!["\"$x\": 1"; 250_000].join(",")));
    let errors = in_time(|| check(&json)).errors;
    assert!(errors.iter().map(|issue| issue.path.len()).sum::<usize>() < 32_000_000);
    let json = condition(&format!(r#"{{ "$and": "{}" }}"#, "abé🚲".repeat(500_000)));
    assert_eq!(in_time(|| check(&json)).errors, []);
    let json = condition(&format!(r#"{{ "$not": "{}" }}"#, "abé🚲".repeat(500_000)));
    assert!(in_time(|| compile(&json)).unwrap().bytes.len() < 2_000_000);
    let json = event(&format!(r#""path": [{}]"#, vec!["\"/:a{é}*\""; 200_000].join(",")));
    assert_eq!(in_time(|| check(&json)).errors, []);
}

/// Long names that are nearly alike cost the most to compare; the last are reported without a suggestion.
#[test]
fn suggestions_for_long_names_end() {
    let rule = |i: usize| format!(r#"{{ "id": "x{i:060}", "event": "e", "points": 1 }}"#);
    let rules: Vec<String> = (0..9_000).map(rule).collect();
    let named: Vec<String> = (0..1_000).map(|i| format!("\"y{i:060}\"")).collect();
    let json = format!(
        r#"{{ "name": "m", "rules": [{}], "stages": [{{ "id": "s", "at": 1, "auto": [{}] }}] }}"#,
        rules.join(","),
        named.join(",")
    );
    let errors = check(&json).errors;
    assert_eq!(errors.len(), 1_000);
    let suggested = errors.iter().filter(|issue| issue.message.contains("did you mean")).count();
    assert!((1..=10).contains(&suggested), "{suggested}: a comparison of such names takes 3,721 steps");
}

#[test]
fn a_model_of_ten_thousand_rules() {
    let rules: Vec<String> = (0..10_000)
        .map(|i| format!(r#"{{ "id": "r{i}", "event": "e", "where": {{ "id": {i} }}, "points": 1 }}"#))
        .collect();
    let json = format!(r#"{{ "name": "m", "rules": [{}] }}"#, rules.join(","));
    let bytes = in_time(|| compile(&json)).unwrap().bytes;
    Model::decode(&bytes).unwrap();
}
