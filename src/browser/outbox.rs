//! Signals that are not delivered yet. Each is stored until the endpoint has acknowledged it, and sent again with
//! increasing pauses.
//!
//! Each signal has a key with its id, so tabs never overwrite each other's signals, and the same signal of two tabs is
//! stored once.

use super::host::{self, key, outgoing};
use super::record;
use crate::signal::retry::{LIFETIME, Outcome, is_final_code, outcome_of};
use crate::text::value::values;

const MOST: usize = 100;
const MOST_BYTES: usize = 64 * 1024;
/// Milliseconds.
const FIRST_PAUSE: u64 = 500;
const LONGEST_PAUSE: u64 = 60_000;

/// Milliseconds after which to check if another tab has sent the waiting signals.
const LOOK_AGAIN: u64 = 1_000;

/// The state of this tab's sending.
pub(super) struct Outbox {
    /// Without an endpoint nothing is kept or sent.
    has_endpoint: bool,
    /// True from the time that [`Outbox::next`] returns a signal until its response arrives.
    is_sending: bool,
    /// The time of the next attempt, in milliseconds since 1970; `None` if no signals wait.
    due: Option<u64>,
    /// The time of the signal added last: later signals get a later time, so that they are sent in order.
    last: u64,
}

/// The endpoint's response to a signal.
pub(super) struct Answer<'a> {
    /// The status; 0 for no response.
    pub(super) status: u32,
    /// The `Retry-After`, in milliseconds from now; 0 for none.
    pub(super) retry_after: f64,
    /// The receiver's code in the body.
    pub(super) code: &'a [u8],
    /// A random number from 0 to 1, to spread the next attempts.
    pub(super) random: f64,
}

/// Returns the positions of the waiting signals, the oldest first. Deletes signals that are too old, and those beyond
/// the limit.
fn waiting(now: u64) -> Vec<i32> {
    let list = host::list();
    let mut values = values(&list);
    let mut items: Vec<(u64, i32, usize)> = Vec::new();
    let mut bytes = 0usize;
    while let (Some(time), Some(size)) = (values.next(), values.next()) {
        let [time, ..] = record::read(time.as_text().unwrap_or_default());
        let size = size.as_number().unwrap_or_default() as usize;
        bytes = bytes.saturating_add(size);
        items.push((time, items.len() as i32, size));
    }
    crate::text::sort::sort(&mut items);
    let mut count = items.len();
    let mut kept = Vec::new();
    for (time, position, size) in items {
        if count <= MOST && bytes <= MOST_BYTES && now.saturating_sub(time) <= LIFETIME {
            kept.push(position);
        } else {
            host::send(outgoing::DELETE, position);
            count = count.saturating_sub(1);
            bytes = bytes.saturating_sub(size);
        }
    }
    kept
}

/// Returns the time until which not to call the endpoint, in milliseconds since 1970, the number of its failures, and 1
/// if the endpoint has set the time itself.
fn retry(now: u64) -> [u64; 3] {
    let [until, failures, asked, ..] = record::read(&host::get(key::RETRY));
    // If the clock was set back, signals wait no longer than they are kept.
    [if until > now.saturating_add(LIFETIME) { now } else { until }, failures, asked]
}

/// Returns the pause in milliseconds after this number of earlier failures: doubled each time, reduced by up to half by
/// `random` from 0 to 1, so that not all visitors retry at once; but at least as long as the endpoint asks for.
fn pause(failures: u64, retry_after: f64, random: f64) -> u64 {
    let pause = FIRST_PAUSE.wrapping_shl(failures.min(7) as u32).min(LONGEST_PAUSE) as f64;
    (pause - pause * random / 2.0).max(retry_after) as u64
}

impl Outbox {
    /// Returns an outbox that has sent nothing.
    pub(super) fn new(has_endpoint: bool) -> Self {
        Self { has_endpoint, is_sending: false, due: None, last: 0 }
    }

