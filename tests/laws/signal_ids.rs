//! The id of a signal names the trip and the site, and ids of earlier releases are still accepted.

use leadscore::{Error, EventReader, Lead, Model, Origin, Signal, verify};
use serde_json::{Value, json};

use super::{START, model};

/// Made by version 0.1 for visitor `a`, model `acme-web`, stage `mql`, first trip.
const FORMER: &str = "NI232PANTo4q8FFskOaEzQ";
/// Made by version 0.1 for account `acme.example`, model `acme-web`, stage `mqa`, first trip.
#[cfg(feature = "edge")]
const FORMER_ACCOUNT: &str = "ha10Jixw0pUPOjAYVhV3dg";

fn acme() -> Model {
    model(&json!({
        "name": "acme-web",
        "rules": [{ "id": "view", "event": "page_view", "points": 50 }],
        "stages": [{ "id": "mql", "at": 50 }],
        "account": { "stages": [{ "id": "mqa", "at": 50 }] }
    }))
}

fn signal(model: &Model, source: &str, url: &str) -> Signal {
    let mut lead = Lead::new("a").unwrap();
    let event = json!({ "type": "page_view", "url": url }).to_string();
    let mut reader = EventReader::default();
    let origin = Origin { source, provenance: "client" };
    lead.ingest(model, &reader.read(&event).unwrap(), START * 1_000, &origin).unwrap().remove(0)
}

/// The signal with another id.
fn renamed(signal: &Signal, id: &str) -> String {
    let mut json: Value = serde_json::from_str(&signal.json).unwrap();
    json["id"] = id.into();
    json.to_string()
}

#[test]
fn all_spellings_of_a_source_give_the_same_id() {
    let model = acme();
    let own = signal(&model, "https://acme.example", "");
    for source in ["https://ACME.example", "https://acme.example:443", "http://acme.example:80", "http://acme.example"]
    {
        assert_eq!(signal(&model, source, "").id, own.id, "{source}");
    }
    assert_eq!(signal(&model, "", "https://acme.example:443/pricing").id, own.id, "the event's own site");
}

#[test]
fn two_sites_have_two_ids() {
    let model = acme();
    let sources = [
        "https://acme.example",
        "https://www.acme.example",
        "https://acme.example:8443",
        "http://acme.example:443",
        "https://acme.test",
        "leadscore:replay",
        "leadscore",
    ];
    let mut ids: Vec<String> = sources.iter().map(|source| signal(&model, source, "").id).collect();
    ids.push(FORMER.to_owned());
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), sources.len() + 1);
}

#[test]
fn a_signal_is_refused_under_the_source_of_another_site() {
    let model = acme();
    let signal = signal(&model, "https://acme.example", "");
    let mut json: Value = serde_json::from_str(&signal.json).unwrap();
    json["source"] = "http://acme.example:80".into();
    assert!(verify(&model, &json.to_string()).is_ok(), "the same site");
    json["source"] = "https://acme.test".into();
    assert_eq!(verify(&model, &json.to_string()), Err(Error::SignalMismatch));
}

#[test]
fn ids_of_the_last_release_are_accepted() {
    let model = acme();
    let signal = signal(&model, "https://acme.example", "");
    assert_ne!(signal.id, FORMER);
    assert!(verify(&model, &renamed(&signal, FORMER)).is_ok());
    assert_eq!(verify(&model, &renamed(&signal, "NI232PANTo4q8FFskOaEzA")), Err(Error::SignalMismatch));
}

#[cfg(feature = "edge")]
#[test]
fn ids_of_accounts_name_the_site_too() {
    use leadscore::{Account, Contribution};
    let model = acme();
    let mut lead = Lead::new("a").unwrap();
    let mut reader = EventReader::default();
    let event = reader.read(r#"{ "type": "page_view" }"#).unwrap();
    lead.ingest(&model, &event, START * 1_000, &Origin::default()).unwrap();
    let state = lead.state().encode(&model);
    let contribution = Contribution { person: "a", visitor: "a", own: &state, told: &[] };
    let signal = |source| {
        let mut account = Account::default();
        account.contribute(&model, "acme.example", &contribution, START * 1_000, source).unwrap().remove(0)
    };
    let own = signal("https://acme.example");
    assert_eq!(signal("https://Acme.example:443").id, own.id);
    assert_ne!(signal("https://acme.test").id, own.id);
    assert!(verify(&model, &renamed(&own, FORMER_ACCOUNT)).is_ok());
    assert_eq!(verify(&model, &renamed(&own, FORMER)), Err(Error::SignalMismatch));
}
