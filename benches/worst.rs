//! The longest times of single calls for hostile inputs: `cargo run --release --features authoring --example worst`.
//!
//! A line for each kind: what it is, and milliseconds, the best of three rounds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a benchmark that cannot run may panic"
)]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use leadscore::authoring::compile;
use leadscore::{EventReader, Lead, Model, Origin, verify};

/// 2026-11-21, in milliseconds.
const NOW: u64 = 1_795_252_800_000;

fn model(rules: usize, rule: impl Fn(usize) -> String) -> Model {
    let rules: Vec<String> = (0..rules).map(|at| format!(r#"{{ "id": "r{at}", {} }}"#, rule(at))).collect();
    let stages = r#"[{ "id": "mql", "at": 100000, "requires": ["r0"] }]"#;
    let json = format!(r#"{{ "name": "worst", "rules": [{}], "stages": {stages} }}"#, rules.join(","));
    Model::decode(&compile(&json).expect("a sound model").bytes).expect("compiled just now")
}

/// What this thread has worked, where the system says so (Linux); else the time of day.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let worked = stat.and_then(|stat| stat.split(' ').next()?.parse().ok()).map(Duration::from_nanos);
    worked.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap())
}

fn time(name: &str, mut call: impl FnMut()) {
    let round = |_| {
        let start = cpu_time();
        let mut calls = 0u32;
        // The clock moves every few milliseconds.
        loop {
            call();
            calls += 1;
            let spent = cpu_time() - start;
            if spent > Duration::from_millis(60) {
                return spent.as_secs_f64() * 1_000.0 / f64::from(calls);
            }
        }
    };
    let best = (0..3).map(round).fold(f64::INFINITY, f64::min);
    println!("{name:<66} {best:>9.2} ms");
}

fn ingest(name: &str, model: &Model, event: &str) {
    time(name, || {
        let mut lead = Lead::new("v-1").expect("an id");
        let mut reader = EventReader::default();
        let event = reader.read(event).expect("an event");
        let _ = lead.ingest(model, &event, NOW, &Origin::default());
    });
}

fn view(path: &str, props: &str) -> String {
    format!(r#"{{ "type": "e", "url": "https://a.example{path}", "props": {props} }}"#)
}

fn paths(size: usize, groups: usize, kib: usize) {
    let of = format!("{size} rules, path of {kib} KiB: ");
    let measure = |name: &str, pattern: String, unit: &str| {
        let model = model(size, move |_| format!(r#""event": "e", "path": "{pattern}", "points": 1"#));
        let path = unit.repeat((kib * 1024 - 32) / unit.len());
        ingest(&format!("{of}{name}"), &model, &view(&format!("/{path}"), "{}"));
    };
    let each = |group: &dyn Fn(usize) -> String| (0..groups).map(group).collect::<String>();
    measure(&format!("{groups} groups {{a}}?"), format!("/{}*b", each(&|_| "{a}?".to_owned())), "a");
    measure(&format!("{groups} groups {{a}}*"), format!("/{}b", each(&|_| "{a}*".to_owned())), "a");
    measure(&format!("{groups} groups {{aa}}*"), format!("/{}b", each(&|_| "{aa}*".to_owned())), "a");
    measure(&format!("{groups} groups {{/:x}}*"), format!("{}b", each(&|at| format!("{{/:x{at}}}*"))), "a/");
    measure(&format!("{groups} groups {{a/:x/}}*"), format!("/{}b", each(&|at| format!("{{a/:x{at}/}}*"))), "a/");
    measure(&format!("{groups} groups {{/:x/}}*"), format!("{}b", each(&|at| format!("{{/:x{at}/}}*"))), "a//");
    measure(&format!("{groups} groups {{/:x/a}}*"), format!("{}b", each(&|at| format!("{{/:x{at}/a}}*"))), "a/");
    let letter = |at: usize| char::from(b'a' + (at % 26) as u8);
    let other = |at: usize| format!("{{/:x{at}/{}}}*", letter(at));
    measure(
        &format!("{groups} groups {{/:x/L}}*, each letter"),
        format!("{}B", each(&other)),
        "x/a/x/b/x/c/x/d/x/e/x/f/x/g/x/h/x/i/x/j/x/k/x/l/x/m/x/n/x/o/x/p/x/q/x/r/x/s/x/t/x/u/x/v/x/w/x/x/x/y/x/z/",
    );
    measure(&format!("{groups} groups {{a:x}}+"), format!("/{}/b", each(&|at| format!("{{a:x{at}}}+"))), "a");
    let width = 700 / groups;
    let long = |code: &str| format!("/*{}b", each(&|_| format!("{{{}}}{code}", "a".repeat(width))));
    measure(&format!("{groups} groups of {width} letters, ?"), long("?"), "a");
    measure(&format!("{groups} groups of {width} letters, *"), long("*"), "a");
    measure("* and 1,000 letters", format!("/*{}b", "a".repeat(1_000)), "a");
    measure("100 * and letters", format!("/{}b", "*aaaaaaaa".repeat(100)), "a");
    let all: String = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').map(char::from).collect();
    measure("* and 1,000 letters of an alphabet", format!("/*{}b", all.repeat(17).get(..1_000).unwrap()), &all);
}

fn lists(size: usize, operands: usize, elements: usize) {
    let list = |from: usize, count: usize| {
        let list: Vec<String> = (from..from + count).map(|n| n.to_string()).collect();
        format!("[{}]", list.join(","))
    };
    for operator in ["$in", "$all"] {
        let own = list(0, operands);
        let model =
            model(size, |_| format!(r#""event": "e", "where": {{ "a": {{ "{operator}": {own} }} }}, "points": 1"#));
        let event = view("/", &format!(r#"{{ "a": {} }}"#, list(10_000, elements)));
        ingest(&format!("{size} rules: {operator} of {operands} against {elements}"), &model, &event);
    }
}

fn receipts(size: usize) {
    let model =
        model(size, |at| format!(r#""event": "e{at}", "points": 1, "limit": 30, "decay": {{ "half_life": "14d" }}"#));
    let mut lead = Lead::new("v-1").expect("an id");
    let mut reader = EventReader::default();
    for hit in 0..5_000u64 {
        let event = format!(r#"{{ "type": "e{}", "at": {} }}"#, hit as usize % size, NOW - hit * 1_000_000);
        let _ = lead.ingest(&model, &reader.read(&event).expect("an event"), NOW, &Origin::default());
    }
    time(&format!("{size} rules, 5,000 hits: explain"), || drop(lead.explain(&model, NOW)));
    time(&format!("{size} rules, 5,000 hits: snapshot"), || drop(lead.snapshot(&model, NOW)));
}

fn main() {
    paths(200, 32, 8);
    paths(1, 100, 64);
    lists(200, 100, 1_000);
    lists(1, 1_000, 10_000);
    receipts(200);
    receipts(4_000);
    let small = model(1, |_| r#""event": "e", "points": 1"#.to_owned());
    let numbers = |text: &str, bytes: usize| vec![text; bytes / (text.len() + 1)].join(",");
    for text in ["1e-1400", "1e-300", "2.4703282292062327208299439e-324"] {
        let event = format!(r#"{{ "type": "e", "more": [{}] }}"#, numbers(text, 1_000_000));
        ingest(&format!("event of 1 MB of {text}"), &small, &event);
    }
    let signal = format!(r#"{{ "data": [{}] }}"#, numbers("1e-1400", 4_000_000));
    time("verify of 4 MB of 1e-1400", || drop(verify(&small, &signal)));
    let names: Vec<String> = (0..100_000).map(|name| format!(r#""{name}":0"#)).collect();
    ingest("event of 1 MB of names", &small, &format!(r#"{{ "type": "e", {} }}"#, names.join(",")));
    let queries = model(200, |at| format!(r#""event": "e", "where": {{ "url.query.n{at}": "x" }}, "points": 1"#));
    ingest("200 rules, 8 KiB of query names in escapes", &queries, &view(&format!("/?{}", "%61&".repeat(2_000)), "{}"));
    ingest("200 rules, 8 KiB of dots in a path", &queries, &view(&"/..".repeat(2_700), "{}"));
}
