//! The complete tracker: events of the page pass consent and session, are scored and stored, and signals are dispatched
//! and sent if a stage trips.
//!
//! Each part owns its data; decisions that concern several parts are made here.

use super::consent::{Agreement, Consent};
use super::host::{self, Event, NEVER, NO_EVENT, key, kind, now, outgoing, ticks};
use super::outbox::{Answer, Outbox};
use super::page::{AT_ARRIVAL, AT_DOCUMENT, Arrived, PageVisit};
use super::scoring::{Interaction, Scoring};
use super::store::Storage;
use crate::Model;

/// The tracker of a page.
pub(super) struct Tracker {
    agreement: Agreement,
    visit: PageVisit,
    storage: Storage,
    outbox: Outbox,
    is_bot: bool,
    /// The number of completed parts of the start.
    steps: u32,
    /// The time of the next timer, on the page's clock.
    woken: f64,
}

/// The page's options, a bit for each.
mod option {
    pub(super) const ENDPOINT: u32 = 1;
    pub(super) const COOKIE: u32 = 2;
    pub(super) const BOT: u32 = 4;
    /// The browser refuses for the visitor, by Global Privacy Control.
    pub(super) const REFUSED: u32 = 8;
    /// The document is an error page, which does not count as a view.
    pub(super) const ERROR: u32 = 16;
    pub(super) const PRERENDERED: u32 = 32;
}

/// The warning that the endpoint has refused a signal, as a number in `host.js`.
const REFUSED: i32 = 1;

/// The start, the timer, and what the page reads.
impl Tracker {
    /// Returns a tracker without events.
    pub(super) fn new(model: Model, options: u32, agreed: u32, since: f64, seen: f64) -> Self {
        let is = |option: u32| options & option != 0;
        Self {
            agreement: Agreement::new(Consent::of(agreed), is(option::REFUSED)),
            visit: PageVisit::new(since, seen, is(option::ERROR), is(option::PRERENDERED)),
            storage: Storage::new(model, is(option::COOKIE)),
            outbox: Outbox::new(is(option::ENDPOINT)),
            is_bot: is(option::BOT),
            steps: 0,
            woken: NEVER,
        }
    }

    /// Starts in parts: consent and the stored lead, the page view, storing. Returns false when all parts are done.
    pub(super) fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_add(1);
        match self.steps {
            1 => self.review(),
            2 => {
                self.on_visibility_change();
                // A page that is rendered ahead is not shown yet.
                if !self.visit.is_prerendered() {
                    self.show();
                }
            }
            _ => {
                // At once, because another tab may be about to begin.
                self.save();
                return false;
            }
        }
        true
    }

    /// Returns true if the first page view has begun, or waits for the page to be shown.
    pub(super) fn is_open(&self) -> bool {
        self.steps > 1
    }

    /// Returns the consent that applies.
    pub(super) fn consent(&self) -> Consent {
        self.agreement.consent()
    }

    /// Writes the snapshot of now to `numbers` and returns their count. A view that only waits for another title is
    /// recorded before.
    pub(super) fn snapshot(&mut self) -> usize {
        if self.visit.has_arrived_for_snapshot() {
            self.arrive();
        }
        self.storage.snapshot()
    }

    /// Handles the timer.
    pub(super) fn wake(&mut self) {
        self.woken = NEVER;
        self.review();
        if self.visit.has_arrived() {
            self.arrive();
        }
        self.record_engagement(false);
        if self.storage.due() <= ticks() {
            self.save();
        }
        self.outbox.reschedule(now());
    }

    /// Sends due signals, and sets the timer for the next task. Called at the end of each call from JavaScript.
    pub(super) fn plan(&mut self) {
        let is_granted = self.agreement.is_granted();
        self.storage.announce_id(is_granted);
        let (now, ticks) = (now(), ticks());
        self.outbox.restrict(is_granted);
        if self.outbox.is_due(now) {
            host::send(outgoing::DRAIN, 0);
        }
        let due = self.outbox.wait(now).map_or(NEVER, |wait| ticks + wait as f64);
        let next = due.min(self.visit.due(ticks).unwrap_or(NEVER));
        // Only storing may happen in the same task, because it schedules nothing further.
        let next = next.max(ticks + 1.0).min(self.storage.due());
        // The timer is set again only if it must fire sooner.
        if next < self.woken - 1.0 {
            self.woken = next;
            host::wake_after(next - ticks);
        }
    }
}

