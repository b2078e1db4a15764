//! The JSON Schema for editors agrees with the compiler.

use std::collections::BTreeSet;

use leadscore::authoring::tables;
use serde_json::Value;

const SCHEMA: &str = include_str!("../../pkg-config/schema.json");

/// Returns the definition to which a reference in a schema leads.
fn definition<'a>(schema: &'a Value, name: &str) -> &'a Value {
    &schema["definitions"][name]
}

fn names(properties: &Value) -> BTreeSet<&str> {
    properties["properties"].as_object().unwrap().keys().map(String::as_str).collect()
}

fn table(name: &str) -> BTreeSet<&'static str> {
    tables().iter().find(|(own, _)| *own == name).map(|(_, names)| names.iter().copied().collect()).unwrap()
}

#[test]
fn the_schema_knows_the_same_fields() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    assert_eq!(names(&schema), table("model"));
    assert_eq!(names(&schema["properties"]["score"]), table("score"));
    assert_eq!(names(&schema["properties"]["dimensions"]["additionalProperties"]), table("dimension"));
    assert_eq!(names(&schema["properties"]["label"]["items"]), table("label"));
    assert_eq!(names(definition(&schema, "stage")), table("stage"));
    assert_eq!(names(definition(&schema, "account_stage")), table("account stage"));
    assert_eq!(names(&schema["properties"]["account"]), table("account"));
    assert_eq!(names(&schema["properties"]["account"]["properties"]["person"]), table("person"));
    assert_eq!(names(definition(&schema, "operators")), table("value operators"));
    assert_eq!(names(definition(&schema, "condition")), table("condition operators"));
    let decays = definition(&schema, "decay")["oneOf"].as_array().unwrap();
    assert_eq!(decays.iter().flat_map(names).collect::<BTreeSet<_>>(), table("decay"));
    let [event, traits, all] = ["event_rule", "trait_rule", "combination"].map(|name| names(definition(&schema, name)));
    let union: BTreeSet<&str> = event.iter().chain(&traits).chain(&all).copied().collect();
    assert_eq!(union, table("rule"));
    let others: BTreeSet<&str> = traits.union(&all).copied().collect();
    let of_events: BTreeSet<&str> = event.difference(&others).copied().filter(|name| *name != "event").collect();
    assert_eq!(of_events, table("event rule only"));
    let kinds = table("rule kinds");
    for (own, kind) in [(&event, "event"), (&traits, "trait"), (&all, "all")] {
        assert_eq!(own.intersection(&kinds).collect::<Vec<_>>(), [&kind]);
    }
}

#[test]
fn the_schema_knows_the_same_words_and_limits() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let words = |value: &Value| -> BTreeSet<String> {
        value.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let owned = |name: &str| table(name).into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(words(&definition(&schema, "operators")["properties"]["$type"]["enum"]), owned("types"));
    assert_eq!(words(&definition(&schema, "event_type")["examples"]), owned("events"));
    assert_eq!(words(&definition(&schema, "stage")["properties"]["id"]["examples"]), owned("lifecycle"));
    let reserved = definition(&schema, "stage").to_string();
    for id in table("reserved stages") {
        assert!(reserved.contains(&format!("{id}$")), "{id}");
    }
    let limit = |pointer: &str| schema.pointer(pointer).unwrap().as_f64().unwrap();
    for (pointer, expected) in [
        ("/properties/rules/maxItems", leadscore::limits::RULES),
        ("/properties/stages/maxItems", leadscore::limits::STAGES),
        ("/properties/account/properties/stages/maxItems", leadscore::limits::STAGES),
        ("/definitions/event_type/maxLength", leadscore::limits::TYPE_CHARS),
        ("/definitions/pattern/maxLength", leadscore::limits::PATTERN_CHARS),
        ("/definitions/event_rule/properties/limit/maximum", leadscore::limits::HITS as usize),
        ("/definitions/event_rule/properties/at_least/maximum", leadscore::limits::HITS as usize),
        ("/definitions/points/maximum", leadscore::limits::POINTS as usize / 1_000),
        ("/definitions/amount/maximum", leadscore::limits::AMOUNT as usize / 1_000),
    ] {
        assert_eq!(limit(pointer), expected as f64, "{pointer}");
    }
}

#[test]
fn every_field_of_the_schema_is_explained() {
    fn walk(value: &Value, path: &str) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                let explained = property.get("description").is_some() || property.get("$ref").is_some();
                assert!(explained, "{path}/{name} has no description");
            }
        }
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| walk(value, &format!("{path}/{name}"))),
            Value::Array(list) => list.iter().for_each(|value| walk(value, path)),
            _ => {}
        }
    }
    walk(&serde_json::from_str(SCHEMA).unwrap(), "");
}
