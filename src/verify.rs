//! Verification of a signal by its receiver.

#[cfg(feature = "edge")]
use crate::edge::account;
use crate::error::Error;
use crate::model::Model;
use crate::signal;
use crate::signal::remake::{Remake, remake, verified};
use crate::text::utf8::string;

/// The types of signals, each with the function that recreates it.
const KINDS: &[(&[u8], Remake)] = &[
    (signal::TYPE, remake),
    #[cfg(feature = "edge")]
    (account::TYPE, account::write::remake),
];

/// Recreates a signal from the state in it and compares both, so that the receiver need not trust the sender's
/// calculation. Only an edge worker that observed the visit can confirm that the state itself is true.
///
/// Returns the recomputed snapshot, as JSON. Members beside `data` that CloudEvents allows others to add are ignored.
///
/// # Errors
/// [`Error::SignalSyntax`] for what is not a signal, [`Error::SignalModel`] if another model made it, one of the
/// `State…` errors for a damaged state, [`Error::SignalMismatch`] if anything in it does not follow from its state.
pub fn verify(model: &Model, signal: &str) -> Result<String, Error> {
    verified(model, signal.as_bytes(), KINDS).map(string)
}
