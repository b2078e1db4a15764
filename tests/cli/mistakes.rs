//! Detectable mistakes in files and arguments are reported.

use std::fs;

use serde_json::json;

use super::{DAY, Folder, MODEL, START, lines, view};

/// A view at a time in milliseconds.
fn view_at(visitor: &str, at: u64) -> String {
    json!({ "visitor": visitor, "type": "page_view", "at": at, "url": "/" }).to_string()
}

#[test]
fn the_model_is_not_overwritten() {
    let folder = Folder::with_model();
    let model = || fs::read_to_string(folder.0.join("model.json")).unwrap();
    fs::hard_link(folder.0.join("model.json"), folder.0.join("hard.json")).unwrap();
    let mut names = vec!["model.json", "./model.json", "hard.json"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("model.json", folder.0.join("soft.json")).unwrap();
        names.push("soft.json");
    }
    for name in names {
        let message = folder.run(&["compile", "model.json", "-o", name], "").failed(2);
        assert!(message.contains("the model itself"), "{message}");
        let message = folder.run(&["compile", name, "-o", "model.json"], "").failed(2);
        assert!(message.contains("the model itself"), "{message}");
        assert_eq!(model(), MODEL);
    }
}

#[test]
fn only_a_compiled_model_is_overwritten() {
    let folder =
        Folder::with(&[("model.json", MODEL.as_bytes()), ("other.json", b"{}"), ("empty", b""), ("short", b"L")]);
    for name in ["other.json", "short"] {
        let message = folder.run(&["compile", "model.json", "-o", name], "").failed(2);
        assert!(message.contains("not a compiled model"), "{message}");
    }
    assert_eq!(fs::read(folder.0.join("other.json")).unwrap(), b"{}");
    for name in ["empty", "new.lsm", "new.lsm"] {
        let output = folder.run(&["compile", "model.json", "-o", name], "");
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(fs::read(folder.0.join(name)).unwrap().starts_with(b"LSM"));
    }
    let message = folder.run(&["compile", "model.json", "-o", "."], "").failed(2);
    assert!(message.contains("a folder"), "{message}");
}

#[test]
fn a_file_of_another_kind_is_named() {
    let events = lines(&[view("a", 0), view("a", 1)]);
    let array = format!("[{},{}]", view("a", 0), view("a", 1));
    let folder = Folder::with(&[
        ("model.json", MODEL.as_bytes()),
        ("visits.ndjson", events.as_bytes()),
        ("array.json", array.as_bytes()),
        ("pretty.json", serde_json::to_string_pretty(&json!({ "visitor": "a" })).unwrap().as_bytes()),
    ]);
    assert_eq!(folder.run(&["compile", "model.json", "-o", "model.lsm"], "").code, Some(0));
    let cases: [(&[&str], &str); 9] = [
        (&["compile", "visits.ndjson", "-o", "x"], "visits.ndjson: a file of events, but a model"),
        (&["replay", "visits.ndjson", "model.json"], "visits.ndjson: a file of events, but a model"),
        (&["check", "model.lsm"], "model.lsm: already a compiled model"),
        (&["compile", "model.lsm", "-o", "x"], "model.lsm: already a compiled model"),
        (&["replay", "model.json", "model.json"], "model.json: a model, but events"),
        (&["replay", "model.lsm", "model.lsm"], "model.lsm: a compiled model, but events"),
        (&["explain", "model.json", "model.json", "--visitor", "a"], "model.json: a model, but events"),
        (&["replay", "model.json", "array.json"], "array.json: a JSON array"),
        (&["replay", "model.json", "pretty.json"], "pretty.json: one JSON object on several lines"),
    ];
    for (args, says) in cases {
        let message = folder.run(args, "").failed(2);
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.contains(says), "{args:?}: {message}");
    }
    assert!(!folder.0.join("x").exists());
}

