//! The page as the tracker sees it.

use js_sys::Date;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Event, Window};

use crate::event::{millis, seconds};

/// The page.
pub(super) struct Page {
    pub(super) window: Window,
    pub(super) document: Document,
}

/// Milliseconds since 1970. A clock that is off by more than times can hold stands at their end.
pub(super) fn now() -> u64 {
    millis(Date::now()).unwrap_or(END)
}

/// Seconds since 1970.
pub(super) fn second() -> u32 {
    seconds(now())
}

/// The last second that times can hold, in milliseconds.
const END: u64 = 4_294_967_295_000;

impl Page {
    /// The address.
    pub(super) fn url(&self) -> Vec<u8> {
        self.document.url().unwrap_or_default().into_bytes()
    }

    /// Whether the page is visible, and has the focus.
    pub(super) fn is_attended(&self) -> bool {
        !self.document.hidden() && self.document.has_focus().unwrap_or_default()
    }

    /// How far the lower edge of the window has come down the page, in percent of it, from 0 to 100.
    pub(super) fn depth(&self) -> f64 {
        let number = |value: Result<f64, JsValue>| value.unwrap_or_default();
        let root = self.document.document_element();
        let (seen, height) = root.map_or((0, 0), |root| (root.client_height(), root.scroll_height()));
        // A pixel of tolerance: positions are fractions, heights are rounded.
        let seen = number(self.window.scroll_y()) + f64::from(seen) + 1.0;
        (100.0 * seen / f64::from(height)).min(100.0)
    }
}

/// The innermost element around what an event happened to that a selector selects; in a shadow tree, then around it.
pub(super) fn around(event: &Event, selector: &str) -> Option<Element> {
    [event.composed_path().get(0), event.target().into()]
        .into_iter()
        .find_map(|node| node.unchecked_into::<Element>().closest(selector).ok().flatten())
}
