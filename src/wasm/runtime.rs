//! The runtime's classes: `Model`, `Lead`, and `verify`.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::error::failure;
use crate::base64;
use crate::event::millis;
use crate::{Error, EventReader, Origin, State};

/// Small instead of fast; the heap of a page's lead is a few kilobytes.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        failure(error.name(), error.code(), error.message())
    }
}

#[wasm_bindgen(module = "/src/wasm/bridge.js")]
extern "C" {
    #[wasm_bindgen(js_name = eventText)]
    fn event_text(event: &JsValue) -> String;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse)]
    fn parse(json: &str) -> JsValue;
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = stringify)]
    fn stringify(value: &JsValue) -> Result<Option<String>, JsValue>;

    /// What a lead is made with.
    pub type LeadOptions;
    #[wasm_bindgen(method, getter)]
    fn id(this: &LeadOptions) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn state(this: &LeadOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn source(this: &LeadOptions) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn provenance(this: &LeadOptions) -> Option<String>;
}

/// A compiled scoring model.
#[wasm_bindgen]
pub struct Model(Rc<crate::Model>);

#[wasm_bindgen]
impl Model {
    /// Reads the bytes that `compile` made.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<Model, JsValue> {
        Ok(Self(Rc::new(crate::Model::decode(bytes)?)))
    }

    /// The model's name.
    #[wasm_bindgen(getter)]
    pub fn name(&self) -> String {
        self.0.name().to_owned()
    }

    /// The author's version of the model.
    #[wasm_bindgen(getter)]
    pub fn version(&self) -> u32 {
        self.0.version()
    }

    /// The name of these very bytes.
    #[wasm_bindgen(getter)]
    pub fn hash(&self) -> String {
        self.0.hash().to_owned()
    }
}

/// A visitor and what is kept of them.
#[wasm_bindgen]
pub struct Lead {
    model: Rc<crate::Model>,
    lead: RefCell<crate::Lead>,
    events: RefCell<EventReader>,
    source: String,
    provenance: &'static str,
}

/// A state as bytes or as base64url text.
fn state(model: &crate::Model, state: &JsValue) -> Result<State, JsValue> {
    let bytes = match state.as_string() {
        Some(text) => base64::decode(&text).ok_or(Error::StateCorrupt)?,
        None => Uint8Array::new(state).to_vec(),
    };
    Ok(State::decode(model, &bytes)?)
}

/// Milliseconds as JavaScript gives them.
fn time(now: f64) -> Result<u64, Error> {
    millis(now).ok_or(Error::Now)
}

#[wasm_bindgen]
impl Lead {
    /// `{ id, state?, source?, provenance? }`.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &Model, options: &LeadOptions) -> Result<Lead, JsValue> {
        let mut lead = crate::Lead::new(&options.id().unwrap_or_default())?;
        let kept = options.state();
        if !kept.is_null() && !kept.is_undefined() {
            lead.merge(&model.0, &state(&model.0, &kept)?)?;
        }
        let provenance = if options.provenance().as_deref() == Some("edge") { "edge" } else { "client" };
        Ok(Self {
            model: model.0.clone(),
            lead: RefCell::new(lead),
            events: RefCell::default(),
            source: options.source().unwrap_or_default(),
            provenance,
        })
    }

    /// Takes in an event; gives the signals of the stages that trip.
    pub fn ingest(&self, event: &JsValue, now: f64) -> Result<JsValue, JsValue> {
        let text = event_text(event);
        let (mut lead, mut events) = (self.lead.borrow_mut(), self.events.borrow_mut());
        let event = events.read(&text)?;
        let own = event.origin();
        let source = if self.source.is_empty() { &own } else { &self.source };
        let origin = Origin { source, provenance: self.provenance };
        let signals = lead.ingest(&self.model, &event, time(now)?, &origin)?;
        if signals.is_empty() {
            return Ok(js_sys::Array::new().into());
        }
        let list: Vec<&str> = signals.iter().map(|signal| signal.json.as_str()).collect();
        Ok(parse(&["[", &list.join(","), "]"].concat()))
    }

    /// Score, stage and segment at a time.
    pub fn snapshot(&self, now: f64) -> Result<JsValue, JsValue> {
        Ok(parse(&self.lead.borrow().snapshot(&self.model, time(now)?)?))
    }

    /// The receipt at a time.
    pub fn explain(&self, now: f64) -> Result<JsValue, JsValue> {
        Ok(parse(&self.lead.borrow().explain(&self.model, time(now)?)?))
    }

    /// Joins with another state, bytes or base64url text.
    pub fn merge(&self, other: &JsValue) -> Result<(), JsValue> {
        let other = state(&self.model, other)?;
        Ok(self.lead.borrow_mut().merge(&self.model, &other)?)
    }

    /// The state as bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.lead.borrow().state().encode(&self.model)
    }

    /// The state as base64url text.
    #[wasm_bindgen(js_name = toString)]
    #[expect(clippy::inherent_to_string, reason = "JavaScript's toString, not Rust's")]
    pub fn to_string(&self) -> String {
        base64::encode(&self.encode())
    }
}

/// Makes a signal anew from the state that it carries, and gives the snapshot of then; throws where anything differs.
#[wasm_bindgen]
pub fn verify(model: &Model, signal: &JsValue) -> Result<JsValue, JsValue> {
    let text = stringify(signal).ok().flatten().ok_or(Error::SignalSyntax)?;
    Ok(parse(&crate::verify(&model.0, &text)?))
}
