//! The op codes of programs.

/// One or more bytes other than `/`: a `:name`.
pub(crate) const SEGMENT: u8 = 1;
/// Any bytes: a `*`.
pub(crate) const ANY: u8 = 2;
/// A group that may be missing (`{…}?`). After each opening code: the length of the body, 2 bytes, little end first.
pub(crate) const OPTIONAL: u8 = 3;
/// A group that repeats (`{…}+`).
pub(crate) const REPEAT: u8 = 4;
/// A group that repeats or is missing (`{…}*`).
pub(crate) const ANY_TIMES: u8 = 5;
/// The end of a group, and again the length of its body.
pub(crate) const CLOSE: u8 = 6;
