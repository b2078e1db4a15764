//! An account is the join of its visitors' contributions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use leadscore::{Account, Contribution, Error, Lead, Model, Signal, State, verify};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::visits::{END, Timed, eager_visit, lead_after, rich_json, visit};
use super::{DAY, ORIGIN, cases, ingest, milli, model, sealed, snapshot};

const PERSON_MAX: i64 = 60_000;
const ENGAGED: i64 = 20_000;

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let mut json = rich_json();
    json["account"] = json!({
        "person": { "max": 60, "engaged": 20 },
        "stages": [
            { "id": "aware", "at": 30, "signal": false },
            { "id": "mqa", "at": 100, "near": 20, "min": { "people": 2 }, "rearm": "3d" }
        ]
    });
    model(&json)
});

/// The same without stages that could trip, so that the order of contributions has no effect at all.
static STILL: LazyLock<Model> = LazyLock::new(|| {
    let mut json = rich_json();
    json["account"] = json!({ "stages": [{ "id": "mqa", "at": 1_000_000 }] });
    model(&json)
});

/// A visitor's encoded state, and true if a page reported it.
type Given = (String, Vec<u8>, bool);

fn contribute(account: &mut Account, given: &Given, now: u64) -> Vec<Signal> {
    contribute_under(&MODEL, account, given, now)
}

fn contribute_under(model: &Model, account: &mut Account, (visitor, state, is_told): &Given, now: u64) -> Vec<Signal> {
    let nothing = State::default().encode(model);
    let (own, told) = if *is_told { (&nothing[..], &state[..]) } else { (&state[..], &[][..]) };
    let contribution = Contribution { person: visitor, visitor, own, told };
    account.contribute(model, "acme.example", &contribution, now * 1_000, ORIGIN.source).unwrap()
}

/// Returns each visitor's states, one for each event.
fn contributions(visits: &[Vec<Timed>]) -> Vec<(Given, u64)> {
    let mut all = Vec::new();
    for (number, visit) in visits.iter().enumerate() {
        let visitor = format!("v-{number}");
        let mut lead = Lead::new(&visitor).unwrap();
        for (event, at) in visit {
            ingest(&mut lead, &MODEL, event, *at).unwrap();
            all.push(((visitor.clone(), lead.state().encode(&MODEL), at % 2 == 0), *at));
        }
    }
    all.sort_by_key(|(_, at)| *at);
    all
}

