//! The output for valid models and events.

use std::fs;

use serde_json::{Value, json};

use super::{DAY, Folder, START, lines, view};

/// Two visitors, whose scores are calculated by hand below.
fn visits() -> String {
    lines(&[
        view("a", 0),
        view("b", 0),
        view("a", 5),
        json!({ "visitor": "a", "type": "identify", "at": START + 5 * DAY, "props": { "employees": 200 } }).to_string(),
        json!({ "visitor": "b", "type": "form_submit", "at": START + 6 * DAY + 999, "props": { "form_id": "demo" } })
            .to_string(),
    ])
}

const A: &str = r#"{"visitor":"a","score":22.5,"dimensions":{"engagement":22.5},"stage":"mql","next":null,"segment":"mql","label":null,"lifecycle":null,"disqualified":false}"#;
const B: &str = r#"{"visitor":"b","score":25,"dimensions":{"engagement":25},"stage":"mql","next":null,"segment":"mql","label":null,"lifecycle":null,"disqualified":false}"#;

#[test]
fn replay_gives_the_final_snapshot_of_every_visitor() {
    let folder = Folder::with_model();
    let expected = format!("{A}\n{B}\n");
    assert_eq!(folder.run(&["replay", "model.json"], visits()).quiet(), expected);
    assert_eq!(folder.run(&["replay", "model.json", "-"], visits()).quiet(), expected);
    fs::write(folder.0.join("visits.ndjson"), visits()).unwrap();
    assert_eq!(folder.run(&["replay", "model.json", "visits.ndjson"], "").quiet(), expected);
}

#[test]
fn replay_at_another_time() {
    let folder = Folder::with_model();
    let at = |time: &str| folder.run(&["replay", "model.json", "--at", time], visits()).quiet();
    let scores = |text: &str| -> Vec<Value> {
        text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["score"].clone()).collect()
    };
    // Day 10: the views are worth 0 and 5; `demo` fills the cap.
    let day_10 = at(&(START + 10 * DAY).to_string());
    assert_eq!(scores(&day_10), [json!(12.5), json!(25)]);
    for same in
        ["2026-01-11T00:00:00Z", "2026-01-11T01:00:00+01:00", "2026-01-11T00:00:00.999Z", "2026-01-11 00:00:00Z"]
    {
        assert_eq!(at(same), day_10, "{same}");
    }
    // Day 0: later events are not known yet. Day 5: `a` has two views and is large, `b` has one view.
    assert_eq!(scores(&at("2026-01-01T00:00:00Z")), [json!(10), json!(10)]);
    assert_eq!(scores(&at("2026-01-06T00:00:00Z")), [json!(22.5), json!(5)]);
    let trace = folder.run(&["replay", "model.json", "--trace"], visits()).quiet();
    let shorter = folder.run(&["replay", "model.json", "--trace", "--at", "2026-01-06T00:00:00Z"], visits()).quiet();
    assert_eq!(shorter.lines().collect::<Vec<_>>(), trace.lines().take(4).collect::<Vec<_>>());
    let none = folder.run(&["replay", "model.json", "--at", "2025-12-31T23:59:59Z"], visits());
    assert_eq!((none.code, none.out.as_str()), (Some(0), ""));
    assert_eq!(none.err, "note: all events are later than the time of --at\n");
}

