//! Signals on their way: kept until the endpoint has acknowledged each, tried again with patience.
//!
//! One key for each signal, under its id: two tabs never overwrite each other's, and the same signal of two tabs is one.

use super::host::Host;
use super::keys::{self, RETRY, SIGNAL};
use super::record;
use crate::retry::{LIFETIME, Outcome, outcome};
use crate::url::cut;

const MOST: usize = 100;
const MOST_BYTES: usize = 64 * 1024;
/// Milliseconds.
const FIRST_PAUSE: u64 = 500;
const LONGEST_PAUSE: u64 = 60_000;

/// Milliseconds after which to look whether another tab has sent what waits.
const LOOK_AGAIN: u64 = 1_000;

/// What this tab knows of what waits and does to send it.
#[derive(Default)]
pub(super) struct Outbox {
    /// The key of what [`Outbox::next`] gave last, until that is answered.
    sending: Vec<u8>,
    /// When to send, in milliseconds since 1970; none while nothing waits.
    pub(super) due: Option<u64>,
    /// The time of the signal added last: of two at one moment the first is to go first.
    last: u64,
    /// What went as the page was left, in case it is heard of more than once.
    left: Vec<Vec<u8>>,
}

/// What the endpoint answered to a signal.
pub(super) struct Answer<'a> {
    /// Its status; 0 for no answer.
    pub(super) status: u32,
    /// Its `Retry-After`, in milliseconds from now; 0 for none.
    pub(super) retry_after: f64,
    /// The beginning of its body.
    pub(super) body: &'a [u8],
    /// A random number from 0 to 1, to spread what comes next.
    pub(super) random: f64,
}

/// A signal that waits: since when, in milliseconds since 1970, under which key, and its body.
type Item = (u64, Vec<u8>, Vec<u8>);

/// What waits, the oldest first. What is too old or too much goes.
fn waiting(host: &Host, now: u64) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let keys = host.keys(SIGNAL).into_bytes();
    for key in keys.split(|byte| *byte == b' ').filter(|key| keys::is_signal(key)) {
        let item = host.get(key).into_bytes();
        let (time, body) = cut(&item, b' ');
        let [time, ..] = record::read(time);
        items.push((time, key.to_vec(), body.unwrap_or_default().to_vec()));
    }
    crate::sort::sort(&mut items);
    let (mut count, mut bytes) = (items.len(), items.iter().map(|(.., body)| body.len()).sum::<usize>());
    items.retain(|(time, key, body)| {
        let keep = count <= MOST && bytes <= MOST_BYTES && now.saturating_sub(*time) <= LIFETIME;
        if !keep {
            host.set(key, b"");
            count = count.saturating_sub(1);
            bytes = bytes.saturating_sub(body.len());
        }
        keep
    });
    items
}

/// Until when the endpoint is left alone, in milliseconds since 1970, how often it has failed, and whether it has asked
/// for the time itself (1).
fn retry(host: &Host, now: u64) -> [u64; 3] {
    let [until, failures, asked, ..] = record::read(host.get(RETRY).as_bytes());
    // A clock that was set back does not hold anything up for longer than a signal lives.
    [if until > now.saturating_add(LIFETIME) { now } else { until }, failures, asked]
}

/// Milliseconds to leave an endpoint alone that has failed so often before: twice as long each time, and by a `random`
/// part from 0 to 1 less, so that not all visitors come back at once; but as long as it asks for itself.
fn pause(failures: u64, retry_after: f64, random: f64) -> u64 {
    let pause = FIRST_PAUSE.wrapping_shl(failures.min(7) as u32).min(LONGEST_PAUSE) as f64;
    (pause - pause * random / 2.0).max(retry_after) as u64
}

impl Outbox {
    /// Keeps a signal until it is acknowledged.
    pub(super) fn add(&mut self, host: &Host, id: &[u8], body: &[u8], now: u64) {
        self.last = now.max(self.last.saturating_add(1));
        host.set(&[SIGNAL, id].concat(), &[&record::write(&[self.last]), &b" "[..], body].concat());
        self.look(host, now);
    }

    /// Looks when something is to be sent.
    pub(super) fn look(&mut self, host: &Host, now: u64) {
        let idle = self.sending.is_empty() && !waiting(host, now).is_empty();
        self.due = idle.then(|| {
            let [until, ..] = retry(host, now);
            until
        });
    }

    /// Whether to send now; if another tab does so already, it will be asked for again.
    pub(super) fn is_due(&mut self, now: u64) -> bool {
        let due = self.due.is_some_and(|due| due <= now);
        if due {
            self.due = Some(now.saturating_add(LOOK_AGAIN));
        }
        due
    }

    /// Returns what to send next, if something is due: its key, a space and its body.
    pub(super) fn next(&mut self, host: &Host, now: u64) -> Option<Vec<u8>> {
        self.due = None;
        let (_, key, body) = waiting(host, now).into_iter().next()?;
        let [until, ..] = retry(host, now);
        if until > now {
            self.due = Some(until);
            return None;
        }
        let item = [&key, &b" "[..], &body].concat();
        self.sending = key;
        Some(item)
    }

    /// Takes in the endpoint's answer to the signal of that key. Returns whether it was refused for good.
    pub(super) fn answered(&mut self, host: &Host, key: &[u8], answer: &Answer<'_>, now: u64) -> bool {
        if self.sending == key {
            self.sending.clear();
        }
        let outcome = outcome(answer.status, answer.body, false);
        // If the signal is no longer there, it was forgotten, or acknowledged to another tab.
        if !host.get(key).is_empty() {
            if outcome == Outcome::Unsent {
                let [_, failures, _] = retry(host, now);
                let until = now.saturating_add(pause(failures, answer.retry_after, answer.random).min(LIFETIME));
                let asked = u64::from(answer.retry_after > 0.0);
                host.set(RETRY, &record::write(&[until, failures.saturating_add(1), asked]));
            } else {
                host.set(key, b"");
                host.set(RETRY, b"");
            }
        }
        self.look(host, now);
        outcome == Outcome::Refused
    }

    /// The page goes: what is due and not being sent is handed to the browser. It stays here, as only an answer counts.
    pub(super) fn leave(&mut self, host: &Host, now: u64) {
        let [until, ..] = retry(host, now);
        for (_, key, body) in waiting(host, now) {
            // Refused where the browser's queue is full: the next page sends it.
            if until <= now && key != self.sending && !self.left.contains(&key) && host.beacon(&body) {
                self.left.push(key);
            }
        }
    }

    /// The page is shown again.
    pub(super) fn stay(&mut self) {
        self.left.clear();
    }

    /// There is a network again: only what the endpoint has asked for itself still holds.
    pub(super) fn online(&mut self, host: &Host, now: u64) {
        let [_, _, asked] = retry(host, now);
        if asked == 0 {
            host.set(RETRY, b"");
        }
        self.look(host, now);
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
