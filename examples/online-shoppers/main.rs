//! Makes events and outcomes of 12,330 sessions of an online shop.
//!
//! `cargo run --example online-shoppers --features authoring -- FOLDER` writes `shop-events.ndjson`,
//! `shop-outcomes.ndjson` and `shop.json`, a model with guessed points.

#![allow(clippy::arithmetic_side_effects, reason = "an example of bounded numbers; nothing ships")]

mod sessions;

use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give a folder to write to")?;
    let folder = Path::new(&folder);
    let (events, outcomes) = sessions::lines(include_str!("sessions.csv"));
    fs::create_dir_all(folder)?;
    fs::write(folder.join("shop-events.ndjson"), events)?;
    fs::write(folder.join("shop-outcomes.ndjson"), outcomes)?;
    fs::write(folder.join("shop.json"), include_str!("model.json"))?;
    Ok(())
}
