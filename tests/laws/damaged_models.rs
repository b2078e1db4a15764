//! Compiled models come from the network: any bytes give a model or an error.

use std::sync::LazyLock;

use leadscore::authoring::compile;
use leadscore::{Error, Lead, Model, State, verify};
use proptest::collection::vec;
use proptest::prelude::*;

use super::visits::{END, RICH, Timed, eager_visit, lead_after, rich_json};
use super::{cases, change, ingest, sealed, snapshot};

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| compile(&rich_json().to_string()).unwrap().bytes);

/// Calls every function of a model.
fn works(model: &Model, visit: &[Timed]) -> Result<(), TestCaseError> {
    let mut lead = Lead::new("v-1").unwrap();
    for (event, at) in visit {
        for signal in ingest(&mut lead, model, event, *at).unwrap() {
            // The model may be inconsistent, so that not even its own signals verify.
            let _ = verify(model, &signal.json);
        }
    }
    for now in [0, END] {
        lead.snapshot(model, now * 1_000).unwrap();
        lead.explain(model, now * 1_000).unwrap();
    }
    prop_assert!(State::decode(model, &lead.state().encode(model)).is_ok());
    // A state of the valid model is a state under this model too.
    prop_assert!(State::decode(model, &lead_after(&RICH, visit).state().encode(&RICH)).is_ok());
    prop_assert_eq!((model.name().len() <= 2 * BYTES.len(), model.hash().len()), (true, RICH.hash().len()));
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_change_that_passes_the_checksum_is_a_model_or_an_error(
        changes in vec(change::change(), 1..4),
        visit in eager_visit(5),
    ) {
        let mut body = BYTES[..BYTES.len() - 4].to_vec();
        for change in &changes {
            change::apply(&mut body, change);
        }
        match Model::decode(&sealed(&body)) {
            Ok(model) => works(&model, &visit)?,
            Err(error) => prop_assert!(matches!(error, Error::ModelCorrupt | Error::ModelVersion), "{error:?}"),
        }
    }

    #[test]
    fn any_bytes_are_a_model_or_an_error(bytes in vec(any::<u8>(), 0..300), header in 0..8usize) {
        let body = [&BYTES[..header], &bytes].concat();
        for bytes in [bytes, body.clone(), sealed(&body)] {
            if let Err(error) = Model::decode(&bytes) {
                prop_assert!(matches!(error, Error::ModelCorrupt | Error::ModelVersion), "{error:?}");
            }
        }
    }
}

/// Changes one or two bits of each byte. Random changes would rarely find some errors, such as a trait rule with event
/// types: once in 50,000 models.
#[test]
fn one_or_two_changed_bits_give_a_model_or_an_error() {
    let events = [
        r#"{ "type": "identify", "props": { "employees": 500 } }"#,
        r#"{ "type": "form_submit", "props": { "form_id": "demo" } }"#,
        r#"{ "type": "page_view", "url": "/pricing" }"#,
    ];
    let visit: Vec<Timed> = events.iter().map(|event| ((*event).to_owned(), END)).collect();
    let body = &BYTES[..BYTES.len() - 4];
    for at in 0..body.len() {
        for flip in (1..=255u8).filter(|flip| flip.count_ones() <= 2) {
            let mut body = body.to_vec();
            body[at] ^= flip;
            if let Ok(model) = Model::decode(&sealed(&body)) {
                works(&model, &visit).unwrap_or_else(|error| panic!("{flip:x} at {at}: {error}"));
            }
        }
    }
}

#[test]
fn damage_to_one_byte_and_truncation_are_detected() {
    for at in 0..BYTES.len() {
        assert!(Model::decode(&BYTES[..at]).is_err(), "cut to {at}");
        for flip in 1..=255 {
            let mut bytes = BYTES.clone();
            bytes[at] ^= flip;
            assert!(Model::decode(&bytes).is_err(), "{flip:x} at {at}");
        }
    }
    let whole = Model::decode(&BYTES).unwrap();
    assert_eq!((whole.name(), whole.version(), whole.hash()), (RICH.name(), RICH.version(), RICH.hash()));
    let lead = lead_after(&whole, &[]);
    assert_eq!(snapshot(&lead, &whole, END)["stage"], serde_json::Value::Null);
}
