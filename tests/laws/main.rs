//! The laws of the state, each tested with random cases: the number is `PROPTEST_CASES`, which `make check`, `make
//! test` and `make test-all` set (see tools/lib/level.mjs).

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test that fails may panic"
)]

#[cfg(feature = "edge")]
mod account;
mod change;
mod codec;
mod damaged_models;
#[cfg(feature = "edge")]
mod edge;
mod join;
mod quiet;
mod random_models;
mod released;
mod scoring;
mod signal_ids;
mod signals;
mod size;
mod trips;
mod trust;
mod visits;

use leadscore::authoring::compile;
use leadscore::{Error, EventReader, Lead, Model, Origin, Signal};
use proptest::test_runner::Config;
use serde_json::Value;

/// 2026-01-01, in seconds.
const START: u64 = 1_767_225_600;
const DAY: u64 = 86_400;
const ORIGIN: Origin<'static> = Origin { source: "https://acme.example", provenance: "client" };

/// The configuration of every law. `Config::default` reads the number of cases from `PROPTEST_CASES`.
fn cases() -> Config {
    Config { failure_persistence: None, max_global_rejects: 100_000, ..Config::default() }
}

fn model(json: &Value) -> Model {
    let compiled = compile(&json.to_string()).unwrap_or_else(|errors| panic!("{errors}\n{json}"));
    Model::decode(&compiled.bytes).unwrap()
}

/// Ingests one event, at a `now` in seconds.
fn ingest(lead: &mut Lead, model: &Model, event: &str, now: u64) -> Result<Vec<Signal>, Error> {
    let mut reader = EventReader::default();
    let event = reader.read(event)?;
    lead.ingest(model, &event, now * 1_000, &ORIGIN)
}

fn snapshot(lead: &Lead, model: &Model, now: u64) -> Value {
    serde_json::from_str(&lead.snapshot(model, now * 1_000).unwrap()).unwrap()
}

fn explain(lead: &Lead, model: &Model, now: u64) -> Value {
    serde_json::from_str(&lead.explain(model, now * 1_000).unwrap()).unwrap()
}

/// Returns a number of points in thousandths, exactly as written.
fn milli(points: &Value) -> i64 {
    let text = points.as_number().unwrap_or_else(|| panic!("no points: {points}")).to_string();
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |digits| (-1, digits));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(rest.len() <= 3, "more than three decimals: {text}");
    sign * format!("{whole}{rest:0<3}").parse::<i64>().unwrap()
}

/// Returns the checksum of a state, so that a changed state can be made to pass the check.
fn sealed(body: &[u8]) -> Vec<u8> {
    let sum = body.iter().fold(0x811c_9dc5, |h: u32, byte| (h ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    [body, &sum.to_le_bytes()].concat()
}