#[test]
fn times_in_seconds_are_noted_once() {
    let folder = Folder::with_model();
    let seconds = lines(&[view("a", 0), view_at("a", START / 1_000), view_at("b", START / 1_000 + 86_400)]);
    for command in [
        &["replay", "model.json"][..],
        &["replay", "model.json", "--signals"],
        &["explain", "model.json", "--visitor", "b"],
    ] {
        let output = folder.run(command, &seconds);
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(output.err.starts_with("note: 2 lines have times before 1973, first line 2: "), "{output:?}");
    }
    assert_eq!(folder.run(&["replay", "model.json"], view_at("a", 94_694_400_000)).json_lines().len(), 1);
}

#[test]
fn late_lines_are_counted_if_order_matters() {
    let folder = Folder::with_model();
    let late = lines(&[view("a", 3), view("b", 2), view("a", 1), view("a", 3), view("a", 2)]);
    for option in ["--trace", "--signals"] {
        let output = folder.run(&["replay", "model.json", option], &late);
        assert_eq!(output.code, Some(0), "{output:?}");
        assert!(
            output.err.starts_with("note: 2 lines are older than an earlier line of the same visitor, first line 3: "),
            "{output:?}"
        );
        assert_eq!(output.err.lines().count(), 1);
        folder.run(&["replay", "model.json", option, "--sort"], &late).quiet();
    }
    folder.run(&["replay", "model.json"], &late).quiet();
}

#[test]
fn sorted_lines_are_processed_in_the_order_of_time() {
    let folder = Folder::with_model();
    let ordered = [view("a", 1), view("b", 2), view("a", 2), view("a", 3)];
    let mixed = [&ordered[3], &ordered[1], &ordered[2], &ordered[0]].map(String::clone);
    for option in ["--trace", "--signals"] {
        let expected = folder.run(&["replay", "model.json", option], lines(&ordered)).quiet();
        assert_eq!(folder.run(&["replay", "model.json", option, "--sort"], lines(&mixed)).quiet(), expected);
    }
    let bad = format!("{}\nnonsense\n{}", mixed[0], mixed[3]);
    let output = folder.run(&["replay", "model.json", "--trace", "--sort"], bad);
    assert_eq!((output.code, output.out.lines().count()), (Some(1), 2));
    assert!(output.err.starts_with("line 2: skipped: "), "{output:?}");
}

#[test]
fn explain_ignores_later_events() {
    let folder = Folder::with_model();
    let visits = lines(&[view("a", 0), view("a", 40)]);
    let at = (START + 10 * DAY).to_string();
    let receipt = folder.run(&["explain", "model.json", "--visitor", "a", "--at", &at], &visits).quiet();
    assert!(!receipt.contains("2026-02"), "{receipt}");
    let none =
        folder.run(&["explain", "model.json", "--visitor", "a", "--at", &(START - DAY).to_string()], &visits).failed(2);
    assert!(none.contains("no event of visitor `a` by the time of --at"), "{none}");
}

#[test]
fn explain_prints_no_control_characters() {
    let hostile = "v\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{2066}\r\n1";
    let model = MODEL.replace("\"shop\"", "\"shop\\u001b[2J\\u202e\"");
    let folder = Folder::with(&[("model.json", model.as_bytes())]);
    let obeyed = |text: &str| text.chars().any(|c| (c.is_control() && c != '\n') || "\u{202e}\u{2066}".contains(c));
    for more in [&[][..], &["--json"]] {
        let args = [&["explain", "model.json", "--visitor", hostile][..], more].concat();
        let receipt = folder.run(&args, view(hostile, 0)).quiet();
        assert!(!obeyed(&receipt), "{receipt:?}");
        let message = folder.run(&args, view("other", 0)).failed(2);
        assert!(!obeyed(&message), "{message:?}");
    }
}

#[test]
fn a_source_that_is_not_an_origin_is_noted() {
    let folder = Folder::with_model();
    let output = folder.run(&["replay", "model.json", "--signals", "--source", "acme.example"], view("a", 0));
    assert!(output.err.starts_with("note: --source is not an origin"), "{output:?}");
    let message = folder.run(&["replay", "model.json", "--source", "https://acme.example"], "").failed(2);
    assert!(message.contains("--signals"), "{message}");
}

