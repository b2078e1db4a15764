//! With an invalid model every command exits with 2 and a helpful message.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Folder, MODEL, view};

/// Returns the model with the field at the pointer set to a value; in a list, the value is appended.
fn with(pointer: &str, value: Value) -> String {
    let mut model: Value = serde_json::from_str(MODEL).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match model.pointer_mut(parent).unwrap() {
        Value::Array(list) => list.push(value),
        parent => parent[name] = value,
    }
    model.to_string()
}

#[test]
fn every_kind_of_mistake_is_named_with_its_place() {
    let rule = |fields: Value| {
        let mut rule = json!({ "id": "own", "event": "e", "points": 1 });
        for (name, value) in fields.as_object().unwrap() {
            rule[name] = value.clone();
        }
        with("/rules/-", rule)
    };
    let stages = |stages: Value| with("/stages", stages);
    let cases: Vec<(String, &str)> = vec![
        (with("/nmae", json!("x")), "/nmae"),
        (with("/name", json!(5)), "/name"),
        (with("/version", json!(-1)), "/version"),
        (with("/rules/0/pionts", json!(5)), "/rules/0/pionts"),
        (with("/rules/0/points", json!("ten")), "/rules/0/points"),
        (with("/rules/0/points", json!(0.0001)), "/rules/0/points"),
        (with("/rules/0/points", json!(10_001)), "/rules/0/points"),
        (with("/rules/0/id", json!("Big One")), "/rules/0/id"),
        (with("/rules/1/id", json!("view")), "/rules/1/id"),
        (with("/rules/1/dimension", json!("fti")), "/rules/1/dimension"),
        (rule(json!({ "trait": { "a": 1 } })), "/rules/3"),
        (rule(json!({ "event": [] })), "/rules/3/event"),
        (rule(json!({ "event": ["e", "e"] })), "/rules/3/event/1"),
        (rule(json!({ "path": "https://acme.example/pricing" })), "/rules/3/path"),
        (rule(json!({ "path": "/(a|b)" })), "/rules/3/path"),
        (rule(json!({ "path": ["/a", "/{b"] })), "/rules/3/path/1"),
        (rule(json!({ "path": "a".repeat(1_025) })), "/rules/3/path"),
        (rule(json!({ "where": { "a": { "$regex": "x" } } })), "/rules/3/where/a/$regex"),
        (rule(json!({ "where": { "a": { "$gtt": 1 } } })), "/rules/3/where/a/$gtt"),
        (rule(json!({ "where": { "url.port": "80" } })), "/rules/3/where/url.port"),
        (rule(json!({ "limit": 3, "at_least": 2 })), "/rules/3"),
        (rule(json!({ "per": "1d", "distinct": "a" })), "/rules/3"),
        (rule(json!({ "limit": 101 })), "/rules/3/limit"),
        (rule(json!({ "per": "1 day" })), "/rules/3/per"),
        (rule(json!({ "expires": "3651d" })), "/rules/3/expires"),
        (rule(json!({ "decay": { "half_life": "14d", "linear": "1d" } })), "/rules/3/decay"),
        (rule(json!({ "decay": { "step": 10 } })), "/rules/3/decay"),
        (with("/rules/-", json!({ "id": "own", "trait": { "$and": [] }, "points": 1 })), "/rules/3/trait"),
        (with("/rules/-", json!({ "id": "own", "trait": { "url.path": "/" }, "points": 1 })), "/rules/3/trait"),
        (with("/rules/-", json!({ "id": "own", "all": ["view", "nothing"], "points": 1 })), "/rules/3/all/1"),
        (with("/rules/-", json!({ "id": "own", "all": ["view", "view"], "points": 1 })), "/rules/3/all/1"),
        (with("/dimensions/view", json!({})), "/"),
        (with("/dimensions/engagement", json!({ "min": 30, "max": 25 })), "/dimensions/engagement"),
        (with("/score", json!({ "max": 10 })), "/stages/0/at"),
        (stages(json!([{ "id": "a", "at": 20 }, { "id": "b", "at": 10 }])), "/stages/1/at"),
        (stages(json!([{ "id": "sql", "at": 5 }, { "id": "mql", "at": 10 }])), "/stages/1/id"),
        (stages(json!([{ "id": "near-mql", "at": 5 }])), "/stages/0/id"),
        (stages(json!([{ "id": "a", "at": 5, "near": 5 }])), "/stages/0/near"),
        (stages(json!([{ "id": "a", "at": 5, "requires": ["nothing"] }])), "/stages/0/requires/0"),
        (stages(json!([{ "id": "a", "at": 5, "min": { "engagement": 26 } }])), "/stages/0/min/engagement"),
        (with("/label", json!([{ "dimension": "engagement", "cutoffs": { "A": 5, "B": 5 } }])), "/label/0/cutoffs"),
        ("{".to_owned(), ""),
        (String::new(), ""),
        ("[]".to_owned(), ""),
        ("null".to_owned(), ""),
        (r#"{ "name": "a", "name": "b", "rules": [] }"#.to_owned(), "/name"),
        (format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)), ""),
    ];
    let folder = Folder::new();
    for (model, place) in cases {
        fs::write(folder.0.join("model.json"), &model).unwrap();
        let start = &model[..model.len().min(300)];
        let check = folder.run(&["check", "model.json"], "");
        assert_eq!((check.code, check.err.as_str()), (Some(2), ""), "{start}");
        let errors: Vec<&str> = check.out.lines().filter(|line| line.contains("error")).collect();
        let found = leadscore::authoring::check(&model).errors;
        let found = found.iter().filter(|issue| issue.path.starts_with(place));
        let mut expected = found.map(|issue| format!("model.json:{}:{}: error: {issue}", issue.line, issue.column));
        assert!(expected.any(|line| errors.contains(&line.as_str())), "{place} in {start}: {}", check.out);
        assert!(errors.iter().all(|line| line.len() < 400), "{}", check.out);
        for args in [&["compile", "-o", "out.lsm"][..], &["replay"], &["explain", "--visitor", "a"]] {
            let message = folder.run(&[args, &["model.json"]].concat(), view("a", 0)).failed(2);
            for line in &errors {
                assert!(message.contains(line), "{args:?}: {message}");
            }
        }
        assert!(!folder.0.join("out.lsm").exists(), "{start}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let model = r#"{ "name": "m", "rules": [
        { "id": "a", "event": "e", "pionts": 1 }, { "id": "a", "event": "e", "limit": 0 }, { "id": "b" }
    ], "stages": [{ "id": "mql", "at": "x" }], "lable": 1 }"#;
    let folder = Folder::with(&[("model.json", model.as_bytes())]);
    let check = folder.run(&["check", "model.json"], "");
    let places: Vec<&str> = check.out.lines().map(|line| line.split(": ").take(3).last().unwrap()).collect();
    assert_eq!(
        places,
        ["rule `a`, pionts", "rule `a`, id", "rule `a`, limit", "rule `b`", "stage `mql`, at", "/lable"]
    );
    assert!(check.out.starts_with("model.json:2:36: error: "), "{}", check.out);
    assert!(check.out.contains("did you mean `points`"), "{}", check.out);
}

#[test]
fn names_in_a_model_cannot_write_to_the_terminal() {
    let model = r#"{ "name": "m", "rules": [{ "id": "a", "event": "e", "\u001b[31mred\u0007\n": 1, "points": "\u001b]0;x" }] }"#;
    let folder = Folder::with(&[("model.json", model.as_bytes())]);
    let check = folder.run(&["check", "model.json"], "");
    assert_eq!(check.code, Some(2));
    assert!(check.out.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", check.out);
}

#[test]
fn models_that_cannot_be_read_are_named() {
    let lsm = leadscore::authoring::compile(MODEL).unwrap().bytes;
    let mut flipped = lsm.clone();
    let last = flipped.len() / 2;
    flipped[last] ^= 1;
    let files: [(&str, &[u8]); 4] = [
        ("latin.json", b"{ \"name\": \"caf\xe9\" }"),
        ("cut.lsm", &lsm[..lsm.len() - 1]),
        ("flipped.lsm", &flipped),
        ("tiny.lsm", b"LSM"),
    ];
    let folder = Folder::with(&files);
    fs::create_dir(folder.0.join("folder")).unwrap();
    for name in ["latin.json", "cut.lsm", "flipped.lsm", "tiny.lsm", "folder", "missing.json"] {
        for args in [&["replay"][..], &["explain", "--visitor", "a"]] {
            let message = folder.run(&[args, &[name]].concat(), view("a", 0)).failed(2);
            assert!(message.starts_with(&format!("{name}: ")), "{message}");
            assert_eq!(message.lines().count(), 1, "{message}");
        }
    }
    for name in ["latin.json", "folder", "missing.json"] {
        assert!(folder.run(&["check", name], "").failed(2).starts_with(&format!("{name}: ")));
        assert!(folder.run(&["compile", name, "-o", "x"], "").failed(2).starts_with(&format!("{name}: ")));
    }
}

#[test]
fn events_that_cannot_be_read_are_named() {
    let folder = Folder::with_model();
    fs::create_dir(folder.0.join("folder")).unwrap();
    for name in ["missing.ndjson", "folder"] {
        for args in [&["replay", "model.json", name][..], &["explain", "model.json", name, "--visitor", "a"]] {
            let message = folder.run(args, "").failed(2);
            assert!(message.starts_with(&format!("{name}: ")), "{message}");
        }
    }
}

#[test]
fn a_model_of_a_million_rules_is_refused_fast() {
    let rules = |rule: &str, count: usize| format!(r#"{{ "name": "m", "rules": [{}] }}"#, vec![rule; count].join(","));
    let whole = r#"{ "id": "a", "event": "page_view", "path": "/pricing/*", "points": 15 }"#;
    let folder = Folder::with(&[
        ("small.json", rules("{}", 1_000_000).as_bytes()),
        ("large.json", rules(whole, 1_000_000).as_bytes()),
    ]);
    for (name, says) in [("small.json", "10000 rules"), ("large.json", "4 MiB")] {
        let start = Instant::now();
        let message = folder.run(&["compile", name, "-o", "out.lsm"], "").failed(2);
        assert!(message.contains(says), "{message}");
        assert!(message.lines().count() < 10, "one error is enough");
        assert!(start.elapsed() < Duration::from_secs(20), "{name} took {:?}", start.elapsed());
    }
}

#[test]
fn a_model_may_begin_with_a_byte_order_mark_and_have_any_line_ends() {
    let plain = Folder::with_model().run(&["replay", "model.json"], view("a", 0)).quiet();
    let marked = format!("\u{feff}{}", MODEL.replace('\n', "\r\n"));
    let folder = Folder::with(&[("model.json", marked.as_bytes())]);
    assert_eq!(folder.run(&["replay", "model.json"], view("a", 0)).quiet(), plain);
}
