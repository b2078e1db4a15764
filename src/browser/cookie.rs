//! The state once more as a first-party cookie, for an edge worker: `VISITOR.STATE`, its newest hits as far as they fit.

use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

use super::dom;
use super::record::text;
use crate::{Lead, Model, base64};

const NAME: &[u8] = b"leadscore=";
/// Of name and value.
const BYTES: usize = 1_024;
/// A year; browsers allow little more. What a script writes Safari keeps for seven days.
const KEEP: &[u8] = b";max-age=31536000";
const GONE: &[u8] = b";max-age=0";

/// Writes the cookie.
pub(super) fn write(model: &Model, lead: &Lead) {
    let left = BYTES.saturating_sub(NAME.len()).saturating_sub(lead.visitor.len()).saturating_sub(1);
    // Base64 makes four bytes of three.
    let state = lead.state.encode_within(model, (left / 4).saturating_mul(3));
    set(&[&lead.visitor, &b"."[..], &base64::encode(&state)].concat(), KEEP);
}

/// Takes it away.
pub(super) fn remove() {
    set(b"", GONE);
}

fn set(value: &[u8], keep: &[u8]) {
    let secure = if dom::location().starts_with("https") { ";secure" } else { "" };
    let cookie = text([NAME, value, keep, b";path=/;samesite=lax", secure.as_bytes()].concat());
    // A page without cookies, such as a sandboxed frame, throws.
    let _ = dom::document().unchecked_into::<HtmlDocument>().set_cookie(&cookie);
}
