//! From recorded behaviour and outcomes to points that are right: `backtest`, `calibrate` and `diff`.
//!
//! ```text
//! lines ──► recording: hits, event times, outcomes ──► rows: snapshot, won? ──► scored ──► statistics ──► report
//!                                                         └─► train ──► ridge ──► integer points ──► new model
//! ```
//!
//! Nothing of this reaches a page. It takes in lines and gives reports; files, terminals and JavaScript are the callers'.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "numeric code of a tool: positions and counts are made here, never read from input"
)]

mod backtest;
mod bootstrap;
mod calibrate;
mod conditions;
mod core;
mod cuts;
mod diff;
mod durations;
mod feed;
pub mod html;
mod logistic;
pub mod markdown;
mod names;
mod options;
mod patch;
mod random;
mod ranking;
mod recording;
pub mod report;
mod rows;
mod rules;
mod scored;
mod session;
mod split;
mod stages;
mod text;
mod trips;

pub use feed::Feed;
pub use options::{COMMANDS, Command, Given, OPTIONS, Setting};
pub use session::{Finished, Kind, Report, Session, Source};

/// Why there is no report, in a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(pub String);

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

/// A problem as a result.
fn problem<T>(message: impl Into<String>) -> Result<T, Problem> {
    Err(Problem(message.into()))
}
