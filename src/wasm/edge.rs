//! The class `Visit` for edge workers, and what a worker asks of a user agent.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::runtime::{Model, list, parse, text};
use crate::event::millis;
use crate::{Error, EventReader, is_crawler, retry};

/// A visitor as an edge worker knows them during one request.
#[wasm_bindgen]
pub struct Visit {
    model: Rc<crate::Model>,
    visit: RefCell<crate::Visit>,
}

#[wasm_bindgen]
impl Visit {
    /// From what was sealed last, what the page mirrored, and an id for a visitor who has none.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &Model, sealed: &str, page: &str, fresh: &str) -> Visit {
        let visit = crate::Visit::new(&model.0, sealed, page, fresh);
        Self { model: model.0.clone(), visit: RefCell::new(visit) }
    }

    /// Takes in an event; gives the signals of the stages that trip.
    pub fn ingest(&self, event: &JsValue, now: f64, source: &str) -> Result<JsValue, JsValue> {
        // The page's own code (getters, toJSON) runs here, before the visit is borrowed.
        let text = text(event);
        let signals = self.take_in(&text, now, source)?;
        if signals.is_empty() {
            return Ok(list());
        }
        let json: Vec<String> = signals.into_iter().map(|signal| signal.json).collect();
        Ok(parse(["[", &json.join(","), "]"].concat().as_bytes()))
    }

    fn take_in(&self, text: &str, now: f64, source: &str) -> Result<Vec<crate::Signal>, Error> {
        let mut events = EventReader::default();
        let event = events.read(text)?;
        let now = millis(now).ok_or(Error::Now)?;
        self.visit.borrow_mut().ingest(&self.model, &event, now, source)
    }

    /// Score, stage and segment at a time.
    pub fn snapshot(&self, now: f64) -> Result<JsValue, JsValue> {
        let now = millis(now).ok_or(Error::Now)?;
        Ok(parse(self.visit.borrow().snapshot(&self.model, now)?.as_bytes()))
    }

    /// The snapshot's segment.
    pub fn segment(&self, now: f64) -> Result<String, JsValue> {
        let now = millis(now).ok_or(Error::Now)?;
        Ok(self.visit.borrow().segment(&self.model, now)?)
    }

    /// The receipt at a time.
    pub fn explain(&self, now: f64) -> Result<JsValue, JsValue> {
        let now = millis(now).ok_or(Error::Now)?;
        Ok(parse(self.visit.borrow().explain(&self.model, now)?.as_bytes()))
    }

    /// What to seal, at most so many bytes; undefined where what has to stay does not fit.
    pub fn record(&self, bytes: usize) -> Option<String> {
        self.visit.borrow().record(&self.model, bytes)
    }

    /// What an account keeps of what the worker saw, in base64url; undefined where it does not fit.
    #[wasm_bindgen(getter)]
    pub fn witnessed(&self) -> Option<String> {
        Some(crate::lead::text(crate::base64::encode(&self.visit.borrow().witnessed(&self.model)?)))
    }

    /// What an account keeps of what a page told too, in base64url; empty if none did, undefined where
    /// it does not fit.
    #[wasm_bindgen(getter)]
    pub fn told(&self) -> Option<String> {
        Some(crate::lead::text(crate::base64::encode(&self.visit.borrow().told(&self.model)?)))
    }

    /// The visitor's id.
    #[wasm_bindgen(getter)]
    pub fn visitor(&self) -> String {
        self.visit.borrow().visitor().to_owned()
    }

    /// Whether there is something new to seal.
    #[wasm_bindgen(getter, js_name = isChanged)]
    pub fn is_changed(&self) -> bool {
        self.visit.borrow().is_changed()
    }

    /// Whether the page told anything.
    #[wasm_bindgen(getter, js_name = hasPage)]
    pub fn has_page(&self) -> bool {
        self.visit.borrow().has_page()
    }

    /// Whether what was sealed is in use: false where there was none, or none that can be read, or somebody else's.
    #[wasm_bindgen(getter, js_name = hasSealed)]
    pub fn has_sealed(&self) -> bool {
        self.visit.borrow().has_sealed()
    }

    /// True if the worker has ever signalled a stage of this visitor.
    #[wasm_bindgen(getter, js_name = hasTripped)]
    pub fn has_tripped(&self) -> bool {
        self.visit.borrow().has_tripped()
    }
}

/// The model's name.
#[wasm_bindgen(js_name = modelName)]
pub fn model_name(model: &Model) -> String {
    model.0.name().to_owned()
}

/// What sales may say about a lead.
#[wasm_bindgen]
pub fn decisions() -> Vec<String> {
    crate::decisions().map(str::to_owned).collect()
}

/// Returns true if sales has confirmed the stage of a signal of that type; decisions are `lifecycle` events, one a line.
#[wasm_bindgen(js_name = isConfirmed)]
pub fn is_confirmed(model: &Model, kind: &str, stage: &str, decisions: &str) -> bool {
    crate::is_confirmed(&model.0, kind, stage, decisions)
}

/// Returns true if a signal of that type may carry these names.
#[wasm_bindgen(js_name = hasOutcome)]
pub fn has_outcome(model: &Model, kind: &str, stage: &str, segment: &str, label: Option<String>) -> bool {
    crate::has_outcome(&model.0, kind, stage, segment, label.as_deref())
}

/// Returns true if a signal of that type can have that score.
#[wasm_bindgen(js_name = isInRange)]
pub fn is_in_range(model: &Model, kind: &str, points: f64) -> bool {
    crate::is_in_range(&model.0, kind, points)
}

/// Returns true for a visitor's id that logs, tables and headers can hold.
#[wasm_bindgen(js_name = isVisitorId)]
pub fn is_visitor_id(id: &str) -> bool {
    crate::is_visitor_id(id)
}

/// Milliseconds since 1970 of a time as signals write it; undefined for anything else.
#[wasm_bindgen(js_name = parseTime)]
pub fn parse_time(text: &str) -> Option<f64> {
    crate::parse_time(text).map(|millis| millis as f64)
}

/// Returns what an answer means for the signal that was sent: `sent`, `refused` (for good) or `unsent` (send it again, no
/// sooner than `Retry-After` asks, for [`signal_lifetime`]). `status` is 0 for no answer; `body` is the beginning of the
/// answer's body, of which [`answer_bytes`] are looked at. A webhook is whoever is not a receiver of this project.
#[wasm_bindgen(js_name = answerOutcome)]
pub fn answer_outcome(status: u32, body: &[u8], is_webhook: bool) -> String {
    let outcome = match retry::outcome(status, body, is_webhook) {
        retry::Outcome::Sent => "sent",
        retry::Outcome::Refused => "refused",
        retry::Outcome::Unsent => "unsent",
    };
    outcome.to_owned()
}

/// Returns how many bytes of an answer's body to read for [`answer_outcome`].
#[wasm_bindgen(js_name = answerBytes)]
pub fn answer_bytes() -> usize {
    retry::ANSWER_BYTES
}

/// Returns for how long a signal is sent again, in milliseconds since it was made.
#[wasm_bindgen(js_name = signalLifetime)]
pub fn signal_lifetime() -> f64 {
    retry::LIFETIME as f64
}

/// Whether a user agent is a crawler's.
#[wasm_bindgen(js_name = isCrawler)]
pub fn crawler(agent: &str) -> bool {
    is_crawler(agent.as_bytes())
}
