//! No valid entry is lost, and no invalid entry remains: entries that a model does not know, entries dated ahead by a
//! wrong clock, states that are reduced to a size, and facts within one second.

use std::sync::LazyLock;

use leadscore::{Error, Lead, Model, State, verify};
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Value, json};

use super::visits::{END, RICH, Timed, in_order, lead_after, rich_json, visit};
use super::{DAY, ORIGIN, START, cases, ingest, model, snapshot};

/// Another version of the model, which has half of the rules and one of the stages.
static OTHER: LazyLock<Model> = LazyLock::new(|| {
    let mut json = rich_json();
    let is_kept = |rule: &Value| ["pricing", "search", "demo", "small"].contains(&rule["id"].as_str().unwrap());
    json["rules"].as_array_mut().unwrap().retain(is_kept);
    json["stages"] = json!([{ "id": "mql", "at": 30 }]);
    model(&json)
});

/// A state with entries dated after the clock's time.
fn with_ahead(model: &Model, now: &[Timed], ahead: &[Timed]) -> State {
    let mut state = lead_after(model, now).state().clone();
    let mut wrong = Lead::new("v-1").unwrap();
    for (event, at) in ahead {
        let mut event: Value = serde_json::from_str(event).unwrap();
        let later = at + 400 * DAY;
        event["at"] = (later * 1_000).into();
        ingest(&mut wrong, model, &event.to_string(), later).unwrap();
    }
    let mut wrong = wrong.state().clone();
    wrong.set_clock(model, END * 1_000).unwrap();
    state.join(model, &wrong);
    state
}

/// The same under the other version of the model.
fn moved(from: &Model, to: &Model, state: &State) -> State {
    State::decode(to, &state.encode(from)).unwrap()
}

fn joined(model: &Model, a: &State, b: &State) -> State {
    let mut all = a.clone();
    all.join(model, b);
    all
}

