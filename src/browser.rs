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

/// Returns true if the user agent string of this length is that of a crawler.
#[wasm_bindgen]
pub fn crawler(length: usize) -> bool {
    crawlers::is_crawler(&one::given(length))
}

/// Starts the tracker with a compiled model of this length. `options` are the bits of [`tracker`]; consent is 0 for
/// granted, 1 for pending, else denied; `since` is when the page began to count, in milliseconds of
/// `performance.now()`; `seen` is when an edge worker counted the page view, in milliseconds since 1970, or 0.
/// [`acts::STEP`] completes the start. Returns 0, with the model's hash in `bytes`, or an error below 0.
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

/// Records an event at a time in milliseconds since 1970, or now if that is 0.
#[wasm_bindgen]
pub fn interact(event: host::Event, at: f64) {
    enter(|tracker| tracker.interact(event, at));
}

/// Reports of the page to [`act`], with the numbers of `acts.js`.
mod acts {
    /// Performs the next part of the start; returns 0 when the start is complete. Engines compile code when it first
    /// runs, so a start in one go would hold up a slow device for longer than a frame.
    pub(super) const STEP: u32 = 0;
    /// Records the page's new address, if there is one, before its time.
    pub(super) const ARRIVE: u32 = 1;
    /// Sets the visitor's consent in all tabs: 0 for granted, 1 for pending, else denied.
    pub(super) const CHOOSE: u32 = 2;
    /// The same in this tab until they choose.
    pub(super) const ASSUME: u32 = 3;
    /// Returns the current consent: 0 for granted, 1 for pending, 2 for denied.
    pub(super) const AGREED: u32 = 4;
    /// Replaces the visitor by a new one.
    pub(super) const RESET: u32 = 5;
    /// Writes the current snapshot to `numbers`, as [`crate::wasm::core::snapshot`] does, and returns their count.
    pub(super) const SNAP: u32 = 6;
    /// A prerendered page is activated.
    pub(super) const ACTIVATE: u32 = 7;
    /// The address may have changed; 1 if the history entry was replaced.
    pub(super) const NAVIGATED: u32 = 8;
    /// The time has passed that [`super::host::wake_after`] was given.
    pub(super) const WAKE: u32 = 9;
    /// Returns the position in the list of the signal to be sent next, from 1; 0 if none is due.
    pub(super) const NEXT: u32 = 10;
    /// The page is left or becomes hidden, or the tracker is stopped. This and the following have no effect before the
    /// first page view.
    pub(super) const FLUSH: u32 = 11;
    /// The page is restored from the back/forward cache.
    pub(super) const RESTORED: u32 = 12;
    /// Visibility or focus have changed.
    pub(super) const ATTENTION: u32 = 13;
    /// A record in storage has changed: twice its key, and 1 if the tracker stores this key and it has a value.
    pub(super) const STORED: u32 = 14;
    /// The network is available again.
    pub(super) const ONLINE: u32 = 15;
    /// The visitor's input, if it is the first for more than a second.
    pub(super) const INPUT: u32 = 16;
}

/// Reports one of [`acts`], one function for all: each export costs bytes in both files.
#[wasm_bindgen]
pub fn act(what: u32, value: i32) -> i32 {
    enter(|tracker| {
        // Before the first page view nothing on the page counts.
        if what >= acts::FLUSH && !tracker.is_open() {
            return 0;
        }
        let consent = Consent::of(value.cast_unsigned());
        match what {
            acts::STEP => return tracker.step().into(),
            acts::ARRIVE => tracker.arrive(),
            acts::CHOOSE => tracker.choose(consent),
            acts::ASSUME => tracker.assume(consent),
            acts::AGREED => return tracker.consent() as i32,
            acts::RESET => tracker.reset(),
            acts::SNAP => return tracker.snapshot() as i32,
            acts::ACTIVATE => tracker.activate(),
            acts::NAVIGATED => tracker.navigated(value != 0),
            acts::WAKE => tracker.wake(),
            acts::NEXT => return tracker.next().map_or(0, |position| position.saturating_add(1)),
            acts::FLUSH => tracker.flush(),
            acts::RESTORED => tracker.restored(),
            acts::ATTENTION => tracker.on_visibility_change(),
            acts::STORED => tracker.on_storage(value >> 1, value & 1 != 0),
            acts::ONLINE => tracker.online(),
            acts::INPUT => tracker.input(),
            _ => {}
        }
        0
    })
}

/// Processes the endpoint's response to the signal that was sent: its status, 0 for no response; its `Retry-After`, in
/// milliseconds from now; the length of the code in its body; and a random number from 0 to 1 to spread what comes
/// next.
#[wasm_bindgen]
pub fn answered(status: u32, retry_after: f64, length: usize, random: f64) {
    let code = one::given(length);
    enter(|tracker| tracker.answered(&Answer { status, retry_after, code: &code, random }));
}
