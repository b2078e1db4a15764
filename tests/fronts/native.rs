//! The native front for the lines of tests/fronts/cases.js. Its output must be equal to that of run.js in all runtimes.
//!
//! Standard input: `model JSON`, then `lead ID` and `event NOW JSON`, each on a line. Prints a line for each event: the
//! signals or an error code; after every fifth event also the snapshot, the receipt and the state in hexadecimal.

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
use leadscore::{Error, EventReader, Lead, Model, Origin, Signal, verify};

/// The snapshot, the receipt and the state are printed after every fifth event only, because they are slow.
const ASKED: usize = 5;

fn ingest(lead: &mut Lead, model: &Model, now: u64, text: &str) -> Result<Vec<Signal>, Error> {
    let mut reader = EventReader::default();
    let event = reader.read(text)?;
    lead.ingest(model, &event, now, &Origin { source: "https://acme.example", provenance: "client" })
}

fn main() {
    let mut model = None;
    let mut lead = Lead::new("none").unwrap();
    let mut count = 0;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let (what, rest) = line.split_once(' ').unwrap();
        match what {
            "model" => {
                let compiled = compile(rest).unwrap_or_else(|errors| panic!("{errors}\n{rest}"));
                model = Some(Model::decode(&compiled.bytes).unwrap());
            }
            "lead" => (lead, count) = (Lead::new(rest).unwrap(), 0),
            _ => {
                let model = model.as_ref().unwrap();
                let (now, text) = rest.split_once(' ').unwrap();
                let now = now.parse().unwrap();
                let mut result = match ingest(&mut lead, model, now, text) {
                    Err(error) => error.code().to_owned(),
                    Ok(signals) => {
                        let mut list: Vec<String> = Vec::new();
                        for signal in signals {
                            let verified = verify(model, &signal.json).unwrap_or_else(|error| error.code().to_owned());
                            list.push(signal.json + &verified);
                        }
                        list.concat()
                    }
                };
                count += 1;
                if count % ASKED == 0 {
                    let show = |shown: Result<String, Error>| shown.unwrap_or_else(|error| error.code().to_owned());
                    result += &show(lead.snapshot(model, now));
                    result += &show(lead.explain(model, now));
                    for byte in lead.state().encode(model) {
                        write!(result, "{byte:02x}").unwrap();
                    }
                }
                writeln!(out, "{result}").unwrap();
            }
        }
    }
}
