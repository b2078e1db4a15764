//! Page views: the first, those of single-page applications, and restored ones. Each counts once.
//!
//! A router changes the address before the title, and may redirect to another address at once. So a view within a page
//! begins with the change, but is recorded when the address has stayed the same for a while, or before any other event.

use super::engagement::Engagement;
use super::host::{self, now, ticks};

/// Milliseconds for which an address has to stay the same; longer if only a search term differs, because a term is
/// typed letter by letter, and while the title is still that of the view before, because a page may load its own first.
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
/// As [`ARRIVAL`], for a new one: of a view, or of the same view with other results. The page has not been scrolled
/// there.
const NEW_VIEW: i32 = 4;
const NEW_RESULTS: i32 = 7;

/// The causes of a page view, for [`host::begin_view`]: the address that is not recorded yet; the document; nothing
/// new.
pub(super) const AT_ARRIVAL: i32 = 0;
pub(super) const AT_DOCUMENT: i32 = 1;
const SAME_VIEW: i32 = 2;

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

/// A change of the address that is to be followed: see [`PageVisit::compare`].
#[derive(Clone, Copy)]
pub(super) struct Change {
    /// Another search term of the same page.
    is_search: bool,
    /// The query was replaced, which only records the page's state, such as the position of a slider.
    is_upkeep: bool,
}

/// The address that was not recorded before.
pub(super) enum Arrived {
    /// A view, which began at this time.
    View(u64),
    /// The same view with other results.
    Results,
}

/// The visit to this page, with its current page view.
pub(super) struct PageVisit {
    arrival: Option<Arrival>,
    engagement: Engagement,
    /// The start of the next page view, on the page's clock.
    since: Option<f64>,
    /// True if the document is an error page, which does not count as a view.
    is_error: bool,
    is_prerendered: bool,
    /// True if a view of the document has begun.
    is_shown: bool,
    is_hidden: bool,
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

    /// Returns true if a view of the document has begun.
    pub(super) fn is_shown(&self) -> bool {
        self.is_shown
    }

    /// Returns true if the page is rendered ahead, so that it is not shown yet.
    pub(super) fn is_prerendered(&self) -> bool {
        self.is_prerendered
    }

    /// Returns true if the page was hidden at the last change of visibility.
    pub(super) fn is_hidden(&self) -> bool {
        self.is_hidden
    }

    /// Compares the page's address with those before. Returns none if it names no other page.
    pub(super) fn compare(&self, is_replaced: bool) -> Option<Change> {
        let compared = host::compare_address();
        let is = |what: u32| compared & what != 0;
        // A page that is rendered ahead has no view yet.
        (self.is_shown && is(IS_OTHER)).then(|| Change {
            is_search: is(IS_SAME_PATH) && is(IS_SEARCH),
            is_upkeep: is(IS_SAME_PATH) && is_replaced,
        })
    }

    /// Returns true if the address before the change is to be recorded: one that has stayed and only waits for another
    /// title was not a redirect; without a title no page was shown.
    pub(super) fn has_settled_before(&self, change: Change) -> bool {
        !change.is_upkeep && self.has_rested(REST) && host::has_title(0) != 0
    }

    /// Applies a change that begins neither a view nor other results of the view, and returns true. Returns false for
    /// any other change.
    pub(super) fn absorbs(&mut self, Change { is_search, is_upkeep }: Change) -> bool {
        // Compared again, as the address before may have been recorded.
        let slot = if host::compare_address() & IS_VIEWED != 0 {
            // A redirect has led back.
            self.arrival = None;
            NO_ARRIVAL
        } else if !is_upkeep {
            return false;
        } else if let Some(arrival) = &mut self.arrival {
            if is_search {
                arrival.due = ticks() + LONG_REST;
            }
            ARRIVAL
        } else if is_search {
            return false;
        } else {
            VIEW
        };
        host::keep_address(slot);
        true
    }

    /// Returns true if the change ends the current view, because no later view is waiting to be recorded.
    pub(super) fn ends_at(&self, change: Change) -> bool {
        !change.is_upkeep && !self.has_new_view()
    }

