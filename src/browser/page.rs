//! Page views: the first, those within a page that changes its address itself, and restored ones. Each counts once.
//!
//! A router changes the address before the title, and may go on to another address at once. So a view within a page begins
//! with the change, but is recorded when the address has stayed the same for a while, or before any other event.

use super::deed::props;
use super::host::{now, ticks};
use super::tracker::Tracker;
use crate::url::{Url, cut};

/// The page view that is going on.
#[derive(Default)]
pub(super) struct View {
    pub(super) url: Vec<u8>,
    /// Where the visitor came from: another page, or the view before.
    pub(super) referrer: Vec<u8>,
    pub(super) title: String,
}

/// Milliseconds for which an address has to stay the same; longer if only a search term differs, because a term is typed
/// letter by letter, and while the title is still that of the view before, because a page may load its own first.
const REST: f64 = 250.0;
const LONG_REST: f64 = 1_000.0;

/// A new address that is not recorded yet.
pub(super) struct Arrival {
    url: Vec<u8>,
    /// When the address changed, in milliseconds since 1970.
    pub(super) at: u64,
    /// The same on the page's clock.
    since: f64,
    /// When it will be recorded, on the page's clock.
    pub(super) due: f64,
    /// False if only a search term was replaced: the same view with other results.
    pub(super) is_view: bool,
    /// How far the page was scrolled since the change, in percent.
    pub(super) depth: f64,
}

/// The address as far as it names a page: a fragment does so only where a site routes by it.
fn page(url: &[u8]) -> &[u8] {
    match cut(url, b'#') {
        (page, Some(hash)) if !matches!(hash.first(), Some(b'/' | b'!')) => page,
        _ => url,
    }
}

/// Returns a page's address without its query (of its route, if it has one) and without a slash at its end.
fn path(page: &[u8]) -> &[u8] {
    let route = cut(page, b'#').1.map_or(0, |route| page.len().saturating_sub(route.len()));
    let query = page.iter().skip(route).position(|byte| *byte == b'?');
    let path = query.and_then(|query| page.get(..route.saturating_add(query))).unwrap_or(page);
    path.strip_suffix(b"/").unwrap_or(path)
}

impl Tracker {
    /// Checks if the address names another page than before. A replaced query only records the page's state, such as the
    /// position of a slider, so it is not a view.
    pub(super) fn look(&mut self, is_replaced: bool) {
        let url = self.host.url().into_bytes();
        let known = self.arrival.as_ref().map_or(&self.view.url, |arrival| &arrival.url);
        // What is rendered ahead has no view yet.
        if self.view.url.is_empty() || page(&url) == page(known) {
            return;
        }
        let is_same_path = path(page(&url)) == path(page(known));
        let is_search = is_same_path && self.term(&url) != self.term(known);
        let is_upkeep = is_same_path && is_replaced;
        // What has stayed and only waits for another title was no redirect; without a title no page was shown.
        let has_stayed = |arrival: &Arrival| arrival.is_view && ticks() - arrival.since >= REST;
        if !is_upkeep && self.arrival.as_ref().is_some_and(has_stayed) && !self.host.title().is_empty() {
            self.arrive();
        }
        if page(&url) == page(&self.view.url) {
            // A redirect has led back.
            self.arrival = None;
            return;
        }
        if let Some(arrival) = self.arrival.as_mut().filter(|_| is_upkeep) {
            arrival.url = url;
            if is_search {
                arrival.due = ticks() + LONG_REST;
            }
            return;
        }
        if is_upkeep && !is_search {
            self.view.url = url;
            return;
        }
        if self.arrival.as_ref().is_none_or(|arrival| !arrival.is_view) && !is_upkeep {
            self.arrive();
            self.tell_engagement(true);
        }
        let since = ticks();
        let due = since + if is_search { LONG_REST } else { REST };
        self.arrival = Some(Arrival { url, at: now(), since, due, is_view: !is_upkeep, depth: 0.0 });
    }