/// Events, from the page and of the tracker's own.
impl Tracker {
    /// Records an event that the page has reported, or that JavaScript has seen: at a time in milliseconds since 1970,
    /// or now if that is 0.
    pub(super) fn interact(&mut self, event: Event, at: f64) {
        let at = at as u64;
        if at == 0 || self.visit.has_arrived_by(at) {
            self.arrive();
        }
        let at = if at == 0 { now() } else { at };
        self.record(Interaction { event, at, is_view: false, engaged: 0 });
    }

    /// Records events of the tracker's own of this [`kind`], as many as there are.
    fn record_own(&mut self, own: i32, number: f64, at: u64, engaged: u64) {
        loop {
            let event = host::own(own, number);
            if event == NO_EVENT {
                return;
            }
            self.record(Interaction { event, at, is_view: own == kind::PAGE_VIEW, engaged });
            if own != kind::SCROLL {
                return;
            }
        }
    }

    fn record(&mut self, interaction: Interaction) {
        if host::locate(interaction.event, interaction.at as f64) == 0 {
            return;
        }
        self.review();
        match self.agreement.consent() {
            Consent::Denied => return,
            Consent::Granted => {}
            Consent::Pending => {
                host::keep_event(interaction.event, interaction.is_view.into(), interaction.engaged as f64);
            }
        }
        self.scoring().score(interaction);
    }

    /// Returns the parts that score events.
    fn scoring(&mut self) -> Scoring<'_> {
        let Self { agreement, storage, outbox, is_bot, .. } = self;
        Scoring { storage, outbox, is_granted: agreement.is_granted(), is_bot: *is_bot }
    }

    /// Records engaged time that is due: at the end of a step, or all as the page view `ends`.
    fn record_engagement(&mut self, ends: bool) {
        if let Some((seconds, new)) = self.visit.take_engagement(ends) {
            self.record_own(kind::ENGAGEMENT, seconds as f64, now(), new);
        }
    }
}

/// The visit: page views, input, visibility.
impl Tracker {
    /// Checks if the address names another page than before.
    pub(super) fn navigated(&mut self, is_replaced: bool) {
        let Some(change) = self.visit.compare(is_replaced) else { return };
        if self.visit.has_settled_before(change) {
            self.arrive();
        }
        if self.visit.absorbs(change) {
            return;
        }
        if self.visit.ends_at(change) {
            self.arrive();
            self.record_engagement(true);
        }
        self.visit.follow(change);
    }

    /// Records the address that is not recorded yet.
    pub(super) fn arrive(&mut self) {
        match self.visit.arrive() {
            None => {}
            Some(Arrived::Results) => self.record_own(kind::SEARCH, 0.0, now(), 0),
            Some(Arrived::View(at)) => {
                self.view(AT_ARRIVAL, at);
                // Mostly the router scrolls. The depth since the change belongs to this view.
                self.record_own(kind::SCROLL, 0.0, now(), 0);
            }
        }
    }

    /// The document is shown: loaded, activated, or restored from the back/forward cache.
    fn show(&mut self) {
        self.visit.show();
        self.view(AT_DOCUMENT, now());
    }

    /// Begins and records a page view.
    fn view(&mut self, begins: i32, at: u64) {
        if let Some(viewed) = self.visit.begin(begins, at) {
            self.record_own(kind::PAGE_VIEW, 0.0, viewed, 0);
            self.record_own(kind::SEARCH, 0.0, at, 0);
        }
    }

    /// A page that was rendered ahead is shown now.
    pub(super) fn activate(&mut self) {
        if self.visit.activate() && self.is_open() {
            self.restored();
        }
    }

    /// A page that was left is shown again.
    pub(super) fn restored(&mut self) {
        self.on_visibility_change();
        self.show();
    }

    /// Handles input by the visitor.
    pub(super) fn input(&mut self) {
        self.visit.input();
        self.record_engagement(false);
    }

    /// Handles a change of visibility or focus.
    pub(super) fn on_visibility_change(&mut self) {
        let was_hidden = self.visit.is_hidden();
        self.visit.update_attention();
        if !self.visit.is_hidden() {
            host::send(outgoing::FORGET_BEACONS, 0);
        } else if !was_hidden {
            self.flush();
        }
    }

