//! A model with all features, and random visits to its site.

use std::sync::LazyLock;

use leadscore::{EventReader, Lead, Model};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{DAY, ORIGIN, START, ingest, model};

pub fn rich_json() -> Value {
    json!({
        "name": "rich", "version": 3,
        "score": { "min": -10, "max": 150 },
        "dimensions": { "engagement": { "max": 60 }, "intent": {}, "fit": { "min": -50, "max": 40 } },
        "rules": [
            { "id": "pricing", "event": "page_view", "path": "/pricing/*", "points": 15, "limit": 3, "per": "1d",
              "decay": { "half_life": "14d" } },
            { "id": "depth", "event": "page_view", "path": "/product/*", "distinct": "url.path", "at_least": 3,
              "expires": "30d", "points": 10 },
            { "id": "search", "event": "search", "distinct": "q", "limit": 4, "points": 2.5, "decay": { "linear": "20d" } },
            { "id": "scroll", "event": ["scroll", "page_view"], "limit": 5, "points": 1.111,
              "decay": { "step": 25, "every": "7d" } },
            { "id": "demo", "event": "form_submit", "where": { "form_id": "demo" }, "points": 50, "dimension": "intent",
              "expires": "60d" },
            { "id": "careers", "event": "page_view", "path": "/careers", "points": -20 },
            { "id": "twice", "event": "search", "at_least": 2, "points": 7, "expires": "2d", "decay": { "half_life": "1d" } },
            { "id": "enterprise", "trait": { "employees": { "$gte": 200 } }, "points": 30, "dimension": "fit" },
            { "id": "small", "trait": { "employees": { "$lt": 10 } }, "points": -12.345, "dimension": "fit" },
            { "id": "rival", "trait": { "domain": { "$in": ["rival.example"] } }, "disqualify": true },
            { "id": "evaluating", "all": ["pricing", "depth"], "within": "7d", "points": 10 },
            { "id": "serious", "all": ["demo", "enterprise"], "points": 5, "dimension": "intent" }
        ],
        "stages": [
            { "id": "engaged", "at": 20, "signal": false },
            { "id": "mql", "at": 60, "near": 20, "auto": ["demo"], "rearm": "3d" },
            { "id": "sql", "at": 100, "near": 30, "requires": ["demo"], "min": { "fit": 20 } }
        ],
        "label": [{ "dimension": "fit", "cutoffs": { "A": 30, "B": 10, "C": 0 } }]
    })
}

pub static RICH: LazyLock<Model> = LazyLock::new(|| model(&rich_json()));

/// The same rules without stages that could trip, so that the order of events has no effect at all.
pub static SILENT: LazyLock<Model> = LazyLock::new(|| {
    let mut json = rich_json();
    json.as_object_mut().unwrap().remove("stages");
    model(&json)
});

/// The last second at which anything happens.
pub const END: u64 = START + 121 * DAY;

/// Seconds since 1970, often the same and often of the same day.
pub fn time() -> impl Strategy<Value = u64> {
    prop_oneof![
        2 => 0..4u64,
        3 => (0..6u64, 0..3u64).prop_map(|(day, second)| day * DAY + second),
        4 => (0..120u64, 0..DAY).prop_map(|(day, second)| day * DAY + second),
        1 => (0..120u64).prop_map(|day| day * DAY - day.min(1)),
    ]
    .prop_map(|offset| START + offset)
}

