//! Functions for receivers (about a model) and for all senders (the retry policy), over numbers: see [`super::core`].

use wasm_bindgen::prelude::*;

use super::core::{HOST, given};
use super::visit::parts;
use crate::edge::receiver;
use crate::signal::retry::{self, Outcome};

/// Returns true if the decisions in a lead confirm the stage in the given bytes. `model` is the model whose stage it
/// is; 0 if that is not known.
#[wasm_bindgen]
pub fn confirms(lead: u32, model: u32, length: usize) -> bool {
    HOST.with_borrow_mut(|host| {
        let stage = given(&host.io.given, length);
        let model = host.models.get(model).map(|model| &**model);
        host.leads.get(lead).is_some_and(|lead| receiver::confirms(&lead.state, model, stage))
    })
}

/// Returns true if a signal about a model's stages may carry these names. The given bytes are a stage, a segment and a
/// label; the parameters are their lengths, for no label below 0.
#[wasm_bindgen]
pub fn has_outcome(model: u32, stage: usize, segment: usize, label: i32) -> bool {
    HOST.with_borrow_mut(|host| {
        let [stage, segment, own] = parts(&host.io.given, [stage, segment, label.max(0) as usize]);
        let label = (label >= 0).then_some(own);
        host.models.get(model).is_some_and(|model| receiver::has_names(model, stage, segment, label))
    })
}

/// Returns true if a signal about a model's stages can have that score.
#[wasm_bindgen]
pub fn has_score(model: u32, points: f64) -> bool {
    HOST.with_borrow_mut(|host| host.models.get(model).is_some_and(|model| receiver::has_score(model, points)))
}

/// Returns what an answer with a status and the code in the given bytes means for the signal that was sent: 0 sent, 1
/// refused, 2 unsent.
#[wasm_bindgen]
pub fn outcome(status: u32, length: usize, is_webhook: u32) -> u32 {
    HOST.with_borrow(|host| {
        let code = given(&host.io.given, length);
        match retry::outcome_of(status, is_webhook != 0, || retry::is_final_code(code)) {
            Outcome::Sent => 0,
            Outcome::Refused => 1,
            Outcome::Unsent => 2,
        }
    })
}

/// Returns how many bytes of an answer's body to read.
#[wasm_bindgen]
pub fn answer_bytes() -> usize {
    retry::ANSWER_BYTES
}

/// Returns the time for which a signal is retried, in milliseconds since it was created.
#[wasm_bindgen]
pub fn lifetime() -> f64 {
    retry::LIFETIME as f64
}

/// Returns true if the user agent in the given bytes is a crawler's.
#[wasm_bindgen]
pub fn crawls(length: usize) -> bool {
    HOST.with_borrow(|host| crate::is_crawler(given(&host.io.given, length)))
}
