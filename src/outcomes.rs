//! Compares recorded behaviour with outcomes and finds better points: `backtest`, `calibrate` and `diff`.
//!
//! ```text
//! lines ──► recording: hits, event times, outcomes ──► rows: snapshot, won? ──► scored ──► statistics ──► report
//!                                                         └─► train ──► ridge ──► integer points ──► new model
//! ```
//!
//! Web pages never load this module. It takes lines and returns reports; callers handle files, terminals and
//! JavaScript.
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
#[cfg(feature = "cli")]
mod parts;
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
mod threads;
mod trips;

pub use feed::Feed;
pub use options::{COMMANDS, Command, Given, OPTIONS, Setting};
#[cfg(feature = "cli")]
pub(crate) use recording::{Recording, ReportedOutcome};
pub use session::{Finished, Kind, Report, Session, Source};

/// The reason why there is no report: a message that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(pub String);

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

/// Returns a problem as an `Err`.
fn problem<T>(message: impl Into<String>) -> Result<T, Problem> {
    Err(Problem(message.into()))
}
