//! The lead once more as a first-party cookie, for an edge worker: as it is stored, or what is left of it within
//! the cookie's size.

use super::profile::Profile;
use crate::Model;

/// Of the value: a kilobyte with the longer of the cookie's names (`host.js`) and the mark between them.
const BYTES: usize = 1_024 - "__Host-leadscore-page=".len();

/// The cookie's value; none where what has to stay of the state does not fit.
pub(super) fn value(model: &Model, profile: &Profile) -> Option<Vec<u8>> {
    let left = BYTES.checked_sub(profile.text(&[]).len())?;
    // Base64 makes four bytes of three.
    Some(profile.text(&profile.lead.state.encode_within(model, left.saturating_mul(3) / 4)?))
}
