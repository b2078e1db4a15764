//! The native front for the commands of tests/fronts/edge.test.mjs: visits, accounts, and the receiver's queries to a
//! model.
//!
//! Standard input: a JSON array on each line, its first element the command. Prints a line for each command but
//! `model`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test that fails may panic"
)]

use std::fmt::Write as _;
use std::io::{BufRead, Write as _};

use leadscore::authoring::compile;
use leadscore::{Account, Contribution, Error, EventReader, Model, Signal, Visit, verify};
use leadscore::{has_outcome, is_confirmed, is_in_range, is_visitor_id, parse_time};
use serde_json::Value;

/// The maximum number of bytes of a record to seal; and a small number.
const RECORD: usize = 700;
const FEW: usize = 60;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn shown(result: Result<String, Error>) -> String {
    result.unwrap_or_else(|error| error.code().to_owned())
}

/// Returns each signal, with the result of its verification.
fn sent(model: &Model, signals: Result<Vec<Signal>, Error>) -> String {
    let one = |signal: Signal| signal.json.clone() + &shown(verify(model, &signal.json));
    signals.map_or_else(|error| error.code().to_owned(), |signals| signals.into_iter().map(one).collect())
}

fn state(model: &Model, visit: &Visit) -> String {
    let record = |bytes| visit.record(model, bytes).unwrap_or("-".to_owned());
    let part = |bytes: Option<Vec<u8>>| bytes.map_or("-".to_owned(), |bytes| hex(&bytes));
    let flags = [visit.is_changed(), visit.has_page(), visit.has_sealed(), visit.has_tripped()];
    let (witnessed, told) = (part(visit.witnessed(model)), part(visit.told(model)));
    format!("{} {flags:?} {} {} {witnessed} {told}", visit.visitor(), record(RECORD), record(FEW))
}

fn main() {
    let mut model = None;
    let mut visit = Visit::default();
    let mut account = Account::default();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line: Vec<Value> = serde_json::from_str(&line.unwrap()).unwrap();
        let text = |at: usize| line[at].as_str().unwrap();
        let now = |at: usize| line[at].as_u64().unwrap();
        if text(0) == "model" {
            model = Some(Model::decode(&compile(text(1)).unwrap().bytes).unwrap());
            account = Account::default();
            continue;
        }
        let model = model.as_ref().unwrap();
        let result = match text(0) {
            "visit" => {
                let last = visit.record(model, RECORD).unwrap_or_default();
                let sealed = if text(1) == "last" { &last } else { text(1) };
                // The page mirrors the worker's sealed state.
                let page = text(2).replace("last", last.rsplit_once('.').map_or("", |(page, _)| page));
                visit = Visit::new(model, sealed, &page, text(3));
                state(model, &visit)
            }
            "event" => {
                let mut reader = EventReader::default();
                let event = reader.read(text(2));
                let signals = event.and_then(|event| visit.ingest(model, &event, now(1), "https://acme.example"));
                let shows = [visit.snapshot(model, now(1)), visit.segment(model, now(1)), visit.explain(model, now(1))];
                format!("{} {} {}", sent(model, signals), state(model, &visit), shows.map(shown).join(" "))
            }
            "contribute" => {
                let (own, told) = (visit.witnessed(model).unwrap_or_default(), visit.told(model).unwrap_or_default());
                let contribution = Contribution { person: text(2), visitor: visit.visitor(), own: &own, told: &told };
                let source = "https://ACME.example:443";
                let signals = account.contribute(model, text(1), &contribution, now(3), source);
                let bytes = account.encode(model).map(|bytes| hex(&bytes));
                format!("{} {} {}", sent(model, signals), shown(account.snapshot(model, now(3))), shown(bytes))
            }
            "forget" => {
                let forgotten = [account.forget_person(text(1)), account.forget(text(1))];
                account = Account::decode(model, &account.encode(model).unwrap()).unwrap();
                format!("{forgotten:?}")
            }
            _ => {
                let has = has_outcome(model, text(1), text(2), text(3), line[4].as_str());
                let is_in = is_in_range(model, text(1), line[5].as_f64().unwrap());
                let is_confirmed = is_confirmed(model, text(1), text(2), text(6));
                format!("{has} {is_in} {is_confirmed} {} {:?}", is_visitor_id(text(7)), parse_time(text(8)))
            }
        };
        writeln!(out, "{result}").unwrap();
    }
}
