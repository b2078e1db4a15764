//! Sessions and engaged time over them, kept for all tabs together.

use super::campaign;
use super::deed::{Deed, props};
use super::record;

/// Inactivity that ends a session, as in Google Analytics: milliseconds.
const PAUSE: u64 = 30 * 60 * 1_000;

/// Given the record that is stored, gives the one to store, and the event with what precedes it where it begins a session.
///
/// It is read and written at each event, as another tab may have written it too: what is lost where both do so at one
/// moment is a second of engaged time.
pub(super) fn place(stored: &[u8], mut deed: Deed) -> (Vec<u8>, Vec<Deed>) {
    let [last, mut number, mut engaged, mut total, known @ ..] = record::read(stored);
    // Campaigns and when each was seen, the newest first. More than one, because two tabs of two campaigns take turns.
    let [newest, first, second, third, fourth, fifth] = known;
    let mut known = [(newest, first), (second, third), (fourth, fifth)];
    let campaign = if deed.kind == b"page_view" { campaign::name(&deed.url) } else { 0 };
    let mut deeds = Vec::new();
    let is_first = number == 0;
    let is_pause = is_first || deed.at.saturating_sub(last) > PAUSE;
    let mut is_new = is_pause;
    if is_pause {
        known = [(campaign, deed.at), (0, 0), (0, 0)];
    } else if campaign != 0 {
        let is_known = |(at, (own, seen)): (usize, &(u64, u64))| {
            *own == campaign && (at == 0 || deed.at.saturating_sub(*seen) <= PAUSE)
        };
        let position = known.iter().enumerate().position(is_known);
        is_new = position.is_none();
        // Makes room at the front.
        known.get_mut(..=position.unwrap_or(2)).unwrap_or_default().rotate_right(1);
        if let Some(newest) = known.first_mut() {
            *newest = (campaign, deed.at);
        }
    }
    if is_new {
        number = number.saturating_add(1);
        engaged = 0;
        let mut begin = Deed { kind: b"first_visit".to_vec(), props: props(), engaged: 0, ..deed.clone() };
        campaign::write(&mut begin.props, &deed.url, &deed.referrer);
        begin.props.name("session_number").integer(number);
        if is_first {
            deeds.push(begin.clone());
        }
        begin.kind = b"session_start".to_vec();
        deeds.push(begin);
    }
    if deed.engaged > 0 {
        engaged = engaged.saturating_add(deed.engaged);
        total = total.saturating_add(deed.engaged);
        deed.props.name("session_engaged_seconds").integer(engaged);
        deed.props.name("total_engaged_seconds").integer(total);
    }
    let [(newest, first), (second, third), (fourth, fifth)] = known;
    // The last one's time, be it earlier: a clock that was set right must not wait for the one that was wrong.
    let record = record::write(&[deed.at, number, engaged, total, newest, first, second, third, fourth, fifth]);
    deeds.push(deed);
    (record, deeds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed(kind: &str, at: u64, url: &str, engaged: u64) -> Deed {
        Deed { kind: kind.into(), at, url: url.into(), referrer: Vec::new(), props: props(), engaged }
    }

    /// What happens to the event, with the record kept.
    fn follow(record: &mut Vec<u8>, one: Deed) -> Vec<Deed> {
        let (next, deeds) = place(record, one);
        *record = next;
        deeds
    }

    #[test]
    fn a_session_begins_with_the_first_visit_a_pause_or_another_campaign() {
        let record = &mut Vec::new();
        let minute = 60_000;
        let all = &["first_visit", "session_start", "page_view"][..];
        for (kind, at, url, expected) in [
            ("page_view", minute, "/", all),
            ("page_view", 31 * minute, "/", &["page_view"]),
            ("page_view", 61 * minute + 1, "/", &["session_start", "page_view"]),
            ("page_view", 62 * minute, "/?utm_source=a", &["session_start", "page_view"]),
            ("page_view", 63 * minute, "/?utm_source=a", &["page_view"]),
            ("click", 64 * minute, "/?utm_source=b", &["click"]),
            // The clock was set back, and is right again.
            ("page_view", 1, "/", &["page_view"]),
            ("page_view", 65 * minute, "/", &["session_start", "page_view"]),
        ] {
            let kinds: Vec<_> = follow(record, deed(kind, at, url, 0)).into_iter().map(|deed| deed.kind).collect();
            assert_eq!(kinds, expected.iter().map(|kind| kind.as_bytes()).collect::<Vec<_>>(), "{at}");
        }
    }

    #[test]
    fn a_campaign_begins_a_session_once_whatever_tabs_do() {
        let record = &mut Vec::new();
        let minute = 60_000;
        for (at, campaign, sessions) in [
            (0, "a", 1),
            (1, "b", 1),
            (2, "a", 0),
            (3, "b", 0),
            (4, "c", 1),
            (5, "a", 0),
            (25, "c", 0),
            (50, "c", 0),
            (60, "a", 1),
            (61, "", 0),
            (62, "a", 0),
        ] {
            let url = if campaign.is_empty() { "/".into() } else { format!("/?utm_source={campaign}") };
            let deeds = follow(record, deed("page_view", minute * (at + 1), &url, 0));
            assert_eq!(deeds.iter().filter(|deed| deed.kind == b"session_start").count(), sessions, "{at}");
        }
    }

    #[test]
    fn a_record_of_a_former_version_is_read() {
        let former = record::write(&[60_000, 3, 0, 0, campaign::name(b"/?utm_source=a")]);
        let (_, deeds) = place(&former, deed("page_view", 120_000, "/?utm_source=a", 0));
        assert_eq!(deeds.len(), 1);
    }

    #[test]
    fn engaged_seconds_add_up_over_the_session_and_over_all() {
        let record = &mut Vec::new();
        let mut last = Vec::new();
        for (at, engaged) in [(0, 10), (20_000, 10), (3_000_000, 5)] {
            last = follow(record, deed("user_engagement", at, "/", engaged)).pop().unwrap().json();
        }
        let last = String::from_utf8(last).unwrap();
        assert!(last.ends_with(r#""props":{"session_engaged_seconds":5,"total_engaged_seconds":25}}"#), "{last}");
    }
}
