//! The score is within its bounds, and its receipt adds up.

use leadscore::Model;
use leadscore::authoring::compile;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::random_models::{Interaction, firing, interactions, lead_after, small_model};
use super::visits::{END, RICH, Timed, time, visit};
use super::{DAY, START, cases, explain, ingest, milli, model, snapshot};

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("no list `{name}` in {value}"))
}

fn sum(list: &[Value], name: &str) -> i64 {
    list.iter().map(|entry| milli(&entry[name])).sum()
}

fn bound(bounds: &Value, name: &str, none: i64) -> i64 {
    bounds.get(name).map_or(none, milli)
}

/// A model, and a visit to it.
fn visited() -> impl Strategy<Value = (Value, Vec<Interaction>)> {
    small_model().prop_flat_map(|(model, rules)| (Just(model), interactions(rules)))
}

/// Checks the properties of every receipt.
fn adds_up(receipt: &Value, shown: &Value) -> Result<(), TestCaseError> {
    let (rules, dimensions) = (list(receipt, "rules"), list(receipt, "dimensions"));
    let score = milli(&receipt["score"]);
    prop_assert_eq!(score, milli(&shown["score"]));
    prop_assert_eq!(sum(rules, "points") + sum(dimensions, "base") + milli(&receipt["capped"]), score, "{}", receipt);
    prop_assert_eq!(milli(&receipt["sum"]), sum(dimensions, "points"));
    prop_assert_eq!(milli(&receipt["sum"]) + milli(&receipt["capped"]), score);
    for dimension in dimensions {
        let id = dimension["dimension"].as_str().unwrap();
        let own: Vec<Value> = rules.iter().filter(|rule| rule["dimension"] == id).cloned().collect();
        let points = milli(&dimension["points"]);
        prop_assert_eq!(sum(&own, "points") + milli(&dimension["base"]), points, "{}", receipt);
        prop_assert_eq!(sum(&own, "decayed"), milli(&dimension["sum"]), "{}", receipt);
        prop_assert_eq!(points, milli(&shown["dimensions"][id]));
    }
    for rule in rules {
        let (raw, decayed, points) = (milli(&rule["raw"]), milli(&rule["decayed"]), milli(&rule["points"]));
        prop_assert!(decayed.abs() <= raw.abs() && raw * decayed >= 0, "decay only takes away: {}", rule);
        prop_assert!(points.abs() <= decayed.abs() && points * decayed >= 0, "a cap only takes away: {}", rule);
        if rule["live"] == false {
            prop_assert_eq!((&rule["hits"], &rule["last"], raw), (&json!(0), &Value::Null, 0), "{}", rule);
        }
    }
    prop_assert_eq!(&receipt["disqualified"], &shown["disqualified"]);
    let mut next = receipt["next"].clone();
    if let Some(next) = next.as_object_mut() {
        next.remove("rules");
    }
    prop_assert_eq!(&next, &shown["next"]);
    Ok(())
}

/// A condition of a stage besides points: the stage's number, the kind, a rule's number, an amount.
type Need = (usize, u8, usize, i64);

fn need() -> impl Strategy<Value = Need> {
    (0..4usize, 0..3u8, 0..8usize, -30_000..60_000i64)
}

