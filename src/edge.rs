//! A worker at the edge: visits that keep apart what the worker saw and what the page told, accounts, and what a
//! receiver asks about signals.

pub(crate) mod account;
pub(crate) mod provenance;
pub(crate) mod receiver;
pub(crate) mod visit;
