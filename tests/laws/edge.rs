//! A visit recorded partly by the page and partly by an edge worker is one visit.

use std::sync::LazyLock;

use leadscore::{EventReader, Lead, Model, Signal, Visit, verify};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::visits::{END, RICH, Timed, eager_visit, in_order, rich_json, visit};
use super::{DAY, ORIGIN, START, cases, ingest, model};

/// More bytes than any state here needs, so that nothing is left out.
const ROOMY: usize = 1 << 16;

/// The same rules, but independent of the times of hits.
static TIMELESS: LazyLock<Model> = LazyLock::new(|| {
    let mut json = rich_json();
    for rule in json["rules"].as_array_mut().unwrap() {
        for name in ["decay", "expires", "within"] {
            rule.as_object_mut().unwrap().remove(name);
        }
    }
    model(&json)
});

/// Returns a receipt without the last times of such rules, which the cookie may not contain.
fn receipt(json: &str, is_timeless: impl Fn(&str) -> bool) -> Value {
    let mut receipt: Value = serde_json::from_str(json).unwrap();
    for rule in receipt["rules"].as_array_mut().unwrap() {
        if is_timeless(rule["rule"].as_str().unwrap()) {
            rule["last"] = Value::Null;
        }
    }
    receipt
}

/// The state as the tag mirrors it.
fn mirrored(lead: &Lead, model: &Model, resets: &str) -> String {
    format!("{resets}.{}.{}", lead.visitor(), base64url(&lead.state().encode(model)))
}

/// RFC 4648, section 5, without padding.
pub fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    bits.chunks(6)
        .map(|six| six.iter().fold(0, |digit, bit| digit << 1 | bit) << (6 - six.len()))
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

fn see(visit: &mut Visit, model: &Model, event: &str, now: u64) -> Vec<Signal> {
    let mut reader = EventReader::default();
    visit.ingest(model, &reader.read(event).unwrap(), now * 1_000, ORIGIN.source).unwrap()
}

