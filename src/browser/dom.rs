//! The page as the tracker sees it.

use js_sys::Date;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, Window};

use crate::event::{millis, seconds};

/// The page's window.
pub(super) fn window() -> Window {
    js_sys::global().unchecked_into()
}

/// The page's document.
pub(super) fn document() -> Document {
    // A tracker is begun by a page, and a page has one.
    window().document().unwrap_or_else(|| wasm_bindgen::JsValue::UNDEFINED.unchecked_into())
}

/// Milliseconds since 1970. A clock that is off by more than the core's times can hold stands at its end.
pub(super) fn now() -> u64 {
    millis(Date::now()).unwrap_or(u64::from(u32::MAX) * 1_000)
}

/// Seconds since 1970.
pub(super) fn second() -> u32 {
    seconds(now())
}

/// Milliseconds since the page began, on a clock that nobody sets.
pub(super) fn ticks() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// The elements that an event went through, from the innermost out, those in shadow trees too.
pub(super) fn path(event: &Event) -> impl Iterator<Item = Element> {
    event.composed_path().into_iter().filter_map(|node| node.dyn_into().ok())
}

/// The address.
pub(super) fn location() -> String {
    window().location().href().unwrap_or_default()
}

/// Whether the page is visible, and whether it has the focus.
pub(super) fn attention() -> (bool, bool) {
    let document = document();
    (!document.hidden(), document.has_focus().unwrap_or_default())
}

/// Hands a body to the browser to be sent whatever becomes of the page; false where it will not.
pub(super) fn beacon(endpoint: &str, body: &str) -> bool {
    window().navigator().send_beacon_with_opt_str(endpoint, Some(body)).unwrap_or_default()
}

/// Whether the page is rendered ahead of being shown.
pub(super) fn is_prerendering() -> bool {
    document().unchecked_into::<Prerendered>().prerendering()
}

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    type Prerendered;
    #[wasm_bindgen(method, getter)]
    fn prerendering(this: &Prerendered) -> bool;
}
