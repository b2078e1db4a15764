//! Scroll depth, in the steps of a page view.

use super::deed::props;
use super::tracker::Tracker;

/// Percent of the page.
const STEPS: [u8; 4] = [25, 50, 75, 90];

impl Tracker {
    /// The page was scrolled, so far in percent.
    pub(super) fn scrolled(&mut self, depth: f64) {
        if let Some(arrival) = &mut self.arrival {
            // By the router mostly. It is the next view's, of which nothing is to be told before its time.
            arrival.depth = depth;
            return;
        }
        while let Some(step) = STEPS.get(self.scrolled).filter(|step| depth >= f64::from(**step)).copied() {
            self.scrolled = self.scrolled.saturating_add(1);
            let mut props = props();
            props.name("percent_scrolled").integer(step.into());
            self.did("scroll", props);
        }
    }
}
