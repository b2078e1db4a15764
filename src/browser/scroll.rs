//! Scroll depth, in the steps of a page view.

use super::deed::props;
use super::tracker::Tracker;

/// Percent of the page.
const STEPS: [u8; 4] = [25, 50, 75, 90];

impl Tracker {
    /// The document was scrolled.
    pub(super) fn scrolled(&mut self) {
        while let Some(step) = STEPS.get(self.scrolled).copied() {
            if self.host.depth() < f64::from(step) {
                break;
            }
            self.scrolled = self.scrolled.saturating_add(1);
            let mut props = props();
            props.name("percent_scrolled").integer(step.into());
            self.did("scroll", props);
        }
    }
}
