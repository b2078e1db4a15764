//! What the page's side does for the tracker: whatever waits, calls back, or may fail (`pkg-config/entry/host.js`).

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The loader's side.
    #[derive(Clone)]
    pub type Host;

    /// Hands events of that kind to [`super::hear`], with the number.
    #[wasm_bindgen(method)]
    pub(super) fn listen(this: &Host, kind: &str, number: u32);

    /// Dispatches `leadscore:NAME` with the JSON as its detail, and pushes a signal to the data layer.
    #[wasm_bindgen(method)]
    pub(super) fn announce(this: &Host, name: &str, json: &[u8]);

    /// Calls [`super::wake`] once after so many milliseconds, instead of at any time asked for before.
    #[wasm_bindgen(method)]
    pub(super) fn wake(this: &Host, after: f64);

    /// Sends what [`super::next`] gives, one after the other, until it gives none; unless another tab does so already.
    #[wasm_bindgen(method)]
    pub(super) fn drain(this: &Host);

    /// Hands a body to the browser to be sent to the endpoint whatever becomes of the page; false where it will not.
    #[wasm_bindgen(method)]
    pub(super) fn beacon(this: &Host, body: &[u8]) -> bool;

    /// From here on what is stored outlives the page, where the browser lets it; or else nothing does.
    #[wasm_bindgen(method)]
    pub(super) fn persist(this: &Host, lasting: bool);

    /// What is stored under a key; empty for nothing.
    #[wasm_bindgen(method)]
    pub(super) fn get(this: &Host, key: &[u8]) -> String;

    /// Stores a text under a key; an empty one removes it.
    #[wasm_bindgen(method)]
    pub(super) fn set(this: &Host, key: &[u8], value: &[u8]);

    /// All keys that begin so, with spaces between; none of the tracker's has one.
    #[wasm_bindgen(method)]
    pub(super) fn keys(this: &Host, prefix: &[u8]) -> String;

    /// Sets the cookie of that name for so many seconds.
    #[wasm_bindgen(method)]
    pub(super) fn cookie(this: &Host, value: &[u8], seconds: u32);

    /// Fills the bytes with random ones.
    #[wasm_bindgen(method)]
    pub(super) fn random(this: &Host, bytes: &mut [u8]);

    /// One line in the console.
    #[wasm_bindgen(method)]
    pub(super) fn warn(this: &Host, text: &str);

    /// Milliseconds since the page began, on a clock that nobody sets.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(super) fn ticks() -> f64;
}
