//! The core on wasm32, in Node and in a browser, compared with native results: exactly the same.
//!
//! `make test` runs this file three times: as a native test, in Node and in Chromium.

#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test that fails may panic")]

use leadscore::{Error, EventReader, Lead, Model, Origin, State, authoring, verify};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// 2026-01-01, in milliseconds.
const START: u64 = 1_767_225_600_000;
const DAY: u64 = 86_400_000;
const ORIGIN: Origin<'static> = Origin { source: "https://acme.example", provenance: "client" };

const MODEL: &str = r#"{
  "name": "same-everywhere", "version": 1,
  "dimensions": { "half": {}, "line": {}, "step": {} },
  "rules": [
    { "id": "a", "event": "x", "points": 987.654, "dimension": "half", "decay": { "half_life": "14d" } },
    { "id": "b", "event": "x", "points": 987.654, "dimension": "line", "decay": { "linear": "90d" } },
    { "id": "c", "event": "x", "points": 987.654, "dimension": "step", "decay": { "step": 7, "every": "2d" } }
  ],
  "stages": [{ "id": "mql", "at": 2500 }]
}"#;

fn model() -> Model {
    Model::decode(&authoring::compile(MODEL).unwrap().bytes).unwrap()
}

fn lead(model: &Model) -> (Lead, Vec<String>) {
    let mut lead = Lead::new("v-1").unwrap();
    let mut events = EventReader::default();
    let event = events.read(r#"{ "type": "x", "url": "https://acme.example/größe?q=%F0%9F%A6%80" }"#).unwrap();
    let signals = lead.ingest(model, &event, START, &ORIGIN).unwrap();
    (lead, signals.into_iter().map(|signal| signal.json).collect())
}

/// Expected points were computed apart from this code, with decimals of sixty digits.
#[test]
fn decays_are_the_same() {
    let model = model();
    let (lead, _) = lead(&model);
    for (days, half, line, step) in [
        (0, "987.654", "987.654", "987.654"),
        (1, "939.946", "976.68", "987.654"),
        (3, "851.331", "954.732", "918.518"),
        (7, "698.377", "910.836", "780.247"),
        (14, "493.827", "834.019", "503.704"),
        (30, "223.635", "658.436", "0"),
        (100, "6.989", "0", "0"),
    ] {
        let snapshot = lead.snapshot(&model, START + days * DAY).unwrap();
        let expected = format!(r#""half":{half},"line":{line},"step":{step}"#);
        assert!(snapshot.contains(&expected), "after {days} days: {snapshot}");
    }
}

#[test]
fn a_signal_verifies_and_a_forged_one_does_not() {
    let model = model();
    let (_, signals) = lead(&model);
    let [signal] = signals.as_slice() else { panic!("one stage trips: {signals:?}") };
    assert!(verify(&model, signal).unwrap().contains(r#""stage":"mql""#));
    let forged = signal.replace("987.654", "999.999");
    assert_eq!(verify(&model, &forged), Err(Error::SignalMismatch));
}

#[test]
fn a_state_survives_encoding() {
    let model = model();
    let (lead, _) = lead(&model);
    let bytes = lead.state().encode(&model);
    let state = State::decode(&model, &bytes).unwrap();
    assert_eq!(state.encode(&model), bytes);
    assert_eq!(State::decode(&model, bytes.get(1..).unwrap()).err(), Some(Error::StateCorrupt));
}