#[test]
fn a_scoring_time_that_looks_like_seconds_is_noted() {
    let folder = Folder::with_model();
    let seconds = (START / 1_000).to_string();
    let output = folder.run(&["replay", "model.json", "--at", &seconds], view("a", 0));
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.err.starts_with("note: --at is before 1973: "), "{output:?}");
    let output = folder.run(&["explain", "model.json", "--visitor", "a", "--at", &seconds], view("a", 0));
    assert_eq!(output.code, Some(2), "{output:?}");
    assert!(output.err.starts_with("note: --at is before 1973: "), "{output:?}");
    folder.run(&["replay", "model.json", "--at", "1973-01-01T00:00:00Z"], view_at("a", 94_694_400_000)).quiet();
}

#[test]
fn a_name_that_is_empty_is_refused() {
    let folder = Folder::with_model();
    let calls: [&[&str]; 5] = [
        &["check", ""],
        &["compile", "model.json", "-o", ""],
        &["replay", "", "visits.ndjson"],
        &["replay", "model.json", ""],
        &["explain", "model.json", "--visitor", ""],
    ];
    for args in calls {
        let message = folder.run(args, "").failed(2);
        assert!(message.contains("a value is required"), "{args:?}: {message}");
    }
}

#[cfg(unix)]
#[test]
fn output_never_overwrites_an_input() {
    let visits = lines(&[view("a", 0), view("a", 1)]);
    let folder = Folder::with(&[("model.json", MODEL.as_bytes()), ("visits.ndjson", visits.as_bytes())]);
    let path = |name: &str| folder.0.join(name);
    std::os::unix::fs::symlink("visits.ndjson", path("link.ndjson")).unwrap();
    let calls: [(&[&str], &str, &str); 8] = [
        (&["replay", "model.json", "visits.ndjson"], "/dev/null", "visits.ndjson"),
        (&["replay", "model.json", "--trace", "link.ndjson"], "/dev/null", "visits.ndjson"),
        (&["explain", "model.json", "visits.ndjson", "--visitor", "a"], "/dev/null", "visits.ndjson"),
        (&["replay", "model.json", "--trace"], "visits.ndjson", "visits.ndjson"),
        (&["import", "segment", "visits.ndjson"], "/dev/null", "visits.ndjson"),
        (&["check", "model.json"], "/dev/null", "model.json"),
        (&["compile", "model.json", "-o", "-"], "/dev/null", "model.json"),
        (&["replay", "model.json", "visits.ndjson"], "/dev/null", "model.json"),
    ];
    for (args, from, to) in calls {
        let output = fs::OpenOptions::new().append(true).open(path(to)).unwrap();
        let input = fs::File::open(path(from)).unwrap();
        let run = folder.command(args).stdin(input).stdout(output).output().unwrap();
        let message = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{args:?}: {message}");
        assert!(message.contains("the output goes to the same file"), "{args:?}: {message}");
        assert_eq!(fs::read_to_string(path("visits.ndjson")).unwrap(), visits);
        assert_eq!(fs::read_to_string(path("model.json")).unwrap(), MODEL);
    }
    // The same device may be input and output: writing to it cannot damage a file.
    let null = || fs::OpenOptions::new().read(true).write(true).open("/dev/null").unwrap();
    let run = folder.command(&["replay", "model.json"]).stdin(null()).stdout(null()).output().unwrap();
    assert_eq!(run.status.code(), Some(0));
}

#[test]
fn the_summary_counts_all_events_in_any_order() {
    // An event that is weeks older follows the newest. At the older event's time the newest has not happened yet.
    let folder = Folder::with_model();
    let mixed = lines(&[view("a", 0), view("a", 40), view("a", 1), view("a", 39)]);
    let ordered = lines(&[view("a", 0), view("a", 1), view("a", 39), view("a", 40)]);
    for args in [&["replay", "model.json"][..], &["explain", "model.json", "--visitor", "a", "--json"]] {
        assert_eq!(folder.run(args, &mixed).quiet(), folder.run(args, &ordered).quiet());
        let at = (START + 45 * DAY).to_string();
        let later = [args, &["--at", &at]].concat();
        assert_eq!(folder.run(&later, &mixed).quiet(), folder.run(&later, &ordered).quiet());
    }
}
