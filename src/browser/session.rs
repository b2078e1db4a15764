//! Sessions and engaged time over them, kept for all tabs together.

use super::record;
use crate::text::hash::Fnv;

/// Inactivity that ends a session, as in Google Analytics: milliseconds.
const PAUSE: u64 = 30 * 60 * 1_000;

/// An event's session.
pub(super) struct Place {
    /// The record to store.
    pub(super) record: Vec<u8>,
    /// The number of the session that the event begins; 0 if it begins none.
    pub(super) begins: u64,
    /// True if it is the visitor's first event.
    pub(super) is_first: bool,
    /// Engaged seconds of the session, and of all sessions.
    pub(super) engaged: [u64; 2],
}

/// Assigns an event to a session, by the stored record, the event's time, the hash of its campaign (0 for
/// none), and the engaged seconds that no earlier event has counted.
///
/// The record is read and written at each event, because another tab may have written it too. If both write
/// at the same time, a second of engaged time is lost.
pub(super) fn place(stored: &[u8], at: u64, campaign: u64, new: u64) -> Place {
    let [last, mut number, mut engaged, mut total, known @ ..] = record::read(stored);
    // Campaigns with the time when each was last seen, the newest first. There are several, because two tabs of two
    // campaigns take turns.
    let [newest, first, second, third, fourth, fifth] = known;
    let mut known = [(newest, first), (second, third), (fourth, fifth)];
    let is_first = number == 0;
    let is_pause = is_first || at.saturating_sub(last) > PAUSE;
    let mut is_new = is_pause;
    if is_pause {
        known = [(campaign, at), (0, 0), (0, 0)];
    } else if campaign != 0 {
        let is_known = |(position, (own, seen)): (usize, &(u64, u64))| {
            *own == campaign && (position == 0 || at.saturating_sub(*seen) <= PAUSE)
        };
        let position = known.iter().enumerate().position(is_known);
        is_new = position.is_none();
        // Makes room at the front.
        known.get_mut(..=position.unwrap_or(2)).unwrap_or_default().rotate_right(1);
        if let Some(newest) = known.first_mut() {
            *newest = (campaign, at);
        }
    }
    if is_new {
        number = number.saturating_add(1);
        engaged = 0;
    }
    engaged = engaged.saturating_add(new);
    total = total.saturating_add(new);
    let [(newest, first), (second, third), (fourth, fifth)] = known;
    // The time of the last event, even if it is earlier than a previous one: after a wrong clock was corrected,
    // sessions must not wait for the wrong time.
    let record = record::write(&[at, number, engaged, total, newest, first, second, third, fourth, fifth]);
    Place { record, begins: if is_new { number } else { 0 }, is_first, engaged: [engaged, total] }
}

/// Returns the hash of a campaign from its names and values, each value followed by a zero; 0 for none. The hash uses
/// 255 instead of the zero, because that byte never occurs in UTF-8.
pub(super) fn campaign(string: &[u8]) -> u64 {
    let mut hash = Fnv::new();
    for byte in string {
        hash.byte(if *byte == 0 { 255 } else { *byte });
    }
    if string.is_empty() { 0 } else { hash.finish() | 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places an event, with the record kept.
    fn follow(record: &mut Vec<u8>, at: u64, campaign: u64, new: u64) -> Place {
        let place = place(record, at, campaign, new);
        record.clone_from(&place.record);
        place
    }

    #[test]
    fn a_session_begins_with_the_first_visit_a_pause_or_another_campaign() {
        let record = &mut Vec::new();
        let minute = 60_000;
        for (at, campaign, number, is_first) in [
            (minute, 0, 1, true),
            (31 * minute, 0, 0, false),
            (61 * minute + 1, 0, 2, false),
            (62 * minute, 1, 3, false),
            (63 * minute, 1, 0, false),
            // The clock was set back, and is correct again.
            (1, 0, 0, false),
            (65 * minute, 0, 4, false),
        ] {
            let place = follow(record, at, campaign, 0);
            assert_eq!((place.begins, place.is_first), (number, is_first), "{at}");
        }
    }

    #[test]
    fn a_campaign_begins_one_session_across_tabs() {
        let record = &mut Vec::new();
        let minute = 60_000;
        for (at, campaign, is_new) in [
            (0, 7, true),
            (1, 8, true),
            (2, 7, false),
            (3, 8, false),
            (4, 9, true),
            (5, 7, false),
            (25, 9, false),
            (50, 9, false),
            (60, 7, true),
            (61, 0, false),
            (62, 7, false),
        ] {
            assert_eq!(follow(record, minute * (at + 1), campaign, 0).begins > 0, is_new, "{at}");
        }
    }

    #[test]
    fn a_record_of_a_former_version_is_read() {
        let own = campaign(b"utm_sourcea\0");
        let former = record::write(&[60_000, 3, 0, 0, own]);
        assert_eq!(place(&former, 120_000, own, 0).begins, 0);
    }

    #[test]
    fn a_campaign_has_the_same_hash_as_in_earlier_versions() {
        let mut hash = Fnv::new();
        for part in [&b"utm_source"[..], b"a", b"\xff", b"gclid", b"", b"\xff"] {
            hash.bytes(part);
        }
        assert_eq!(campaign(b"utm_sourcea\0gclid\0"), hash.finish() | 1);
        assert_eq!(campaign(b""), 0);
    }

    #[test]
    fn engaged_seconds_add_up_over_the_session_and_over_all() {
        let record = &mut Vec::new();
        let places = [(0, 10), (20_000, 10), (3_000_000, 5)].map(|(at, new)| follow(record, at, 0, new));
        assert_eq!(places.map(|place| place.engaged), [[10, 10], [20, 20], [5, 25]]);
    }
}
