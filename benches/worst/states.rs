//! Calls on states with many hits.

use leadscore::{EventReader, Lead, Model, Origin, Signal, State, verify};

use super::{NOW, compiled, ingest, time};

/// A model with one rule for each of `size` event types; `more` is appended to its JSON.
fn model(size: usize, limit: u32, rule: &str, more: &str) -> Model {
    let rules: Vec<String> = (0..size)
        .map(|at| format!(r#"{{ "id": "r{at}", "event": "e{at}", "points": 1, "limit": {limit}, {rule} }}"#))
        .collect();
    compiled(&format!(r#"{{ "name": "worst", "rules": [{}]{more} }}"#, rules.join(",")))
}

/// A lead with `hits` hits, `step` milliseconds apart, the newest one now.
fn lead(model: &Model, size: usize, hits: usize, step: u64) -> Lead {
    let mut lead = Lead::new("v-1").expect("an id");
    let mut reader = EventReader::default();
    for hit in 0..hits {
        let (kind, at) = (hit % size, NOW - hit as u64 * step);
        let event = format!(r#"{{ "type": "e{kind}", "at": {at}, "props": {{ "a": {hit} }} }}"#);
        let _ = lead.ingest(model, &reader.read(&event).expect("an event"), NOW, &Origin::default());
    }
    lead
}

/// Measures every method of a lead.
pub fn leads(name: &str, size: usize, rule: &str, more: &str) {
    let model = model(size, 100, rule, more);
    let name = format!("{size} rules, 5,000 hits{name}");
    let lead = lead(&model, size, 5_000, 1_000_000);
    let other = self::lead(&model, size, 5_000, 999_000);
    let state = lead.state();
    let bytes = state.encode(&model);
    time(&format!("{name}: explain"), || drop(lead.explain(&model, NOW)));
    time(&format!("{name}: snapshot"), || drop(lead.snapshot(&model, NOW)));
    time(&format!("{name}: encode"), || drop(state.encode(&model)));
    time(&format!("{name}: decode"), || drop(State::decode(&model, &bytes)));
    time(&format!("{name}: merge"), || _ = lead.clone().merge(&model, other.state()));
    time(&format!("{name}: merge with itself"), || _ = lead.clone().merge(&model, state));
    for room in [64, 1_000, 6_000] {
        time(&format!("{name}: forget down to {room} bytes"), || drop(state.forget(&model, room)));
    }
    let day = 86_400_000;
    for (when, now) in [
        ("all hits to come", NOW - 10_000_000_000),
        ("half of them to come", NOW - 2_500_000_000),
        ("a year on", NOW + 365 * day),
    ] {
        time(&format!("{name}: the clock set, {when}"), || {
            let mut state = state.clone();
            let _ = state.set_clock(&model, now);
        });
    }
    time(&format!("{name}: ingest"), || {
        let mut reader = EventReader::default();
        let event = reader.read(r#"{ "type": "e0", "props": { "a": -1 } }"#).expect("an event");
        let _ = lead.clone().ingest(&model, &event, NOW, &Origin::default());
    });
}

/// Signals that carry a state of the largest size.
pub fn signals() {
    let stages: Vec<String> = (0..64).map(|at| format!(r#"{{ "id": "s{at}", "at": {} }}"#, 10 + at)).collect();
    let more = format!(r#", "stages": [{}]"#, stages.join(","));
    let model = model(200, 100, r#""decay": { "half_life": "30d" }"#, &more);
    let mut lead = Lead::new("v-1").expect("an id");
    for half in [lead_without_trips(&model), lead_without_trips(&model)] {
        lead.merge(&model, half.state()).expect("room");
    }
    let mut reader = EventReader::default();
    let event = reader.read(r#"{ "type": "e0" }"#).expect("an event");
    let signal =
        |lead: &Lead| -> Vec<Signal> { lead.clone().ingest(&model, &event, NOW, &Origin::default()).expect("room") };
    let made = signal(&lead);
    assert!(made.len() > 1, "stages trip");
    time(&format!("200 rules, 5,000 hits: ingest that makes {} signals", made.len()), || drop(signal(&lead)));
    time("200 rules, 5,000 hits: verify", || drop(verify(&model, &made.last().expect("one").json)));
}

/// A lead whose hits were recorded by a model without stages, so that no stage has tripped yet.
fn lead_without_trips(model: &Model) -> Lead {
    let same = self::model(200, 100, r#""decay": { "half_life": "30d" }"#, "");
    let bytes = lead(&same, 200, 5_000, 1_000_000).state().encode(&same);
    let mut lead = Lead::new("v-1").expect("an id");
    lead.merge(model, &State::decode(model, &bytes).expect("the same rules")).expect("room");
    lead
}

/// Combinations that depend on many rules.
pub fn combinations(size: usize) {
    let names: Vec<String> = (0..size).map(|at| format!(r#""r{at}""#)).collect();
    let singles = (0..size).map(|at| format!(r#"{{ "id": "r{at}", "event": "e", "points": 1 }}"#));
    let all = (0..size)
        .map(|at| format!(r#"{{ "id": "all{at}", "all": [{}], "within": "7d", "points": 1 }}"#, names.join(",")));
    let rules: Vec<String> = singles.chain(all).collect();
    let model = compiled(&format!(
        r#"{{ "name": "worst", "rules": [{}], "stages": [{{ "id": "mql", "at": 1, "requires": [{}] }}] }}"#,
        rules.join(","),
        names.join(",")
    ));
    ingest(&format!("{size} rules and {size} combinations of all of them: ingest"), &model, r#"{ "type": "e" }"#);
    let mut lead = Lead::new("v-1").expect("an id");
    let mut reader = EventReader::default();
    let event = reader.read(r#"{ "type": "e" }"#).expect("an event");
    let _ = lead.ingest(&model, &event, NOW, &Origin::default());
    time(&format!("{size} rules and {size} combinations of all of them: explain"), || drop(lead.explain(&model, NOW)));
}

/// Stages that all name all rules: they require them and one has not fired, or none; or each rule meets them alone.
pub fn requirements(size: usize) {
    let names: Vec<String> = (0..size).map(|at| format!(r#""r{at}""#)).collect();
    let names = names.join(",");
    let explain = |title: &str, of_type: &dyn Fn(usize) -> &'static str, stage: &dyn Fn(usize) -> String| {
        let rules: Vec<String> = (0..size)
            .map(|at| format!(r#"{{ "id": "r{at}", "event": "{}", "points": 1, "limit": 2 }}"#, of_type(at)))
            .collect();
        let stages: Vec<String> = (1..=64).map(|at| format!(r#"{{ "id": "s{at}", {} }}"#, stage(at))).collect();
        let model = compiled(&format!(
            r#"{{ "name": "worst", "rules": [{}], "stages": [{}] }}"#,
            rules.join(","),
            stages.join(",")
        ));
        let mut lead = Lead::new("v-1").expect("an id");
        let mut reader = EventReader::default();
        let event = reader.read(r#"{ "type": "e" }"#).expect("an event");
        let _ = lead.ingest(&model, &event, NOW, &Origin::default());
        time(&format!("{size} rules {title} 64 stages: explain"), || drop(lead.explain(&model, NOW + 60_000)));
    };
    let all_but_one = |at| if at + 1 < size { "e" } else { "f" };
    explain("required by", &all_but_one, &|at| format!(r#""at": {at}, "requires": [{names}]"#));
    explain("there and required by", &|_| "e", &|at| format!(r#""at": {}, "requires": [{names}]"#, size + at));
    explain("that alone meet", &|_| "f", &|at| format!(r#""at": {}, "auto": [{names}]"#, 3 * size + at));
}
