//! The data that the browser stores about the visitor: an id and the state. Without storage the visit is still scored.

use gloo_storage::{LocalStorage, Storage};
use serde::{Deserialize, Serialize};

const KEY: &str = "rust-web.lead";

/// As it is stored.
#[derive(Deserialize, Serialize)]
pub struct Kept {
    /// The visitor's id.
    pub visitor: String,
    /// The state's bytes.
    pub state: Vec<u8>,
}

/// Returns the stored lead of an earlier visit, or a new visitor.
#[must_use]
pub fn load() -> Kept {
    LocalStorage::get(KEY).unwrap_or_else(|_| Kept { visitor: random_id(), state: Vec::new() })
}

/// Keeps it for the next visit, where the browser lets us.
pub fn save(kept: &Kept) {
    let _ = LocalStorage::set(KEY, kept);
}

/// Forgets the visitor.
pub fn clear() {
    LocalStorage::delete(KEY);
}

fn random_id() -> String {
    let mut bytes = [0; 16];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    // A browser without random numbers gives everybody one id, so such a visitor has none of their own.
    if crypto.is_none_or(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_err()) {
        return "unknown".to_owned();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
