//! The state once more as a first-party cookie, for an edge worker: `VISITOR.STATE`, its newest hits as far as they fit.

use crate::{Lead, Model, base64};

/// Of name and value, with what stands between them.
const BYTES: usize = 1_024 - "leadscore=.".len();
/// Seconds: a year; browsers allow little more. What a script writes Safari keeps for seven days.
pub(super) const KEEP: u32 = 365 * 24 * 60 * 60;

/// The cookie's value.
pub(super) fn value(model: &Model, lead: &Lead) -> Vec<u8> {
    let left = BYTES.saturating_sub(lead.visitor.len());
    // Base64 makes four bytes of three.
    let state = lead.state.encode_within(model, (left / 4).saturating_mul(3));
    [&lead.visitor, &b"."[..], &base64::encode(&state)].concat()
}
