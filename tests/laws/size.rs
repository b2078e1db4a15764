//! The size of states.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use leadscore::{Error, EventReader, Lead, Model, State};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::visits::END;
use super::{DAY, ORIGIN, START, cases, ingest, model, snapshot};

/// Eight typical rules, none of them distinct.
static TYPICAL: LazyLock<Model> = LazyLock::new(|| {
    let rules: Vec<Value> = (0..8)
        .map(|i| json!({ "id": format!("rule-{i}"), "event": format!("e{i}"), "points": 5, "limit": 7 }))
        .collect();
    let stages = json!([{ "id": "engaged", "at": 30, "signal": false }, { "id": "mql", "at": 80, "near": 20 }]);
    model(&json!({ "name": "typical", "rules": rules, "stages": stages }))
});

#[test]
fn a_typical_near_mql_lead_fits_a_cookie() {
    // Fourteen hits of eight rules at any times within 90 days, first an `engaged` trip.
    let times = btree_set(prop_oneof![1..DAY, 1..90 * DAY], 12)
        .prop_map(|times| [vec![0], times.into_iter().collect(), vec![90 * DAY]].concat());
    let rules = (Just((0..8).collect::<Vec<usize>>()), vec(0..8usize, 6)).prop_map(|(all, more)| [all, more].concat());
    let largest = AtomicUsize::new(0);
    let mut runner = TestRunner::new(cases());
    let result = runner.run(&(times, rules.prop_shuffle()), |(times, rules)| {
        let mut lead = Lead::new("v-1").unwrap();
        for (rule, time) in rules.iter().zip(&times) {
            let event = json!({ "type": format!("e{rule}") }).to_string();
            // The last millisecond of the second, which takes the most bytes.
            let mut reader = EventReader::default();
            lead.ingest(&TYPICAL, &reader.read(&event).unwrap(), (START + time) * 1_000 + 999, &ORIGIN).unwrap();
        }
        let shown = snapshot(&lead, &TYPICAL, START + 90 * DAY);
        prop_assert_eq!(&shown["score"], &json!(70));
        prop_assert_eq!(&shown["segment"], &json!("near-mql"));
        let size = lead.state().encode(&TYPICAL).len();
        largest.fetch_max(size, Ordering::Relaxed);
        prop_assert!(size <= 128, "{size} bytes");
        Ok(())
    });
    println!("largest typical state: {} bytes", largest.load(Ordering::Relaxed));
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// Every event fires all of 140 rules, each of which keeps 100 values: more than a state may contain.
static LARGE: LazyLock<Model> = LazyLock::new(|| {
    let rules: Vec<Value> = (0..140)
        .map(|i| json!({ "id": format!("r{i}"), "event": "e", "distinct": "v", "limit": 100, "points": 1 }))
        .collect();
    model(&json!({ "name": "large", "score": { "max": 500 }, "rules": rules, "stages": [{ "id": "s", "at": 400 }] }))
});

fn value(value: u32, at: u64) -> String {
    json!({ "type": "e", "at": at * 1_000, "props": { "v": value } }).to_string()
}

/// Ingests events until there is no more room.
fn filled(values: impl Iterator<Item = u32>) -> Lead {
    let mut lead = Lead::new("v-1").unwrap();
    for own in values {
        if ingest(&mut lead, &LARGE, &value(own, START + u64::from(own)), END).is_err() {
            break;
        }
    }
    lead
}

/// Two full leads, and one that is nearly full.
static FULL: LazyLock<[Lead; 3]> = LazyLock::new(|| [filled(0..), filled(1_000_000..), filled(0..85)]);

#[test]
fn a_full_state_stays_within_its_limit() {
    for (lead, least) in FULL.iter().zip([60, 60, 50]) {
        let bytes = lead.state().encode(&LARGE);
        assert!(bytes.len() <= 64 * 1024 && bytes.len() > least * 1024, "{} bytes", bytes.len());
        assert_eq!(State::decode(&LARGE, &bytes).as_ref(), Ok(lead.state()));
    }
    assert_eq!(State::decode(&LARGE, &vec![0; 64 * 1024 + 1]), Err(Error::StateTooLarge));
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_state_that_would_grow_too_large_is_left_as_it_was(
        own in prop_oneof![0..100u32, any::<u32>()],
        at in 0..200 * DAY,
        which in 0..3usize,
    ) {
        let mut lead = FULL[which].clone();
        let before = lead.state().clone();
        match ingest(&mut lead, &LARGE, &value(own, START + at), END) {
            Ok(_) => prop_assert!(lead.state().encode(&LARGE).len() <= 64 * 1024),
            Err(error) => {
                prop_assert_eq!(error, Error::StateTooLarge);
                prop_assert_eq!(lead.state(), &before);
            }
        }
        // An event that fires nothing is always accepted.
        ingest(&mut lead, &LARGE, r#"{ "type": "nothing" }"#, END).unwrap();
    }
}

#[test]
fn a_merge_that_would_grow_too_large_leaves_the_lead_as_it_was() {
    let [mut lead, other, _] = FULL.clone();
    let before = lead.state().clone();
    assert_eq!(lead.merge(&LARGE, other.state()), Err(Error::StateTooLarge));
    assert_eq!(lead.state(), &before);
    lead.merge(&LARGE, &before).unwrap();
    assert_eq!(lead.state(), &before);
}