    /// Resets this tab's state of sending.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.has_endpoint);
    }

    /// Keeps the signals of the last event until each is acknowledged.
    pub(super) fn add(&mut self, count: i32, now: u64) {
        if count <= 0 || !self.has_endpoint {
            return;
        }
        for number in 0..count {
            self.last = now.max(self.last.saturating_add(1));
            host::keep_signal(number, record::write(&[self.last]));
        }
        self.schedule(now);
    }

    /// Determines when to send the next signal.
    pub(super) fn schedule(&mut self, now: u64) {
        let is_idle = !self.is_sending && !waiting(now).is_empty();
        self.due = is_idle.then(|| {
            let [until, ..] = retry(now);
            until
        });
    }

    /// Determines again when the next signal is to be sent, if signals wait.
    pub(super) fn reschedule(&mut self, now: u64) {
        if self.due.is_some() {
            self.schedule(now);
        }
    }

    /// Cancels the next attempt without consent or endpoint.
    pub(super) fn restrict(&mut self, is_granted: bool) {
        if !is_granted || !self.has_endpoint {
            self.due = None;
        }
    }

    /// Returns the milliseconds until the next try; `None` if no signals wait.
    pub(super) fn wait(&self, now: u64) -> Option<u64> {
        self.due.map(|due| due.saturating_sub(now))
    }

    /// Returns true if it is time to send. Asks again later, in case another tab is sending.
    pub(super) fn is_due(&mut self, now: u64) -> bool {
        let due = self.due.is_some_and(|due| due <= now);
        if due {
            self.due = Some(now.saturating_add(LOOK_AGAIN));
        }
        due
    }

    /// Returns the position of the signal to send next, if one is due.
    pub(super) fn next(&mut self, now: u64) -> Option<i32> {
        self.due = None;
        let position = waiting(now).into_iter().next()?;
        let [until, ..] = retry(now);
        if until > now {
            self.due = Some(until);
            return None;
        }
        self.is_sending = true;
        Some(position)
    }

    /// Processes the endpoint's response to the sent signal. Returns true if it was rejected permanently.
    pub(super) fn answered(&mut self, answer: &Answer<'_>, now: u64) -> bool {
        self.is_sending = false;
        let outcome = outcome_of(answer.status, false, || is_final_code(answer.code));
        // A missing signal was dropped, or acknowledged to another tab.
        if host::send(outgoing::IS_STORED, 0) != 0 {
            let mut retry_record = Vec::new();
            if outcome == Outcome::Unsent {
                let [_, failures, _] = retry(now);
                let until = now.saturating_add(pause(failures, answer.retry_after, answer.random).min(LIFETIME));
                let asked = u64::from(answer.retry_after > 0.0);
                retry_record = record::write(&[until, failures.saturating_add(1), asked]);
            } else {
                host::send(outgoing::DELETE_SENT, 0);
            }
            host::set(key::RETRY, retry_record);
        }
        self.schedule(now);
        outcome == Outcome::Refused
    }

    /// Passes due signals to the browser when the page is left. They are kept, because only a response confirms
    /// delivery.
    pub(super) fn flush(&self, now: u64) {
        if !self.has_endpoint {
            return;
        }
        let [until, ..] = retry(now);
        if until <= now {
            for position in waiting(now) {
                host::send(outgoing::BEACON, position);
            }
        }
    }

    /// When the network is available again, keeps only a pause that the endpoint has asked for.
    pub(super) fn online(&mut self, now: u64) {
        let [_, _, asked] = retry(now);
        if asked == 0 {
            host::set(key::RETRY, Vec::new());
        }
        self.schedule(now);
    }
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn pauses_double_up_to_a_minute_and_spread() {
        let longest: Vec<_> = (0..9).map(|failures| pause(failures, 0.0, 0.0)).collect();
        assert_eq!(longest, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!(pause(0, 0.0, 1.0), 250);
        assert_eq!(pause(u64::MAX, 0.0, 0.5), 45_000);
        assert_eq!(pause(0, 120_000.0, 0.3), 120_000);
        assert_eq!(pause(0, f64::NAN, 0.0), 500);
    }
}
