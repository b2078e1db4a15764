//! Bytes, numbers, strings and times: code that does not depend on leads.

pub(crate) mod base64;
pub(crate) mod bits;
pub(crate) mod bytes;
pub(crate) mod contains;
pub(crate) mod hash;
pub(crate) mod invariant;
pub(crate) mod json;
pub(crate) mod least;
pub(crate) mod sort;
#[cfg(feature = "outcomes")]
pub(crate) mod terminal;
pub(crate) mod time;
pub(crate) mod utf8;
pub(crate) mod value;
