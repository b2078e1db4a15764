//! What waits or calls back is JavaScript's: requests, locks, timers, announcements (`pkg-config/entry/host.js`).

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The loader's side.
    #[derive(Clone)]
    pub type Host;

    /// Dispatches `leadscore:NAME` with the JSON as its detail, and pushes a signal to the data layer.
    #[wasm_bindgen(method)]
    pub(super) fn announce(this: &Host, name: &str, json: &str);

    /// Calls [`super::wake`] once after so many milliseconds, instead of at any time asked for before.
    #[wasm_bindgen(method)]
    pub(super) fn wake(this: &Host, after: f64);

    /// Sends what [`super::next`] gives, one after the other, until it gives none; unless another tab does so already.
    #[wasm_bindgen(method)]
    pub(super) fn drain(this: &Host, endpoint: &str);

    /// One line in the console.
    #[wasm_bindgen(method)]
    pub(super) fn warn(this: &Host, text: &str);
}
