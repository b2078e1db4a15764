//! The page's functions for the tracker (`pkg-config/entry/host.js`): they read the page, make events, store and send.
//! Only numbers and handles are passed; strings stay in JavaScript.
//!
//! A page can shadow most members of a document or an element, for example with a form field named `getAttribute` or an
//! image named `title`, and web-sys' getters then throw in the middle of the tracker. These functions never throw.

use wasm_bindgen::prelude::*;

use crate::event::millis;
use crate::limits::TIME_SECONDS;

#[wasm_bindgen(raw_module = "#host")]
extern "C" {
    /// Returns milliseconds since 1970, by the device's clock.
    fn clock() -> f64;

    /// Returns milliseconds since the start of the page, on a monotonic clock if the browser has one.
    pub(super) fn ticks() -> f64;

    /// Returns the time of the visitor's last input, on the page's clock. Gaps of more than a second are reported to
    /// [`super::act`].
    #[wasm_bindgen(js_name = lastInput)]
    pub(super) fn last_input() -> f64;

    /// Calls [`super::act`] once after this many milliseconds, and cancels any earlier request: after the current task
    /// for 0 or less; for minus infinity, as soon as the running script ends.
    #[wasm_bindgen(js_name = wakeAfter)]
    pub(super) fn wake_after(milliseconds: f64);

    /// Dispatches the notifications since the last call to the page.
    pub(super) fn notify();

    /// Returns the visitor's attention: 0 if the page is hidden, 1 if it is visible, 2 if it also has the focus, 3 if
    /// an embedded frame has the focus.
    pub(super) fn attention() -> u32;

    /// Sets an event's time, in milliseconds since 1970, and the address of the page view. Returns 0 for an event
    /// that exceeds a limit.
    pub(super) fn locate(event: Event, at: f64) -> u32;

    /// Keeps an event until the visitor has chosen, with 1 for a page view, and its engaged seconds. Beyond a limit
    /// only the newest are kept.
    #[wasm_bindgen(js_name = keepEvent)]
    pub(super) fn keep_event(event: Event, is_view: i32, engaged: f64);

    /// Removes and returns the next of the kept events; [`NO_EVENT`] if there is none.
    #[wasm_bindgen(js_name = takeEvent)]
    pub(super) fn take_event() -> Event;

    /// Returns a part of a kept event: its time in milliseconds since 1970 (0), its engaged seconds (1), or 1 if it is a
    /// page view (2).
    #[wasm_bindgen(js_name = partOf)]
    pub(super) fn part_of(event: Event, part: i32) -> f64;

    /// Discards the kept events.
    #[wasm_bindgen(js_name = forgetEvents)]
    pub(super) fn forget_events();

    /// Creates an event of one of the tracker's own [`kind`]s; [`NO_EVENT`] if there is none.
    pub(super) fn own(kind: i32, number: f64) -> Event;

    /// Creates the event with which a session begins: `first_visit` or `session_start`.
    #[wasm_bindgen(js_name = sessionEvent)]
    pub(super) fn session_event(event: Event, is_first: i32, number: f64) -> Event;

    /// Adds to an event the seconds of engaged time in the session, and in all sessions.
    #[wasm_bindgen(js_name = addEngaged)]
    pub(super) fn add_engaged(event: Event, session: f64, total: f64);

    /// Writes the campaign that the event's address carries, for its hash: names and values, each value with a zero
    /// after it. Returns the length, 0 for none.
    pub(super) fn campaign(event: Event) -> usize;

    /// Ingests an event into the current lead, and announces it as `flags` say: see [`super::scoring`]. Returns
    /// the number of signals to be sent, or below 0 if the event is not valid.
    #[wasm_bindgen(js_name = ingestEvent)]
    pub(super) fn ingest_event(event: Event, at: f64, flags: i32) -> i32;

    /// Announces the segment of the snapshot, which has this count of numbers, if it has changed.
    pub(super) fn segment(count: usize);

    /// Compares the page's address with the kept ones; returns bits of [`super::page`].
    #[wasm_bindgen(js_name = compareAddress)]
    pub(super) fn compare_address() -> u32;

    /// Returns 1 if the page has a title; if `is_new` is 1, one that differs from the page view's.
    #[wasm_bindgen(js_name = hasTitle)]
    pub(super) fn has_title(is_new: i32) -> u32;

    /// Keeps the address that was compared last in one of the slots of [`super::page`].
    #[wasm_bindgen(js_name = keepAddress)]
    pub(super) fn keep_address(slot: i32);

    /// Begins a page view, or resets everything that counts once in one: see [`super::page`].
    #[wasm_bindgen(js_name = beginView)]
    pub(super) fn begin_view(begins: i32);

    /// Returns the stored choice: the last that this page stored, plus 4 times the one in storage; 3 if that cannot
    /// be read.
    #[wasm_bindgen(js_name = storedChoice)]
    pub(super) fn stored_choice() -> u32;

    /// Stores the choice and returns 1 if that succeeded.
    #[wasm_bindgen(js_name = storeChoice)]
    pub(super) fn store_choice(choice: i32) -> u32;

    /// Deletes everything that the tracker has stored, and marks this in the cookie.
    #[wasm_bindgen(js_name = deleteAll)]
    pub(super) fn delete_all();

    /// Returns the length of a stored record. A record that cannot be read is `?`.
    #[wasm_bindgen(js_name = storedRecord)]
    fn stored(key: i32) -> usize;

    /// Stores a record of this length and returns 1 if that succeeded.
    #[wasm_bindgen(js_name = storeRecord)]
    fn store(key: i32, length: i32) -> u32;

    /// Writes random bytes and returns their number.
    fn random() -> usize;

    /// Stores the signal with this number among those of the last event, after its time, which has this length.
    #[wasm_bindgen(js_name = storeSignal)]
    fn store_signal(number: i32, length: i32);

    /// Acts on the signals that are stored, see [`signals`].
    #[wasm_bindgen(js_name = signalsOut)]
    fn signals(act: i32, number: i32) -> usize;

    /// Writes the message with this number to the console.
    pub(super) fn complain(number: i32);
}

