//! States as bytes: the round trip, and detection of corruption.

use std::sync::LazyLock;

use leadscore::{Error, Lead, Model, State};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use serde_json::{Value, json};

use super::visits::{END, RICH, lead_after, visit};
use super::{START, cases, change, explain, ingest, model, sealed, snapshot};

/// A lead with this state.
fn lead_of(model: &Model, state: &State) -> Lead {
    let mut lead = Lead::new("v-1").unwrap();
    lead.merge(model, state).unwrap();
    lead
}

/// Returns true for the errors of invalid states.
fn is_state_error(error: Error) -> bool {
    matches!(error, Error::StateCorrupt | Error::StateVersion | Error::StateTooLarge)
}

/// Checks that a decoded state is valid.
fn is_sound(state: &State) -> Result<(), TestCaseError> {
    prop_assert_eq!(&State::decode(&RICH, &state.encode(&RICH)), &Ok(state.clone()));
    let mut twice = state.clone();
    twice.join(&RICH, state);
    prop_assert_eq!(&twice, state);
    let mut lead = lead_of(&RICH, state);
    for now in [0, START, END, (1 << 32) - 1] {
        prop_assert_eq!(&snapshot(&lead, &RICH, now)["score"], &explain(&lead, &RICH, now)["score"]);
    }
    let event = json!({ "type": "page_view", "url": "/pricing", "at": END * 1_000 }).to_string();
    ingest(&mut lead, &RICH, &event, END).unwrap();
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn encoded_data_decodes_to_the_same(visit in visit(16)) {
        let lead = lead_after(&RICH, &visit);
        let bytes = lead.state().encode(&RICH);
        let back = State::decode(&RICH, &bytes).unwrap();
        prop_assert_eq!(&back, lead.state());
        prop_assert_eq!(back.encode(&RICH), bytes);
    }

    #[test]
    fn encoding_does_not_change_the_snapshot(visit in visit(16), now in super::visits::time()) {
        let lead = lead_after(&RICH, &visit);
        let back = lead_of(&RICH, &State::decode(&RICH, &lead.state().encode(&RICH)).unwrap());
        for now in [now, END] {
            prop_assert_eq!(snapshot(&back, &RICH, now), snapshot(&lead, &RICH, now));
            prop_assert_eq!(explain(&back, &RICH, now), explain(&lead, &RICH, now));
        }
    }

    #[test]
    fn any_bytes_are_a_state_or_an_error(bytes in vec(any::<u8>(), 0..200)) {
        for bytes in [bytes.clone(), sealed(&bytes)] {
            match State::decode(&RICH, &bytes) {
                Ok(state) => is_sound(&state)?,
                Err(error) => prop_assert!(is_state_error(error), "{error:?}"),
            }
        }
    }

    #[test]
    fn any_change_that_passes_the_checksum_is_a_state_or_an_error(
        visit in visit(12),
        changes in vec(change::change(), 1..4),
    ) {
        let bytes = lead_after(&RICH, &visit).state().encode(&RICH);
        let mut body = bytes[..bytes.len() - 4].to_vec();
        for change in &changes {
            change::apply(&mut body, change);
        }
        match State::decode(&RICH, &sealed(&body)) {
            Ok(state) => is_sound(&state)?,
            Err(error) => prop_assert!(is_state_error(error), "{error:?}"),
        }
    }

    #[test]
    fn one_changed_byte_is_detected(visit in visit(12), at in any::<Index>(), flip in 1..=255u8) {
        let mut bytes = lead_after(&RICH, &visit).state().encode(&RICH);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(State::decode(&RICH, &bytes).is_err());
    }

    #[test]
    fn a_missing_end_is_noticed(visit in visit(12), extra in any::<u8>()) {
        let bytes = lead_after(&RICH, &visit).state().encode(&RICH);
        for length in 0..bytes.len() {
            prop_assert_eq!(State::decode(&RICH, &bytes[..length]), Err(Error::StateCorrupt), "{}", length);
        }
        prop_assert!(State::decode(&RICH, &[&bytes[..], &[extra]].concat()).is_err());
    }
}

/// Version one of a model: eight event rules, a trait rule, a stage.
fn rules() -> Vec<Value> {
    let mut rules: Vec<Value> =
        (0..8).map(|i| json!({ "id": format!("r{i}"), "event": format!("e{i}"), "points": 1, "limit": 6 })).collect();
    rules.push(json!({ "id": "t", "trait": { "f": true }, "points": 1 }));
    rules
}

static FIRST: LazyLock<Model> = LazyLock::new(|| {
    model(&json!({ "name": "versions", "version": 1, "rules": rules(), "stages": [{ "id": "s", "at": 4 }] }))
});

fn hits(lead: &Lead, model: &Model, rule: &str) -> Value {
    let receipt = explain(lead, model, END);
    let own = receipt["rules"].as_array().unwrap().iter().find(|own| own["rule"] == rule).cloned();
    own.map_or(Value::Null, |own| json!([own["live"], own["hits"], own["last"]]))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn another_version_of_the_model_keeps_the_hits_of_rules_that_are_still_there(
        fired in vec((0..8u32, 0..100u64), 0..20),
        verdict in any::<Option<bool>>(),
        kept in subsequence((0..9usize).collect::<Vec<_>>(), 1..9).prop_shuffle(),
        limit in 1..8usize,
        stage in any::<bool>(),
    ) {
        let mut events: Vec<(String, u64)> = fired
            .iter()
            .map(|(rule, hour)| (json!({ "type": format!("e{rule}") }).to_string(), START + hour * 3_600))
            .collect();
        events.extend(verdict.map(|holds| (json!({ "type": "identify", "props": { "f": holds } }).to_string(), START)));
        let mut lead = Lead::new("v-1").unwrap();
        let mut tripped = false;
        for (event, at) in &events {
            tripped |= !ingest(&mut lead, &FIRST, event, *at).unwrap().is_empty();
        }
        let old = rules();
        let mut own: Vec<Value> = kept.iter().map(|rule| old[*rule].clone()).collect();
        for rule in &mut own {
            rule["points"] = 2.5.into();
            if rule.get("event").is_some() {
                rule["limit"] = limit.into();
            }
        }
        own.insert(0, json!({ "id": "new", "event": "e0", "points": 3 }));
        let stages = if stage { json!([{ "id": "other", "at": 0.5 }, { "id": "s", "at": 4 }]) } else { json!([]) };
        let second = model(&json!({ "name": "versions", "version": 2, "rules": own, "stages": stages }));
        // Entries dated after the last event are outside of the limit; by then their time has come.
        let mut before = lead.state().clone();
        before.set_clock(&FIRST, END * 1_000).unwrap();
        let state = State::decode(&second, &before.encode(&FIRST)).unwrap();
        let mut moved = lead_of(&second, &state);
        prop_assert_eq!(hits(&moved, &second, "new"), json!([false, 0, null]));
        for rule in &own[1..] {
            let id = rule["id"].as_str().unwrap();
            let mut expected = hits(&lead, &FIRST, id);
            if rule.get("event").is_some() && expected[1].as_u64() > Some(limit as u64) {
                expected[1] = limit.into();
            }
            prop_assert_eq!(hits(&moved, &second, id), expected, "{}", id);
        }
        prop_assert_eq!(State::decode(&second, &state.encode(&second)), Ok(state));
        // A stage that still exists does not trip again.
        let again = ingest(&mut moved, &second, r#"{ "type": "nothing" }"#, END).unwrap();
        let again = again.iter().any(|signal| signal.json.contains(r#""data":{"stage":"s","#));
        prop_assert!(!(tripped && again));
    }
}
