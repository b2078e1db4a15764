//! Data stored and sent by earlier releases can be read: states keep their scores, signals verify to the same snapshot.

use leadscore::{Error, Lead, Model, State, verify};
use serde_json::Value;

use super::snapshot;

/// Recorded by `tests/fixtures/make-states.mjs` with the release whose states have version 1.
const STATES_1: &str = include_str!("../fixtures/states-1.json");

fn recorded() -> Value {
    serde_json::from_str(STATES_1).unwrap()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap()
}

/// RFC 4648, section 5, without padding.
fn base64(text: &Value) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digits = text.as_str().unwrap().chars().map(|digit| DIGITS.find(digit).unwrap());
    let bits: Vec<bool> = digits.flat_map(|digit| (0..6).rev().map(move |bit| digit >> bit & 1 == 1)).collect();
    bits.chunks_exact(8).map(|eight| eight.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit))).collect()
}

fn model(recorded: &Value, name: &str) -> Model {
    Model::decode(&base64(&recorded["models"][name])).unwrap()
}

#[test]
fn states_of_earlier_releases_keep_their_scores() {
    let recorded = recorded();
    let mut scores = 0;
    for entry in list(&recorded, "states") {
        let model = model(&recorded, entry["model"].as_str().unwrap());
        let bytes = base64(&entry["state"]);
        assert_eq!(bytes[0], 1);
        let state = State::decode(&model, &bytes).unwrap();
        // After encoding it again, it is still the same.
        let again = State::decode(&model, &state.encode(&model)).unwrap();
        assert_eq!(again, state);
        let mut lead = Lead::new("v-1").unwrap();
        lead.merge(&model, &again).unwrap();
        for score in list(entry, "scores") {
            scores += 1;
            let found = snapshot(&lead, &model, score["now"].as_u64().unwrap() / 1_000);
            assert_eq!(found, score["snapshot"], "{}", entry["name"]);
        }
    }
    assert!(scores >= 150, "{scores} scores");
}

#[test]
fn signals_of_earlier_releases_verify_to_the_snapshot_that_they_carry() {
    let recorded = recorded();
    let mut count = 0;
    let mut check = |model: &Model, signal: &Value| {
        count += 1;
        let found = verify(model, &signal.to_string()).unwrap_or_else(|error| panic!("{error:?}: {signal}"));
        assert_eq!(serde_json::from_str::<Value>(&found).unwrap(), signal["data"]["snapshot"]);
        let mut forged = signal.clone();
        forged["data"]["snapshot"]["score"] = 1.25.into();
        assert_eq!(verify(model, &forged.to_string()), Err(Error::SignalMismatch));
    };
    for entry in list(&recorded, "states") {
        let model = model(&recorded, entry["model"].as_str().unwrap());
        list(entry, "signals").iter().for_each(|signal| check(&model, signal));
    }
    #[cfg(feature = "edge")]
    for entry in list(&recorded, "accounts") {
        let model = model(&recorded, "rich");
        list(entry, "signals").iter().for_each(|signal| check(&model, signal));
    }
    assert!(count >= 50, "{count} signals");
}

#[cfg(feature = "edge")]
#[test]
fn accounts_of_earlier_releases_keep_their_scores() {
    let recorded = recorded();
    let model = model(&recorded, "rich");
    for entry in list(&recorded, "accounts") {
        let account = leadscore::Account::decode(&model, &base64(&entry["account"])).unwrap();
        let account = leadscore::Account::decode(&model, &account.encode(&model).unwrap()).unwrap();
        for score in list(entry, "scores") {
            let found = account.snapshot(&model, score["now"].as_u64().unwrap()).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&found).unwrap(), score["snapshot"]);
        }
    }
}
