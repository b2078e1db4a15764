//! Scroll depth, in the steps of a page view.

use super::deed::props;
use super::tracker::Tracker;

/// Percent of the page.
const STEPS: [u8; 4] = [25, 50, 75, 90];

impl Tracker {
    /// Records that the page was scrolled to this depth in percent.
    pub(super) fn scrolled(&mut self, depth: f64) {
        if let Some(arrival) = &mut self.arrival {
            // Mostly the router scrolls here. The depth belongs to the next view, which is not recorded yet.
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
