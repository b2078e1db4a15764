//! The longest times of single calls for hostile inputs: `cargo run --release --features authoring --example worst`.
//!
//! Prints a line for each kind of input: its description and the milliseconds per call, the best of three rounds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a benchmark that cannot run may panic"
)]

mod conditions;
mod paths;
mod states;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use leadscore::authoring::compile;
use leadscore::{EventReader, Lead, Model, Origin, verify};

/// 2026-11-21, in milliseconds.
const NOW: u64 = 1_795_252_800_000;

fn model(rules: usize, rule: impl Fn(usize) -> String) -> Model {
    let rules: Vec<String> = (0..rules).map(|at| format!(r#"{{ "id": "r{at}", {} }}"#, rule(at))).collect();
    let stages = r#"[{ "id": "mql", "at": 100000, "requires": ["r0"] }]"#;
    let json = format!(r#"{{ "name": "worst", "rules": [{}], "stages": {stages} }}"#, rules.join(","));
    compiled(&json)
}

fn compiled(json: &str) -> Model {
    Model::decode(&compile(json).expect("a sound model").bytes).expect("compiled just now")
}

/// Returns the CPU time of this thread if the system reports it (Linux), otherwise the wall clock time.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let worked = stat.and_then(|stat| stat.split(' ').next()?.parse().ok()).map(Duration::from_nanos);
    worked.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap())
}

fn time(name: &str, mut call: impl FnMut()) {
    let round = |_| {
        let start = cpu_time();
        let mut calls = 0u32;
        // The kernel updates the CPU time only every few milliseconds, so one call is too short to measure.
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

fn main() {
    paths::patterns(200, 32, 8);
    paths::patterns(1, 100, 64);
    paths::spellings();
    conditions::texts();
    conditions::lists(200, 100, 1_000);
    conditions::lists(1, 1_000, 10_000);
    conditions::elements();
    states::leads("", 200, r#""decay": { "half_life": "14d" }"#, "");
    states::leads(", distinct", 200, r#""distinct": "a""#, "");
    states::leads("", 4_000, r#""decay": { "half_life": "14d" }"#, "");
    let cutoffs: Vec<String> = (0..60).map(|at| format!(r#""c{at}": {at}"#)).collect();
    let dimensions: Vec<String> = (0..20).map(|at| format!(r#""d{at}": {{}}"#)).collect();
    let label = |at| format!(r#"{{ "dimension": "d{at}", "cutoffs": {{ {} }} }}"#, cutoffs.join(","));
    let labels: Vec<String> = (0..20).map(label).collect();
    let labels = format!(r#", "dimensions": {{ {} }}, "label": [{}]"#, dimensions.join(","), labels.join(","));
    states::leads(", 20 labels of 60 cutoffs", 200, r#""decay": { "linear": "90d" }"#, &labels);
    states::signals();
    states::combinations(100);
    states::requirements(5_000);
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
}
