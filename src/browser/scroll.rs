//! Scroll depth, in the steps of a page view.

use super::deed::props;
use super::dom;
use super::tracker::Tracker;

const STEPS: [u32; 4] = [25, 50, 75, 90];

impl Tracker {
    /// The document was scrolled.
    pub(super) fn scrolled(&mut self) {
        let Some(step) = STEPS.get(self.scroll).copied() else { return };
        let (window, Some(root)) = (dom::window(), dom::document().document_element()) else { return };
        let number = |value: Result<f64, wasm_bindgen::JsValue>| value.unwrap_or_default();
        let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
        let seen = number(window.scroll_y()) + height;
        // A pixel of tolerance: positions are fractions, heights are rounded.
        if (seen + 1.0) * 100.0 >= f64::from(step) * f64::from(root.scroll_height()) {
            self.scroll = self.scroll.saturating_add(1);
            let mut props = props();
            props.name("percent_scrolled").integer(step.into());
            self.did("scroll", props);
            self.scrolled();
        }
    }
}
