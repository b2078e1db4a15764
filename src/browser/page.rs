//! Page views: the first, those within a page that changes its address itself, and restored ones. Each counts once.

use super::deed::props;
use super::host::ticks;
use super::tracker::Tracker;
use crate::url::{Url, cut};

/// The page view that is going on.
#[derive(Default)]
pub(super) struct View {
    pub(super) url: Vec<u8>,
    /// Where the visitor came from: another page, or the view before.
    pub(super) referrer: Vec<u8>,
}

/// The address as far as it names a page: a fragment does so only where a site routes by it.
fn page(url: &[u8]) -> &[u8] {
    match cut(url, b'#') {
        (page, Some(hash)) if !matches!(hash.first(), Some(b'/' | b'!')) => page,
        _ => url,
    }
}

impl Tracker {
    /// Looks whether the address names another page than it did.
    pub(super) fn look(&mut self) {
        let url = self.host.url().into_bytes();
        // What is rendered ahead has no view yet.
        if !self.view.url.is_empty() && page(&url) != page(&self.view.url) {
            self.tell_engagement(true);
            let referrer = std::mem::take(&mut self.view.url);
            self.view(View { url, referrer });
        }
    }

    /// The document is shown: loaded, activated, or restored from the back/forward cache.
    pub(super) fn show(&mut self) {
        let referrer = self.host.referrer().into_bytes();
        self.view(View { url: self.host.url().into_bytes(), referrer });
    }

    /// Whatever counts once in a page view counts anew.
    pub(super) fn begin_view(&mut self) {
        self.engagement.begin(self.since.take().unwrap_or_else(ticks));
        self.scrolled = 0;
        self.forms.clear();
    }

    fn view(&mut self, view: View) {
        self.begin_view();
        let mut props = props();
        props.name("page_location").text(&view.url);
        props.name("page_referrer").text(&view.referrer);
        props.name("page_title").text(self.host.title().as_bytes());
        self.view = view;
        self.viewed(props);
        self.search();
    }

    /// A view of results of the site's own search.
    fn search(&mut self) {
        let view = self.view.url.clone();
        let url = Url::parse(&view);
        let names = self.search_names.clone();
        let mut terms = names.split(|byte| *byte == b',').filter_map(|name| url.query(name));
        if let Some(term) = terms.find(|term| !term.is_empty()) {
            let mut props = props();
            props.name("search_term").text(&term);
            self.did("view_search_results", props);
        }
    }

    /// Tells engaged time that is due: at the end of a step, or all as the page view `ends`.
    pub(super) fn tell_engagement(&mut self, ends: bool) {
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
}
