//! The stored lead: merged with the states of other tabs before it is written, and written only if this tab has hits to
//! add.

use super::host::{self, AT_ONCE, NEVER, key, now, random_id, ticks};
use super::profile::Profile;
use super::session::{self, Place};
use crate::Model;
use crate::event::seconds;
use crate::wasm::core::one::{self, Shared, share};
use crate::wasm::core::snapshot;

/// Milliseconds from what another tab has stored to storing both joined: by then it may have stored more. A hidden page
/// does so after the task, as its timers are held back.
const SAVE_DELAY: f64 = 100.0;

/// The most bytes of the cookie's value: a kilobyte less the longer of the cookie's names (`cookie.js`) and `=`.
const COOKIE_BYTES: usize = 1_024 - "__Host-leadscore-page=".len();

/// The warning that the cookie cannot hold what the model's stages need, as a number in `host.js`.
const OVER_BUDGET: i32 = 0;

/// The lead, and its records in storage.
pub(super) struct Storage {
    model: Shared,
    profile: Profile,
    /// The record of sessions, while it is newer than the stored one.
    session: Vec<u8>,
    /// The time to store new hits, on the page's clock.
    due: f64,
    /// The number of consecutive failures to store the lead.
    refusals: u32,
    has_cookie: bool,
    /// True if what the cookie has to keep did not fit it.
    is_over_budget: bool,
    /// The visitor's id of the last notification to the page; empty without consent.
    named: Vec<u8>,
}

impl Storage {
    /// A new visitor, before anything is read.
    pub(super) fn new(model: Model, has_cookie: bool) -> Self {
        let profile = Profile::new(&random_id(), 0);
        let (session, due, is_over_budget) = (Vec::new(), NEVER, false);
        Self { model: share(model), profile, session, due, refusals: 0, has_cookie, is_over_budget, named: Vec::new() }
    }

    /// Lends the lead to JavaScript while it works.
    pub(super) fn lent<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let lead = &mut self.profile.lead;
        one::lend(&self.model, std::mem::take(&mut lead.state), &lead.visitor);
        let result = work();
        self.profile.lead.state = one::give_back();
        result
    }

    /// Writes the snapshot of now to `numbers`, as [`snapshot`] does, and returns their count.
    pub(super) fn snapshot(&mut self) -> usize {
        self.lent(|| snapshot(1, seconds(now())))
    }

    /// Notifies the page about the segment if it has changed.
    pub(super) fn announce_segment(&mut self) {
        host::segment(self.snapshot());
    }

    /// Notifies the page about the visitor's id if it has changed. Without consent the id is empty.
    pub(super) fn announce_id(&mut self, is_granted: bool) {
        let id: &[u8] = if is_granted { &self.profile.lead.visitor } else { b"" };
        if *id != *self.named {
            self.named = id.to_vec();
            host::set(key::ID, id.to_vec());
        }
    }

    /// Starts over with another visitor who takes this one's place in all tabs.
    pub(super) fn replace_visitor(&mut self) {
        self.profile = self.profile.another(&random_id());
        self.session.clear();
    }

    /// Starts over as a page does that has read nothing yet.
    pub(super) fn forget(&mut self) {
        self.profile = Profile::new(&random_id(), 0);
        self.session.clear();
    }

    /// Places an event in the visitor's sessions, which are read if they `may_be_stored`.
    pub(super) fn place(&mut self, may_be_stored: bool, at: u64, campaign: u64, engaged: u64) -> Place {
        if self.session.is_empty() && may_be_stored {
            self.session = host::get(key::SESSION);
        }
        let place = session::place(&self.session, at, campaign, engaged);
        self.session.clone_from(&place.record);
        place
    }

    /// Merges the stored lead into this one.
    pub(super) fn join(&mut self) {
        if self.profile.join(&self.model, &host::get(key::LEAD), seconds(now())) {
            // The site's data was cleared, by the visitor or by a script of the site.
            self.replace_visitor();
        }
    }

    /// Merges the records that tabs with a former version of the tag have stored.
    pub(super) fn join_former(&mut self) {
        self.profile.join_former(&self.model, &host::get(key::FORMER_LEAD), seconds(now()));
    }

    /// Returns the time to store new hits, on the page's clock.
    pub(super) fn due(&self) -> f64 {
        self.due
    }

    /// Returns true if this tab has hits to add to what is stored.
    pub(super) fn has_unsaved(&self) -> bool {
        self.profile.has_unsaved()
    }

    /// Schedules storing for the end of the script that runs.
    pub(super) fn save_at_once(&mut self) {
        self.due = AT_ONCE;
    }

    /// Cancels scheduled storing.
    pub(super) fn unschedule(&mut self) {
        self.due = NEVER;
    }

    /// Schedules storing of the merged state.
    pub(super) fn save_soon(&mut self, is_hidden: bool) {
        let pause = if is_hidden { 0.0 } else { SAVE_DELAY };
        self.due = self.due.min(ticks() + pause);
    }

    /// Stores new hits, merged with the states of other tabs, and the cookie.
    pub(super) fn save(&mut self) {
        self.join();
        self.save_lead();
        let session = std::mem::take(&mut self.session);
        if !session.is_empty() {
            host::set(key::SESSION, session);
        }
        if self.has_cookie {
            match self.profile.text_within(&self.model, COOKIE_BYTES) {
                Some(value) => {
                    host::set(key::COOKIE, value);
                }
                // The former cookie stays: it contains less, but nothing wrong.
                None => {
                    if !std::mem::replace(&mut self.is_over_budget, true) {
                        host::complain(OVER_BUDGET);
                    }
                }
            }
        }
    }

    /// Stores the lead, if there is anything to add. If the storage refuses, it is tried again: Firefox refuses at
    /// times while several processes write to one storage, and full storage may be emptied. Until then the part that
    /// fits is stored.
    fn save_lead(&mut self) {
        let Some(text) = self.profile.unsaved(&self.model) else { return };
        if host::set(key::LEAD, text.clone()) {
            self.refusals = 0;
            self.profile.has_stored(text);
            return;
        }
        if let Some(rest) = self.profile.rest(&self.model, COOKIE_BYTES) {
            host::set(key::LEAD, rest);
        }
        self.due = ticks() + SAVE_DELAY * f64::from(1_u32 << self.refusals.min(9));
        self.refusals = self.refusals.saturating_add(1);
    }
}