    /// Keeps the address, to be recorded when it has stayed the same for long enough.
    pub(super) fn follow(&mut self, Change { is_search, is_upkeep }: Change) {
        let since = ticks();
        let due = since + if is_search { LONG_REST } else { REST };
        self.arrival = Some(Arrival { at: now(), since, due, is_view: !is_upkeep });
        host::keep_address(if is_upkeep { NEW_RESULTS } else { NEW_VIEW });
    }

    /// Returns true if the address of another view is not recorded yet.
    fn has_new_view(&self) -> bool {
        self.arrival.as_ref().is_some_and(|arrival| arrival.is_view)
    }

    /// Returns the address that is not recorded yet, which the caller records now.
    pub(super) fn arrive(&mut self) -> Option<Arrived> {
        let Arrival { at, since, is_view, .. } = self.arrival.take()?;
        if !is_view {
            host::keep_address(ARRIVED);
            return Some(Arrived::Results);
        }
        self.since = Some(since);
        self.is_error = false;
        Some(Arrived::View(at))
    }

    /// Returns true if a view that is not recorded yet must be recorded before a snapshot.
    pub(super) fn has_arrived_for_snapshot(&self) -> bool {
        self.has_rested(SHOWN_REST)
    }

    /// Returns true if an address has stayed the same for long enough. Delays a view once whose title is not set yet.
    pub(super) fn has_arrived(&mut self) -> bool {
        let Some(arrival) = self.arrival.as_mut().filter(|arrival| arrival.due <= ticks()) else { return false };
        let last = arrival.since + LONG_REST;
        let waits = arrival.is_view && arrival.due < last && host::has_title(1) == 0;
        if waits {
            arrival.due = last;
        }
        !waits
    }

    /// The document is shown: loaded, activated, or restored from the back/forward cache.
    pub(super) fn show(&mut self) {
        self.arrival = None;
        self.is_shown = true;
    }

    /// A page that was rendered ahead is shown now. Returns false if it was not: any script can dispatch the event, so
    /// it counts only once and after prerendering.
    pub(super) fn activate(&mut self) -> bool {
        let is_activated = std::mem::take(&mut self.is_prerendered);
        if is_activated {
            self.since = None;
        }
        is_activated
    }

    /// Begins a page view. Returns the time to record it at, or `None` for an error page.
    pub(super) fn begin(&mut self, begins: i32, at: u64) -> Option<u64> {
        self.begin_counting(begins);
        if self.is_error {
            return None;
        }
        // An edge worker has counted the event at that time, so that both together count it once. By a clock that
        // differs by minutes sessions would end.
        let seen = std::mem::take(&mut self.seen);
        Some(if seen.abs_diff(at) < CLOCKS { seen } else { at })
    }

    /// Resets everything that counts once in a page view.
    fn begin_counting(&mut self, begins: i32) {
        self.engagement.begin(self.since.take().unwrap_or_else(ticks));
        host::begin_view(begins);
    }

    /// Resets what counts once in the current view, for another visitor.
    pub(super) fn restart(&mut self) {
        self.begin_counting(SAME_VIEW);
    }

    /// Handles input by the visitor.
    pub(super) fn input(&mut self) {
        self.engagement.active_until(host::last_input());
        self.engagement.input(ticks());
    }

    /// Reads if the page is visible and focused.
    pub(super) fn update_attention(&mut self) {
        let attention = host::attention();
        self.engagement.active_until(host::last_input());
        self.engagement.set_present(attention >= 2, ticks());
        self.engagement.set_framed(attention == 3, ticks());
        self.is_hidden = attention == 0;
    }

    /// Returns the engaged seconds to record, and how many of them are new: at the end of a step, or all as the page
    /// view `ends`.
    pub(super) fn take_engagement(&mut self, ends: bool) -> Option<(u64, u64)> {
        // Between two views the time belongs to neither: it was recorded for the former, and starts with the next.
        if self.has_new_view() {
            return None;
        }
        self.engagement.active_until(host::last_input());
        self.engagement.take(ticks(), ends)
    }
}
