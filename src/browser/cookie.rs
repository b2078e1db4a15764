//! The lead once more as a first-party cookie, for an edge worker: as it is stored, its newest hits as far as they fit.

use super::profile::Profile;
use crate::Model;

/// Of the value: a kilobyte with the longer of the cookie's names (`host.js`) and the mark between them.
const BYTES: usize = 1_024 - "__Host-leadscore-page=".len();

/// The cookie's value.
pub(super) fn value(model: &Model, profile: &Profile) -> Vec<u8> {
    let left = BYTES.saturating_sub(profile.text(&[]).len());
    // Base64 makes four bytes of three.
    profile.text(&profile.lead.state.encode_within(model, (left / 4).saturating_mul(3)))
}
