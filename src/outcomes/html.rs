//! The reports as one HTML file each, for managers and for printing: no script, no network, light and dark.
//!
//! Every figure comes from the structure of `--json`; this module computes only positions on charts. Every string from
//! a file (names, ids, times) goes through [`text::escape`].

mod backtest;
mod calibrate;
mod chart;
mod diff;
mod model;
mod page;
mod plot;
mod table;
pub(crate) mod text;

pub use backtest::backtest;
pub use calibrate::calibrate;
pub use diff::diff;
