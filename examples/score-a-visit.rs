//! The crate from end to end: compile a model, add events, read the score, merge two tabs, verify the signal.
//!
//! `cargo run --example score-a-visit --features authoring`

use std::error::Error;

use leadscore::{EventReader, Lead, Model, Origin, State, authoring, verify};

const MODEL: &str = r#"{
  "name": "acme-web", "version": 1,
  "dimensions": { "engagement": { "max": 60 }, "intent": {} },
  "rules": [
    { "id": "pricing", "event": "page_view", "path": "/pricing", "points": 15, "limit": 3, "per": "1d",
      "decay": { "half_life": "14d" } },
    { "id": "demo-request", "event": "form_submit", "where": { "form_id": "demo" }, "points": 50, "dimension": "intent" }
  ],
  "stages": [{ "id": "mql", "at": 60, "near": 40 }]
}"#;

/// Milliseconds since 1970; the crate has no clock.
const MONDAY: u64 = 1_795_420_800_000;
const DAY: u64 = 86_400_000;

fn main() -> Result<(), Box<dyn Error>> {
    // A build step does this: a page or a worker has only the bytes.
    let compiled = authoring::compile(MODEL)?;
    println!("the model has {} bytes", compiled.bytes.len());
    let model = Model::decode(&compiled.bytes)?;

    let origin = Origin { source: "https://acme.example", provenance: "client" };
    let mut events = EventReader::default();
    let mut lead = Lead::new("v-1")?;
    let view = events.read(r#"{ "type": "page_view", "url": "https://acme.example/pricing" }"#)?;
    lead.ingest(&model, &view, MONDAY, &origin)?;
    println!("after a look at the pricing: {}", lead.snapshot(&model, MONDAY)?);

    // The state to store between visits, or to transfer to another device: hashes and times.
    let kept = lead.state().encode(&model);
    println!("the state has {} bytes", kept.len());

    // Another tab goes on from there, while this one sees the same page once more.
    let mut other = Lead::new("v-1")?;
    other.merge(&model, &State::decode(&model, &kept)?)?;
    let submit = events.read(r#"{ "type": "form_submit", "props": { "form_id": "demo" } }"#)?;
    let signals = other.ingest(&model, &submit, MONDAY + DAY, &origin)?;
    let view = events.read(r#"{ "type": "page_view", "url": "https://acme.example/pricing/" }"#)?;
    lead.ingest(&model, &view, MONDAY, &origin)?;

    // A join knows what is one and the same: in whatever order, nothing counts twice.
    lead.merge(&model, other.state())?;
    println!("joined, a day later: {}", lead.snapshot(&model, MONDAY + DAY)?);
    println!("why: {}", lead.explain(&model, MONDAY + DAY)?);

    // A receiver believes what follows from the state that the signal carries.
    for signal in &signals {
        println!("signal {}: {}", signal.id, verify(&model, &signal.json)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_runs() -> Result<(), Box<dyn std::error::Error>> {
        super::main()
    }
}