/// An interaction without its time: type, and the rest of the event. `sales` is the weight of sales' decisions.
fn interaction(sales: u32) -> impl Strategy<Value = Value> {
    let page = prop_oneof![
        Just("/pricing"),
        Just("/pricing/team?plan=é"),
        Just("https://acme.example/product/größe"),
        Just("/product/a"),
        Just("/product/b/"),
        Just("/product/c#x"),
        Just("/product/%63"),
        Just("/careers/"),
        Just("/blog"),
    ]
    .prop_map(|url| json!({ "type": "page_view", "url": url }));
    let search = prop_oneof![
        (0..6u32).prop_map(|q| json!(q)),
        "[a-cé🦀]{0,2}".prop_map(|q| json!(q)),
        Just(json!(null)),
        Just(json!({ "b": [1, 2], "a": 1.0 })),
    ]
    .prop_map(|q| json!({ "type": "search", "props": { "q": q } }));
    let form = prop_oneof![Just("demo"), Just("contact")]
        .prop_map(|form| json!({ "type": "form_submit", "props": { "form_id": form } }));
    let traits = prop_oneof![
        (0..400u32).prop_map(|employees| json!({ "employees": employees })),
        prop_oneof![Just("rival.example"), Just("acme.example")].prop_map(|domain| json!({ "domain": domain })),
        Just(json!({ "employees": null, "domain": null })),
    ]
    .prop_map(|props| json!({ "type": "identify", "props": props }));
    let lifecycle = prop_oneof![
        3 => Just("recycled"), 1 => Just("lead"), 2 => Just("mql"), 1 => Just("sql"), 1 => Just("customer")
    ]
    .prop_map(|stage| json!({ "type": "lifecycle", "props": { "stage": stage } }));
    prop_oneof![
        8 => page,
        4 => search,
        1 => Just(json!({ "type": "scroll" })),
        2 => form,
        2 => traits,
        sales => lifecycle,
    ]
}

/// An event and its time, in seconds.
pub type Timed = (String, u64);

fn timed(interaction: impl Strategy<Value = Value>) -> impl Strategy<Value = Timed> {
    (interaction, time()).prop_map(|(mut event, at)| {
        event["at"] = (at * 1_000 + at % 1_000).into();
        (event.to_string(), at)
    })
}

/// An interaction of the visitor.
pub fn event() -> impl Strategy<Value = Timed> {
    timed(interaction(0))
}

/// A visit whose events are reported in the order in which they happened.
pub fn in_order(mut visit: Vec<Timed>) -> Vec<Timed> {
    visit.sort_by_key(|(_, at)| *at);
    visit
}

/// Interactions of the visitor and decisions of sales, in any order.
pub fn visit(most: usize) -> impl Strategy<Value = Vec<Timed>> {
    vec(timed(interaction(2)), 0..=most)
}

/// The visit of an interested visitor.
pub fn eager_visit(most: usize) -> impl Strategy<Value = Vec<Timed>> {
    let asks = [
        json!({ "type": "form_submit", "props": { "form_id": "demo" } }),
        json!({ "type": "identify", "props": { "employees": 500 } }),
        json!({ "type": "page_view", "url": "/pricing" }),
    ];
    let [demo, employees, pricing] = asks.map(|interaction| timed(Just(interaction)));
    (vec(timed(interaction(1)), 0..=most), demo, employees, pricing)
        .prop_map(|(mut visit, demo, employees, pricing)| {
            visit.extend([employees, demo, pricing]);
            visit
        })
        .prop_shuffle()
}

/// Returns the lead after the events, each ingested when it happened; afterwards its clock is at the end.
pub fn lead_after(model: &Model, visit: &[Timed]) -> Lead {
    let mut lead = Lead::new("v-1").unwrap();
    let mut reader = EventReader::default();
    for (event, at) in visit {
        lead.ingest(model, &reader.read(event).unwrap(), at * 1_000 + at % 1_000, &ORIGIN).unwrap();
    }
    at_end(model, &lead)
}

/// Returns the lead with its clock at the end: events that were ingested out of order are no longer in the future.
pub fn at_end(model: &Model, lead: &Lead) -> Lead {
    let mut state = lead.state().clone();
    state.set_clock(model, END * 1_000).unwrap();
    let mut settled = Lead::new(lead.visitor()).unwrap();
    settled.merge(model, &state).unwrap();
    settled
}

/// Returns the lead after the events, all ingested at the end.
pub fn lead_at_end(model: &Model, visit: &[Timed]) -> Lead {
    let mut lead = Lead::new("v-1").unwrap();
    for (event, _) in visit {
        ingest(&mut lead, model, event, END).unwrap();
    }
    lead
}
