//! Page views: the first, those within a page that changes its address itself, and restored ones. Each counts once.

use super::deed::props;
use super::dom;
use super::tracker::Tracker;

/// The page view that is going on.
#[derive(Default)]
pub(super) struct View {
    pub(super) url: String,
    /// Where the visitor came from: another page, or the view before.
    pub(super) referrer: String,
}

/// The address as far as it names a page: a fragment does so only where a site routes by it.
fn page(url: &str) -> &str {
    match url.split_once('#') {
        Some((page, hash)) if !hash.starts_with(['/', '!']) => page,
        _ => url,
    }
}

impl Tracker {
    /// Looks whether the address names another page than it did.
    pub(super) fn look(&mut self) {
        let url = dom::location();
        if page(&url) != page(&self.view.url) {
            self.tell_engagement(true);
            let referrer = std::mem::take(&mut self.view.url);
            self.begin_view(url, referrer);
        }
    }

    /// The document is shown: loaded, activated, or restored from the back/forward cache.
    pub(super) fn show(&mut self) {
        self.begin_view(dom::location(), dom::document().referrer());
    }

    fn begin_view(&mut self, url: String, referrer: String) {
        self.view = View { url, referrer };
        self.engagement.begin(dom::ticks());
        self.scroll = Default::default();
        self.forms.clear();
        let mut props = props();
        props.name("page_location").text(self.view.url.as_bytes());
        props.name("page_referrer").text(self.view.referrer.as_bytes());
        props.name("page_title").text(dom::document().title().as_bytes());
        self.did("page_view", props);
        self.search();
    }

    /// A view of results of the site's own search.
    fn search(&mut self) {
        let url = self.view.url.clone();
        let url = crate::url::Url::parse(url.as_bytes());
        for name in self.search_names.clone().split(',') {
            if let Some(term) = url.query(name.as_bytes()).filter(|term| !term.is_empty()) {
                let mut props = super::deed::props();
                props.name("search_term").text(&term);
                return self.did("view_search_results", props);
            }
        }
    }

    /// Tells engaged time that is due: at the end of a step, or all as the page view `ends`.
    pub(super) fn tell_engagement(&mut self, ends: bool) {
        if let Some((seconds, new)) = self.engagement.tell(dom::ticks(), ends) {
            let mut props = props();
            props.name("engaged_seconds").integer(seconds);
            self.engage(props, new);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_fragment_names_a_page_only_where_it_is_a_route() {
        for (url, page) in [("/a#b", "/a"), ("/a?b#c", "/a?b"), ("/a#/b", "/a#/b"), ("/a#!b", "/a#!b"), ("/a", "/a")] {
            assert_eq!(super::page(url), page);
        }
    }
}
