//! The tracker: one tag on a page that measures behaviour, scores it where it is, and stays silent until a stage trips.
//!
//! What happens to an event of the page, top to bottom:
//!
//! ```text
//! DOM event ─► listen ─► page, engagement, scroll, links, forms ─► what was done (`Deed`)
//!                                                                             │
//! track(), dataLayer, videos ─────────────────────────────────────────────────┤
//!                                                                             ▼
//!            tracker: consent? ─► session (first visit, session start) ─► profile: join, ingest, store
//!                                                                             │ a stage trips
//!                                                                             ▼
//!                                              announce in the page, outbox ─► endpoint
//! ```
//!
//! The loader (`pkg-config/entry/browser.js`) fetches the wasm and gives the page its functions; `host.js` does what
//! waits (requests, locks, timers). Everything that decides is here. One tracker lives in a page.

mod campaign;
mod consent;
mod deed;
mod engagement;
mod forms;
mod host;
mod keys;
mod links;
mod listen;
mod outbox;
mod page;
mod profile;
mod record;
mod scroll;
mod session;
mod store;
mod tracker;

use std::cell::Cell;

use wasm_bindgen::prelude::*;

use crate::browser::consent::Consent;
use crate::browser::host::Host;
use crate::browser::outbox::Answer;
use crate::browser::tracker::Tracker;
use crate::event::seconds;
use crate::json::Tape;
use crate::{Error, Model, snapshot};

thread_local! {
    /// Taken out while it works: whatever the page calls back meanwhile finds none, and nothing can be entered twice.
    static TRACKER: Cell<Option<Box<Tracker>>> = const { Cell::new(None) };
}

/// Lets the tracker work, then tells the page what is new.
fn enter<T: Default>(work: impl FnOnce(&mut Tracker) -> T) -> T {
    let Some(mut tracker) = TRACKER.take() else { return T::default() };
    let result = work(&mut tracker);
    leave(tracker);
    result
}

/// One copy for all that enter.
#[inline(never)]
fn leave(mut tracker: Box<Tracker>) {
    tracker.plan();
    let news = std::mem::take(&mut tracker.news);
    if news.is_empty() {
        // Mostly: a pointer that moves.
        return TRACKER.set(Some(tracker));
    }
    let host = tracker.host.clone();
    TRACKER.set(Some(tracker));
    for (name, json) in news {
        host.announce(name, &json);
    }
}

/// Begins in a page, with a compiled model and the options as JSON. Consent is 0 for granted, 1 for pending, else denied;
/// `since` is when the page began to count, in milliseconds of `performance.now()`. [`step`] does the rest.
///
/// # Errors
/// Those of [`Model::decode`].
#[wasm_bindgen]
pub fn begin(host: Host, model: &[u8], options: &str, agreed: u32, since: f64) -> Result<(), JsValue> {
    let model = Model::decode(model)?;
    let mut tape = Tape::default();
    // The loader's own JSON: what is not there is not set.
    let _ = tape.read(options.as_bytes());
    TRACKER.set(Some(Box::new(Tracker::new(host, model, tape.root(), agreed, since))));
    Ok(())
}

/// Does the next part of starting; false when all is done. What runs for the first time is compiled then, so that a start
/// in one go would hold up a slow device for longer than a frame.
#[wasm_bindgen]
pub fn step() -> bool {
    enter(Tracker::step)
}

/// An event of the page's own: its type and its props as JSON.
///
/// # Errors
/// Those of reading an event.
#[wasm_bindgen]
pub fn track(kind: &str, props: &str) -> Result<(), JsValue> {
    let result: Option<Error> = enter(|tracker| tracker.track(kind, props).err());
    result.map_or(Ok(()), |error| Err(error.into()))
}

/// The visitor's consent is now 0 for granted, 1 for pending, else denied: in all tabs, or, as a `default`, in this one until
/// they choose.
#[wasm_bindgen]
pub fn consent(value: u32, default: bool) {
    let value = Consent::of(value);
    enter(|tracker| if default { tracker.assume(value) } else { tracker.act(value) });
}

/// Returns the consent that holds: 0 for granted, 1 for pending, 2 for denied.
#[wasm_bindgen]
pub fn agreed() -> u32 {
    enter(|tracker| tracker.consent as u32)
}

/// From here on it is another visitor.
#[wasm_bindgen]
pub fn reset() {
    enter(Tracker::reset);
}

/// The snapshot of now, as JSON.
#[wasm_bindgen]
pub fn snap() -> Vec<u8> {
    enter(|tracker| snapshot::json(&tracker.model, &tracker.profile.lead.state, seconds(host::now())))
}

/// Something that happened in the page, of what is listened for by that number.
#[wasm_bindgen]
pub fn hear(number: u32, event: &web_sys::Event) {
    enter(|tracker| listen::hear(tracker, number, event));
}

/// Takes note that the address may have changed; `replaced` if the history entry was replaced.
#[wasm_bindgen]
pub fn moved(replaced: bool) {
    enter(|tracker| tracker.look(replaced));
}

/// Records that a form was sent, by the button `submitter` if any, from the address `url`, at `at` milliseconds since 1970.
#[wasm_bindgen]
pub fn sent(form: &web_sys::Element, submitter: Option<web_sys::Element>, url: String, at: f64) {
    enter(|tracker| tracker.sent(form, submitter.as_ref(), url, at as u64));
}

/// The time that [`host::wake`] was asked for has come.
#[wasm_bindgen]
pub fn wake() {
    enter(Tracker::wake);
}

/// The signal to be sent next, if one is due: its key, a space and its body.
#[wasm_bindgen]
pub fn next() -> Option<Vec<u8>> {
    enter(Tracker::next)
}

/// Takes in what the endpoint answered to the signal of that key: its status, 0 for no answer; its `Retry-After`, in
/// milliseconds from now; the beginning of its body; and a random number from 0 to 1 to spread what comes next.
#[wasm_bindgen]
pub fn answered(key: &[u8], status: u32, retry_after: f64, body: &str, random: f64) {
    enter(|tracker| tracker.answered(key, &Answer { status, retry_after, body: body.as_bytes(), random }));
}

/// No more: keeps what there is and forgets the page.
#[wasm_bindgen]
pub fn end() {
    enter(Tracker::hide);
    TRACKER.take();
}
