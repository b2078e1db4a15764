//! Lines of events, good and bad.

use serde_json::{Value, json};

use super::{DAY, Folder, START, lines, view};

fn visitors(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["visitor"].as_str().unwrap()).collect()
}

#[test]
fn byte_order_marks_line_ends_and_blank_lines_are_ignored() {
    let folder = Folder::with_model();
    let (a, b) = (view("a", 0), view("b", 1));
    let plain = folder.run(&["replay", "model.json"], lines(&[a.clone(), b.clone()])).quiet();
    for text in [
        format!("{a}\n{b}"),
        format!("\u{feff}{a}\n{b}\n"),
        format!("{a}\r\n{b}\r\n"),
        format!("\u{feff}{a}\r\n\r\n{b}"),
        format!("\n\n{a}\n \t \n\n{b}\n\n\n"),
        format!("\u{feff}\n{a}\n{b}\n"),
        format!("  {a}  \n\t{b}\t\n"),
        format!("{}\n{b}\n", a.replacen('{', r#"{ "session": [1, { "more": null }], "user-agent": "x", "#, 1)),
        format!("{}\n{b}\n", a.replacen('{', r#"{ "props": null, "#, 1)),
    ] {
        assert_eq!(folder.run(&["replay", "model.json"], &text).quiet(), plain, "{text:?}");
    }
}

#[test]
fn nothing_to_read_gives_nothing() {
    let folder = Folder::with_model();
    std::fs::write(folder.0.join("empty.ndjson"), "").unwrap();
    for text in ["", "\n", "\r\n\r\n", "\u{feff}", "\u{feff}\n"] {
        for option in ["--trace", "--signals", "--at=0"] {
            assert_eq!(folder.run(&["replay", "model.json", option], text).quiet(), "");
        }
    }
    assert_eq!(folder.run(&["replay", "model.json", "empty.ndjson"], "").quiet(), "");
}

#[test]
fn bad_lines_are_named_and_skipped() {
    let folder = Folder::with_model();
    let event = |fields: Value| {
        let mut event = json!({ "visitor": "bad", "type": "page_view", "at": START, "url": "/" });
        for (name, value) in fields.as_object().unwrap() {
            match value {
                Value::String(text) if text == "(none)" => drop(event.as_object_mut().unwrap().remove(name)),
                _ => event[name] = value.clone(),
            }
        }
        event.to_string().into_bytes()
    };
    let deep = (0..8).fold(json!(1), |inner, _| json!([inner]));
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (b"nonsense".to_vec(), "JSON object"),
        (b"{".to_vec(), "JSON object"),
        (b"[]".to_vec(), "JSON object"),
        (b"null".to_vec(), "JSON object"),
        (b"{} {}".to_vec(), "JSON object"),
        (b"\xff\xfe".to_vec(), "UTF-8"),
        (b"{ \"visitor\": \"\xc3\x28\" }".to_vec(), "UTF-8"),
        (event(json!({ "visitor": "(none)" })), "`visitor`"),
        (event(json!({ "visitor": "" })), "`visitor`"),
        (event(json!({ "visitor": 7 })), "`visitor`"),
        (event(json!({ "visitor": null })), "`visitor`"),
        (event(json!({ "type": "(none)" })), "`type`"),
        (event(json!({ "type": 1 })), "`type`"),
        (event(json!({ "type": "t".repeat(129) })), "`type`"),
        (event(json!({ "at": "(none)" })), "`at`"),
        (event(json!({ "at": null })), "`at`"),
        (event(json!({ "at": -1 })), "`at`"),
        (event(json!({ "at": 0.5 })), "`at`"),
        (event(json!({ "at": "2026-01-01T00:00:00" })), "`at`"),
        (event(json!({ "at": "1767225600000" })), "`at`"),
        (event(json!({ "at": 4_294_967_296_000u64 })), "`at`"),
        (event(json!({ "at": 1e300 })), "`at`"),
        (event(json!({ "url": 5 })), "`url`"),
        (event(json!({ "visitor": "v".repeat(1_025) })), "1 to 1024 characters"),
        (event(json!({ "url": format!("/{}", "u".repeat(64 * 1024)) })), "`url`"),
        (event(json!({ "props": [] })), "`props`"),
        (event(json!({ "props": { "a": "p".repeat(64 * 1024) } })), "`props`"),
        (event(json!({ "props": { "a": deep } })), "`props`"),
        (event(json!({ "type": "lifecycle", "props": { "stage": "boss" } })), "`props.stage`"),
        (event(json!({ "type": "lifecycle" })), "`props.stage`"),
        (b"\xef\xbb\xbf{}".to_vec(), "JSON object"),
        (b"{ \"a\": NaN }".to_vec(), "JSON object"),
        (format!("{{ \"a\": {}{} }}", "[".repeat(100_000), "]".repeat(100_000)).into(), "JSON object"),
    ];
    for args in
        [&["replay", "model.json"][..], &["replay", "model.json", "--trace"], &["replay", "model.json", "--signals"]]
    {
        for (line, says) in &cases {
            let text = [format!("{}\n\n", view("a", 0)).as_bytes(), line, b"\n", view("b", 1).as_bytes()].concat();
            let output = folder.run(args, &text);
            let line = String::from_utf8_lossy(&line[..line.len().min(100)]);
            assert_eq!(output.code, Some(1), "{line}: {output:?}");
            assert!(output.err.starts_with("line 3: "), "{line}: {}", output.err);
            assert_eq!(output.err.lines().count(), 1, "{line}: {}", output.err);
            assert!(output.err.contains(says), "{line}: {}", output.err);
            let found: Vec<Value> = output.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let expected: &[&str] = if args.contains(&"--signals") { &[] } else { &["a", "b"] };
            assert_eq!(visitors(&found), expected, "{line}");
        }
    }
    // `explain` reads the same lines.
    let text = [b"nonsense\n".to_vec(), view("a", 0).into_bytes()].concat();
    let output = folder.run(&["explain", "model.json", "--visitor", "a"], text);
    assert_eq!(output.code, Some(1));
    assert!(output.err.starts_with("line 1: "), "{}", output.err);
    assert!(output.out.contains("view"), "{}", output.out);
}

#[test]
fn every_bad_line_is_named() {
    let folder = Folder::with_model();
    let text: String = (0..1_000).map(|i| if i % 3 == 0 { "x\n".to_owned() } else { view("a", 0) + "\n" }).collect();
    let output = folder.run(&["replay", "model.json", "--trace"], text);
    assert_eq!((output.code, output.out.lines().count(), output.err.lines().count()), (Some(1), 666, 334));
    assert!(output.err.ends_with('\n'));
    assert!(output.err.lines().last().unwrap().starts_with("line 1000: "));
}

#[test]
fn a_rejected_event_does_not_create_a_visitor() {
    let folder = Folder::with_model();
    let bad = json!({ "visitor": "ghost", "type": "lifecycle", "at": START, "props": { "stage": "no" } }).to_string();
    let output = folder.run(&["replay", "model.json"], lines(&[bad.clone(), view("a", 0)]));
    assert_eq!(output.code, Some(1));
    assert_eq!(output.out.lines().count(), 1);
    let output = folder.run(&["explain", "model.json", "--visitor", "ghost"], &bad);
    assert_eq!((output.code, output.out.as_str()), (Some(2), ""));
    assert!(output.err.contains("ghost"), "{}", output.err);
}

#[test]
fn visitors_are_in_the_order_first_seen() {
    let folder = Folder::with_model();
    let seen = ["zoë", "b", "a", "🦀", "b\n", "B"];
    let order = [0, 1, 0, 2, 3, 1, 4, 2, 5, 0, 3];
    let text = lines(&order.map(|which| view(seen[which], 20 - which as u64)));
    assert_eq!(visitors(&folder.run(&["replay", "model.json"], &text).json_lines()), seen);
    let trace = folder.run(&["replay", "model.json", "--trace"], &text).json_lines();
    assert_eq!(visitors(&trace), order.map(|which| seen[which]));
}

#[test]
fn any_field_may_be_at_its_limit() {
    let folder = Folder::with_model();
    let visitor = "é".repeat(1_024);
    let props = json!({ "a": "\u{1}".repeat(10_000), "b": "x".repeat(64 * 1024 - 60_000 - 16) });
    assert_eq!(props.to_string().len(), 64 * 1024 - 1);
    let url = format!("/{}", "u".repeat(64 * 1024 - 1));
    let event = json!({ "visitor": visitor, "type": "t".repeat(128), "at": START + DAY, "url": url, "props": props });
    let found = folder.run(&["replay", "model.json"], event.to_string()).json_lines();
    assert_eq!(visitors(&found), [visitor]);
    let last = json!({ "visitor": "a", "type": "page_view", "at": 4_294_967_295_999u64 }).to_string();
    assert_eq!(folder.run(&["replay", "model.json"], last).json_lines()[0]["score"], 10);
    let first = json!({ "visitor": "a", "type": "page_view", "at": 0 }).to_string();
    let output = folder.run(&["replay", "model.json"], first);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.starts_with(r#"{"visitor":"a","score":10,"#), "{output:?}");
}

/// A line that is weeks late sets 300 hits aside; a state can carry about sixty of them.
#[test]
fn a_late_line_does_not_affect_later_lines() {
    let rules: Vec<Value> = (0..3)
        .map(|at| json!({ "id": format!("r{at}"), "event": format!("e{at}"), "distinct": "n", "limit": 100, "points": 1 }))
        .collect();
    let model = json!({ "name": "late", "rules": rules });
    let folder = Folder::with(&[("model.json", model.to_string().as_bytes())]);
    let event = |kind: u64, n: u64, day: u64| {
        json!({ "visitor": "a", "type": format!("e{kind}"), "at": START + day * DAY + n, "props": { "n": n } })
            .to_string()
    };
    let mut events: Vec<String> = (0..300).map(|n| event(n % 3, n, 40)).collect();
    events.push(event(0, 1_000, 1));
    events.push(event(3, 1_001, 40));
    let output = folder.run(&["replay", "model.json", "--trace"], events.join("\n"));
    assert!(output.err.contains("1 line is older"), "{}", output.err);
    let score = |line: &str| serde_json::from_str::<Value>(line).unwrap()["score"].clone();
    let scores: Vec<Value> = output.out.lines().map(score).collect();
    assert_eq!(scores[299..], [json!(300), json!(1), json!(300)]);
    let end = folder.run(&["replay", "model.json"], events.join("\n"));
    assert_eq!(end.json_lines()[0]["score"], 300);
}
