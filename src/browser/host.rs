//! What the page's side does for the tracker (`pkg-config/entry/host.js`): whatever waits, calls back, or may fail.
//!
//! The page is read through it too. A page can replace most of what a document or an element says of itself, by a form
//! field that is called `getAttribute` or an image that is called `title`, and web-sys' getters then throw through the
//! middle of the tracker; these here always give a value, and cost half the bytes. For the same reason listeners and the
//! timer are not gloo's, which took 1.7 kB more (1.2 of wasm, 0.5 of script) for what are ten lines there.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event};

use crate::event::millis;
use crate::limits::TIME_SECONDS;

#[wasm_bindgen]
extern "C" {
    /// The loader's side.
    #[derive(Clone)]
    pub type Host;

    /// Hands events of these kinds, with spaces between, to [`super::hear`], each with its position.
    #[wasm_bindgen(method)]
    pub(super) fn listen(this: &Host, kinds: &str);

    /// Dispatches `leadscore:NAME` with the JSON as its detail, and pushes a signal to the data layer.
    #[wasm_bindgen(method)]
    pub(super) fn announce(this: &Host, name: &str, json: &[u8]);

    /// Calls [`super::wake`] once after so many milliseconds, instead of at any time asked for before. Where none are left,
    /// it does so after the task; where it is minus infinity, as soon as the script that runs is done, before anything else
    /// can happen to the page.
    #[wasm_bindgen(method)]
    pub(super) fn wake(this: &Host, after: f64);

    /// Sends what [`super::next`] gives, one after the other, until it gives none; unless another tab does so already.
    #[wasm_bindgen(method)]
    pub(super) fn drain(this: &Host);

    /// Hands a body to the browser to be sent to the endpoint whatever becomes of the page; false where it will not.
    #[wasm_bindgen(method)]
    pub(super) fn beacon(this: &Host, body: &[u8]) -> bool;

    /// Returns a stored string: `what` is the number that the functions below pass, an index in `host.js`.
    #[wasm_bindgen(method)]
    fn stored_text(this: &Host, what: u32, key: &[u8]) -> String;

    /// Returns a string of the page: `what` is the number that the functions below pass, an index in `host.js`.
    #[wasm_bindgen(method)]
    fn page_text(this: &Host, what: u32, of: &JsValue, name: &str) -> String;

    /// Stores a text under a key; an empty one removes it. Returns false where it is kept for as long as the page only.
    #[wasm_bindgen(method)]
    pub(super) fn set(this: &Host, key: &[u8], value: &[u8]) -> bool;

    /// Sets the cookie that an edge worker reads; unless it is to be `made`, only where there is one.
    #[wasm_bindgen(method)]
    pub(super) fn cookie(this: &Host, value: &[u8], made: bool);

    /// Fills the bytes with random ones.
    #[wasm_bindgen(method)]
    pub(super) fn random(this: &Host, bytes: &mut [u8]);

    /// Returns the visitor's attention: 0 if the page is hidden, 1 if it is visible, 2 if it also has the focus, 3 if an
    /// embedded frame has the focus.
    #[wasm_bindgen(method)]
    pub(super) fn attention(this: &Host) -> u32;

    /// Returns the depth of the lower visible edge after a `scroll` event, in percent; 0 at the top. NaN unless the page
    /// scrolled, or an element that fills most of the window and that the visitor scrolled.
    #[wasm_bindgen(method)]
    pub(super) fn depth(this: &Host, event: &Event) -> f64;

    /// Returns true if a label has caused this click by passing the one before on to its control.
    #[wasm_bindgen(method)]
    pub(super) fn is_echo(this: &Host, event: &Event) -> bool;

    /// Returns the form of the field that an event targets.
    #[wasm_bindgen(method)]
    pub(super) fn form(this: &Host, event: &Event) -> Option<Element>;

    /// A property as a number, 1 for true; 0 for none.
    #[wasm_bindgen(method)]
    pub(super) fn number(this: &Host, of: &JsValue, name: &str) -> f64;

    /// The innermost element around what an event happened to that a selector selects, in a shadow tree too.
    #[wasm_bindgen(method)]
    pub(super) fn around(this: &Host, event: &Event, selector: &str) -> Option<Element>;

    /// One line in the console.
    #[wasm_bindgen(method)]
    pub(super) fn warn(this: &Host, text: &str);

}

#[wasm_bindgen(raw_module = "#page")]
extern "C" {
    /// Returns milliseconds since 1970, by the device's clock.
    fn clock() -> f64;

    /// Milliseconds since the page began, on a clock that nobody sets where the browser has one.
    pub(super) fn ticks() -> f64;
}

// One import for all strings of a kind: each import costs some 30 bytes on either side.
impl Host {
    /// Returns the value stored under a key; empty for none.
    pub(super) fn get(&self, key: &[u8]) -> String {
        self.stored_text(0, key)
    }

    /// Returns the same, but prefers what other tabs have stored to what this page could not store. [`UNREADABLE`] if
    /// nothing can be read.
    pub(super) fn stored(&self, key: &[u8]) -> String {
        self.stored_text(1, key)
    }

    /// Returns all keys with this prefix, with spaces between. Keys that contain a space are the site's, and left out.
    pub(super) fn keys(&self, prefix: &[u8]) -> String {
        self.stored_text(2, prefix)
    }

    /// Returns the page's address.
    pub(super) fn url(&self) -> String {
        self.page_text(0, &JsValue::NULL, "")
    }

    /// Returns the address of the page that linked here; empty for none.
    pub(super) fn referrer(&self) -> String {
        self.page_text(1, &JsValue::NULL, "")
    }

    /// Returns the page's title.
    pub(super) fn title(&self) -> String {
        self.page_text(2, &JsValue::NULL, "")
    }

    /// Returns a property as a string; empty for none.
    pub(super) fn text(&self, of: &JsValue, name: &str) -> String {
        self.page_text(3, of, name)
    }

    /// Returns an attribute; empty for none.
    pub(super) fn attribute(&self, of: &Element, name: &str) -> String {
        self.page_text(4, of, name)
    }

    /// Returns the names of the attributes, with spaces between.
    pub(super) fn attributes(&self, of: &Element) -> String {
        self.page_text(5, of, "")
    }

    /// Returns the absolute address of a link.
    pub(super) fn link(&self, of: &Element) -> String {
        self.page_text(6, of, "")
    }
}

/// Stands for a stored value that cannot be read; no record has this form.
pub(super) const UNREADABLE: &str = "?";

/// The last second that times can hold, in milliseconds since 1970.
const END: u64 = TIME_SECONDS.saturating_sub(1).saturating_mul(1_000);

/// Milliseconds since 1970. A clock that is off by more than times can hold stands at their end.
pub(super) fn now() -> u64 {
    millis(clock()).unwrap_or(END)
}
