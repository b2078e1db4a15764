//! Generates visits to a B2B site from a known model, to check that `backtest` and `calibrate` find it.
//!
//! `cargo run --release --example known-truth --features authoring -- FOLDER [--seed N] [--visitors N] [--won SHARE] [--extra N]`
//!
//! The example writes four files into FOLDER: `events.ndjson`, `outcomes.ndjson`, `truth.json` (the model that decides
//! who wins) and `by-feel.json` (the same rules with guessed points). The same options produce the same bytes on every
//! machine.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "an example of bounded numbers; nothing ships"
)]

mod population;
mod random;
mod rules;

use std::error::Error;
use std::fs;
use std::path::Path;

use population::{Options, Population};
use rules::{POINTS_PER_LOGIT, Whose, model};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("give a folder to write to")?;
    let mut options = Options::default();
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} wants a value"))?;
        match name.as_str() {
            "--seed" => options.seed = value.parse()?,
            "--visitors" => options.visitors = value.parse()?,
            "--won" => options.won = value.parse()?,
            "--extra" => options.extra = value.parse()?,
            _ => return Err(format!("unknown option {name}").into()),
        }
    }
    if !(options.visitors > 0 && options.won > 0.0 && options.won < 1.0) {
        return Err("give at least one visitor, and a share of won between 0 and 1".into());
    }
    write(Path::new(&folder), options)
}

fn write(folder: &Path, options: Options) -> Result<(), Box<dyn Error>> {
    let population = Population::new(options);
    let (mut events, mut outcomes, mut won) = (Vec::new(), String::new(), 0);
    for visitor in population.visitors() {
        won += u32::from(visitor.won.is_some());
        if let Some(line) = visitor.outcome() {
            outcomes += &line;
            outcomes.push('\n');
        }
        events.extend(visitor.events);
    }
    events.sort_by_key(|line| line.at);
    fs::create_dir_all(folder)?;
    let lines: String = events.iter().flat_map(|line| [line.json.as_str(), "\n"]).collect();
    fs::write(folder.join("events.ndjson"), lines)?;
    fs::write(folder.join("outcomes.ndjson"), outcomes)?;
    fs::write(folder.join("truth.json"), model(Whose::Truth, options.extra))?;
    fs::write(folder.join("by-feel.json"), model(Whose::Author, options.extra))?;
    println!(
        "{} visitors, {} events, {won} won; log-odds of winning: {:.3} + score / {POINTS_PER_LOGIT}",
        options.visitors,
        events.len(),
        population.intercept
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_truth_is_what_it_says() {
        let population = Population::new(Options { visitors: 20_000, ..Options::default() });
        let visitors: Vec<_> = population.visitors().collect();
        let expected: f64 = visitors.iter().map(|visitor| visitor.chance).sum();
        assert!((expected - 800.0).abs() < 0.01, "{expected}");
        // The draws are independent: the count lies within four standard deviations of its mean.
        let won = visitors.iter().filter(|visitor| visitor.won.is_some()).count() as f64;
        assert!((won - 800.0).abs() < 4.0 * 800f64.sqrt(), "{won}");
        // Visitors whose chance is a third or more win as often as their chances say.
        let likely: Vec<_> = visitors.iter().filter(|visitor| visitor.chance > 0.33).collect();
        let mean = likely.iter().map(|visitor| visitor.chance).sum::<f64>() / likely.len() as f64;
        let share = likely.iter().filter(|visitor| visitor.won.is_some()).count() as f64 / likely.len() as f64;
        assert!(likely.len() > 200 && (mean - share).abs() < 0.1, "{} {mean} {share}", likely.len());
    }

    #[test]
    fn one_seed_gives_the_same_bytes_and_another_gives_others() {
        let lines = |seed| {
            let population = Population::new(Options { seed, visitors: 50, won: 0.2, extra: 2 });
            let visitors: Vec<_> = population.visitors().collect();
            let events = visitors.iter().flat_map(|visitor| visitor.events.iter().map(|line| line.json.clone()));
            let outcomes = visitors.iter().filter_map(population::Visitor::outcome);
            events.chain(outcomes).collect::<Vec<_>>()
        };
        assert_eq!(lines(7), lines(7));
        assert_ne!(lines(7), lines(8));
    }
}