fn with_needs(mut json: Value, needs: &[Need]) -> Value {
    let count = |json: &Value, name: &str| list(json, name).len();
    let (rules, stages) = (count(&json, "rules"), count(&json, "stages"));
    for (stage, what, rule, amount) in needs.iter().filter(|_| stages > 0) {
        let rule = json["rules"][rule % rules]["id"].clone();
        let stage = &mut json["stages"][stage % stages];
        match what {
            0 => stage["requires"] = json!([rule]),
            1 => stage["auto"] = json!([rule]),
            _ => stage["min"] = json!({ "fit": *amount as f64 / 1_000.0 }),
        }
    }
    json
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_score_stays_within_its_bounds((json, interactions) in visited(), later in 0..200 * DAY) {
        let model = model(&json);
        let lead = lead_after(&json, &model, &interactions);
        let shown = snapshot(&lead, &model, START + later);
        let score = milli(&shown["score"]);
        prop_assert!(score >= bound(&json["score"], "min", 0) && score <= bound(&json["score"], "max", i64::MAX));
        let mut sum = 0;
        for (id, points) in shown["dimensions"].as_object().unwrap() {
            let (points, bounds) = (milli(points), &json["dimensions"][id]);
            prop_assert!(points >= bound(bounds, "min", i64::MIN) && points <= bound(bounds, "max", i64::MAX));
            sum += points;
        }
        let clamped = sum.max(bound(&json["score"], "min", 0)).min(bound(&json["score"], "max", i64::MAX));
        prop_assert_eq!(score, clamped);
        // The stage is the last one whose points are reached, because there are no other conditions.
        let stages = list(&json, "stages");
        let met = stages.iter().rposition(|stage| score >= milli(&stage["at"]));
        let met = met.filter(|_| shown["disqualified"] == false);
        prop_assert_eq!(&shown["stage"], &met.map_or(Value::Null, |met| stages[met]["id"].clone()));
    }

    #[test]
    fn receipts_add_up((json, interactions) in visited(), later in 0..200 * DAY) {
        let model = model(&json);
        let lead = lead_after(&json, &model, &interactions);
        for now in [START + later, START + 60 * DAY, 0] {
            adds_up(&explain(&lead, &model, now), &snapshot(&lead, &model, now))?;
        }
    }

    #[test]
    fn receipts_of_a_rich_model_add_up(visit in visit(20), now in time()) {
        let lead = super::visits::lead_after(&RICH, &visit);
        for now in [now, END] {
            adds_up(&explain(&lead, &RICH, now), &snapshot(&lead, &RICH, now))?;
        }
    }

    #[test]
    fn the_predicted_points_of_a_rule_are_the_points_it_adds(
        (json, interactions) in visited(), needs in vec(need(), 0..4), later in 0..90 * DAY,
    ) {
        let json = with_needs(json, &needs);
        let Ok(compiled) = compile(&json.to_string()) else { return Err(TestCaseError::reject("an unreachable stage")) };
        let model = Model::decode(&compiled.bytes).unwrap();
        let (lead, now) = (lead_after(&json, &model, &interactions), START + later);
        let receipt = explain(&lead, &model, now);
        prop_assume!(!receipt["next"].is_null());
        let (score, stages) = (milli(&receipt["score"]), list(&json, "stages"));
        let rank = |shown: &Value| stages.iter().position(|stage| stage["id"] == shown["stage"]);
        let current = rank(&snapshot(&lead, &model, now));
        let closers = list(&receipt["next"], "rules");
        for (index, rule) in list(&json, "rules").iter().enumerate() {
            let closer = closers.iter().find(|closer| closer["rule"] == rule["id"]);
            // A value that no interaction has.
            let Some(event) = firing(&json, index, &json!("new")) else {
                prop_assert!(closer.is_none(), "no event fires a combination");
                continue;
            };
            let mut then = lead.clone();
            ingest(&mut then, &model, &event.to_string(), now).unwrap();
            let shown = snapshot(&then, &model, now);
            let (points, reaches) = (milli(&shown["score"]) - score, rank(&shown) > current);
            let expected = (shown["disqualified"] == false && (points > 0 || reaches)).then_some((points, reaches));
            let found = closer.map(|closer| (milli(&closer["points"]), closer["reaches"] == true));
            prop_assert_eq!(found, expected, "{} in {}\n{}", rule["id"], json, receipt);
        }
        let order: Vec<(bool, i64)> =
            closers.iter().map(|closer| (closer["reaches"] == false, -milli(&closer["points"]))).collect();
        prop_assert!(order.is_sorted(), "{receipt}");
    }

    #[test]
    fn queries_change_nothing(visit in visit(10), now in time()) {
        let lead = super::visits::lead_after(&RICH, &visit);
        let before = lead.state().clone();
        let first = (lead.snapshot(&RICH, now * 1_000), lead.explain(&RICH, now * 1_000));
        let second = (lead.snapshot(&RICH, now * 1_000 + 999), lead.explain(&RICH, now * 1_000 + 999));
        prop_assert_eq!(first, second, "a time is a whole second");
        prop_assert_eq!(lead.state(), &before);
    }
}

#[test]
fn a_lead_without_events_has_no_points() {
    let none: &[Timed] = &[];
    let lead = super::visits::lead_after(&RICH, none);
    let shown = snapshot(&lead, &RICH, END);
    assert_eq!(shown["segment"], "visitor");
    assert_eq!(shown["score"], 0);
    assert_eq!(shown["label"], "C");
}
