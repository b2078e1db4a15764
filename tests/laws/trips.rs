//! When stages trip: once, in order, with the same id everywhere.

use std::collections::BTreeSet;

use leadscore::Lead;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::random_models::{firing, interactions, small_model};
use super::visits::{END, RICH, eager_visit, event, lead_after, visit};
use super::{START, cases, ingest, model, snapshot};

fn stage(signal: &str) -> String {
    let signal: Value = serde_json::from_str(signal).unwrap();
    signal["data"]["stage"].as_str().unwrap().to_owned()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn two_tabs_that_trip_at_once_send_the_same_id(
        visit in visit(8), one in event(), two in event(), apart in 0..100u64,
    ) {
        let mut first = lead_after(&RICH, &visit);
        let mut second = first.clone();
        let one = ingest(&mut first, &RICH, &one.0, END).unwrap();
        let two = ingest(&mut second, &RICH, &two.0, END + apart).unwrap();
        for signal in &one {
            for other in &two {
                prop_assert_eq!(signal.id == other.id, stage(&signal.json) == stage(&other.json));
            }
        }
        // Once joined, neither sends it again.
        first.merge(&RICH, second.state()).unwrap();
        second.merge(&RICH, first.state()).unwrap();
        prop_assert_eq!(first.state(), second.state());
        let sent: BTreeSet<&str> = one.iter().chain(&two).map(|signal| signal.id.as_str()).collect();
        for lead in [&mut first, &mut second] {
            let again = ingest(lead, &RICH, r#"{ "type": "nothing" }"#, END + apart).unwrap();
            prop_assert!(again.iter().all(|signal| !sent.contains(signal.id.as_str())));
        }
    }

    #[test]
    fn no_two_trips_have_one_id(visit in eager_visit(10)) {
        let mut visit = visit;
        visit.sort_by_key(|(_, at)| *at);
        let mut ids = BTreeSet::new();
        let mut count = 0;
        for visitor in ["v-1", "v-2", "v-1 "] {
            let mut lead = Lead::new(visitor).unwrap();
            for (event, at) in &visit {
                for signal in ingest(&mut lead, &RICH, event, *at).unwrap() {
                    count += 1;
                    ids.insert(signal.id);
                }
            }
        }
        prop_assert_eq!(ids.len(), count);
    }

    #[test]
    fn an_event_ingested_twice_signals_once(visit in eager_visit(10)) {
        let mut lead = Lead::new("v-1").unwrap();
        for (event, at) in &visit {
            ingest(&mut lead, &RICH, event, *at).unwrap();
            let before = lead.state().clone();
            let again = ingest(&mut lead, &RICH, event, *at).unwrap();
            prop_assert!(again.is_empty());
            prop_assert_eq!(lead.state(), &before);
        }
    }

    #[test]
    fn without_rearming_a_stage_signals_once_and_never_after_a_higher_one(
        (json, interactions) in small_model().prop_flat_map(|(json, rules)| (Just(json), interactions(rules))),
    ) {
        let mut json = json;
        for stage in json["stages"].as_array_mut().unwrap() {
            stage.as_object_mut().unwrap().remove("rearm");
        }
        let model = model(&json);
        let stages = json["stages"].as_array().unwrap();
        let mut lead = Lead::new("v-1").unwrap();
        let mut last = None;
        let mut interactions = interactions;
        interactions.sort_by_key(|interaction| interaction.second);
        for interaction in &interactions {
            let Some(event) = firing(&json, interaction.rule, &interaction.value.into()) else { continue };
            let now = START + interaction.second;
            let signals = ingest(&mut lead, &model, &event.to_string(), now).unwrap();
            for signal in signals {
                let id = stage(&signal.json);
                let rank = stages.iter().position(|stage| stage["id"] == *id);
                prop_assert!(rank > last, "{} after {:?}", id, last);
                last = rank;
                let shown = snapshot(&lead, &model, now);
                let current = stages.iter().position(|stage| stage["id"] == shown["stage"]);
                prop_assert!(rank <= current, "a stage that trips is reached");
            }
            // No signal below, and a signal as soon as the stage is reached.
            let current = snapshot(&lead, &model, now)["stage"].clone();
            prop_assert!(stages.iter().position(|stage| stage["id"] == current) <= last);
        }
    }

    #[test]
    fn an_error_leaves_the_lead_as_it_was(visit in visit(8), stage in "[a-z]{0,8}", now in (1u64 << 32)..(1 << 40)) {
        let known = ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist", "recycled"];
        prop_assume!(!known.contains(&stage.as_str()));
        let mut lead = lead_after(&RICH, &visit);
        let before = lead.state().clone();
        for props in [json!({ "stage": stage }), json!({ "stage": ["mql"] }), json!({}), json!({ "stage": null }), json!(null)] {
            let event = json!({ "type": "lifecycle", "props": props }).to_string();
            prop_assert_eq!(ingest(&mut lead, &RICH, &event, END), Err(leadscore::Error::EventLifecycle));
        }
        for event in [r#"{ "type": "page_view", "url": "/pricing" }"#, r#"{ "type": "lifecycle", "props": { "stage": "sql" } }"#] {
            prop_assert_eq!(ingest(&mut lead, &RICH, event, now), Err(leadscore::Error::Now));
        }
        prop_assert_eq!(lead.snapshot(&RICH, now * 1_000), Err(leadscore::Error::Now));
        prop_assert_eq!(lead.explain(&RICH, now * 1_000), Err(leadscore::Error::Now));
        prop_assert_eq!(lead.state(), &before);
    }
}
