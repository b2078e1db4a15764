//! Errors as JavaScript knows them: an `Error` with a `name` and a stable `code`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/wasm/bridge.js")]
extern "C" {
    #[wasm_bindgen(js_name = failure)]
    pub(super) fn failure(name: &str, code: &str, message: &str) -> JsValue;
}
