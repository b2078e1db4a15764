//! The page: what it shows, and what the visitor does on it.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Interval;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

use crate::score::Scorer;
use crate::send::send;
use crate::store::{self, Kept};

const HTML: &str = r#"
<h1>A page in Rust</h1>
<p>Score <output id="score">0</output>, segment <output id="segment">visitor</output></p>
<p><button type="button" data-lead-event="open_pricing">Show the pricing</button></p>
<form id="demo"><button>Ask for a demo</button></form>
"#;

/// Milliseconds after which the score is updated, because points decay.
const EVERY: u32 = 1_000;

/// A mounted page. It listens until it is dropped.
pub struct Page {
    _listeners: [EventListener; 2],
    _timer: Interval,
}

impl Page {
    /// Fills `root`, records the page view, and adds listeners. Signals are sent to `endpoint`.
    ///
    /// # Errors
    /// The browser denied an API.
    pub fn mount(root: Element, endpoint: &str) -> Result<Self, JsValue> {
        root.set_inner_html(HTML);
        let visit = Rc::new(RefCell::new(Visit::begin(root.clone(), endpoint)?));
        visit.borrow_mut().take("page_view", json!({}));

        let own = visit.clone();
        let click = EventListener::new(&root, "click", move |event| {
            if let Some(kind) = marked(event) {
                own.borrow_mut().take(&kind, json!({}));
            }
        });
        let own = visit.clone();
        // The page answers the form by itself.
        let options = EventListenerOptions::enable_prevent_default();
        let submit = EventListener::new_with_options(&root, "submit", options, move |event| {
            event.prevent_default();
            let form = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            own.borrow_mut().take("form_submit", json!({ "form_id": form.map(|form| form.id()) }));
        });
        let timer = Interval::new(EVERY, move || visit.borrow().show());
        Ok(Self { _listeners: [click, submit], _timer: timer })
    }
}

/// The event that a clicked element, or one around it, is marked with.
fn marked(event: &Event) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest("[data-lead-event]").ok()??.get_attribute("data-lead-event")
}

struct Visit {
    root: Element,
    endpoint: String,
    visitor: String,
    scorer: Scorer,
    url: String,
}

impl Visit {
    fn begin(root: Element, endpoint: &str) -> Result<Self, JsValue> {
        let location = web_sys::window().ok_or("no window")?.location();
        let kept = store::load();
        let scorer = Scorer::new(&kept.visitor, &kept.state, location.origin()?)
            .map_err(|error| JsValue::from_str(error.message()))?;
        Ok(Self { root, endpoint: endpoint.to_owned(), visitor: kept.visitor, scorer, url: location.href()? })
    }

    fn take(&mut self, kind: &str, props: Value) {
        let event = json!({ "type": kind, "url": self.url, "props": props });
        match self.scorer.ingest(&event, now()) {
            Ok(signals) => signals.into_iter().for_each(|signal| send(&self.endpoint, signal)),
            Err(error) => web_sys::console::warn_1(&error.message().into()),
        }
        store::save(&Kept { visitor: self.visitor.clone(), state: self.scorer.state() });
        self.show();
    }

    fn show(&self) {
        let Some(snapshot) = self.scorer.snapshot(now()) else { return };
        for (id, text) in [("#score", snapshot.score.to_string()), ("#segment", snapshot.segment)] {
            if let Ok(Some(output)) = self.root.query_selector(id) {
                output.set_text_content(Some(&text));
            }
        }
    }
}

fn now() -> u64 {
    js_sys::Date::now() as u64
}