    /// Records an address that has stayed the same for long enough.
    pub(super) fn arrive_if_due(&mut self) {
        let Some(arrival) = self.arrival.as_mut().filter(|arrival| arrival.due <= ticks()) else { return };
        let last = arrival.since + LONG_REST;
        let title = self.host.title();
        if arrival.is_view && arrival.due < last && (title.is_empty() || title == self.view.title) {
            arrival.due = last;
            return;
        }
        self.arrive();
    }

    /// Records the address that is not recorded yet.
    pub(super) fn arrive(&mut self) {
        let Some(Arrival { url, at, since, is_view, depth, .. }) = self.arrival.take() else { return };
        if !is_view {
            self.view.url = url;
            return self.search();
        }
        let referrer = std::mem::take(&mut self.view.url);
        self.since = Some(since);
        self.is_error = false;
        self.moment = at;
        self.view(View { url, referrer, title: self.host.title() });
        self.moment = 0;
        self.scrolled(depth);
    }

    /// The document is shown: loaded, activated, or restored from the back/forward cache.
    pub(super) fn show(&mut self) {
        self.arrival = None;
        let referrer = self.host.referrer().into_bytes();
        self.view(View { url: self.host.url().into_bytes(), referrer, title: self.host.title() });
    }

    /// Whatever counts once in a page view counts anew.
    pub(super) fn begin_view(&mut self) {
        self.engagement.begin(self.since.take().unwrap_or_else(ticks));
        self.scrolled = 0;
        self.forms.clear();
    }

    fn view(&mut self, view: View) {
        self.begin_view();
        if self.is_error {
            self.view = view;
            return;
        }
        let mut props = props();
        props.name("page_location").text(&view.url);
        props.name("page_referrer").text(&view.referrer);
        props.name("page_title").text(view.title.as_bytes());
        self.view = view;
        self.viewed(props);
        self.search();
    }

    /// Returns the term of the site's own search in an address; empty for none.
    fn term(&self, url: &[u8]) -> Vec<u8> {
        let url = Url::parse(url);
        let mut terms = self.search_names.split(|byte| *byte == b',').filter_map(|name| url.query(name));
        terms.find(|term| !term.is_empty()).unwrap_or_default().into_owned()
    }

    /// A view of results of the site's own search.
    fn search(&mut self) {
        let term = self.term(&self.view.url);
        if !term.is_empty() {
            let mut props = props();
            props.name("search_term").text(&term);
            self.did("view_search_results", props);
        }
    }

    /// Tells engaged time that is due: at the end of a step, or all as the page view `ends`.
    pub(super) fn tell_engagement(&mut self, ends: bool) {
        // Between two views the time belongs to neither: it was recorded for the former, and starts with the next.
        if self.arrival.as_ref().is_some_and(|arrival| arrival.is_view) {
            return;
        }
        if let Some((seconds, new)) = self.engagement.tell(ticks(), ends) {
            let mut props = props();
            props.name("engaged_seconds").integer(seconds);
            self.engaged(props, new);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_fragment_names_a_page_only_where_it_is_a_route() {
        for (url, page) in [("/a#b", "/a"), ("/a?b#c", "/a?b"), ("/a#/b", "/a#/b"), ("/a#!b", "/a#!b"), ("/a", "/a")] {
            assert_eq!(super::page(url.as_bytes()), page.as_bytes());
        }
    }

    #[test]
    fn the_path_of_a_page_is_without_query_and_last_slash() {
        for (page, path) in [
            ("https://a.example/x?y=1", "https://a.example/x"),
            ("https://a.example/x/?y=/", "https://a.example/x"),
            ("/", ""),
            ("/a?b#/c?d", "/a?b#/c"),
            ("/a?b#!c/", "/a?b#!c"),
        ] {
            assert_eq!(super::path(page.as_bytes()), path.as_bytes());
        }
    }
}