/// Lets page and worker take turns; returns the worker's last visit and all signals, the worker's and the page's.
fn split(model: &Model, events: &[Timed], seen_by_edge: &[bool]) -> (Visit, Vec<Signal>, Vec<Signal>) {
    let mut page = Lead::new("v-1").unwrap();
    let (mut record, mut mirror) = (String::new(), String::new());
    let (mut edge_signals, mut page_signals) = (Vec::new(), Vec::new());
    for ((event, at), is_edge) in events.iter().zip(seen_by_edge.iter().cycle()) {
        if *is_edge {
            let mut visit = Visit::new(model, &record, &mirror, "v-1");
            edge_signals.extend(see(&mut visit, model, event, *at));
            if visit.is_changed() {
                record = visit.record(model, ROOMY).unwrap();
            }
        } else {
            page_signals.extend(ingest(&mut page, model, event, *at).unwrap());
            mirror = mirrored(&page, model, "AA");
        }
    }
    (Visit::new(model, &record, &mirror, "v-1"), edge_signals, page_signals)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_journey_split_between_page_and_edge_scores_as_on_one_side(
        events in visit(30).prop_map(in_order), seen_by_edge in vec(any::<bool>(), 1..12), after in 0..40 * DAY,
    ) {
        let mut whole = Lead::new("v-1").unwrap();
        for (event, at) in &events {
            ingest(&mut whole, &RICH, event, *at).unwrap();
        }
        let (visit, ..) = split(&RICH, &events, &seen_by_edge);
        let now = (END + after) * 1_000;
        prop_assert_eq!(visit.snapshot(&RICH, now).unwrap(), whole.snapshot(&RICH, now).unwrap());
        let receipt = |json: &str| receipt(json, |rule| rule == "careers");
        prop_assert_eq!(receipt(&visit.explain(&RICH, now).unwrap()), receipt(&whole.explain(&RICH, now).unwrap()));
    }

    #[test]
    fn only_times_that_change_a_score_need_a_new_cookie(
        events in visit(60).prop_map(in_order), seen_by_edge in vec(any::<bool>(), 1..12), after in 0..40 * DAY,
    ) {
        let mut whole = Lead::new("v-1").unwrap();
        for (event, at) in &events {
            ingest(&mut whole, &TIMELESS, event, *at).unwrap();
        }
        let (visit, ..) = split(&TIMELESS, &events, &seen_by_edge);
        let now = (END + after) * 1_000;
        prop_assert_eq!(visit.snapshot(&TIMELESS, now).unwrap(), whole.snapshot(&TIMELESS, now).unwrap());
        let is_verdict = |rule: &str| ["enterprise", "small", "rival"].contains(&rule);
        let receipt = |json: &str| receipt(json, |rule| !is_verdict(rule));
        prop_assert_eq!(receipt(&visit.explain(&TIMELESS, now).unwrap()), receipt(&whole.explain(&TIMELESS, now).unwrap()));
    }

    #[test]
    fn page_data_does_not_change_what_the_worker_witnessed(
        mut events in eager_visit(12), more in visit(6), seen_by_edge in vec(any::<bool>(), 1..12), mirrors in vec(any::<bool>(), 1..5),
    ) {
        events.extend(more);
        events.sort_by_key(|(_, at)| *at);
        let mut page = Lead::new("v-1").unwrap();
        // With the page's data, and as if there were no page.
        let (mut mixed, mut alone) = (String::new(), String::new());
        let sides = seen_by_edge.iter().cycle().zip(mirrors.iter().cycle());
        for ((event, at), (is_edge, is_mirrored)) in events.iter().zip(sides) {
            if !is_edge {
                ingest(&mut page, &RICH, event, *at).unwrap();
                continue;
            }
            let mirror = if *is_mirrored { mirrored(&page, &RICH, "AA") } else { String::new() };
            let mut visit = Visit::new(&RICH, &mixed, &mirror, "v-1");
            let mut own = Visit::new(&RICH, &alone, "", "v-1");
            let (found, expected) = (see(&mut visit, &RICH, event, *at), see(&mut own, &RICH, event, *at));
            let witnessed: Value = serde_json::from_str(&own.snapshot(&RICH, at * 1_000).unwrap()).unwrap();
            let mut of_edge = Vec::new();
            for signal in found {
                prop_assert!(verify(&RICH, &signal.json).is_ok(), "{}", signal.json);
                let json: Value = serde_json::from_str(&signal.json).unwrap();
                prop_assert_eq!(&json["data"]["witnessed"], &witnessed["score"]);
                match json["data"]["provenance"].as_str() {
                    Some("edge") => of_edge.push(signal),
                    provenance => prop_assert_eq!(provenance, Some("client")),
                }
            }
            // Compared as strings, including ids.
            prop_assert_eq!(of_edge, expected);
            (mixed, alone) = (visit.record(&RICH, ROOMY).unwrap(), own.record(&RICH, ROOMY).unwrap());
            let hits = |record: &str| record.split('.').nth(1).map(str::to_owned);
            prop_assert_eq!(hits(&mixed), hits(&alone));
        }
    }

    #[test]
    fn a_stage_that_the_page_has_reached_trips_again_only_for_the_worker(events in eager_visit(12)) {
        let mut page = Lead::new("v-1").unwrap();
        let tripped: Vec<String> =
            events.iter().flat_map(|(event, _)| ingest(&mut page, &RICH, event, END).unwrap()).map(|signal| signal.id).collect();
        let mut visit = Visit::new(&RICH, "", &mirrored(&page, &RICH, "AA"), "v-2");
        for (event, _) in &events {
            for signal in see(&mut visit, &RICH, event, END) {
                prop_assert!(!tripped.contains(&signal.id) || signal.json.contains(r#""provenance":"edge""#));
            }
        }
    }

    #[test]
    fn a_signal_reported_by_the_page_is_sent_once_for_each_arming(
        events in eager_visit(8), more in eager_visit(8), seen_by_edge in vec(any::<bool>(), 1..12),
    ) {
        let mut all = [events, more].concat();
        all.sort_by_key(|(_, at)| *at);
        let (_, signals, _) = split(&RICH, &all, &seen_by_edge);
        let mut seen = std::collections::BTreeSet::new();
        for signal in signals {
            let is_edge = signal.json.contains(r#""provenance":"edge""#);
            prop_assert!(seen.insert((signal.id, is_edge)), "sent twice: {}", signal.json);
        }
    }

    #[test]
    fn an_invalid_record_has_no_visitor(sealed in ".{0,60}", page in ".{0,60}") {
        let mut visit = Visit::new(&RICH, &sealed, &page, "fresh");
        see(&mut visit, &RICH, r#"{ "type": "page_view", "url": "/pricing" }"#, END);
        prop_assert!(visit.snapshot(&RICH, END * 1_000).unwrap().contains(r#""score":16.111,"#));
    }
}

#[test]
fn the_page_determines_the_visitor_and_a_reset_discards_history() {
    let pricing = r#"{ "type": "page_view", "url": "/pricing" }"#;
    let mut first = Visit::new(&RICH, "", "", "by-edge");
    see(&mut first, &RICH, pricing, END);
    let record = first.record(&RICH, 800).unwrap();
    let mut page = Lead::new("by-page").unwrap();
    ingest(&mut page, &RICH, r#"{ "type": "form_submit", "props": { "form_id": "demo" } }"#, END).unwrap();
    let points = |visit: &Visit| serde_json::from_str::<Value>(&visit.snapshot(&RICH, END * 1_000).unwrap()).unwrap();

    // The worker created an id before the page did, or the browser lost the page's.
    let kept = Visit::new(&RICH, &record, &mirrored(&page, &RICH, "AA"), "unused");
    assert_eq!((kept.visitor(), kept.has_sealed(), kept.is_changed()), ("by-page", true, true));
    assert_eq!(points(&kept)["score"], 66.111);

    // The page reports one reset: the visitor before it is another one.
    let dropped = Visit::new(&RICH, &record, &mirrored(&page, &RICH, "AQ"), "unused");
    assert_eq!((dropped.visitor(), dropped.has_sealed(), dropped.is_changed()), ("by-page", false, true));
    assert_eq!(points(&dropped)["score"], 50);

    // The same visitor, however often reset before.
    let record = kept.record(&RICH, 800).unwrap();
    let same = Visit::new(&RICH, &record, &mirrored(&page, &RICH, "AQ"), "unused");
    assert_eq!((same.has_sealed(), same.is_changed()), (true, false));
}

#[test]
fn a_record_keeps_its_size_and_its_newest_hits() {
    let mut visit = Visit::new(&RICH, "", "", "v-1");
    for number in 0..60 {
        let event = format!(r#"{{ "type": "search", "props": {{ "q": {number} }} }}"#);
        see(&mut visit, &RICH, &event, END + number);
    }
    see(&mut visit, &RICH, r#"{ "type": "page_view", "url": "/product/a" }"#, END + 60);
    for bytes in [1_000, 90, 70] {
        let record = visit.record(&RICH, bytes).unwrap();
        assert!(record.len() <= bytes, "{} of {bytes}", record.len());
    }
    assert_eq!(visit.record(&RICH, 10), None);
}

#[test]
fn new_hits_and_times_that_affect_scores_need_a_new_cookie() {
    let model = model(&json!({
        "name": "worth",
        "rules": [
            { "id": "once", "event": "a", "points": 1 },
            { "id": "thrice", "event": "b", "points": 1, "limit": 3 },
            { "id": "daily", "event": "c", "points": 1, "per": "1d", "limit": 2 },
            { "id": "values", "event": "d", "points": 1, "distinct": "v", "at_least": 2 },
            { "id": "fading", "event": "e", "points": 1, "decay": { "half_life": "1d" } },
            { "id": "passing", "event": "f", "points": 1, "expires": "1d" },
            { "id": "near", "event": "g", "points": 1 },
            { "id": "also-near", "event": "h", "points": 1 },
            { "id": "loose", "all": ["once", "thrice"], "points": 1 },
            { "id": "close", "all": ["near", "also-near"], "within": "1d", "points": 1 },
            { "id": "big", "trait": { "employees": { "$gte": 200 } }, "points": 1 }
        ]
    }));
    let (daily, hourly) = (DAY, DAY / 24);
    for (event, pause, worth) in [
        (r#"{ "type": "a" }"#, daily, "10000"),
        (r#"{ "type": "b" }"#, daily, "11100"),
        (r#"{ "type": "c" }"#, daily, "11000"),
        (r#"{ "type": "c" }"#, hourly, "10000"),
        (r#"{ "type": "d", "props": { "v": 1 } }"#, daily, "10000"),
        (r#"{ "type": "e" }"#, daily, "11111"),
        (r#"{ "type": "f" }"#, daily, "11111"),
        (r#"{ "type": "g" }"#, daily, "11111"),
        (r#"{ "type": "h" }"#, daily, "11111"),
        // An older verdict of the page's must not win.
        (r#"{ "type": "identify", "props": { "employees": 500 } }"#, daily, "11111"),
        (r#"{ "type": "nothing" }"#, daily, "00000"),
    ] {
        let (mut record, mut changes) = (String::new(), String::new());
        for number in 0..5 {
            let mut visit = Visit::new(&model, &record, "", "v-1");
            see(&mut visit, &model, event, START + number * pause);
            changes.push(if visit.is_changed() { '1' } else { '0' });
            if visit.is_changed() {
                record = visit.record(&model, ROOMY).unwrap();
            }
        }
        assert_eq!(changes, worth, "{event}");
    }
}