/// The number of an event that JavaScript created, with the address of the page from which the visitor came. It is
/// valid until the current call of the tracker ends.
pub(super) type Event = i32;

/// The number that means that there is no event.
pub(super) const NO_EVENT: Event = -1;

/// The events that the tracker creates itself, with their numbers in `host.js`.
pub(super) mod kind {
    pub(crate) const PAGE_VIEW: i32 = 0;
    /// There is no event if the address has no search term.
    pub(crate) const SEARCH: i32 = 1;
    /// The number is the depth in percent; there is no event if no further step is reached.
    pub(crate) const SCROLL: i32 = 2;
    /// The number is the engaged seconds of the page view.
    pub(crate) const ENGAGEMENT: i32 = 3;
}

/// Stored records, with their numbers in `host.js`, which has their keys.
pub(super) mod key {
    /// The lead.
    pub(crate) const LEAD: i32 = 0;
    /// The lead as stored by tags whose states have format 1. It is read, because such a tab may still be open, but
    /// never written.
    pub(crate) const FORMER_LEAD: i32 = 1;
    /// The record of sessions.
    pub(crate) const SESSION: i32 = 2;
    /// The time from which the endpoint may be tried again.
    pub(crate) const RETRY: i32 = 3;
    /// Any signal.
    pub(crate) const SIGNAL: i32 = 4;
    /// The cookie that an edge worker reads; it can only be stored.
    pub(crate) const COOKIE: i32 = 5;
    /// The visitor's id, empty without consent, for the page; it can only be stored.
    pub(crate) const ID: i32 = 6;
}

use crate::wasm::core::one;

/// Passes bytes to JavaScript and returns their number.
fn length(bytes: Vec<u8>) -> i32 {
    one::give(bytes) as i32
}
pub(super) use crate::wasm::core::one::given;

/// Returns a stored record; empty for none.
pub(super) fn get(key: i32) -> Vec<u8> {
    given(stored(key))
}

/// Stores a record, or removes it if it is empty. Returns false if the record is kept in the page's memory only.
pub(super) fn set(key: i32, value: Vec<u8>) -> bool {
    store(key, length(value)) != 0
}

/// Returns random bytes for a visitor's id.
pub(super) fn random_id() -> Vec<u8> {
    given(random())
}

/// Stores a signal with its time.
pub(super) fn keep_signal(number: i32, time: Vec<u8>) {
    store_signal(number, length(time));
}

/// Acts on the stored signals, with their numbers in `sending.js`.
pub(super) mod outgoing {
    /// Lists the signals: for each the time when it was stored, and its size. Returns the length.
    pub(super) const LIST: i32 = 0;
    /// Deletes the signal with this number in the list.
    pub(crate) const DELETE: i32 = 1;
    /// Returns 1 if the signal that is being sent is stored.
    pub(crate) const IS_STORED: i32 = 2;
    /// Deletes the signal that was sent.
    pub(crate) const DELETE_SENT: i32 = 3;
    /// Passes the signal with this number in the list to the browser, which sends it even if the page closes; unless it
    /// is being sent or was passed before.
    pub(crate) const BEACON: i32 = 4;
    /// Allows beacons again, because the page is shown again.
    pub(crate) const FORGET_BEACONS: i32 = 5;
    /// Sends the signals that are due, one by one until there are none, unless another tab is sending.
    pub(crate) const DRAIN: i32 = 6;
}

/// Performs one of [`outgoing`] with a signal; returns its result.
pub(super) fn send(act: i32, number: i32) -> usize {
    signals(act, number)
}

/// Returns the list of stored signals, as values.
pub(super) fn list() -> Vec<u8> {
    given(signals(outgoing::LIST, 0))
}

/// The last second that times can represent, in milliseconds since 1970.
const END: u64 = TIME_SECONDS.saturating_sub(1).saturating_mul(1_000);

/// Returns milliseconds since 1970. If the clock is outside the range of times, this is the nearest end of the range.
pub(super) fn now() -> u64 {
    millis(clock()).unwrap_or(END)
}

/// A time on the page's clock that never comes.
pub(super) const NEVER: f64 = f64::MAX;
/// A time before any other: at the end of the script that runs.
pub(super) const AT_ONCE: f64 = f64::NEG_INFINITY;