#[test]
fn replay_trace_gives_a_line_for_each_event() {
    let folder = Folder::with_model();
    let trace = folder.run(&["replay", "model.json", "--trace"], visits()).quiet();
    let near = r#""dimensions":{"engagement":10},"stage":null,"next":{"stage":"mql","points":10,"near":true,"missing":[]},"segment":"near-mql","label":null,"lifecycle":null,"disqualified":false}"#;
    let start = |visitor: &str| format!(r#"{{"visitor":"{visitor}","at":{START},"score":10,{near}"#);
    let lines: Vec<&str> = trace.lines().collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[..2], [start("a"), start("b")]);
    assert!(lines[2].starts_with(&format!(r#"{{"visitor":"a","at":{},"score":15,"#, START + 5 * DAY)), "{}", lines[2]);
    assert_eq!(lines[4], B.replacen(',', &format!(r#","at":{},"#, START + 6 * DAY + 999), 1));
}

#[test]
fn replay_signals_gives_a_line_for_each_signal() {
    let folder = Folder::with_model();
    let signals = folder.run(&["replay", "model.json", "--signals"], visits()).json_lines();
    assert_eq!(signals.len(), 2);
    let signal = &signals[1];
    assert_eq!(signal["specversion"], "1.0");
    assert_eq!(signal["type"], "leadscore.stage.reached");
    assert_eq!(signal["source"], "leadscore:replay");
    assert_eq!(signal["subject"], "b");
    assert_eq!(signal["time"], "2026-01-07T00:00:00.999Z");
    assert_eq!(signal["data"]["stage"], "mql");
    assert_eq!(signal["data"]["provenance"], "client");
    assert_eq!(signal["data"]["model"]["name"], "shop");
    assert_eq!(signal["data"]["reasons"][0]["rule"], "demo");
    let model = leadscore::authoring::compile(super::MODEL).unwrap();
    let model = leadscore::Model::decode(&model.bytes).unwrap();
    for signal in &signals {
        leadscore::verify(&model, &signal.to_string()).unwrap();
    }
    let again = [visits(), visits()].concat();
    // A repeated event is late, which is reported, and changes nothing.
    let output = folder.run(&["replay", "model.json", "--signals"], again);
    let lines: Vec<Value> = output.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((output.code, lines), (Some(0), signals));
}

#[test]
fn order_and_repetition_of_lines_do_not_matter_to_the_final_lines() {
    let folder = Folder::with_model();
    let mut reversed: Vec<String> = visits().lines().rev().map(str::to_owned).collect();
    reversed.extend(reversed.clone());
    assert_eq!(folder.run(&["replay", "model.json"], lines(&reversed)).quiet(), format!("{B}\n{A}\n"));
}

#[test]
fn compiled_models_are_as_good_as_their_json() {
    let folder = Folder::with_model();
    let compile = folder.run(&["compile", "model.json", "-o", "model.lsm"], "");
    assert_eq!((compile.code, compile.out.as_str()), (Some(0), ""));
    let bytes = fs::read(folder.0.join("model.lsm")).unwrap();
    assert_eq!(bytes, leadscore::authoring::compile(super::MODEL).unwrap().bytes);
    assert!(compile.err.contains(&format!("{} bytes", bytes.len())), "{}", compile.err);
    for args in [
        &["replay", "--trace"][..],
        &["replay", "--signals"],
        &["replay", "--at", "2026-02-01T00:00:00Z"],
        &["explain", "--visitor", "a"],
        &["explain", "--visitor", "a", "--json"],
    ] {
        let [json, compiled] =
            ["model.json", "model.lsm"].map(|model| folder.run(&[args, &[model]].concat(), visits()).quiet());
        assert_eq!(json, compiled, "{args:?}");
    }
    let to_stdout = folder.command(&["compile", "model.json", "-o", "-"]).output().unwrap();
    assert_eq!((to_stdout.status.code(), to_stdout.stdout), (Some(0), bytes));
    let nowhere = folder.run(&["compile", "model.json", "-o", "no/such/folder/model.lsm"], "").failed(2);
    assert!(nowhere.contains("no/such/folder/model.lsm"), "{nowhere}");
}

#[test]
fn explain_shows_where_every_point_comes_from() {
    let folder = Folder::with_model();
    let args = ["explain", "model.json", "--visitor", "a"];
    let table = folder.run(&args, visits()).quiet();
    assert!(table.contains("2026-01-06T00:00:00Z"), "the time of the newest event: {table}");
    let row = |rule: &str| -> Vec<&str> {
        let line = table.lines().find(|line| line.starts_with(rule)).unwrap_or_else(|| panic!("no {rule}: {table}"));
        line.split_whitespace().collect()
    };
    // Raw, decayed and capped.
    assert_eq!(row("view")[row("view").len() - 3..], ["20", "15", "15"]);
    assert_eq!(row("big")[row("big").len() - 3..], ["7.5", "7.5", "7.5"]);
    assert_eq!(row("score").last(), Some(&"22.5"));
    assert!(table.contains("not live: demo"), "{table}");

    let receipt = &folder.run(&[&args[..], &["--json"]].concat(), visits()).json_lines()[0];
    assert_eq!(receipt["score"], 22.5);
    let points: f64 = receipt["rules"].as_array().unwrap().iter().map(|rule| rule["points"].as_f64().unwrap()).sum();
    assert_eq!(points + receipt["capped"].as_f64().unwrap(), 22.5);

    let earlier = folder.run(&[&args[..], &["--at", "2026-01-01T00:00:00Z"]].concat(), visits()).quiet();
    assert!(earlier.contains("2026-01-01T00:00:00Z"), "{earlier}");
    let nobody = folder.run(&["explain", "model.json", "--visitor", "nobody"], visits()).failed(2);
    assert!(nobody.contains("nobody"), "{nobody}");
}

#[test]
fn check_says_whether_a_model_is_good() {
    let folder = Folder::with(&[
        ("good.json", super::MODEL.as_bytes()),
        (
            "doubtful.json",
            br#"{ "name": "d", "rules": [{ "id": "a", "event": "page_view", "path": "pricing", "points": 1 }] }"#,
        ),
    ]);
    assert!(folder.run(&["check", "good.json"], "").quiet().contains("good.json: no errors, no warnings"));
    let doubtful = folder.run(&["check", "doubtful.json"], "").quiet();
    assert!(doubtful.contains("doubtful.json:1:61: warning: rule `a`, path: "), "{doubtful}");
    assert!(doubtful.contains("no errors, 1 warning"), "{doubtful}");
    // A model with a warning can be used, and the warning is repeated.
    let replay = folder.run(&["replay", "doubtful.json"], view("a", 0));
    assert_eq!((replay.code, replay.out.lines().count()), (Some(0), 1));
    assert!(replay.err.contains("warning: rule `a`, path: "), "{}", replay.err);
}

#[test]
fn replay_signals_of_a_site_have_the_ids_that_its_pages_send() {
    let folder = Folder::with_model();
    let signals = |args: &[&str]| -> Vec<Value> {
        let all = [&["replay", "model.json", "--signals"], args].concat();
        folder.run(&all, visits()).json_lines()
    };
    let [own, same, other] =
        [&["--source", "https://acme.example"], &["--source", "https://ACME.example:443"], &[][..]].map(signals);
    assert_eq!(own.len(), 2);
    for index in 0..2 {
        assert_eq!(own[index]["source"], "https://acme.example");
        assert_eq!(own[index]["id"], same[index]["id"]);
        assert_ne!(own[index]["id"], other[index]["id"]);
        assert_eq!(other[index]["source"], "leadscore:replay");
    }
    let empty = folder.run(&["replay", "model.json", "--source", ""], visits()).failed(2);
    assert!(empty.contains("--source"), "{empty}");
}
