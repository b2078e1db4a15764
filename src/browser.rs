//! The tracker: records behaviour on a page, scores it there, and sends nothing until a stage trips.
//!
//! The path of an event of the page, from top to bottom:
//!
//! ```text
//! DOM event, track(), dataLayer, video ─► JavaScript: an event, or nothing
//!                                                   │
//! page view, search, scroll, engagement ─► host::own┤
//!                                                   ▼
//!            tracker: consent? ─► session (first visit, session start) ─► storage: join, ingest, save
//!                                                                             │ a stage trips
//!                                                                             ▼
//!                                              announce in the page, outbox ─► endpoint
//! ```
//!
//! The loader (`pkg-config/entry/browser.js`) loads the wasm and provides the page's functions; `host.js` stores
//! strings and events and runs asynchronous tasks (requests, locks, timers). Only numbers and handles are passed
//! between them. The decisions about storing and sending, and when a view, a session or a stage begins, are made here.
//! A page has one tracker.

mod consent;
mod engagement;
mod host;
mod outbox;
mod page;
mod profile;
mod record;
mod scoring;
mod session;
mod store;
mod tracker;

use std::cell::Cell;

use wasm_bindgen::prelude::*;

use crate::Model;
use crate::browser::consent::Consent;
use crate::browser::outbox::Answer;
use crate::browser::tracker::Tracker;
use crate::event::crawlers;
use crate::wasm::core::one;
use crate::wasm::core::wrong;

thread_local! {
    /// `None` while the tracker works, so that calls back from the page cannot enter it twice.
    static TRACKER: Cell<Option<Box<Tracker>>> = const { Cell::new(None) };
}

/// Runs the tracker, then notifies the page.
fn enter<T: Default>(work: impl FnOnce(&mut Tracker) -> T) -> T {
    let Some(mut tracker) = TRACKER.take() else { return T::default() };
    let result = work(&mut tracker);
    leave(tracker);
    result
}

/// Ends a call of the tracker; not generic, so that the wasm contains the code once.
#[inline(never)]
fn leave(mut tracker: Box<Tracker>) {
    tracker.plan();
    TRACKER.set(Some(tracker));
    host::notify();
}

/// The same for events on the page, of which none is recorded before the first page view.
fn enter_open(work: impl FnOnce(&mut Tracker)) {
    enter(|tracker| {
        if tracker.is_open() {
            work(tracker);
        }
    });
}

/// Returns true if the user agent string of this length is that of a crawler.
#[wasm_bindgen]
pub fn crawler(length: usize) -> bool {
    crawlers::is_crawler(&one::given(length))
}

/// Starts the tracker with a compiled model of this length. `options` are the bits of [`tracker`]; consent is 0 for
/// granted, 1 for pending, else denied; `since` is when the page began to count, in milliseconds of
/// `performance.now()`; `seen` is when an edge worker counted the page view, in milliseconds since 1970, or 0. [`step`]
/// completes the start. Returns 0, with the model's hash in `bytes`, or an error below 0.
#[wasm_bindgen]
pub fn begin(length: usize, options: u32, agreed: u32, since: f64, seen: f64) -> i32 {
    match Model::decode(&one::given(length)) {
        Ok(model) => {
            let hash = model.hash.clone();
            TRACKER.set(Some(Box::new(Tracker::new(model, options, agreed, since, seen))));
            one::give(hash);
            0
        }
        Err(error) => wrong(&error),
    }
}

/// Performs the next part of the start; returns false when the start is complete. Engines compile code when it first
/// runs, so a start in one go would hold up a slow device for longer than a frame.
#[wasm_bindgen]
pub fn step() -> bool {
    enter(Tracker::step)
}

/// Records an event at a time in milliseconds since 1970, or now if that is 0.
#[wasm_bindgen]
pub fn interact(event: host::Event, at: f64) {
    enter(|tracker| tracker.interact(event, at));
}

/// Records the page's new address, if there is one, before its time.
#[wasm_bindgen]
pub fn arrive() {
    enter(Tracker::arrive);
}

/// Sets the visitor's consent: 0 for granted, 1 for pending, else denied; in all tabs, or, as a `default`, in this one
/// until they choose.
#[wasm_bindgen]
pub fn consent(value: u32, default: bool) {
    let value = Consent::of(value);
    enter(|tracker| if default { tracker.assume(value) } else { tracker.choose(value) });
}

/// Returns the current consent: 0 for granted, 1 for pending, 2 for denied.
#[wasm_bindgen]
pub fn agreed() -> u32 {
    enter(|tracker| tracker.consent() as u32)
}

/// Replaces the visitor by a new one.
#[wasm_bindgen]
pub fn reset() {
    enter(Tracker::reset);
}

/// Writes the current snapshot to `numbers`, as [`crate::wasm::core::snapshot`] does, and returns their count.
#[wasm_bindgen]
pub fn snap() -> usize {
    enter(Tracker::snapshot)
}

/// Called when a prerendered page is activated.
#[wasm_bindgen]
pub fn activate() {
    enter(Tracker::activate);
}

/// Called when the page is restored from the back/forward cache.
#[wasm_bindgen]
pub fn restored() {
    enter_open(Tracker::restored);
}

/// Called when the page is left or becomes hidden.
#[wasm_bindgen]
pub fn flush() {
    enter_open(Tracker::flush);
}

/// Handles a change of visibility or focus.
#[wasm_bindgen(js_name = onVisibilityChange)]
pub fn on_visibility_change() {
    enter_open(Tracker::on_visibility_change);
}

/// Called when a record in storage has changed: see [`store`].
#[wasm_bindgen(js_name = onStorage)]
pub fn on_storage(key: i32, is_own: i32) {
    enter_open(|tracker| tracker.on_storage(key, is_own != 0));
}

/// Called when the network is available again.
#[wasm_bindgen]
pub fn online() {
    enter_open(Tracker::online);
}

/// Called at the visitor's input, if it is the first for more than a second.
#[wasm_bindgen]
pub fn input() {
    enter_open(Tracker::input);
}

/// Called when the address may have changed; `replaced` if the history entry was replaced.
#[wasm_bindgen]
pub fn navigated(replaced: bool) {
    enter(|tracker| tracker.navigated(replaced));
}

/// Called after the time that [`host::wake_after`] was given.
#[wasm_bindgen]
pub fn wake() {
    enter(Tracker::wake);
}

/// Returns the position in the list of the signal to be sent next, if one is due, else -1.
#[wasm_bindgen]
pub fn next() -> i32 {
    enter(Tracker::next).unwrap_or(-1)
}

/// Processes the endpoint's response to the signal that was sent: its status, 0 for no response; its `Retry-After`, in
/// milliseconds from now; the length of the code in its body; and a random number from 0 to 1 to spread what comes
/// next.
#[wasm_bindgen]
pub fn answered(status: u32, retry_after: f64, length: usize, random: f64) {
    let code = one::given(length);
    enter(|tracker| tracker.answered(&Answer { status, retry_after, code: &code, random }));
}

/// Stops the tracker: stores unsaved data and forgets the page.
#[wasm_bindgen]
pub fn end() {
    enter(Tracker::flush);
    TRACKER.take();
}
