//! Page views: the first, those of single-page applications, and restored ones. Each counts once.
//!
//! A router changes the address before the title, and may redirect to another address at once. So a view within a page
//! begins with the change, but is recorded when the address has stayed the same for a while, or before any other event.

use super::engagement::Engagement;
use super::host::{self, kind, now, ticks};
use super::tracker::Tracker;

/// Milliseconds for which an address has to stay the same; longer if only a search term differs, because a term is typed
/// letter by letter, and while the title is still that of the view before, because a page may load its own first.
const REST: f64 = 250.0;
const LONG_REST: f64 = 1_000.0;
/// The same if the page asks for a snapshot, which is to be of the view that it shows.
const SHOWN_REST: f64 = 500.0;

/// The page's address compared with the address of the view, or with the one that is not recorded yet: another
/// page, the same path, another search term; and whether it is the page of the view.
const IS_OTHER: u32 = 1;
const IS_SAME_PATH: u32 = 2;
const IS_SEARCH: u32 = 4;
const IS_VIEWED: u32 = 8;

/// The slots for addresses: that of the current view, and one that is not recorded yet.
const VIEW: i32 = 0;
const ARRIVAL: i32 = 1;
/// No address is kept that is not recorded yet.
const NO_ARRIVAL: i32 = 2;
/// The address that is not recorded yet becomes the view's own.
const ARRIVED: i32 = 3;
/// As [`ARRIVAL`], for a new one: of a view, or of the same view with other results. The page has not been scrolled there.
const NEW_VIEW: i32 = 4;
const NEW_RESULTS: i32 = 7;

/// The causes of a page view, for [`host::begin_view`]: the address that is not recorded yet; the document; nothing new.
const AT_ARRIVAL: i32 = 0;
const AT_DOCUMENT: i32 = 1;
pub(super) const SAME_VIEW: i32 = 2;

/// A new address that is not recorded yet.
struct Arrival {
    /// The time of the change, in milliseconds since 1970.
    at: u64,
    /// The same on the page's clock.
    since: f64,
    /// The time at which it will be recorded, on the page's clock.
    due: f64,
    /// False if only a search term was replaced: the same view with other results.
    is_view: bool,
}

/// The visit to this page, with its current page view.
pub(super) struct PageVisit {
    arrival: Option<Arrival>,
    pub(super) engagement: Engagement,
    /// The start of the next page view, on the page's clock.
    since: Option<f64>,
    /// True if the document is an error page, which does not count as a view.
    is_error: bool,
    pub(super) is_prerendered: bool,
    /// True if a view of the document has begun.
    is_shown: bool,
    pub(super) is_hidden: bool,
    /// The time at which an edge worker recorded the next page view; 0 if none did.
    seen: u64,
}

/// Milliseconds by which the clocks of page and edge worker may differ.
const CLOCKS: u64 = 10 * 60 * 1_000;

impl PageVisit {
    /// A visit whose first page view has not begun.
    pub(super) fn new(since: f64, seen: f64, is_error: bool, is_prerendered: bool) -> Self {
        Self {
            arrival: None,
            engagement: Engagement::default(),
            since: Some(since),
            is_error,
            is_prerendered,
            is_shown: false,
            is_hidden: false,
            seen: seen as u64,
        }
    }

    /// Returns when the next event of this visit is due, on the page's clock.
    pub(super) fn due(&self, ticks: f64) -> Option<f64> {
        let arrival = self.arrival.as_ref().map(|arrival| arrival.due);
        arrival.or_else(|| self.engagement.next().map(|left| ticks + left))
    }

    /// Returns whether an address that changed at this time or before is not recorded yet.
    pub(super) fn has_arrived_by(&self, at: u64) -> bool {
        self.arrival.as_ref().is_some_and(|arrival| arrival.at <= at)
    }

    /// Returns true if a view is not recorded yet whose address has stayed the same for this many milliseconds.
    fn has_rested(&self, rest: f64) -> bool {
        self.arrival.as_ref().is_some_and(|arrival| arrival.is_view && ticks() - arrival.since >= rest)
    }

    /// Resets everything that counts once in a page view.
    pub(super) fn begin_engagement(&mut self) {
        self.engagement.begin(self.since.take().unwrap_or_else(ticks));
    }

    /// Returns true if the visit has begun.
    pub(super) fn is_shown(&self) -> bool {
        self.is_shown
    }
}

