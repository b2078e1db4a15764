//! The core for edge workers: visits with separate states of worker and page, accounts, and functions for receivers of
//! signals.

pub(crate) mod account;
pub(crate) mod provenance;
pub(crate) mod receiver;
pub(crate) mod visit;
