//! Bytes as an event: compared with another JSON reader, and added under a model that uses all features.

use leadscore::limits::{EVENT_BYTES, JSON_DEPTH};
use leadscore::{Error, EventReader, Lead, Origin, verify};
use serde_json::Value;

use super::common::{NOW, probe, rich};

/// An event that is read before, into the same memory.
const BEFORE: &str =
    r#"{ "type": "page_view", "url": "/product/a?utm_campaign=x", "props": { "a": ["b", { "c": 1 }] } }"#;

pub fn run(data: &[u8]) {
    let Ok(json) = core::str::from_utf8(data) else { return };
    let theirs: Option<Value> = serde_json::from_str(json).ok();
    let (mut fresh, mut used) = (EventReader::default(), EventReader::default());
    let first = used.read(BEFORE).map(|_| ());
    assert_eq!(first, Ok(()));
    let event = fresh.read(json);
    let again = used.read(json);
    assert_eq!(event.as_ref().err(), again.as_ref().err());
    let event = match event {
        Ok(event) => event,
        Err(error) => {
            let known = theirs.filter(Value::is_object).filter(|value| depth(value) <= JSON_DEPTH);
            let syntax = known.is_none() || json.len() > EVENT_BYTES;
            assert_eq!(error == Error::EventSyntax, syntax, "{error:?}");
            return;
        }
    };
    let theirs = theirs.expect("JSON to one reader is JSON to another");
    assert!(theirs["type"].is_string());
    assert_eq!(theirs["at"].as_f64().map(|at| at as u64), event.at());

    let model = rich();
    let (mut once, mut twice) = (lead(), lead());
    let taken = once.ingest(model, &event, NOW, &Origin::default());
    let again = twice.ingest(model, &again.expect("read the same"), NOW, &Origin::default());
    assert_eq!(taken, again);
    let Ok(signals) = taken else {
        assert_eq!(once.state(), lead().state(), "an event was refused and left a trace");
        return;
    };
    for signal in signals {
        assert!(verify(model, &signal.json).is_ok(), "a true signal is refused: {}", signal.json);
    }
    probe(model, &once);
    let silent = twice.ingest(model, &event, NOW, &Origin::default());
    assert_eq!(silent, Ok(Vec::new()), "the same event trips twice");
    assert_eq!(once.state(), twice.state(), "the same event counts twice");
}

/// Returns a lead with some earlier events.
fn lead() -> Lead {
    let mut lead = Lead::new("v-1").expect("a name");
    let mut reader = EventReader::default();
    let event = reader.read(r#"{ "type": "page_view", "url": "/pricing", "at": 1795000000000 }"#).expect("an event");
    lead.ingest(rich(), &event, NOW, &Origin::default()).expect("taken in");
    lead
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
