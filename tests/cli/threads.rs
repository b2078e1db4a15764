//! The same output, messages and exit status whatever the number of threads.

use std::fmt::Write;

use serde_json::json;

use super::{DAY, Folder, MODEL, START, lines, view};

/// Several blocks of events, some of them bad or late, and one line that is longer than the longest event can be.
fn events() -> String {
    let mut text = String::new();
    for at in 0..9_000u64 {
        let visitor = format!("v{}", at * 7_919 % 601);
        match at % 97 {
            0 => text.push_str("nonsense\n"),
            1 => text.push('\n'),
            2 => {
                let props = json!({ "form_id": "demo" });
                let event = json!({ "visitor": visitor, "type": "form_submit", "at": START + at, "props": props });
                writeln!(text, "{event}").unwrap();
            }
            3 => {
                let event = json!({ "visitor": visitor, "type": "lifecycle", "at": START + 20 * DAY, "props": { "stage": "customer" } });
                writeln!(text, "{event}").unwrap();
            }
            4 => writeln!(text, "{}", json!({ "visitor": visitor, "type": "page_view", "at": at })).unwrap(),
            _ => writeln!(text, "{}", view(&visitor, at * 31 % 37)).unwrap(),
        }
        if at == 5_000 {
            text.push_str(&"x".repeat((1 << 20) + 1));
            text.push('\n');
        }
    }
    text
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let text = events();
    let folder = Folder::with_model();
    std::fs::write(folder.0.join("events.ndjson"), &text).unwrap();
    std::fs::write(folder.0.join("new.json"), MODEL.replace("\"points\": 10", "\"points\": 15")).unwrap();
    let halving = MODEL.replace(r#""linear": "10d""#, r#""half_life": "10d""#);
    std::fs::write(folder.0.join("halving.json"), halving).unwrap();
    let look = ["--snapshot", "3d", "--horizon", "30d", "--split", "visitors", "--json"];
    let calls: [&[&str]; 12] = [
        &["replay", "model.json", "events.ndjson"],
        &["replay", "model.json", "events.ndjson", "--trace"],
        &["replay", "model.json", "events.ndjson", "--signals"],
        &["replay", "model.json", "events.ndjson", "--states"],
        &["replay", "model.json", "events.ndjson", "--trace", "--sort"],
        &["replay", "model.json", "events.ndjson", "--at", "2026-01-20T00:00:00Z"],
        &["explain", "model.json", "events.ndjson", "--visitor", "v5"],
        &["diff", "model.json", "new.json", "events.ndjson", "--json"],
        &[&["backtest", "model.json", "events.ndjson"], &look[..]].concat(),
        &[&["backtest", "model.json", "new.json", "events.ndjson"], &look[..]].concat(),
        &[&["calibrate", "halving.json", "events.ndjson", "--anyway", "-o", "-"], &look[..]].concat(),
        &[&["calibrate", "model.json", "events.ndjson", "-o", "-"], &look[..]].concat(),
    ];
    for call in calls {
        let one = folder.run(&[call, &["--threads", "1"]].concat(), "");
        assert_eq!(one.code, Some(1), "{call:?}: {}", one.err);
        assert!(one.err.contains("longer than the longest") && !one.out.is_empty(), "{call:?}");
        for threads in ["2", "3", "8"] {
            let many = folder.run(&[call, &["--threads", threads]].concat(), "");
            assert_eq!((many.code, &many.err), (one.code, &one.err), "{call:?}");
            assert!(many.out == one.out, "{call:?} with {threads} threads");
        }
        // The half-lives were tried, not passed over for want of wins.
        assert!(call[1] != "halving.json" || one.err.contains("\"half_life\":604800"), "{}", one.err);
    }
}

#[test]
fn every_number_of_threads_ends_where_the_output_or_the_input_does() {
    let folder = Folder::with_model();
    for threads in ["1", "4"] {
        let args = ["replay", "model.json", "--threads", threads];
        assert!(folder.run(&args, "").quiet().is_empty());
        // A model in place of the events is rejected as a whole.
        let err = folder.run(&["replay", "model.json", "model.json", "--threads", threads], "").failed(2);
        assert!(err.contains("a model, but events are expected"), "{err}");
        let mut child = folder.command(&[&args[..], &["--trace"]].concat()).spawn().unwrap();
        drop(child.stdout.take());
        let mut pipe = child.stdin.take().unwrap();
        let text = lines(&(0..60_000).map(|at| view("a", at % 9)).collect::<Vec<_>>());
        let _ = std::io::Write::write_all(&mut pipe, text.as_bytes());
        drop(pipe);
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    for threads in ["0", "x", "5000"] {
        folder.run(&["replay", "model.json", "--threads", threads], "").failed(2);
    }
}