fn lead_of(model: &Model, state: &State) -> Lead {
    let mut lead = Lead::new("v-1").unwrap();
    lead.merge(model, state).unwrap();
    lead
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn joins_keep_their_laws_with_unknown_rules_and_what_lies_ahead(
        a in (visit(12), visit(6)), b in (visit(12), visit(6)), c in (visit(12), visit(6)),
    ) {
        let [a, b, c] = [a, b, c].map(|(now, ahead)| moved(&RICH, &OTHER, &with_ahead(&RICH, &now, &in_order(ahead))));
        let join = |a: &State, b: &State| joined(&OTHER, a, b);
        prop_assert_eq!(join(&a, &b), join(&b, &a));
        prop_assert_eq!(join(&join(&a, &b), &c), join(&a, &join(&b, &c)));
        let ab = join(&a, &b);
        prop_assert_eq!(&join(&ab, &a), &ab);
        prop_assert_eq!(&join(&ab, &ab), &ab);
        prop_assert_eq!(State::decode(&OTHER, &ab.encode(&OTHER)), Ok(ab));
    }

    #[test]
    fn joins_keep_their_laws_where_more_is_set_aside_than_a_state_carries(
        a in visit(60), b in visit(60), c in visit(60),
    ) {
        let [a, b, c] = [a, b, c].map(|visit| with_ahead(&RICH, &[], &in_order(visit)));
        let join = |a: &State, b: &State| joined(&RICH, a, b);
        prop_assert_eq!(join(&a, &b), join(&b, &a));
        prop_assert_eq!(join(&join(&a, &b), &c), join(&a, &join(&b, &c)));
        for state in [a, b, c] {
            let bytes = state.encode(&RICH);
            prop_assert!(bytes.len() <= 1_024 + 9, "{} bytes", bytes.len());
            prop_assert_eq!(State::decode(&RICH, &bytes), Ok(state));
        }
    }

    #[test]
    fn another_version_of_the_model_keeps_unknown_data(visit in visit(8), more in visit(3)) {
        let before = lead_after(&RICH, &visit).state().clone();
        let there = moved(&RICH, &OTHER, &before);
        prop_assert_eq!(&moved(&OTHER, &RICH, &there), &before);
        // Events there meanwhile are added, and remove nothing.
        let mut lead = lead_of(&OTHER, &there);
        for (event, _) in &more {
            ingest(&mut lead, &OTHER, event, END).unwrap();
        }
        let back = moved(&OTHER, &RICH, lead.state());
        prop_assert_eq!(&joined(&RICH, &back, &before), &back);
        // Scores there do not change.
        let alone = lead_of(&OTHER, &there.forget(&OTHER, 1 << 16).unwrap());
        prop_assert_eq!(snapshot(&lead_of(&OTHER, &there), &OTHER, END), snapshot(&alone, &OTHER, END));
    }

    #[test]
    fn events_dated_in_the_future_count_from_their_time(now in visit(8), ahead in visit(3)) {
        let plain = lead_after(&RICH, &now);
        let lead = lead_of(&RICH, &with_ahead(&RICH, &now, &in_order(ahead.clone())));
        // It blocks nothing and adds nothing, also after encoding and decoding.
        let stored = moved(&RICH, &RICH, lead.state());
        for lead in [&lead, &lead_of(&RICH, &stored)] {
            prop_assert_eq!(snapshot(lead, &RICH, END), snapshot(&plain, &RICH, END));
        }
        // A device that did not have the wrong clock has the same result when that time has come.
        let then = END + 600 * DAY;
        let mut whole = lead_after(&RICH, &now).state().clone();
        let mut late = Lead::new("v-1").unwrap();
        for (event, at) in &in_order(ahead) {
            let mut event: Value = serde_json::from_str(event).unwrap();
            event["at"] = ((at + 400 * DAY) * 1_000).into();
            ingest(&mut late, &RICH, &event.to_string(), at + 400 * DAY).unwrap();
        }
        whole.join(&RICH, late.state());
        prop_assert_eq!(snapshot(&lead, &RICH, then), snapshot(&lead_of(&RICH, &whole), &RICH, then));
    }

    #[test]
    fn a_state_at_a_time_contains_the_hits_up_to_then(visit in visit(10)) {
        let singles: Vec<(State, u64)> = visit
            .iter()
            .map(|(event, at)| (lead_after(&RICH, &[(event.clone(), *at)]).state().clone(), *at))
            .collect();
        let mut times: Vec<u64> = singles.iter().flat_map(|(_, at)| [at - DAY - 1, at - DAY]).collect();
        times.sort_unstable();
        let mut state = State::default();
        for (single, _) in &singles {
            let mut single = single.clone();
            single.set_clock(&RICH, times[0] * 1_000).unwrap();
            state.join(&RICH, &single);
        }
        for now in times {
            state = moved(&RICH, &RICH, &state);
            state.set_clock(&RICH, now * 1_000).unwrap();
            let until_then = singles.iter().filter(|(_, at)| *at <= now + DAY);
            let expected = until_then.fold(State::default(), |all, (single, _)| joined(&RICH, &all, single));
            prop_assert_eq!(state.forget(&RICH, 1 << 16), Some(expected));
        }
    }

    #[test]
    fn forgetting_gives_a_part_of_the_state(visit in visit(40), bytes in 0..400usize) {
        let state = lead_after(&RICH, &in_order(visit)).state().clone();
        let Some(left) = state.forget(&RICH, bytes) else { return Ok(()) };
        prop_assert_eq!(&joined(&RICH, &state, &left), &state);
        prop_assert_eq!(&joined(&RICH, &left, &state), &state);
        prop_assert!(left.encode(&RICH).len() <= bytes);
        // No more is forgotten than necessary, and nothing that was kept is forgotten later.
        prop_assert_eq!(left.forget(&RICH, bytes), Some(left.clone()));
        let most = state.forget(&RICH, bytes + 24).unwrap();
        prop_assert_eq!(&joined(&RICH, &most, &left), &most);
    }

    #[test]
    fn a_disqualification_survives_any_budget(
        visit in visit(40), budgets in proptest::collection::vec(0..300usize, 1..6),
    ) {
        let mut state = lead_after(&RICH, &in_order(visit)).state().clone();
        let is_disqualified = |state: &State| snapshot(&lead_of(&RICH, state), &RICH, END)["disqualified"] == true;
        let expected = is_disqualified(&state);
        for bytes in budgets {
            // If it does not fit, the former record is kept.
            state = state.forget(&RICH, bytes).unwrap_or(state);
            prop_assert_eq!(is_disqualified(&state), expected);
        }
    }

    #[test]
    fn the_later_fact_within_a_second_wins(
        told in subsequence((0..1_000u64).collect::<Vec<_>>(), 2..8).prop_shuffle(), values in any::<[bool; 8]>(),
    ) {
        let second = START * 1_000;
        let mut lead = Lead::new("v-1").unwrap();
        for (at, holds) in told.iter().zip(values) {
            for event in [
                json!({ "type": "identify", "at": second + at, "props": { "employees": if holds { 500 } else { 50 } } }),
                json!({ "type": "lifecycle", "at": second + at, "props": { "stage": if holds { "mql" } else { "recycled" } } }),
            ] {
                ingest(&mut lead, &RICH, &event.to_string(), START + 1).unwrap();
            }
        }
        let (_, last) = told.iter().zip(values).max().unwrap();
        for lead in [&lead, &lead_of(&RICH, &moved(&RICH, &RICH, lead.state()))] {
            let shown = snapshot(lead, &RICH, END);
            prop_assert_eq!(&shown["dimensions"]["fit"], &json!(if last { 30 } else { 0 }));
            prop_assert_eq!(&shown["lifecycle"], &if last { json!("mql") } else { Value::Null });
        }
    }
}

