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
use crate::event::seconds;
use crate::wasm::core::one;
use crate::wasm::core::{snapshot, wrong};

thread_local! {
    /// Taken out while it works: whatever the page calls back meanwhile finds none, and nothing can be entered twice.
    static TRACKER: Cell<Option<Box<Tracker>>> = const { Cell::new(None) };
}

/// Runs the tracker, then notifies the page.
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
    TRACKER.set(Some(tracker));
    host::notify();
}

/// The same for events of the page: nothing is recorded before the first page view.
fn enter_open(work: impl FnOnce(&mut Tracker)) {
    enter(|tracker| {
        if tracker.is_open() {
            work(tracker);
        }
    });
}

/// Returns true if the user agent of this length is a crawler's.
#[wasm_bindgen]
pub fn crawler(length: usize) -> bool {
    crawlers::is_crawler(&one::given(length))
}

/// Begins in a page, with a compiled model of this length. `options` are the bits of [`tracker`]; consent is 0 for
/// granted, 1 for pending, else denied; `since` is when the page began to count, in milliseconds of
/// `performance.now()`; `seen` is when an edge worker counted the page view, in milliseconds since 1970, or 0. [`step`]
/// does the rest. Returns 0, with the model's hash in `bytes`, or an error below 0.
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

/// Does the next part of starting; false when all is done. What runs for the first time is compiled then, so that a
/// start in one go would hold up a slow device for longer than a frame.
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

/// The visitor's consent is now 0 for granted, 1 for pending, else denied: in all tabs, or, as a `default`, in this one
/// until they choose.
#[wasm_bindgen]
pub fn consent(value: u32, default: bool) {
    let value = Consent::of(value);
    enter(|tracker| if default { tracker.assume(value) } else { tracker.act(value) });
}

/// Returns the consent that holds: 0 for granted, 1 for pending, 2 for denied.
#[wasm_bindgen]
pub fn agreed() -> u32 {
    enter(|tracker| tracker.agreement.consent as u32)
}

/// From here on it is another visitor.
#[wasm_bindgen]
pub fn reset() {
    enter(Tracker::reset);
}

/// Writes the snapshot of now to `numbers`, as [`snapshot`] does, and returns their count.
#[wasm_bindgen]
pub fn snap() -> usize {
    enter(|tracker| {
        tracker.arrive_if_shown();
        tracker.storage.lent(|| snapshot(1, seconds(host::now())))
    })
}

/// The page was rendered ahead and is shown now.
#[wasm_bindgen]
pub fn activate() {
    enter(Tracker::activate);
}

/// The page is shown again out of the back/forward cache.
#[wasm_bindgen]
pub fn restored() {
    enter_open(Tracker::restored);
}

/// The page is left, or put aside.
#[wasm_bindgen]
pub fn flush() {
    enter_open(Tracker::flush);
}

/// Handles a change of visibility or focus.
#[wasm_bindgen(js_name = onVisibilityChange)]
pub fn on_visibility_change() {
    enter_open(Tracker::on_visibility_change);
}

/// A record was stored: see [`store`].
#[wasm_bindgen(js_name = onStorage)]
pub fn on_storage(key: i32, is_own: i32) {
    enter_open(|tracker| tracker.on_storage(key, is_own != 0));
}

/// There is a network again.
#[wasm_bindgen]
pub fn online() {
    enter_open(Tracker::online);
}

/// The visitor did something, the first time for more than a second.
#[wasm_bindgen]
pub fn input() {
    enter_open(Tracker::input);
}

/// The address may have changed; `replaced` if the history entry was replaced.
#[wasm_bindgen]
pub fn navigated(replaced: bool) {
    enter(|tracker| tracker.navigated(replaced));
}

/// The time that [`host::wake_after`] was asked for has come.
#[wasm_bindgen]
pub fn wake() {
    enter(Tracker::wake);
}

/// Returns the position in the list of the signal to be sent next, if one is due, else -1.
#[wasm_bindgen]
pub fn next() -> i32 {
    enter(Tracker::next).unwrap_or(-1)
}

/// Takes in what the endpoint answered to the signal that was sent: its status, 0 for no answer; its `Retry-After`, in
/// milliseconds from now; the length of the code in its body; and a random number from 0 to 1 to spread what comes
/// next.
#[wasm_bindgen]
pub fn answered(status: u32, retry_after: f64, length: usize, random: f64) {
    let code = one::given(length);
    enter(|tracker| tracker.answered(&Answer { status, retry_after, code: &code, random }));
}

/// No more: stores what there is and forgets the page.
#[wasm_bindgen]
pub fn end() {
    enter(Tracker::flush);
    TRACKER.take();
}
