//! Mounts the page on the document's body and leaves it there.

use rust_web::Page;
use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt};

fn main() -> Result<(), JsValue> {
    let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
    let page = Page::mount(body.expect_throw("a document with a body").unchecked_into(), "/signals")?;
    // For as long as the document is there.
    Box::leak(Box::new(page));
    Ok(())
}
