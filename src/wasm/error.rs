//! Errors for JavaScript: an `Error` with a `name` and a stable `code`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/wasm/bridge.js")]
extern "C" {
    /// From name, code and message, with a space between.
    pub(super) fn failure(text: &str) -> JsValue;
}

#[cfg(feature = "browser")]
impl From<crate::Error> for JsValue {
    fn from(error: crate::Error) -> Self {
        failure(error.text())
    }
}
