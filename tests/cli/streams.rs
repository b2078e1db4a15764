//! Endless input, and output without a reader.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Child;
use std::thread;

use serde_json::Value;

use super::{Folder, lines, view};

/// Returns the peak memory of a running process, in kilobytes.
#[cfg(target_os = "linux")]
fn peak_memory(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

/// Not available on other systems.
#[cfg(not(target_os = "linux"))]
fn peak_memory(_: &Child) -> u64 {
    0
}

#[test]
fn a_line_of_100_megabytes_is_skipped_in_little_memory() {
    const MEGABYTE: usize = 1 << 20;
    let folder = Folder::with_model();
    let mut child = folder.command(&["replay", "model.json"]).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(lines(&[view("a", 0)]).as_bytes()).unwrap();
    pipe.write_all(br#"{ "visitor": "long", "type": ""#).unwrap();
    for _ in 0..100 {
        pipe.write_all(&[b'x'; MEGABYTE]).unwrap();
    }
    // Everything has been read by now, except the content of the pipe.
    let peak = peak_memory(&child);
    assert!(peak < 64 * 1024, "{peak} kB");
    pipe.write_all(lines(&["\" }".to_owned(), view("b", 0)]).as_bytes()).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(err.starts_with("line 2: ") && err.lines().count() == 1, "{err}");
    let visitors: Vec<Value> =
        out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["visitor"].clone()).collect();
    assert_eq!(visitors, ["a", "b"]);
}

#[test]
fn many_events_of_one_visitor_take_little_memory() {
    let folder = Folder::with_model();
    let mut child = folder.command(&["replay", "model.json"]).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let events: String = (0..1_000).map(|day| view("a", day) + "\n").collect();
    for _ in 0..50 {
        pipe.write_all(events.as_bytes()).unwrap();
    }
    let peak = peak_memory(&child);
    assert!(peak < 64 * 1024, "{peak} kB");
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stdout.split(|byte| *byte == b'\n').count()), (Some(0), 2));
}

#[test]
fn a_long_line_without_an_end_is_skipped_too() {
    let folder = Folder::with_model();
    for length in [(1 << 20) + 1, 5 << 20, 9 << 20] {
        let text = [lines(&[view("a", 0)]).into_bytes(), vec![b'['; length]].concat();
        let output = folder.run(&["replay", "model.json"], text);
        assert_eq!((output.code, output.out.lines().count()), (Some(1), 1));
        assert!(output.err.starts_with("line 2: ") && output.err.lines().count() == 1, "{}", output.err);
    }
}

#[test]
fn lines_may_be_split_anywhere() {
    let folder = Folder::with_model();
    let text = lines(&(0..40).map(|i| view(&format!("v{i}é"), i)).collect::<Vec<_>>());
    let whole = folder.run(&["replay", "model.json"], &text).quiet();
    let mut child = folder.command(&["replay", "model.json"]).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let writer = thread::spawn(move || {
        for piece in text.as_bytes().chunks(7) {
            pipe.write_all(piece).unwrap();
            pipe.flush().unwrap();
        }
    });
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    writer.join().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(out, whole);
}

#[test]
fn a_closed_pipe_ends_the_command_quietly() {
    let folder = Folder::with_model();
    let events = lines(&(0..20_000).map(|i| view(&format!("visitor-{i}"), 1)).collect::<Vec<_>>());
    std::fs::write(folder.0.join("visits.ndjson"), events).unwrap();
    for option in ["--trace", "--signals", "--at=2026-02-01T00:00:00Z"] {
        let mut child = folder.command(&["replay", "model.json", "visits.ndjson", option]).spawn().unwrap();
        drop(child.stdin.take());
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        if option != "--signals" {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            assert!(line.starts_with(r#"{"visitor":"visitor-0","#), "{line}");
        }
        drop(reader);
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{option}");
    }
    for args in [
        &["check", "model.json"][..],
        &["compile", "model.json", "-o", "-"],
        &["explain", "model.json", "visits.ndjson", "--visitor", "visitor-7"],
    ] {
        let mut child = folder.command(args).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{args:?}");
    }
}
