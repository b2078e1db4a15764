//! The command line in distributed engines: states that are computed in parts and merged, compressed files, exit
//! statuses.

use std::fs;
use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use super::{DAY, Folder, START, lines, view};

/// Sixty visitors with up to nine events each, some of them out of order.
fn events() -> Vec<String> {
    (0..300u64).map(|at| view(&format!("v{}é", at * 7 % 61), at * 37 % 23)).collect()
}

/// Returns sorted lines, because visitors are seen in another order in parts than in the whole.
fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn states_of_any_parts_join_to_the_scores_of_one_run() {
    let folder = Folder::with_model();
    let all = events();
    let late = "--at=2026-02-01T00:00:00Z";
    let (whole, later) = (
        folder.run(&["replay", "model.json"], lines(&all)).quiet(),
        folder.run(&["replay", "model.json", late], lines(&all)).quiet(),
    );
    assert_eq!(whole.lines().count(), 61);
    for parts in [1, 2, 7, 64] {
        let mut states: Vec<String> = Vec::new();
        for part in 0..parts {
            let own: Vec<String> = all.iter().skip(part).step_by(parts).cloned().collect();
            let made = folder.run(&["replay", "model.json", "--states"], lines(&own)).quiet();
            states.extend(made.lines().map(str::to_owned));
        }
        // In any order and repetition.
        states.reverse();
        states.extend_from_within(..states.len() / 2);
        let states = lines(&states);
        let scored = folder.run(&["score", "model.json"], &states).quiet();
        assert_eq!(sorted(&scored), sorted(&whole));
        let scored = folder.run(&["score", "model.json", "-", late], &states).quiet();
        assert_eq!(sorted(&scored), sorted(&later));
        // Joined states can be used as input again.
        let joined = folder.run(&["score", "model.json", "--join"], &states).quiet();
        assert_eq!(joined.lines().count(), 61);
        let scored = folder.run(&["score", "model.json"], &joined).quiet();
        assert_eq!(sorted(&scored), sorted(&whole));
    }
}

#[test]
fn bad_states_are_named_and_skipped() {
    let folder = Folder::with_model();
    let good = folder.run(&["replay", "model.json", "--states"], lines(&[view("a", 0)])).quiet();
    let state = serde_json::from_str::<Value>(&good).unwrap()["state"].clone();
    for (line, message) in [
        ("nonsense".to_owned(), "JSON object"),
        (json!({ "at": START, "state": state }).to_string(), "`visitor`"),
        (json!({ "visitor": "b", "state": state }).to_string(), "`at`"),
        (json!({ "visitor": "b", "at": START }).to_string(), "`state`"),
        (json!({ "visitor": "b", "at": START, "state": "????" }).to_string(), "state"),
        (json!({ "visitor": "b", "at": START, "state": "AAAA" }).to_string(), "state"),
    ] {
        let text = format!("{line}\n{good}");
        let output = folder.run(&["score", "model.json"], &text);
        assert_eq!((output.code, output.out.lines().count()), (Some(1), 1), "{line}");
        let named = output.err.starts_with("line 1: skipped: ") && output.err.contains(message);
        assert!(named && output.err.lines().count() == 1, "{line}: {}", output.err);
        assert_eq!(folder.run(&["score", "model.json", "--skipped-ok"], &text).code, Some(0));
    }
}

#[test]
fn skipped_lines_can_be_allowed() {
    let folder = Folder::with_model();
    let text = format!("nonsense\n{}\n", view("a", 0));
    for args in [&["replay", "model.json"][..], &["explain", "model.json", "--visitor", "a"], &["import", "segment"]] {
        assert_eq!(folder.run(args, &text).code, Some(1), "{args:?}");
        let output = folder.run(&[args, &["--skipped-ok"]].concat(), &text);
        assert_eq!(output.code, Some(0), "{args:?}");
        assert!(!output.err.is_empty(), "{args:?}");
    }
    assert_eq!(folder.run(&["replay", "none.json", "--skipped-ok"], &text).code, Some(2));
}

#[test]
fn times_may_be_strings() {
    let folder = Folder::with_model();
    let number = |at: u64| json!({ "visitor": "a", "type": "page_view", "at": at }).to_string();
    let text = |at: &str| json!({ "visitor": "a", "type": "page_view", "at": at }).to_string();
    let numbers = lines(&[number(START), number(START + DAY + 250)]);
    let texts = lines(&[text("2026-01-01T00:00:00Z"), text("2026-01-02T01:00:00.250999+01:00")]);
    for option in ["--trace", "--states", "--at=2026-01-01T12:00:00Z"] {
        let expected = folder.run(&["replay", "model.json", option], &numbers).quiet();
        assert_eq!(folder.run(&["replay", "model.json", option], &texts).quiet(), expected);
    }
}

/// One frame of zstd whose only block is not compressed.
fn frame(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap();
    // A single segment with its size in four bytes, then the header of the last block.
    let mut out = vec![0x28, 0xb5, 0x2f, 0xfd, 0xa0];
    out.extend(length.to_le_bytes());
    out.extend(&(length << 3 | 1).to_le_bytes()[..3]);
    out.extend(bytes);
    out
}

#[test]
fn compressed_files_are_read_by_their_names() {
    let text = lines(&events());
    let (one, two) = text.as_bytes().split_at(7_001);
    let gzip = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    // In two parts, as tools write that compress in parallel or append; between those of zstd one that is to be
    // skipped.
    let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let files = [
        ("a.ndjson.gz", [gzip(one), gzip(two)].concat()),
        ("a.ndjson.zst", [frame(one), skipped, frame(two)].concat()),
    ];
    let folder = Folder::with_model();
    let plain = folder.run(&["replay", "model.json"], &text).quiet();
    for (name, bytes) in &files {
        fs::write(folder.0.join(name), bytes).unwrap();
        assert_eq!(folder.run(&["replay", "model.json", name], "").quiet(), plain);
        for broken in [&bytes[..bytes.len() - 9], &[bytes, &b"abcd"[..]].concat()] {
            fs::write(folder.0.join(name), broken).unwrap();
            let err = folder.run(&["replay", "model.json", name], "").failed(2);
            assert!(err.contains(name), "{err}");
        }
        fs::write(folder.0.join("events.ndjson"), bytes).unwrap();
        let err = folder.run(&["replay", "model.json", "events.ndjson"], "").failed(2);
        assert!(err.contains("compressed by"), "{err}");
    }
}