#[cfg(feature = "edge")]
proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_disqualification_survives_cookie_edge_and_account(
        visit in visit(40), budgets in proptest::collection::vec(0..500usize, 1..6),
    ) {
        let lead = lead_after(&RICH, &in_order(visit));
        let expected = snapshot(&lead, &RICH, END)["disqualified"] == true;
        let mut record = String::new();
        let mut reader = leadscore::EventReader::default();
        let mut seen = leadscore::Visit::new(&RICH, "", "", "v-1");
        let told = json!({ "type": "identify", "props": { "domain": "rival.example" } }).to_string();
        seen.ingest(&RICH, &reader.read(&told).unwrap(), END * 1_000, ORIGIN.source).unwrap();
        for bytes in budgets {
            record = seen.record(&RICH, bytes).unwrap_or(record);
            if !record.is_empty() {
                seen = leadscore::Visit::new(&RICH, &record, "", "v-1");
            }
            let view = r#"{ "type": "page_view", "url": "/pricing" }"#;
            seen.ingest(&RICH, &reader.read(view).unwrap(), END * 1_000, ORIGIN.source).unwrap();
            prop_assert!(seen.snapshot(&RICH, END * 1_000).unwrap().contains(r#""disqualified":true"#));
            let kept = State::decode(&RICH, &seen.witnessed(&RICH).unwrap()).unwrap();
            prop_assert_eq!(snapshot(&lead_of(&RICH, &kept), &RICH, END)["disqualified"].clone(), json!(true));
        }
        let kept = lead.state().forget(&RICH, 700).unwrap();
        prop_assert_eq!(snapshot(&lead_of(&RICH, &kept), &RICH, END)["disqualified"] == true, expected);
    }
}

/// 9,900 rules that fire on one type: the exact size of their hits is below the limit.
#[test]
fn a_state_is_too_large_only_if_its_bytes_are() {
    let rules: Vec<Value> = (0..9_900).map(|i| json!({ "id": format!("r{i}"), "event": "e", "points": 1 })).collect();
    let large = model(&json!({ "name": "large", "rules": rules }));
    let mut lead = Lead::new("v-1").unwrap();
    for at in 0..3 {
        ingest(&mut lead, &large, r#"{ "type": "e" }"#, START + at * DAY).unwrap();
        assert_eq!(snapshot(&lead, &large, START + at * DAY)["score"], 9_900);
    }
    assert!(lead.state().encode(&large).len() <= 64 * 1024);
}

/// 120 verdicts and a demo request in one second: the demo request is kept.
#[test]
fn only_a_part_of_many_hits_in_one_second_is_forgotten() {
    let mut rules: Vec<Value> =
        (0..120).map(|i| json!({ "id": format!("t{i}"), "trait": { format!("f{i}"): true }, "points": 1 })).collect();
    rules.push(json!({ "id": "demo", "event": "demo", "points": 50 }));
    let model =
        model(&json!({ "name": "many", "rules": rules, "stages": [{ "id": "mql", "at": 500, "auto": ["demo"] }] }));
    let mut lead = Lead::new("v-1").unwrap();
    let props: serde_json::Map<String, Value> = (0..120).map(|i| (format!("f{i}"), true.into())).collect();
    ingest(&mut lead, &model, &json!({ "type": "identify", "props": props }).to_string(), START).unwrap();
    ingest(&mut lead, &model, r#"{ "type": "demo" }"#, START).unwrap();
    let left = lead.state().forget(&model, 600).unwrap();
    assert_eq!(snapshot(&lead_of(&model, &left), &model, START)["stage"], "mql");
    let bytes = left.encode(&model).len();
    assert!((590..=600).contains(&bytes), "{bytes} bytes");
}

/// Every rule adds a point, and one event fires them all.
fn wide(rules: usize, at: u64) -> (Model, String) {
    let rules: Vec<Value> =
        (0..rules).map(|i| json!({ "id": format!("rule-number-{i}"), "event": "e", "points": 1 })).collect();
    let model = model(&json!({ "name": "wide", "rules": rules, "stages": [{ "id": "mql", "at": at }] }));
    let mut lead = Lead::new("v-1").unwrap();
    let signals = ingest(&mut lead, &model, r#"{ "type": "e" }"#, START).unwrap();
    (model, signals[0].json.clone())
}

#[test]
fn a_signal_that_would_be_too_large_carries_a_partial_state_and_verifies() {
    for (rules, at, is_partial) in [(20, 20, false), (400, 100, true), (9_900, 100, true), (9_900, 9_900, true)] {
        let (model, signal) = wide(rules, at);
        assert!(signal.len() <= 16 * 1024, "{} bytes", signal.len());
        let json: Value = serde_json::from_str(&signal).unwrap();
        assert_eq!(json["data"]["partial"] == true, is_partial);
        let found: Value = serde_json::from_str(&verify(&model, &signal).unwrap()).unwrap();
        assert_eq!(found, json["data"]["snapshot"]);
    }
}

#[cfg(feature = "edge")]
#[test]
fn a_forged_signal_marked_partial_is_refused() {
    let (model, signal) = wide(20, 20);
    let mut forged: Value = serde_json::from_str(&signal).unwrap();
    // The state of a visitor without events.
    let state = State::default().encode(&model);
    forged["data"]["state"] = super::edge::base64url(&state).into();
    forged["data"]["partial"] = true.into();
    assert_eq!(verify(&model, &forged.to_string()), Err(Error::SignalMismatch));
}
