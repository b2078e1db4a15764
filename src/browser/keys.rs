//! The names of all that the tracker stores, in one place: withdrawal deletes exactly these keys, and no other key of the
//! site, however similar its name is.

use crate::base64;

/// The lead, as `RESETS.VISITOR.STATE`. Each format of the state has a key of its own, so that a version never overwrites
/// what only a newer one can read.
pub(super) const LEAD: &[u8] = b"leadscore.lead.2";
/// The lead as tags store it whose states have format 1. It is read, as such a tab may still be open, but never written.
pub(super) const FORMER_LEAD: &[u8] = b"leadscore.lead";
/// The record of sessions.
pub(super) const SESSION: &[u8] = b"leadscore.session";
/// When the endpoint may be tried again.
pub(super) const RETRY: &[u8] = b"leadscore.retry";
/// A signal on its way; its id follows.
pub(super) const SIGNAL: &[u8] = b"leadscore.out.";
/// The visitor's choice, `granted` or `denied`, and nothing else. It does not begin with `leadscore.`, because
/// those former tags delete every key that does as soon as the lead is gone, and would delete the withdrawal with it.
pub(super) const CONSENT: &[u8] = b"leadscore-consent";

/// What all keys begin with that are deleted when consent is withdrawn.
pub(super) const PREFIX: &[u8] = b"leadscore.";

/// Returns whether a text can be the id of a visitor or of a signal: 16 bytes in base64url.
pub(super) fn is_id(text: &[u8]) -> bool {
    base64::decode(text).is_some_and(|bytes| bytes.len() == 16)
}

/// Returns whether a key holds a signal.
pub(super) fn is_signal(key: &[u8]) -> bool {
    key.strip_prefix(SIGNAL).is_some_and(is_id)
}

/// Returns whether a key is deleted when consent is withdrawn. Leads in formats of newer versions are among them.
pub(super) fn is_own(key: &[u8]) -> bool {
    let format = key.strip_prefix(FORMER_LEAD).and_then(|rest| rest.strip_prefix(b"."));
    let is_lead = key == FORMER_LEAD || format.is_some_and(|format| matches!(format, [b'0'..=b'9']));
    is_lead || key == SESSION || key == RETRY || is_signal(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_of_the_tracker_are_its_own() {
        // `inert.js` deletes the same keys if no tracker runs.
        let table: serde_json::Value = serde_json::from_str(include_str!("../../tests/browser/lib/keys.json")).unwrap();
        for (group, expected) in [("own", true), ("foreign", false)] {
            for key in table[group].as_array().unwrap() {
                assert_eq!(is_own(key.as_str().unwrap().as_bytes()), expected, "{key}");
            }
        }
        // Deleted by name where it must be: it outlives a withdrawal.
        assert!(!is_own(CONSENT) && !CONSENT.starts_with(PREFIX));
    }
}
