//! Sessions and engaged time over them, kept for all tabs together.

use super::campaign;
use super::deed::{Deed, props};
use super::record;
use super::storage::Storage;

const KEY: &str = "leadscore.session";
/// Inactivity that ends a session, as in Google Analytics.
const PAUSE: u64 = 30 * 60 * 1_000;

/// What precedes an event where it begins a session, and the event with the session's part.
///
/// Read and written each time, as another tab may have; what one tab adds while another does is a second at most.
pub(super) fn place(storage: &mut Storage, mut deed: Deed) -> Vec<Deed> {
    let [last, mut number, mut engaged, mut total, mut known] = record::read(&storage.get(KEY).unwrap_or_default());
    let campaign = match deed.kind.as_str() {
        "page_view" => campaign::name(deed.url.as_bytes()),
        _ => 0,
    };
    let mut deeds = Vec::new();
    let is_first = number == 0;
    if is_first || deed.at.saturating_sub(last) > PAUSE || (campaign != 0 && campaign != known) {
        number = number.saturating_add(1);
        engaged = 0;
        for kind in ["first_visit", "session_start"] {
            if is_first || kind == "session_start" {
                let mut begin = Deed { kind: kind.into(), props: props(), engaged: 0, ..deed.clone() };
                campaign::write(&mut begin.props, deed.url.as_bytes(), deed.referrer.as_bytes());
                begin.props.name("session_number").integer(number);
                deeds.push(begin);
            }
        }
        known = campaign;
    }
    if deed.engaged > 0 {
        engaged = engaged.saturating_add(deed.engaged);
        total = total.saturating_add(deed.engaged);
        deed.props.name("session_engaged_seconds").integer(engaged);
        deed.props.name("total_engaged_seconds").integer(total);
    }
    // A clock that is set back does not end the session.
    storage.set(KEY, &record::write(&[deed.at, number, engaged, total, known]));
    deeds.push(deed);
    deeds
}

/// The next event is the first of a visitor.
pub(super) fn forget(storage: &mut Storage) {
    storage.remove(KEY);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed(kind: &str, at: u64, url: &str, engaged: u64) -> Deed {
        Deed { kind: kind.into(), at, url: url.into(), referrer: String::new(), props: props(), engaged }
    }

    fn kinds(storage: &mut Storage, one: Deed) -> Vec<String> {
        place(storage, one).into_iter().map(|deed| deed.kind).collect()
    }

    #[test]
    fn a_session_begins_with_the_first_visit_a_pause_or_another_campaign() {
        let storage = &mut Storage::default();
        let minute = 60_000;
        let view = |at, url| deed("page_view", at, url, 0);
        assert_eq!(kinds(storage, view(minute, "/")), ["first_visit", "session_start", "page_view"]);
        assert_eq!(kinds(storage, view(31 * minute, "/")), ["page_view"]);
        assert_eq!(kinds(storage, view(61 * minute + 1, "/")), ["session_start", "page_view"]);
        assert_eq!(kinds(storage, view(62 * minute, "/?utm_source=a")), ["session_start", "page_view"]);
        assert_eq!(kinds(storage, view(63 * minute, "/?utm_source=a")), ["page_view"]);
        assert_eq!(kinds(storage, deed("click", 64 * minute, "/?utm_source=b", 0)), ["click"]);
        assert_eq!(kinds(storage, view(1, "/")), ["page_view"], "the clock was set back");
        forget(storage);
        assert_eq!(kinds(storage, view(2, "/")), ["first_visit", "session_start", "page_view"]);
    }

    #[test]
    fn engaged_seconds_add_up_over_the_session_and_over_all() {
        let storage = &mut Storage::default();
        let mut last = String::new();
        for (at, engaged) in [(0, 10), (20_000, 10), (3_000_000, 5)] {
            let deed = place(storage, deed("user_engagement", at, "/", engaged)).pop().unwrap();
            last = record::text(deed.json());
        }
        assert!(last.ends_with(r#""props":{"session_engaged_seconds":5,"total_engaged_seconds":25}}"#), "{last}");
    }
}
