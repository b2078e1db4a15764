//! Signals on their way: kept until the endpoint has acknowledged each, tried again with patience.
//!
//! One key for each signal, under its id: two tabs never overwrite each other's, and the same signal of two tabs is one.

use super::record;
use super::storage::Storage;
use crate::limits::SIGNAL_BYTES;

const PREFIX: &str = "leadscore.out.";
/// When the endpoint may be tried again, and how often it has failed since it last did not.
const RETRY: &str = "leadscore.retry";

const MOST: usize = 100;
const MOST_BYTES: usize = 64 * 1024;
/// Milliseconds.
const LIFETIME: u64 = 24 * 60 * 60 * 1_000;
const FIRST_PAUSE: u64 = 500;
const LONGEST_PAUSE: u64 = 60_000;

/// Milliseconds after which to look whether another tab has sent what waits.
const LOOK_AGAIN: u64 = 1_000;

/// What this tab knows of what waits and does to send it.
#[derive(Default)]
pub(super) struct Outbox {
    /// The key of what [`Outbox::next`] gave last, until it is answered.
    sending: Option<String>,
    /// When to send, in milliseconds since 1970; none while nothing waits.
    pub(super) due: Option<u64>,
}

/// Of an item `TIME BODY` its time, in milliseconds since 1970, and its body.
fn parts(item: &str) -> (u64, &str) {
    let (time, body) = item.split_once(' ').unwrap_or_default();
    let [time] = record::read(time);
    (time, body)
}

/// What waits: since when, under which key, the body; the oldest first. What is too old or too much goes.
fn waiting(storage: &mut Storage, now: u64) -> Vec<(u64, String, String)> {
    let mut items = Vec::new();
    for key in storage.keys(PREFIX) {
        let item = storage.get(&key).unwrap_or_default();
        let (time, body) = parts(&item);
        items.push((time, key, body.to_owned()));
    }
    crate::sort::sort(&mut items);
    let (mut count, mut bytes) = (0usize, 0usize);
    let mut kept = Vec::new();
    for item in items.into_iter().rev() {
        count = count.saturating_add(1);
        bytes = bytes.saturating_add(item.2.len());
        if count > MOST || bytes > MOST_BYTES || now.saturating_sub(item.0) > LIFETIME {
            storage.remove(&item.1);
        } else {
            kept.push(item);
        }
    }
    kept.reverse();
    kept
}

impl Outbox {
    /// Keeps a signal until it is acknowledged.
    pub(super) fn add(&mut self, storage: &mut Storage, id: &str, body: &str, now: u64) {
        if body.len() <= SIGNAL_BYTES {
            storage.set(&[PREFIX, id].concat(), &[&record::write(&[now]), " ", body].concat());
            self.look(storage, now);
        }
    }

    /// The body to send next, if one is due.
    pub(super) fn next(&mut self, storage: &mut Storage, now: u64) -> Option<String> {
        self.look(storage, now);
        self.due.filter(|due| *due <= now)?;
        let (_, key, body) = waiting(storage, now).into_iter().next()?;
        self.sending = Some(key);
        self.due = None;
        Some(body)
    }

    /// What the endpoint said to it; whether that was a refusal for good.
    pub(super) fn answered(
        &mut self,
        storage: &mut Storage,
        status: u16,
        retry_after: f64,
        now: u64,
        jitter: f64,
    ) -> bool {
        let Some(key) = self.sending.take() else { return false };
        let taken = matches!(status, 200..300);
        let refused = matches!(status, 400..500) && !matches!(status, 408 | 425 | 429);
        if taken || refused {
            storage.remove(&key);
            storage.remove(RETRY);
        } else {
            let [_, failures] = record::read(&storage.get(RETRY).unwrap_or_default());
            let pause = FIRST_PAUSE.checked_shl(failures.min(7) as u32).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE);
            let pause = pause as f64 * (0.5 + jitter / 2.0);
            let pause = pause.max(retry_after.min(LIFETIME as f64)) as u64;
            storage.set(RETRY, &record::write(&[now.saturating_add(pause), failures.saturating_add(1)]));
        }
        self.look(storage, now);
        refused
    }

    /// Looks when something is to be sent.
    pub(super) fn look(&mut self, storage: &mut Storage, now: u64) {
        let [until, _] = record::read(&storage.get(RETRY).unwrap_or_default());
        let idle = self.sending.is_none() && !waiting(storage, now).is_empty();
        // A clock that was set back does not hold anything up for longer than a signal lives.
        self.due = idle.then(|| if until > now.saturating_add(LIFETIME) { now } else { until.max(now) });
    }

    /// Whether to send now; if another tab does so already, it will be asked for again.
    pub(super) fn is_due(&mut self, now: u64) -> bool {
        let due = self.due.is_some_and(|due| due <= now);
        if due {
            self.due = Some(now.saturating_add(LOOK_AGAIN));
        }
        due
    }

    /// What to send as the page goes: all that is due and not being sent.
    pub(super) fn leaving(&self, storage: &mut Storage, now: u64) -> Vec<String> {
        let [until, _] = record::read(&storage.get(RETRY).unwrap_or_default());
        let mut items = if until <= now { waiting(storage, now) } else { Vec::new() };
        items.retain(|(_, key, _)| self.sending.as_ref() != Some(key));
        items.into_iter().map(|(.., body)| body).collect()
    }
}