impl Tracker {
    /// Checks if the address names another page than before. A replaced query only records the page's state, such as the
    /// position of a slider, so it is not a view.
    pub(super) fn navigated(&mut self, is_replaced: bool) {
        let mut compared = host::compare_address();
        let before = compared;
        let is = |what: u32| before & what != 0;
        // A page that is rendered ahead has no view yet.
        if !self.visit.is_shown || !is(IS_OTHER) {
            return;
        }
        let is_search = is(IS_SAME_PATH) && is(IS_SEARCH);
        let is_upkeep = is(IS_SAME_PATH) && is_replaced;
        // An address that has stayed and only waits for another title was not a redirect; without a title no page was shown.
        if !is_upkeep && self.visit.has_rested(REST) && host::has_title() != 0 {
            self.arrive();
            compared = host::compare_address();
        }
        if compared & IS_VIEWED != 0 {
            // A redirect has led back.
            self.visit.arrival = None;
            return host::keep_address(NO_ARRIVAL);
        }
        if let Some(arrival) = self.visit.arrival.as_mut().filter(|_| is_upkeep) {
            if is_search {
                arrival.due = ticks() + LONG_REST;
            }
            return host::keep_address(ARRIVAL);
        }
        if is_upkeep && !is_search {
            return host::keep_address(VIEW);
        }
        if self.visit.arrival.as_ref().is_none_or(|arrival| !arrival.is_view) && !is_upkeep {
            self.arrive();
            self.record_engagement(true);
        }
        let since = ticks();
        let due = since + if is_search { LONG_REST } else { REST };
        self.visit.arrival = Some(Arrival { at: now(), since, due, is_view: !is_upkeep });
        host::keep_address(if is_upkeep { NEW_RESULTS } else { NEW_VIEW });
    }

    /// Records the address that is not recorded yet.
    pub(super) fn arrive(&mut self) {
        let Some(Arrival { at, since, is_view, .. }) = self.visit.arrival.take() else { return };
        if !is_view {
            host::keep_address(ARRIVED);
            return self.record_own(kind::SEARCH, 0.0, now(), 0);
        }
        self.visit.since = Some(since);
        self.visit.is_error = false;
        self.view(AT_ARRIVAL, at);
        // Mostly the router scrolls. The depth since the change belongs to this view.
        self.record_own(kind::SCROLL, 0.0, now(), 0);
    }

    /// Records a view before a snapshot, if it only waits for another title.
    pub(super) fn arrive_if_shown(&mut self) {
        if self.visit.has_rested(SHOWN_REST) {
            self.arrive();
        }
    }

    /// Records an address that has stayed the same for long enough.
    pub(super) fn arrive_if_due(&mut self) {
        let Some(arrival) = self.visit.arrival.as_mut().filter(|arrival| arrival.due <= ticks()) else { return };
        let last = arrival.since + LONG_REST;
        if arrival.is_view && arrival.due < last && host::has_new_title() == 0 {
            arrival.due = last;
            return;
        }
        self.arrive();
    }

    /// The document is shown: loaded, activated, or restored from the back/forward cache.
    pub(super) fn show(&mut self) {
        self.visit.arrival = None;
        self.visit.is_shown = true;
        self.view(AT_DOCUMENT, now());
    }

    /// A page that was rendered ahead is shown now.
    pub(super) fn activate(&mut self) {
        // Any script can dispatch the event, so it counts only once and after prerendering.
        if !std::mem::take(&mut self.visit.is_prerendered) {
            return;
        }
        self.visit.since = None;
        if self.is_open() {
            self.on_visibility_change();
            self.show();
        }
    }

    /// A page that was left is shown again.
    pub(super) fn restored(&mut self) {
        self.on_visibility_change();
        self.show();
    }

    fn view(&mut self, begins: i32, at: u64) {
        self.visit.begin_engagement();
        host::begin_view(begins);
        if self.visit.is_error {
            return;
        }
        // An edge worker has counted the event at that time, so that both together count it once. By a clock that differs by
        // minutes sessions would end.
        let seen = std::mem::take(&mut self.visit.seen);
        let viewed = if seen.abs_diff(at) < CLOCKS { seen } else { at };
        self.record_own(kind::PAGE_VIEW, 0.0, viewed, 0);
        self.record_own(kind::SEARCH, 0.0, at, 0);
    }

    /// Records engaged time that is due: at the end of a step, or all as the page view `ends`.
    pub(super) fn record_engagement(&mut self, ends: bool) {
        // Between two views the time belongs to neither: it was recorded for the former, and starts with the next.
        if self.visit.arrival.as_ref().is_some_and(|arrival| arrival.is_view) {
            return;
        }
        self.visit.engagement.active_until(host::last_input());
        if let Some((seconds, new)) = self.visit.engagement.take(ticks(), ends) {
            self.record_own(kind::ENGAGEMENT, seconds as f64, now(), new);
        }
    }
}
