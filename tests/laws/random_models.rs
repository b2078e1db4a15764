//! Random small models, and visits to them. Rule `r0` fires on events of type `e0`, and so on; a trait rule on a field
//! with the same name.

use leadscore::Lead;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{DAY, START, ingest};

/// Points with three decimals.
fn points() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (-40..80i64).prop_map(|points| points * 1_000),
        3 => -50_000..100_000i64,
        1 => prop_oneof![Just(0), Just(1), Just(-1), Just(10_000_000), Just(-10_000_000)],
    ]
    .prop_map(|milli| json!(milli as f64 / 1_000.0))
}

fn duration() -> impl Strategy<Value = String> {
    prop_oneof![Just("1s"), Just("90m"), Just("1d"), Just("36h"), Just("2w"), Just("100d"), Just("3650d")]
        .prop_map(str::to_owned)
}

fn decay() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        3 => Just(None),
        2 => duration().prop_map(|half_life| Some(json!({ "half_life": half_life }))),
        1 => duration().prop_map(|end| Some(json!({ "linear": end }))),
        1 => (1..=100u32, duration()).prop_map(|(step, every)| Some(json!({ "step": step, "every": every }))),
    ]
}

/// An event rule without its id and type.
fn event_rule() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        3 => Just(None),
        2 => duration().prop_map(|period| Some(("per", period))),
        2 => Just(Some(("distinct", "v".to_owned()))),
    ];
    let count = prop_oneof![
        1 => Just(None),
        3 => (1..6u32).prop_map(|limit| Some(("limit", limit))),
        2 => (1..4u32).prop_map(|hits| Some(("at_least", hits))),
    ];
    let expires = prop_oneof![3 => Just(None), 1 => duration().prop_map(Some)];
    (key, count, expires, decay()).prop_map(|(key, count, expires, decay)| {
        let mut rule = Map::new();
        rule.extend(key.map(|(name, field)| (name.to_owned(), field.into())));
        rule.extend(count.map(|(name, number)| (name.to_owned(), number.into())));
        rule.extend(expires.map(|expires| ("expires".to_owned(), expires.into())));
        rule.extend(decay.map(|decay| ("decay".to_owned(), decay)));
        rule.into()
    })
}

#[derive(Clone, Debug)]
enum Kind {
    Event(Value),
    Trait,
    All(usize, usize, Option<String>),
}

fn kinds() -> impl Strategy<Value = Vec<Kind>> {
    let basic = prop_oneof![4 => event_rule().prop_map(Kind::Event), 1 => Just(Kind::Trait)];
    let all = (0..8usize, 0..8usize, prop_oneof![Just(None), duration().prop_map(Some)]);
    (vec(basic, 2..6), vec(all, 0..3)).prop_map(|(mut kinds, all)| {
        let basics = kinds.len();
        for (a, b, within) in all {
            // Two different ones of the rules before.
            let (a, step) = (a % basics, 1 + b % (basics - 1));
            kinds.push(Kind::All(a, (a + step) % basics, within));
        }
        kinds
    })
}

/// Bounds that allow every possible stage.
fn bounds() -> impl Strategy<Value = Value> {
    (
        prop_oneof![Just(None), (-60_000..20_000i64).prop_map(Some)],
        prop_oneof![Just(None), (36_000..150_000i64).prop_map(Some)],
    )
        .prop_map(|(min, max)| {
            let mut bounds = Map::new();
            let milli = |milli: i64| json!(milli as f64 / 1_000.0);
            bounds.extend(min.map(|min| ("min".to_owned(), milli(min))));
            bounds.extend(max.map(|max| ("max".to_owned(), milli(max))));
            bounds.into()
        })
}

fn stages() -> impl Strategy<Value = Value> {
    vec((1..12u32, prop_oneof![Just(None), Just(Some("1d")), Just(Some("30d"))]), 0..4).prop_map(|steps| {
        let mut at = 0;
        let stage = |(index, (step, rearm)): (usize, (u32, Option<&str>))| {
            at += step;
            let mut stage = json!({ "id": format!("s{index}"), "at": at, "near": f64::from(at) / 2.0 });
            if let Some(rearm) = rearm {
                stage["rearm"] = rearm.into();
            }
            stage
        };
        steps.into_iter().enumerate().map(stage).collect()
    })
}

/// A model as JSON, and its number of rules.
pub fn small_model() -> impl Strategy<Value = (Value, usize)> {
    let rules = kinds().prop_flat_map(|kinds| {
        let more = vec((points(), any::<bool>(), 0..40u32), kinds.len());
        (Just(kinds), more)
    });
    (rules, bounds(), bounds(), bounds(), stages()).prop_map(|((kinds, more), score, engagement, fit, stages)| {
        let rules: Vec<Value> = kinds
            .iter()
            .zip(more)
            .enumerate()
            .map(|(index, (kind, (points, fit, dice)))| {
                let mut rule = match kind {
                    Kind::Event(rule) => rule.clone(),
                    Kind::Trait => json!({ "trait": { format!("r{index}"): true } }),
                    Kind::All(a, b, within) => {
                        let mut rule = json!({ "all": [format!("r{a}"), format!("r{b}")] });
                        if let Some(within) = within {
                            rule["within"] = within.as_str().into();
                        }
                        rule
                    }
                };
                if matches!(kind, Kind::Event(_)) {
                    rule["event"] = format!("e{index}").into();
                }
                rule["id"] = format!("r{index}").into();
                rule["points"] = points;
                if fit {
                    rule["dimension"] = "fit".into();
                }
                if dice == 0 {
                    rule["disqualify"] = true.into();
                }
                rule
            })
            .collect();
        let count = rules.len();
        let dimensions = json!({ "engagement": engagement, "fit": fit });
        let model =
            json!({ "name": "small", "score": score, "dimensions": dimensions, "rules": rules, "stages": stages });
        (model, count)
    })
}

/// One thing that a visitor does: fires a rule with a value, `second` seconds after the start.
#[derive(Clone, Debug)]
pub struct Interaction {
    pub rule: usize,
    pub value: u32,
    pub second: u64,
}

pub fn interactions(rules: usize) -> impl Strategy<Value = Vec<Interaction>> {
    let second = prop_oneof![0..3u64, (0..5u64).prop_map(|day| day * DAY), 0..60 * DAY];
    vec((0..rules, 0..5u32, second).prop_map(|(rule, value, second)| Interaction { rule, value, second }), 0..16)
}

/// Returns the event that fires only this rule, if there is one.
pub fn firing(model: &Value, rule: usize, value: &Value) -> Option<Value> {
    let rule = &model["rules"][rule];
    if let Some(kind) = rule.get("event") {
        return Some(json!({ "type": kind, "props": { "v": value } }));
    }
    rule.get("trait")?;
    Some(json!({ "type": "identify", "props": { (rule["id"].as_str()?): true } }))
}

/// Returns the lead after the interactions. A trait's verdict is false for an odd value.
pub fn lead_after(json: &Value, model: &leadscore::Model, interactions: &[Interaction]) -> Lead {
    let mut lead = Lead::new("v-1").unwrap();
    for interaction in interactions {
        let Some(mut event) = firing(json, interaction.rule, &interaction.value.into()) else { continue };
        if event["type"] == "identify" && interaction.value % 2 == 1 {
            event["props"][format!("r{}", interaction.rule)] = false.into();
        }
        ingest(&mut lead, model, &event.to_string(), START + interaction.second).unwrap();
    }
    lead
}