    /// The page is left or frozen, and may get no further events.
    pub(super) fn flush(&mut self) {
        self.arrive();
        self.record_engagement(true);
        self.save();
        if self.agreement.is_granted() {
            self.outbox.flush(now());
        }
    }
}

/// Consent, and what follows from its changes.
impl Tracker {
    /// The visitor has chosen, or a consent tool says what they chose.
    pub(super) fn choose(&mut self, new: Consent) {
        self.agreement.choose(new);
        if new == Consent::Denied {
            // Before the record is written, because there may be no room left for it.
            self.forget();
        }
        self.agreement.store();
        self.review();
        if self.agreement.is_unsaved() {
            // Other tabs must know it, so it is tried again.
            self.storage.save_soon(self.visit.is_hidden());
        }
    }

    /// Sets the consent in this tab until the visitor chooses.
    pub(super) fn assume(&mut self, default: Consent) {
        self.agreement.assume(default);
        self.review();
    }

    /// Reads the record of consent and applies a change. Called before anything is recorded, stored or sent, because a
    /// frozen tab gets no storage events.
    fn review(&mut self) {
        let Some(before) = self.agreement.review() else { return };
        self.outbox.forget();
        if self.agreement.consent() == Consent::Denied {
            self.forget();
        } else {
            // Pending events are ingested again, on top of what earlier pages have stored.
            self.storage.forget();
            if self.agreement.is_granted() {
                self.storage.join_former();
                self.storage.join();
                self.outbox.schedule(now());
            }
            self.scoring().score_again();
            if before == Consent::Denied && self.visit.is_shown() {
                self.show();
            }
        }
        self.storage.announce_segment();
    }

    /// Deletes everything about the visitor, in the storage too. The cookie says so to an edge worker.
    fn forget(&mut self) {
        host::delete_all();
        self.outbox.forget();
        host::forget_events();
        self.storage.forget();
    }

    /// Replaces the visitor by a new one.
    pub(super) fn reset(&mut self) {
        // A reset in another tab comes before this one.
        self.review();
        let is_granted = self.agreement.is_granted();
        if is_granted {
            self.storage.join();
        }
        host::forget_events();
        self.storage.replace_visitor();
        if is_granted {
            host::set(key::SESSION, Vec::new());
        }
        self.visit.restart();
        self.save();
        self.storage.announce_segment();
    }
}

/// Storing and sending.
impl Tracker {
    /// Stores new hits and determines the signals to send.
    fn save(&mut self) {
        self.storage.unschedule();
        self.review();
        if self.agreement.is_granted() {
            self.storage.save();
            self.outbox.schedule(now());
        }
    }

    /// Handles the event `storage`, for one of the keys in [`key`] or another one. `is_own` is true if the tracker stores
    /// this key and it has a value. The event only causes a read of the storage. Its own values are not used, because any
    /// script can dispatch it, and a frame's `sessionStorage` fires it too.
    pub(super) fn on_storage(&mut self, own: i32, is_own: bool) {
        self.review();
        if self.agreement.is_granted() {
            if own == key::FORMER_LEAD {
                self.storage.join_former();
            }
            self.storage.join();
        }
        if self.agreement.has_denied() && is_own {
            // A tab with a previous version of the tag, which does not know the record, continues.
            self.forget();
        }
        // The remaining tabs send the signals of a tab that was closed.
        if own == key::SIGNAL || self.storage.has_unsaved() {
            self.storage.save_soon(self.visit.is_hidden());
        }
        self.storage.announce_segment();
    }

    /// Handles the event `online`.
    pub(super) fn online(&mut self) {
        self.review();
        if self.agreement.is_granted() {
            self.outbox.online(now());
        }
    }

    /// Returns the position of the signal to send next, if one is due.
    pub(super) fn next(&mut self) -> Option<i32> {
        self.review();
        if self.agreement.is_granted() { self.outbox.next(now()) } else { None }
    }

    /// Handles the endpoint's answer to the signal that was sent.
    pub(super) fn answered(&mut self, answer: &Answer<'_>) {
        self.review();
        if self.outbox.answered(answer, now()) {
            host::complain(REFUSED);
        }
    }
}
