//! What is stored, and what other tabs have stored: joined before it is written, and written only where this tab has
//! something of its own to add.

use web_sys::Event;

use super::consent::Consent;
use super::host::{now, ticks};
use super::keys;
use super::tracker::{NEVER, Tracker, random};
use crate::event::seconds;

/// Milliseconds from what another tab has stored to storing both joined: by then it may have stored more. A hidden page does so
/// after the task, as its timers are held back.
const SETTLE: f64 = 100.0;

/// The most bytes of the cookie's value: a kilobyte less the longer of the cookie's names (`cookie.js`) and `=`.
const COOKIE_BYTES: usize = 1_024 - "__Host-leadscore-page=".len();

impl Tracker {
    /// Takes in what is stored.
    pub(super) fn join(&mut self) {
        if self.consent == Consent::Granted {
            let stored = self.host.stored(keys::LEAD);
            if self.profile.join(&self.model, stored.as_bytes(), seconds(now())) {
                // The site's data was cleared, by the visitor or by a script of the site.
                self.profile = self.profile.another(&random(&self.host));
                self.session.clear();
            }
        }
    }

    /// Takes in what tabs with a former version of the tag have stored.
    pub(super) fn join_former(&mut self) {
        if self.consent == Consent::Granted {
            let stored = self.host.get(keys::FORMER_LEAD);
            self.profile.join_former(&self.model, stored.as_bytes(), seconds(now()));
        }
    }

    /// Has what is joined stored after a moment.
    pub(super) fn settle_soon(&mut self) {
        let pause = if self.is_hidden { 0.0 } else { SETTLE };
        self.settle = self.settle.min(ticks() + pause);
    }

    /// Stores what is new, joined with what other tabs have stored, and the cookie.
    pub(super) fn settle(&mut self) {
        self.settle = NEVER;
        self.review();
        if self.consent != Consent::Granted {
            return;
        }
        self.join();
        self.keep();
        let session = std::mem::take(&mut self.session);
        if !session.is_empty() {
            self.host.set(keys::SESSION, &session);
        }
        self.look_at_outbox();
        if self.has_cookie {
            match self.profile.text_within(&self.model, COOKIE_BYTES) {
                Some(value) => self.host.cookie(&value, true),
                // The former cookie stays: it says less, and nothing that is wrong.
                None => {
                    self.over_budget = self.over_budget.saturating_add(1);
                    if self.over_budget == 1 {
                        self.host.warn("over_budget: what the model's stages need does not fit the cookie");
                    }
                }
            }
        }
    }

    /// Stores the lead, if there is anything to add. If the storage refuses, it is tried again: Firefox refuses at times
    /// while several processes write to one storage, and full storage may be emptied. Until then the part that fits is
    /// stored.
    fn keep(&mut self) {
        let Some(text) = self.profile.news(&self.model) else { return };
        if self.host.set(keys::LEAD, &text) {
            self.refusals = 0;
            self.profile.has_stored(text);
            return;
        }
        if let Some(rest) = self.profile.rest(&self.model, COOKIE_BYTES) {
            self.host.set(keys::LEAD, &rest);
        }
        self.settle = ticks() + SETTLE * f64::from(1_u32 << self.refusals.min(9));
        self.refusals = self.refusals.saturating_add(1);
    }

    /// Looks when something is to be sent.
    pub(super) fn look_at_outbox(&mut self) {
        if self.consent == Consent::Granted {
            self.outbox.look(&self.host, now());
        }
    }

    /// Another tab has stored something. The event is only a reason to look: what it says of itself is not believed, since
    /// any script can dispatch one, and a frame's `sessionStorage` sends them too.
    pub(super) fn heard_of(&mut self, event: &Event) {
        self.review();
        let key = self.host.text(event, "key");
        let key = key.as_bytes();
        if key == keys::FORMER_LEAD {
            self.join_former();
        }
        self.join();
        if self.choice.record == Consent::Denied && keys::is_own(key) && !self.host.get(key).is_empty() {
            // A tab with a former version of the tag, which knows no record, goes on.
            self.forget();
        }
        // A signal that a tab leaves behind when it is closed is for those that stay.
        if keys::is_signal(key) || self.profile.has_news() {
            self.settle_soon();
        }
        self.announce_segment();
    }
}
