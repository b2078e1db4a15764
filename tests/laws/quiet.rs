//! A lead skips scoring for events that cannot change a stage. The results must equal those of scoring at each event.

use leadscore::authoring::compile;
use leadscore::{Lead, Model};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::random_models::{firing, small_model};
use super::visits::{RICH, event};
use super::{DAY, START, cases, ingest};

/// A condition of a stage besides points, or a change to a rule: (stage number, kind, rule number, amount).
type Need = (usize, u8, usize, i64);

/// Moves stages apart, so that many events lie between them, and adds conditions besides points.
fn with_stages(mut json: Value, apart: u32, needs: &[Need]) -> Value {
    let ids: Vec<Value> = json["rules"].as_array().unwrap().iter().map(|rule| rule["id"].clone()).collect();
    if apart > 1 {
        for bounds in ["/score", "/dimensions/engagement", "/dimensions/fit"] {
            json.pointer_mut(bounds).unwrap().as_object_mut().unwrap().remove("max");
        }
    }
    for (_, _, rule, _) in needs.iter().filter(|(_, what, ..)| *what > 3) {
        let rule = &mut json["rules"][rule % ids.len()];
        rule["disqualify"] = true.into();
        if rule.get("event").is_some() {
            rule["expires"] = "36h".into();
        }
    }
    let stages = json["stages"].as_array_mut().unwrap();
    for stage in stages.iter_mut() {
        for field in ["at", "near"] {
            stage[field] = (stage[field].as_f64().unwrap() * f64::from(apart)).into();
        }
    }
    let count = stages.len();
    for (stage, what, rule, amount) in needs.iter().filter(|_| count > 0) {
        let stage = &mut stages[stage % count];
        let rule = &ids[rule % ids.len()];
        match what {
            0 => stage["requires"] = json!([rule]),
            1 => stage["auto"] = json!([rule]),
            2 => stage["min"] = json!({ "fit": *amount as f64 / 1_000.0 }),
            _ => {}
        }
    }
    json
}

/// An event: a rule fires, sales report a stage, or nothing; the time since the last event; the delay of its report
/// (s).
#[derive(Clone, Debug)]
struct Step {
    what: u32,
    value: u32,
    after: i64,
    late: u64,
}

fn step() -> impl Strategy<Value = Step> {
    let after = prop_oneof![
        6 => 0..3i64,
        4 => 0..7_200i64,
        4 => 0..3 * DAY as i64,
        1 => 0..40 * DAY as i64,
        1 => -(5 * DAY as i64)..0,
    ];
    let late = prop_oneof![5 => Just(0u64), 1 => 0..10 * DAY];
    (0..20u32, 0..7u32, after, late).prop_map(|(what, value, after, late)| Step { what, value, after, late })
}

fn event_for(json: &Value, step: &Step, at: u64) -> Value {
    let rules = json["rules"].as_array().unwrap().len();
    let mut event = match step.what {
        0 => json!({ "type": "lifecycle", "props": { "stage": if step.value < 3 { "recycled" } else { "mql" } } }),
        1 => json!({ "type": "nothing" }),
        what => {
            let rule = what as usize % rules;
            let Some(mut event) = firing(json, rule, &step.value.into()) else { return json!({ "type": "nothing" }) };
            if event["type"] == "identify" && step.value.is_multiple_of(3) {
                event["props"][format!("r{rule}")] = false.into();
            }
            event
        }
    };
    event["at"] = (at * 1_000).into();
    event
}

/// Returns a copy of the lead without its cached score.
fn without_cached_score(lead: &Lead, model: &Model) -> Lead {
    let mut same = Lead::new("v-1").unwrap();
    same.merge(model, lead.state()).unwrap();
    same
}

/// Ingests an event twice, with and without the cached score, and compares the results.
fn ingest_both(lead: &mut Lead, model: &Model, event: &str, now: u64) -> Result<(), TestCaseError> {
    let mut scored = without_cached_score(lead, model);
    let own = ingest(lead, model, event, now);
    prop_assert_eq!(own, ingest(&mut scored, model, event, now), "{} at {}", event, now);
    prop_assert_eq!(lead.state(), scored.state());
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn results_equal_those_of_scoring_at_each_event(
        (json, _) in small_model(),
        apart in prop_oneof![Just(1u32), 2..30u32],
        needs in vec((0..4usize, 0..6u8, 0..8usize, -30_000..60_000i64), 0..5),
        steps in vec(step(), 1..60),
    ) {
        let json = with_stages(json, apart, &needs);
        let Ok(compiled) = compile(&json.to_string()) else { return Err(TestCaseError::reject("not a model")) };
        let model = Model::decode(&compiled.bytes).unwrap();
        let mut lead = Lead::new("v-1").unwrap();
        let mut now = START;
        for step in &steps {
            now = now.saturating_add_signed(step.after);
            let event = event_for(&json, step, now - step.late);
            ingest_both(&mut lead, &model, &event.to_string(), now)?;
        }
    }

    #[test]
    fn results_are_equal_for_the_rich_model(steps in vec((event(), -(DAY as i64)..3 * DAY as i64), 1..40)) {
        let mut lead = Lead::new("v-1").unwrap();
        let mut now = START;
        for ((event, _), after) in &steps {
            now = now.saturating_add_signed(*after);
            ingest_both(&mut lead, &RICH, event, now)?;
        }
    }
}
