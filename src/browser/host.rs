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

    /// What is stored under a key; empty for nothing.
    #[wasm_bindgen(method)]
    pub(super) fn get(this: &Host, key: &[u8]) -> String;

    /// The same, but what this page could not store does not hide what others have stored.
    #[wasm_bindgen(method)]
    pub(super) fn stored(this: &Host, key: &[u8]) -> String;

    /// Stores a text under a key; an empty one removes it. Returns false where it is kept for as long as the page only.
    #[wasm_bindgen(method)]
    pub(super) fn set(this: &Host, key: &[u8], value: &[u8]) -> bool;

    /// All keys that begin so, with spaces between. Keys that have a space are the site's own, and left out.
    #[wasm_bindgen(method)]
    pub(super) fn keys(this: &Host, prefix: &[u8]) -> String;

    /// Sets the cookie that an edge worker reads; unless it is to be `made`, only where there is one.
    #[wasm_bindgen(method)]
    pub(super) fn cookie(this: &Host, value: &[u8], made: bool);

    /// Fills the bytes with random ones.
    #[wasm_bindgen(method)]
    pub(super) fn random(this: &Host, bytes: &mut [u8]);

    /// The address.
    #[wasm_bindgen(method)]
    pub(super) fn url(this: &Host) -> String;

    /// The address of the page that led here; empty for none.
    #[wasm_bindgen(method)]
    pub(super) fn referrer(this: &Host) -> String;

    /// The page's title.
    #[wasm_bindgen(method)]
    pub(super) fn title(this: &Host) -> String;

    /// Whether the page is visible: 0 for no, 1 for yes, 2 where it has the focus too.
    #[wasm_bindgen(method)]
    pub(super) fn attention(this: &Host) -> u32;

    /// How far the lower edge of the window has come down the page, in percent.
    #[wasm_bindgen(method)]
    pub(super) fn depth(this: &Host) -> f64;

    /// A property as a text; empty for none.
    #[wasm_bindgen(method)]
    pub(super) fn text(this: &Host, of: &JsValue, name: &str) -> String;

    /// A property as a number, 1 for true; 0 for none.
    #[wasm_bindgen(method)]
    pub(super) fn number(this: &Host, of: &JsValue, name: &str) -> f64;

    /// An attribute; empty for none.
    #[wasm_bindgen(method)]
    pub(super) fn attribute(this: &Host, of: &Element, name: &str) -> String;

    /// The names of the attributes, with spaces between.
    #[wasm_bindgen(method)]
    pub(super) fn attributes(this: &Host, of: &Element) -> String;

    /// Where a link leads, whole.
    #[wasm_bindgen(method)]
    pub(super) fn link(this: &Host, of: &Element) -> String;

    /// The innermost element around what an event happened to that a selector selects, in a shadow tree too.
    #[wasm_bindgen(method)]
    pub(super) fn around(this: &Host, event: &Event, selector: &str) -> Option<Element>;

    /// One line in the console.
    #[wasm_bindgen(method)]
    pub(super) fn warn(this: &Host, text: &str);

    /// Milliseconds since 1970, as the device's clock has it.
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn clock() -> f64;
}

#[wasm_bindgen(raw_module = "#page")]
extern "C" {
    /// Milliseconds since the page began, on a clock that nobody sets where the browser has one.
    pub(super) fn ticks() -> f64;
}

/// The last second that times can hold, in milliseconds since 1970.
const END: u64 = TIME_SECONDS.saturating_sub(1).saturating_mul(1_000);

/// Milliseconds since 1970. A clock that is off by more than times can hold stands at their end.
pub(super) fn now() -> u64 {
    millis(clock()).unwrap_or(END)
}
