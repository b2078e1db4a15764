//! Shared by the targets: models, a visit, and properties of every lead.

use leadscore::authoring::compile;
use leadscore::{EventReader, Lead, Model, Origin, Signal, State};
use serde_json::Value;

/// 2026-11-21T09:20:00Z, in milliseconds.
pub const NOW: u64 = 1_795_252_800_000;
pub const RICH: &str = include_str!("rich.json");

thread_local! {
    static RICH_MODEL: &'static Model = Box::leak(Box::new(model(RICH)));
}

/// A model that uses all features.
pub fn rich() -> &'static Model {
    RICH_MODEL.with(|model| *model)
}

pub fn model(json: &str) -> Model {
    let bytes = compile(json).map_err(|errors| errors.to_string()).expect("a sound model").bytes;
    Model::decode(&bytes).expect("what was compiled is read")
}

/// Returns the bytes with the last four replaced by the checksum of those before, FNV-1a of 32 bits: without it no
/// change would pass the first check of compiled models and states.
pub fn with_checksum(bytes: &[u8]) -> Vec<u8> {
    let body = &bytes[..bytes.len().saturating_sub(4)];
    let sum = body.iter().fold(0x811c_9dc5u32, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    [body, &sum.to_le_bytes()].concat()
}

/// Events that fire most kinds of rules in the models here, in the order of a visit.
const VISIT: [&str; 9] = [
    r#"{ "type": "session_start", "at": 1795150000000 }"#,
    r#"{ "type": "page_view", "at": 1795160000000, "url": "https://a.example/pricing/?utm_campaign=x&utm_source=y#top" }"#,
    r#"{ "type": "page_view", "at": 1795170000000, "url": "/product/a", "props": { "a": 1, "b": "x", "c": [1, "x"] } }"#,
    r#"{ "type": "page_view", "at": 1795180000000, "url": "/docs/b/c", "props": { "a": { "b": null } } }"#,
    r#"{ "type": "user_engagement", "at": 1795190000000, "url": "/docs/d", "props": { "engaged_seconds": 60 } }"#,
    r#"{ "type": "identify", "props": { "employees": 500, "title": "CTO", "email_domain": "a.example", "a": 1 } }"#,
    r#"{ "type": "form_submit", "props": { "form_id": "demo", "tags": ["a", 2] } }"#,
    r#"{ "type": "lifecycle", "props": { "stage": "lead" } }"#,
    r#"{ "type": "a" }"#,
];

/// Runs a visit under any model, trusted or not: it must terminate, and every result must add up.
pub fn visit(model: &Model) -> (Lead, Vec<Signal>) {
    let mut lead = Lead::new("v-1").expect("a name");
    let mut reader = EventReader::default();
    let mut signals = Vec::new();
    for json in VISIT {
        let event = reader.read(json).expect("an event");
        // A model may be so large that a state of it is full.
        if let Ok(mut list) = lead.ingest(model, &event, NOW, &Origin::default()) {
            signals.append(&mut list);
        }
    }
    probe(model, &lead);
    (lead, signals)
}

/// Checks the properties of every lead: results add up, and its state survives encoding.
pub fn probe(model: &Model, lead: &Lead) {
    let bytes = lead.state().encode(model);
    assert_eq!(State::decode(model, &bytes).as_ref(), Ok(lead.state()), "decode(encode) is another state");
    for now in [NOW - 40 * 86_400_000, NOW, 4_294_967_295_999] {
        let snapshot = parse(&lead.snapshot(model, now).expect("a time"));
        adds_up(&snapshot, &parse(&lead.explain(model, now).expect("a time")));
    }
    assert!(lead.snapshot(model, 4_294_967_296_000).is_err(), "a time that 32 bits cannot hold");
}

pub fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("no JSON comes out: {error}: {json}"))
}

/// Returns a number of points in thousandths.
fn milli(value: &Value) -> i128 {
    (value.as_f64().expect("points are a number") * 1_000.0).round() as i128
}

fn sum(list: &Value, name: &str) -> i128 {
    list.as_array().expect("a list").iter().map(|entry| milli(&entry[name])).sum()
}

fn adds_up(snapshot: &Value, receipt: &Value) {
    assert_eq!(snapshot["score"], receipt["score"]);
    let points = sum(&receipt["rules"], "points") + sum(&receipt["dimensions"], "base") + milli(&receipt["capped"]);
    assert_eq!(points, milli(&receipt["score"]), "the receipt does not add up: {receipt}");
    assert_eq!(sum(&receipt["dimensions"], "points"), milli(&receipt["sum"]));
    let dimensions = snapshot["dimensions"].as_object().expect("dimensions").values().map(milli).sum::<i128>();
    assert_eq!(dimensions, milli(&receipt["sum"]));
}
