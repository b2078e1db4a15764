//! What the visitor has agreed to, and what follows where that changes.

use super::host::now;
use super::outbox::Outbox;
use super::profile::Profile;
use super::session;
use super::tracker::{Tracker, random};

/// Decides what is kept and sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// All is kept and signals are sent.
    Granted,
    /// Not asked yet: all stays in memory.
    Pending,
    /// Nothing is collected.
    Denied,
}

impl Consent {
    /// By the loader's number for it.
    pub(super) fn of(number: u32) -> Self {
        match number {
            0 => Self::Granted,
            1 => Self::Pending,
            _ => Self::Denied,
        }
    }
}

impl Tracker {
    /// Consent is now this: see [`Consent::of`].
    pub(super) fn consent(&mut self, value: u32) {
        let before = self.consent;
        let consent = if self.is_refused { Consent::Denied } else { Consent::of(value) };
        self.consent = consent;
        if consent == Consent::Denied {
            self.host.persist(true);
            self.forget();
        } else if consent != before {
            self.host.persist(consent == Consent::Granted);
            // What was gathered is taken in again, on top of what earlier pages have stored.
            self.session.clear();
            self.profile = Profile::new(&random(&self.host), 0);
            self.join();
            self.outbox.look(&self.host, now());
            for deed in std::mem::take(&mut self.gathered) {
                let _ = self.score(deed);
            }
            if before == Consent::Denied && !self.view.url.is_empty() {
                self.show();
            }
        }
        self.announce_segment();
    }

    /// All that is known of the visitor goes.
    pub(super) fn forget(&mut self) {
        let keys = self.host.keys(b"leadscore.").into_bytes();
        for key in keys.split(|byte| *byte == b' ') {
            self.host.set(key, b"");
        }
        self.host.cookie(b"", 0);
        self.outbox = Outbox::default();
        self.gathered.clear();
        self.session.clear();
        self.profile = Profile::new(&random(&self.host), 0);
    }

    /// From here on it is another visitor.
    pub(super) fn reset(&mut self) {
        self.gathered.clear();
        self.profile = self.profile.another(&random(&self.host));
        self.session.clear();
        self.host.set(session::KEY, b"");
        self.begin_view();
        self.settle();
        self.announce_segment();
    }
}
