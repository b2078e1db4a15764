//! A line with a condition, then an event's props: laws for every condition, which also check the index over values.

use leadscore::authoring::compile;
use leadscore::{EventReader, Lead, Model, Origin};
use serde_json::Value;

use super::common::{NOW, parse, probe};

pub fn run(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let Some((condition, props)) = text.split_once('\n') else { return };
    let is_object = |text: &str| serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object());
    if !is_object(condition) || !is_object(props) {
        return;
    }
    let wrapped = [
        condition.to_owned(),
        format!(r#"{{ "$nor": [{condition}] }}"#),
        // Conditions that the index ignores.
        format!(r#"{{ "$nor": [{{ "$not": {condition} }}] }}"#),
        format!(r#"{{ "$and": [{condition}, {{}}] }}"#),
        format!(r#"{{ "$or": [{condition}, {condition}] }}"#),
        format!(r#"{{ "$nor": [{{ "$and": [{condition}] }}] }}"#),
    ];
    let of_event = wrapped
        .iter()
        .enumerate()
        .map(|(at, condition)| format!(r#"{{ "id": "r{at}", "event": "e", "where": {condition}, "points": 1 }}"#));
    let rules: Vec<String> = of_event.collect();
    let Some(model) = model(&rules) else { return };
    let event = format!(r#"{{ "type": "e", "url": "https://a.example/p/q?a=1&b=x+y#h", "props": {props} }}"#);
    let live = live(&model, rules.len(), &event);
    if let Some(live) = &live {
        let first = live[0];
        assert_eq!(live, &[first, !first, first, first, first, !first], "{condition} of {props}");
    }

    let of_trait = wrapped
        .iter()
        .enumerate()
        .map(|(at, condition)| format!(r#"{{ "id": "t{at}", "trait": {condition}, "points": 1 }}"#));
    let rules: Vec<String> = of_trait.collect();
    let Some(model) = self::model(&rules) else { return };
    let event = format!(r#"{{ "type": "identify", "props": {props} }}"#);
    if let Some(live) = self::live(&model, rules.len(), &event) {
        // Nothing is decided if the props contain none of the fields.
        let first = live[0];
        let decided = live.contains(&true);
        assert!(!decided || live == [first, !first, first, first, first, !first], "{condition} of {props}");
    }
}

/// Returns `None` if the condition is invalid, or too deep inside the wrapper.
fn model(rules: &[String]) -> Option<Model> {
    let bytes = compile(&format!(r#"{{ "name": "m", "rules": [{}] }}"#, rules.join(","))).ok()?.bytes;
    Some(Model::decode(&bytes).expect("what was compiled is read"))
}

/// Returns the rules that are live after the event; none if it is not an event.
fn live(model: &Model, rules: usize, event: &str) -> Option<Vec<bool>> {
    let mut reader = EventReader::default();
    let event = reader.read(event).ok()?;
    let mut lead = Lead::new("v-1").expect("a name");
    lead.ingest(model, &event, NOW, &Origin::default()).expect("a small state");
    probe(model, &lead);
    let receipt = parse(&lead.explain(model, NOW).expect("a time"));
    Some((0..rules).map(|at| receipt["rules"][at]["live"] == true).collect())
}
