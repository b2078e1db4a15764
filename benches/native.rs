//! Times the core without JavaScript around it: `cargo run --release --features authoring --example native`, for
//! `node benches/run.mjs` to print.
//!
//! A line of output is `name nanoseconds`, or `name bytes`; all medians of rounds that take turns.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a benchmark that cannot run may panic"
)]

use std::hint::black_box;
use std::time::Instant;

use leadscore::authoring::compile;
use leadscore::{EventReader, Lead, Model, Origin, State, verify};

const ROUNDS: usize = 15;
/// 2026-11-21, in milliseconds.
const NOW: u64 = 1_795_252_800_000;
const DAY: u64 = 86_400_000;

fn model(json: &str) -> Model {
    Model::decode(&compile(json).expect("a sound model").bytes).expect("compiled just now")
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Nanoseconds for one of `count` calls.
fn time(count: u64, mut call: impl FnMut(u64)) -> f64 {
    let start = Instant::now();
    for at in 0..count {
        call(at);
    }
    start.elapsed().as_nanos() as f64 / count as f64
}

/// Rules that differ in what `of` says of their number. Eight numbers, spread over all, are those of the events here,
/// two rules for each: so every event fires two, however many there are.
fn growing(rules: usize, of: impl Fn(usize) -> String) -> Model {
    let stride = rules / 8;
    let rules = (0..rules).map(|at| {
        let number = if at % stride < 2 && at / stride < 8 { at / stride } else { 8 + at };
        format!(r#"{{ "id": "r{at}", {}, "points": 1, "decay": {{ "half_life": "14d" }} }}"#, of(number))
    });
    let rules: Vec<String> = rules.collect();
    model(&format!(
        r#"{{ "name": "growing", "rules": [{}], "stages": [{{ "id": "mql", "at": 1000 }}] }}"#,
        rules.join(",")
    ))
}

/// A rule of the mix that the peers' workload uses: most test the path, some test thresholds, lists or substrings.
fn mixed(number: usize) -> String {
    let path = format!(r#""path": "/guides/topic-{number}/*""#);
    let condition = match number % 10 {
        5 if number >= 8 => format!(r#""form_id": "form-{number}""#),
        6 if number >= 8 => format!(r#""value": {{ "$gte": {} }}"#, 1_000 + number),
        7 if number >= 8 => format!(r#""plan": {{ "$in": ["plan-{number}", "team-{number}"] }}"#),
        8 if number >= 8 => format!(r#""url.path": {{ "$contains": "-w{number}-" }}"#),
        9 if number >= 8 => format!(r#""value": {{ "$lt": {} }}"#, number % 400),
        _ => return format!(r#""event": "page_view", {path}"#),
    };
    format!(r#""event": "page_view", "where": {{ {condition} }}"#)
}

fn growth() {
    type Text = fn(usize) -> String;
    let kinds: [(&str, Text, Text); 4] = [
        (
            "paths",
            |number| format!(r#""event": "page_view", "path": "/guides/topic-{number}/*""#),
            |number| format!(r#"{{ "type": "page_view", "url": "https://a.example/guides/topic-{number}/intro" }}"#),
        ),
        (
            "values",
            |number| format!(r#""event": "form_submit", "where": {{ "form_id": "form-{number}" }}"#),
            |number| format!(r#"{{ "type": "form_submit", "props": {{ "form_id": "form-{number}" }} }}"#),
        ),
        (
            "types",
            |number| format!(r#""event": "own_event_{number}""#),
            |number| format!(r#"{{ "type": "own_event_{number}", "url": "https://a.example/guides/intro" }}"#),
        ),
        ("mixed", mixed, |number| {
            format!(
                r#"{{ "type": "page_view", "url": "https://a.example/guides/topic-{number}/intro",
                    "props": {{ "value": 500, "plan": "free", "form_id": "none" }} }}"#
            )
        }),
    ];
    for (kind, rule, event) in kinds {
        let sizes = [20, 200, 2_000, 10_000];
        let models = sizes.map(|rules| growing(rules, rule));
        let events: Vec<String> = (0..8).map(event).collect();
        let mut reader = EventReader::default();
        let mut leads = [(); 4].map(|()| Lead::new("v-1").unwrap());
        let mut times = [const { Vec::new() }; 4];
        for _ in 0..=ROUNDS {
            for (at, model) in models.iter().enumerate() {
                let lead = &mut leads[at];
                times[at].push(time(4_000, |count| {
                    let event = reader.read(&events[count as usize % 8]).unwrap();
                    sink(lead.ingest(model, &event, NOW, &Origin::default()));
                }));
            }
        }
        for (size, mut times) in sizes.into_iter().zip(times) {
            // The first round warms up.
            times.remove(0);
            println!("growth.{kind}.{size} {:.0}", median(times));
        }
    }
}

/// Eight rules, none of them distinct, with as many hits as they keep: fourteen.
fn lead_of_fourteen_hits() -> (Model, Lead) {
    let rules = [3, 2, 2, 2, 2, 1, 1, 1].iter().enumerate().map(|(at, limit)| {
        format!(
            r#"{{ "id": "rule-{at}", "event": "e{at}", "points": 7, "limit": {limit}, "per": "1d",
                 "decay": {{ "half_life": "14d" }} }}"#
        )
    });
    let rules: Vec<String> = rules.collect();
    let model = model(&format!(
        r#"{{ "name": "eight", "rules": [{}], "stages": [{{ "id": "engaged", "at": 20, "signal": false }},
             {{ "id": "mql", "at": 100, "near": 20 }}] }}"#,
        rules.join(",")
    ));
    let mut lead = Lead::new("v-1").unwrap();
    let mut reader = EventReader::default();
    for at in 0..8 {
        for day in 0..3 {
            let t = NOW - day * 5 * DAY - at * 7_919_000;
            let event = format!(r#"{{ "type": "e{at}", "at": {t} }}"#);
            let event = reader.read(&event).unwrap();
            lead.ingest(&model, &event, NOW, &Origin::default()).unwrap();
        }
    }
    (model, lead)
}

fn operations() {
    let (model, lead) = lead_of_fourteen_hits();
    let bytes = lead.state().encode(&model);
    println!("size.state-of-14-hits {}", bytes.len());
    println!("size.as-text {}", (bytes.len() * 4).div_ceil(3));
    let json = include_str!("twenty.json");
    let compiled = compile(json).unwrap().bytes;
    println!("size.model-of-20-rules {}", compiled.len());

    let twenty = Model::decode(&compiled).unwrap();
    let view = r#"{ "type": "page_view", "url": "https://wayfold.example/product/routing?utm_source=newsletter&utm_medium=email",
        "props": { "page_referrer": "https://www.google.com/", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0" } }"#;
    let demo = r#"{ "type": "form_submit", "url": "https://wayfold.example/demo", "props": { "form_id": "demo" } }"#;
    let mut visitor = Lead::new("v-1").unwrap();
    let mut reader = EventReader::default();
    let mut other = EventReader::default();
    let view_event = other.read(view).unwrap();
    let demo_event = reader.read(demo).unwrap();
    let signals = visitor.ingest(&twenty, &demo_event, NOW, &Origin::default()).unwrap();
    let signal = signals[0].json.clone();
    let mut own = visitor.clone();
    let mut fresh = EventReader::default();
    let mut calls: Vec<Operation<'_>> = Vec::new();
    let mut add = |name, count, call| calls.push(Operation { name, count, call, times: Vec::new() });
    add("read-event", 4_000, Box::new(move |_| sink(fresh.read(view))));
    let origin = Origin::default();
    add("ingest", 4_000, Box::new(|at| sink(own.ingest(&twenty, &view_event, NOW + at, &origin))));
    add("snapshot", 4_000, Box::new(|_| sink(lead.snapshot(&model, NOW))));
    add("explain", 4_000, Box::new(|_| sink(lead.explain(&model, NOW))));
    add("encode", 4_000, Box::new(|_| sink(lead.state().encode(&model))));
    add("decode", 4_000, Box::new(|_| sink(State::decode(&model, &bytes))));
    add("verify", 4_000, Box::new(|_| sink(verify(&twenty, &signal))));
    add("load-model", 4_000, Box::new(|_| sink(Model::decode(&compiled))));
    add("compile-model", 100, Box::new(|_| sink(compile(json))));
    for _ in 0..=ROUNDS {
        for Operation { count, call, times, .. } in &mut calls {
            times.push(time(*count, call));
        }
    }
    for Operation { name, mut times, .. } in calls {
        times.remove(0);
        println!("operation.{name} {:.0}", median(times));
    }
}

/// A measurement: its name, and the nanoseconds per call in each round.
struct Operation<'a> {
    name: &'static str,
    /// Calls in a round.
    count: u64,
    call: Box<dyn FnMut(u64) + 'a>,
    times: Vec<f64>,
}

/// Uses a result, so that the call is not optimised away.
fn sink<T>(result: T) {
    black_box(result);
}

fn main() {
    growth();
    operations();
}
