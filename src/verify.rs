//! How a signal's receiver checks it.

#[cfg(feature = "edge")]
use crate::edge::account;
use crate::error::Error;
use crate::model::Model;
use crate::signal;
use crate::signal::remake::{Remake, remake, verified};
use crate::text::utf8::string;

/// The types of signals, each with the function that makes it anew.
const KINDS: &[(&[u8], Remake)] = &[
    (signal::TYPE, remake),
    #[cfg(feature = "edge")]
    (account::TYPE, account::write::remake),
];

/// Makes a signal anew from the state that it carries and compares: whoever accepts it need not believe its sender's
/// arithmetic. That the state itself is true, nobody but an edge worker that saw the visit can say.
///
/// Gives the recomputed snapshot, as JSON. Members that CloudEvents lets others add, beside `data`, are ignored.
///
/// # Errors
/// [`Error::SignalSyntax`] for what is not a signal, [`Error::SignalModel`] if another model made it, one of the `State…`
/// errors for a damaged state, [`Error::SignalMismatch`] if anything in it does not follow from its state.
pub fn verify(model: &Model, signal: &str) -> Result<String, Error> {
    verified(model, signal.as_bytes(), KINDS).map(string)
}
