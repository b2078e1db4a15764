//! The lead once more as a first-party cookie, for an edge worker: as it is stored, its newest hits as far as they fit.

use super::profile::Profile;
use crate::Model;

/// Of name and value, with the mark between them.
const BYTES: usize = 1_024 - "leadscore=".len();
/// Seconds: a year; browsers allow little more. What a script writes Safari keeps for seven days.
pub(super) const KEEP: u32 = 365 * 24 * 60 * 60;

/// The cookie's value.
pub(super) fn value(model: &Model, profile: &Profile) -> Vec<u8> {
    let left = BYTES.saturating_sub(profile.text(&[]).len());
    // Base64 makes four bytes of three.
    profile.text(&profile.lead.state.encode_within(model, (left / 4).saturating_mul(3)))
}
