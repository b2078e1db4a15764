//! The runtime's classes: `Model`, `Lead`, and `verify`.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::event::{millis, seconds};
use crate::json::Tape;
use crate::signal::Sender;
use crate::{Error, EventReader, State, explain, lead, signal, snapshot};

#[wasm_bindgen(module = "/src/wasm/bridge.js")]
extern "C" {
    pub(super) fn parse(json: &[u8]) -> JsValue;
    fn string(bytes: &[u8]) -> JsValue;
    pub(super) fn list() -> JsValue;
    pub(super) fn text(value: &JsValue) -> String;
    fn bytes(value: &JsValue) -> Vec<u8>;
    #[wasm_bindgen(js_name = stateOf)]
    fn state_of(options: &JsValue) -> Vec<u8>;
}

/// A compiled scoring model.
#[wasm_bindgen]
pub struct Model(pub(super) Rc<crate::Model>);

#[wasm_bindgen]
impl Model {
    /// Reads the bytes that `compile` made.
    #[wasm_bindgen(constructor)]
    pub fn new(compiled: &JsValue) -> Result<Model, JsValue> {
        Ok(Self(Rc::new(crate::Model::decode(&bytes(compiled))?)))
    }
}

/// A visitor and what is kept of them.
#[wasm_bindgen]
pub struct Lead {
    model: Rc<crate::Model>,
    /// Taken out while it is used: what JavaScript is called back meanwhile finds no lock.
    lead: Cell<crate::Lead>,
    events: Cell<EventReader>,
    source: Vec<u8>,
    provenance: &'static str,
}

/// Seconds of a time in milliseconds as JavaScript gives it.
fn second(now: f64) -> Result<u32, Error> {
    Ok(seconds(millis(now).ok_or(Error::Now)?))
}

#[wasm_bindgen]
impl Lead {
    /// Somebody of whom nothing is known but, perhaps, a state.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &Model, options: &JsValue) -> Result<Lead, JsValue> {
        let mut tape = Tape::default();
        let read = tape.read(text(options).as_bytes());
        let given = tape.root();
        let mut lead = crate::Lead::from_bytes(given.text_of(b"id"))?;
        let state = state_of(options);
        if read.is_ok() && !state.is_empty() {
            lead.state = State::decode_text(&model.0, &state)?;
        }
        Ok(Self {
            model: model.0.clone(),
            lead: Cell::new(lead),
            events: Cell::default(),
            source: given.text_of(b"source").to_vec(),
            provenance: if given.text_of(b"provenance") == b"edge" { "edge" } else { "client" },
        })
    }

    /// Takes in an event; gives the signals of the stages that trip.
    pub fn ingest(&self, event: &JsValue, now: f64) -> Result<JsValue, JsValue> {
        let text = text(event);
        let mut events = self.events.take();
        let result = self.take_in(&mut events, &text, now);
        self.events.set(events);
        Ok(result?)
    }

    fn take_in(&self, events: &mut EventReader, text: &str, now: f64) -> Result<JsValue, Error> {
        let event = events.read(text)?;
        let now = millis(now).ok_or(Error::Now)?;
        let mut lead = self.lead.take();
        let sender = Sender { source: &self.source, provenance: self.provenance, witnessed: None };
        let crate::Lead { visitor, state } = &mut lead;
        let signals = lead::ingest(&self.model, visitor, state, &event, now, sender, lead::Room::Refuse);
        self.lead.set(lead);
        let signals = signals?;
        if signals.is_empty() {
            return Ok(list());
        }
        let mut json = vec![b'['];
        for signal in signals {
            if json.len() > 1 {
                json.push(b',');
            }
            json.extend_from_slice(&signal.json);
        }
        json.push(b']');
        Ok(parse(&json))
    }

    /// What is kept, copied out: it is small.
    fn state(&self) -> State {
        let lead = self.lead.take();
        let state = lead.state.clone();
        self.lead.set(lead);
        state
    }

    /// The same at a second.
    fn state_at(&self, now: u32) -> State {
        let mut state = self.state();
        state.set_second(&self.model, now);
        state
    }

    /// Score, stage and segment at a time.
    pub fn snapshot(&self, now: f64) -> Result<JsValue, JsValue> {
        let now = second(now)?;
        Ok(parse(&snapshot::json(&self.model, &self.state_at(now), now)))
    }

    /// The receipt at a time.
    pub fn explain(&self, now: f64) -> Result<JsValue, JsValue> {
        let now = second(now)?;
        Ok(parse(&explain::receipt(&self.model, &self.state_at(now), now)))
    }

    /// Joins with another state, bytes or base64url text; at a time, what a wrong clock has dated ahead stays aside.
    pub fn merge(&self, other: &JsValue, now: Option<f64>) -> Result<(), JsValue> {
        let mut other = State::decode_text(&self.model, &bytes(other))?;
        let now = now.map(second).transpose()?;
        let mut lead = self.lead.take();
        if let Some(now) = now {
            other.set_second(&self.model, now);
            lead.state.set_second(&self.model, now);
        }
        let merged = lead.merge(&self.model, &other);
        self.lead.set(lead);
        Ok(merged?)
    }

    /// The state as bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.state().encode(&self.model)
    }

    /// The state as base64url text.
    #[wasm_bindgen(js_name = toString)]
    pub fn text(&self) -> JsValue {
        string(&crate::base64::encode(&self.encode()))
    }
}

/// Makes a signal anew from the state that it carries, and gives the snapshot of then; throws where anything differs.
#[wasm_bindgen]
pub fn verify(model: &Model, signal: &JsValue) -> Result<JsValue, JsValue> {
    Ok(parse(&signal::verify::recompute(&model.0, text(signal).as_bytes())?))
}