fn read(account: &Account, now: u64) -> Value {
    serde_json::from_str(&account.snapshot(&MODEL, now * 1_000).unwrap()).unwrap()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn contributions_join_in_any_order_and_repetition(
        visits in vec(visit(4), 1..4), order in vec(any::<Index>(), 0..12),
    ) {
        let all = contributions(&visits);
        let (mut one, mut other) = (Account::default(), Account::default());
        for (given, _) in &all {
            contribute_under(&STILL, &mut one, given, END);
        }
        if !all.is_empty() {
            for index in &order {
                contribute_under(&STILL, &mut other, &index.get(&all).0, END);
            }
        }
        for (given, _) in all.iter().rev() {
            contribute_under(&STILL, &mut other, given, END);
        }
        prop_assert_eq!(&one, &other);
    }

    #[test]
    fn the_score_is_the_sum_of_capped_contributions(visits in vec(visit(8), 1..5), after in 0..40 * DAY) {
        let mut account = Account::default();
        let (mut sum, mut engaged) = (0, 0);
        let now = END + after;
        for (number, visit) in visits.iter().enumerate() {
            let lead = lead_after(&MODEL, visit);
            contribute(&mut account, &(format!("v-{number}"), lead.state().encode(&MODEL), false), now);
            let own = snapshot(&lead, &MODEL, now);
            if own["disqualified"] == false {
                sum += milli(&own["score"]).clamp(0, PERSON_MAX);
                engaged += u32::from(milli(&own["score"]) >= ENGAGED);
            }
        }
        let found = read(&account, now);
        prop_assert_eq!(milli(&found["score"]), sum);
        prop_assert_eq!(&found["dimensions"]["people"], &json!(engaged));
        let people = found["people"].as_array().unwrap();
        prop_assert_eq!(people.iter().map(|person| milli(&person["points"])).sum::<i64>(), sum);
        prop_assert!(people.windows(2).all(|pair| milli(&pair[0]["points"]) >= milli(&pair[1]["points"])));
    }

    #[test]
    fn an_account_trips_once_for_each_arming_and_its_signals_verify(
        visits in vec(eager_visit(4), 1..4), which in any::<Index>(), how in 0..6usize,
    ) {
        let mut account = Account::default();
        let mut trips: BTreeSet<(String, String)> = BTreeSet::new();
        let mut last: BTreeMap<String, u64> = BTreeMap::new();
        let mut found = Vec::new();
        let mut has_page = false;
        for (given, at) in contributions(&visits) {
            has_page |= given.2;
            for signal in contribute(&mut account, &given, at) {
                let json: Value = serde_json::from_str(&signal.json).unwrap();
                prop_assert_eq!(&json["type"], "leadscore.account.reached");
                prop_assert_eq!(&json["subject"], "acme.example");
                prop_assert_eq!(&json["data"]["stage"], "mqa");
                let provenance = json["data"]["provenance"].as_str().unwrap().to_owned();
                let before = last.insert(provenance.clone(), at);
                prop_assert!(before.is_none_or(|before| at >= before + 3 * DAY), "too soon");
                // A signal reported by a page may later be witnessed by the worker, under the same id.
                prop_assert!(trips.insert((signal.id, provenance.clone())), "one id twice");
                let told = json["data"]["people"].as_array().unwrap().iter().any(|person| person["provenance"] == "client");
                prop_assert!(!told || provenance == "client");
                // A page can also reduce a person's points, who then is not among the people. If the workers' own sum
                // reached the stage before, only the sum with the page's data reaches it now.
                prop_assert!(told || provenance == "edge" || has_page);
                if provenance == "edge" {
                    prop_assert_eq!(&json["data"]["witnessed"], &json["data"]["snapshot"]["score"]);
                }
                let snapshot: Value = serde_json::from_str(&verify(&MODEL, &signal.json).unwrap()).unwrap();
                prop_assert_eq!(&snapshot, &json["data"]["snapshot"]);
                found.push(json);
            }
            // The worker stores only the bytes between two contributions.
            account = Account::decode(&MODEL, &account.encode(&MODEL).unwrap()).unwrap();
        }
        if !found.is_empty() {
            let mut forged = which.get(&found).clone();
            let data = &mut forged["data"];
            match how {
                0 => data["snapshot"]["score"] = json!(1_000),
                1 => data["people"][0]["points"] = json!(59.999),
                2 => { data["people"].as_array_mut().unwrap().pop(); }
                3 => { let twice = data["people"][0].clone(); data["people"].as_array_mut().unwrap().push(twice); }
                4 => data["people"][0]["visitor"] = json!("somebody-else"),
                _ => forged["subject"] = json!("rival.example"),
            }
            // Another person's id is possible, but then it is another signal.
            let expected = if how == 4 { verify(&MODEL, &forged.to_string()).err() } else { Some(Error::SignalMismatch) };
            prop_assert_eq!(verify(&MODEL, &forged.to_string()).err(), expected, "{}", forged);
        }
    }

    #[test]
    fn page_data_does_not_change_what_an_account_witnessed(visits in vec(eager_visit(4), 1..4)) {
        let (mut mixed, mut alone) = (Account::default(), Account::default());
        for (given, at) in contributions(&visits) {
            let edge = |signals: Vec<Signal>| -> Vec<String> {
                let is_edge = |json: &String| json.contains(r#"],"model":"#) && json.contains(r#""provenance":"edge","witnessed""#);
                signals.into_iter().map(|signal| signal.json).filter(is_edge).collect()
            };
            let found = edge(contribute(&mut mixed, &given, at));
            let expected = if given.2 {
                // The person is still known, and may be one of fifty.
                let nothing = (given.0.clone(), State::default().encode(&MODEL), false);
                edge(contribute(&mut alone, &nothing, at))
            } else {
                edge(contribute(&mut alone, &given, at))
            };
            prop_assert_eq!(found, expected);
            mixed = Account::decode(&MODEL, &mixed.encode(&MODEL).unwrap()).unwrap();
        }
    }

    #[test]
    fn an_account_survives_encoding_and_damaged_bytes_are_an_error(
        visits in vec(visit(5), 0..4), at in any::<Index>(), byte in any::<u8>(), is_sealed in any::<bool>(),
    ) {
        let mut account = Account::default();
        for (given, at) in contributions(&visits) {
            contribute(&mut account, &given, at);
        }
        let mut bytes = account.encode(&MODEL).unwrap();
        prop_assert_eq!(Account::decode(&MODEL, &bytes), Ok(account));
        let at = at.index(bytes.len());
        bytes[at] ^= byte | 1;
        if is_sealed {
            bytes = sealed(&bytes[..bytes.len() - 4]);
        }
        match Account::decode(&MODEL, &bytes) {
            Ok(damaged) => { read(&damaged, END); }
            Err(error) => prop_assert!(
                matches!(error, Error::StateCorrupt | Error::StateVersion | Error::VisitorId), "{:?}", error
            ),
        }
    }
}

#[test]
fn an_account_keeps_the_fifty_people_seen_last_in_any_order() {
    let mut given: Vec<Given> = (0..60u64)
        .map(|number| {
            let mut lead = Lead::new("v").unwrap();
            ingest(&mut lead, &MODEL, r#"{ "type": "page_view", "url": "/pricing" }"#, END + number).unwrap();
            (format!("v-{number:02}"), lead.state().encode(&MODEL), false)
        })
        .collect();
    let mut one = Account::default();
    given.iter().for_each(|given| drop(contribute(&mut one, given, END + 60)));
    given.reverse();
    let mut other = Account::default();
    given.iter().for_each(|given| drop(contribute(&mut other, given, END + 60)));
    assert_eq!(one.encode(&MODEL), other.encode(&MODEL));
    let people = read(&one, END + 60)["people"].as_array().unwrap().len();
    assert_eq!(people, 50);
    assert!(!one.forget("v-09"));
    assert!(one.forget("v-10"));
    assert_eq!(read(&one, END + 60)["people"].as_array().unwrap().len(), 49);
    // All of them in one signal, each at its maximum size: a receiver must accept it.
    assert!(one.encode(&MODEL).unwrap().len() < 128 * 1024);
}

#[test]
fn an_invalid_contribution_changes_nothing() {
    let mut account = Account::default();
    let state = Lead::new("v").unwrap().state().encode(&MODEL);
    let mut attempt = |model: &Model, key: &str, visitor: &str, state: &[u8], now: u64| {
        let contribution = Contribution { person: visitor, visitor, own: state, told: &[] };
        let result = account.contribute(model, key, &contribution, now, ORIGIN.source);
        (result.map(drop), account == Account::default())
    };
    let without = model(&rich_json());
    assert_eq!(attempt(&without, "acme", "v", &state, 0), (Err(Error::ModelAccount), true));
    assert_eq!(attempt(&MODEL, "", "v", &state, 0), (Err(Error::AccountKey), true));
    assert_eq!(attempt(&MODEL, &"a".repeat(129), "v", &state, 0), (Err(Error::AccountKey), true));
    assert_eq!(attempt(&MODEL, "acme", "", &state, 0), (Err(Error::VisitorId), true));
    assert_eq!(attempt(&MODEL, "acme", "v", b"no state", 0), (Err(Error::StateCorrupt), true));
    assert_eq!(attempt(&MODEL, "acme", "v", &state, u64::MAX), (Err(Error::Now), true));
}

#[test]
fn a_visitor_with_anothers_id_is_a_separate_person() {
    let mut lead = Lead::new("v").unwrap();
    ingest(&mut lead, &MODEL, r#"{ "type": "form_submit", "props": { "form_id": "demo" } }"#, END).unwrap();
    let state = lead.state().encode(&MODEL);
    let mut account = Account::default();
    let add = |account: &mut Account, person: &str, visitor: &str| {
        let contribution = Contribution { person, visitor, own: &state, told: &[] };
        account.contribute(&MODEL, "acme.example", &contribution, END * 1_000, ORIGIN.source).unwrap()
    };
    add(&mut account, "p-1", "victim");
    let signals = add(&mut account, "p-2", "victim");
    let people = |account: &Account| read(account, END)["people"].as_array().unwrap().len();
    assert_eq!(people(&account), 2);
    // Both are in the signal, but points cannot be doubled.
    let mut signal: Value = serde_json::from_str(&signals[0].json).unwrap();
    assert!(verify(&MODEL, &signal.to_string()).is_ok());
    signal["data"]["people"][1] = signal["data"]["people"][0].clone();
    assert_eq!(verify(&MODEL, &signal.to_string()), Err(Error::SignalMismatch));
    assert!(account.forget_person("p-2"));
    assert!(!account.forget_person("victim"));
    assert_eq!(people(&account), 1);
    // The same person with another visitor id is the same.
    add(&mut account, "p-1", "renamed");
    assert_eq!((people(&account), &read(&account, END)["people"][0]["visitor"]), (1, &json!("renamed")));
    // An erasure request names a visitor.
    assert!(account.forget("renamed"));
}
