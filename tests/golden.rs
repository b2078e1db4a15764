//! The golden journeys, natively. `GOLDEN_UPDATE=1` writes the results to `tests/golden/expected.jsonl`, with which the
//! other runtimes are compared (`tests/golden/*.test.mjs`).

#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

use std::collections::BTreeMap;
use std::fs;

use leadscore::{EventReader, Lead, Model, Origin, State, authoring, verify};
use serde_json::Value;

const JOURNEYS: &str = include_str!("golden/journeys.json");
const EXPECTED: &str = "tests/golden/expected.jsonl";
const ORIGIN: Origin<'static> = Origin { source: "https://acme.example", provenance: "client" };

/// Returns the result of a journey as one line of JSON.
fn run(models: &Value, journey: &Value) -> String {
    let compiled = authoring::compile(&models[journey["model"].as_str().unwrap()].to_string()).unwrap();
    let model = Model::decode(&compiled.bytes).unwrap();
    let mut reader = EventReader::default();
    let mut leads: BTreeMap<&str, Lead> = BTreeMap::new();
    let mut steps = Vec::new();
    let mut now = 0;
    for step in journey["steps"].as_array().unwrap() {
        if let Some(other) = step["merge"].as_str() {
            let bytes = leads[other].state().encode(&model);
            leads.get_mut("a").unwrap().merge(&model, &State::decode(&model, &bytes).unwrap()).unwrap();
            steps.push("{}".to_owned());
            continue;
        }
        let name = step["lead"].as_str().unwrap_or("a");
        let lead = leads.entry(name).or_insert_with(|| Lead::new(name).unwrap());
        now = step["now"].as_u64().unwrap();
        let event = step["event"].to_string();
        let signals = lead.ingest(&model, &reader.read(&event).unwrap(), now, &ORIGIN).unwrap();
        for signal in &signals {
            verify(&model, &signal.json).unwrap();
        }
        let signals: Vec<&str> = signals.iter().map(|signal| signal.json.as_str()).collect();
        let snapshot = lead.snapshot(&model, now).unwrap();
        steps.push(format!(r#"{{"signals":[{}],"snapshot":{snapshot}}}"#, signals.join(",")));
    }
    let lead = &leads["a"];
    let state = lead.state().encode(&model);
    let state: Vec<String> = state.iter().map(u8::to_string).collect();
    let receipt = lead.explain(&model, now).unwrap();
    let name = &journey["name"];
    let steps = steps.join(",");
    format!(r#"{{"journey":{name},"steps":[{steps}],"receipt":{receipt},"state":[{}]}}"#, state.join(","))
}

#[test]
fn every_journey_gives_the_result_calculated_by_hand() {
    let all: Value = serde_json::from_str(JOURNEYS).unwrap();
    let mut facts = 0;
    for journey in all["journeys"].as_array().unwrap() {
        let given: Value = serde_json::from_str(&run(&all["models"], journey)).unwrap();
        for (number, step) in journey["steps"].as_array().unwrap().iter().enumerate() {
            let given = &given["steps"][number];
            for (name, expected) in step["by_hand"].as_object().into_iter().flatten() {
                facts += 1;
                let stages =
                    || given["signals"].as_array().unwrap().iter().map(|signal| signal["data"]["stage"].clone());
                let found = if name == "signals" { stages().collect() } else { given["snapshot"][name].clone() };
                assert_eq!(&found, expected, "{}, step {number}: {name}", journey["name"]);
            }
        }
    }
    assert!(facts >= 150, "{facts} facts");
}

#[test]
fn every_journey_gives_the_recorded_result() {
    let all: Value = serde_json::from_str(JOURNEYS).unwrap();
    let journeys = all["journeys"].as_array().unwrap();
    let given: String = journeys.iter().map(|journey| run(&all["models"], journey) + "\n").collect();
    if std::env::var_os("GOLDEN_UPDATE").is_some() {
        fs::write(EXPECTED, &given).unwrap();
    }
    let expected = fs::read_to_string(EXPECTED).unwrap();
    for (given, expected) in given.lines().zip(expected.lines()) {
        assert_eq!(given, expected);
    }
    assert_eq!(given.lines().count(), expected.lines().count());
}
