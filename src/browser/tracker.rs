//! The complete tracker: events of the page pass consent and session, are scored and stored, and signals are dispatched
//! and sent if a stage trips.

use super::consent::{Agreement, Consent};
use super::host::{self, Event, NO_EVENT, kind, now, ticks};
use super::outbox::{Answer, Outbox};
use super::page::PageVisit;
use super::session;
use super::store::Storage;
use crate::Model;
use crate::event::seconds;

/// The tracker of a page.
pub(super) struct Tracker {
    pub(super) agreement: Agreement,
    pub(super) visit: PageVisit,
    pub(super) storage: Storage,
    pub(super) outbox: Outbox,
    has_endpoint: bool,
    is_bot: bool,
    /// The number of completed parts of the start.
    steps: u32,
    /// The time of the next timer, on the page's clock.
    woken: f64,
    /// The visitor's id of the last notification to the page; empty without consent.
    named: Vec<u8>,
}

/// An event before the session adds its props.
#[derive(Clone, Copy)]
pub(super) struct Interaction {
    pub(super) event: Event,
    /// Milliseconds since 1970.
    at: u64,
    /// True for a page view, which may begin a campaign.
    is_view: bool,
    /// Engaged seconds that none before it has counted.
    engaged: u64,
}

/// A time that never comes.
pub(super) const NEVER: f64 = f64::MAX;
/// A time before any other: at the end of the script that runs.
const AT_ONCE: f64 = f64::NEG_INFINITY;

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

/// The announcements of an event: the event itself; its signals. Signals may also be stored to be sent.
const ANNOUNCE_EVENT: i32 = 1;
const ANNOUNCE_SIGNALS: i32 = 2;

/// The warning that the endpoint has refused a signal, as a number in `host.js`.
const REFUSED: i32 = 1;

impl Tracker {
    /// Returns a tracker without events.
    pub(super) fn new(model: Model, options: u32, agreed: u32, since: f64, seen: f64) -> Self {
        let is = |option: u32| options & option != 0;
        Self {
            agreement: Agreement::new(Consent::of(agreed), is(option::REFUSED)),
            visit: PageVisit::new(since, seen, is(option::ERROR), is(option::PRERENDERED)),
            storage: Storage::new(model, is(option::COOKIE)),
            outbox: Outbox::default(),
            has_endpoint: is(option::ENDPOINT),
            is_bot: is(option::BOT),
            steps: 0,
            woken: NEVER,
            named: Vec::new(),
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
                if !self.visit.is_prerendered {
                    self.show();
                }
            }
            _ => {
                // At once, as another tab may be about to begin.
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

    /// Records an event that the page has reported, or that JavaScript has seen: at a time in milliseconds since 1970, or
    /// now if that is 0.
    pub(super) fn interact(&mut self, event: Event, at: f64) {
        let at = at as u64;
        if at == 0 || self.visit.has_arrived_by(at) {
            self.arrive();
        }
        let at = if at == 0 { now() } else { at };
        self.record(Interaction { event, at, is_view: false, engaged: 0 });
    }

    /// Records events of the tracker's own of this [`kind`], as many as there are.
    pub(super) fn record_own(&mut self, own: i32, number: f64, at: u64, engaged: u64) {
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
        match self.agreement.consent {
            Consent::Denied => return,
            Consent::Granted => {}
            Consent::Pending => {
                host::keep_event(interaction.event, interaction.is_view.into(), interaction.engaged as f64);
            }
        }
        self.score(interaction);
    }

    /// Session, join, score; stored as soon as the page's own script is done. Not as the page is left: Firefox may abort
    /// scripts then, on a busy machine before they have read a single key.
    pub(super) fn score(&mut self, interaction: Interaction) {
        let Interaction { event, at, is_view, engaged } = interaction;
        let is_granted = self.agreement.consent == Consent::Granted;
        let campaign = if is_view { session::campaign(&host::given(host::campaign(event))) } else { 0 };
        let place = self.storage.place(is_granted, at, campaign, engaged);
        if is_granted {
            self.storage.join();
        }
        // Without consent nobody knows whether the visitor was here before, as nothing stored is read.
        if is_granted && place.begins > 0 {
            for is_first in [1, 0] {
                if is_first == 0 || place.is_first {
                    self.ingest(host::session_event(event, is_first, place.begins as f64), at);
                }
            }
        }
        if engaged > 0 {
            let [session, total] = place.engaged.map(|seconds| seconds as f64);
            host::add_engaged(event, session, total);
        }
        self.ingest(event, at);
        self.storage.due = AT_ONCE;
        self.announce_segment();
    }

    /// Takes in the events again that were recorded while consent was pending.
    pub(super) fn score_again(&mut self) {
        loop {
            let event = host::take_event();
            if event == NO_EVENT {
                return;
            }
            let (at, engaged) = (host::time_of(event) as u64, host::engaged_in(event) as u64);
            self.score(Interaction { event, at, is_view: host::is_view(event) != 0, engaged });
        }
    }

    /// Nothing is announced while consent is pending, as it is scored again, and no signal ever for a crawler.
    fn ingest(&mut self, event: Event, at: u64) {
        let mut flags = 0;
        if self.agreement.consent == Consent::Granted {
            flags = if self.is_bot { ANNOUNCE_EVENT } else { ANNOUNCE_EVENT | ANNOUNCE_SIGNALS };
        }
        let signals = self.storage.lent(|| host::ingest_event(event, at as f64, flags));
        if signals > 0 && self.has_endpoint {
            self.outbox.add(signals, now());
        }
    }

    /// Tells the page the segment, if it is another one.
    pub(super) fn announce_segment(&mut self) {
        self.storage.lent(|| host::segment(seconds(now()).cast_signed()));
    }

    /// The visitor did something.
    pub(super) fn input(&mut self) {
        self.visit.engagement.active_until(host::last_input());
        self.visit.engagement.input(ticks());
        self.record_engagement(false);
    }

    /// Handles a change of visibility or focus.
    pub(super) fn on_visibility_change(&mut self) {
        let attention = host::attention();
        let engagement = &mut self.visit.engagement;
        engagement.active_until(host::last_input());
        engagement.set_present(attention >= 2, ticks());
        engagement.set_framed(attention == 3, ticks());
        let was_hidden = std::mem::replace(&mut self.visit.is_hidden, attention == 0);
        if !self.visit.is_hidden {
            host::forget_beacons();
        } else if !was_hidden {
            self.flush();
        }
    }

    /// The page is left or frozen, and may get no further events.
    pub(super) fn flush(&mut self) {
        self.arrive();
        self.record_engagement(true);
        self.save();
        if self.agreement.consent == Consent::Granted && self.has_endpoint {
            Outbox::flush(now());
        }
    }

    /// Takes in the endpoint's answer to the signal that was sent.
    pub(super) fn answered(&mut self, answer: &Answer<'_>) {
        self.review();
        if self.outbox.answered(answer, now()) {
            host::complain(REFUSED);
        }
    }

    /// There is a network again.
    pub(super) fn online(&mut self) {
        if self.agreement.consent == Consent::Granted {
            self.outbox.online(now());
        }
    }

    /// Returns the position of the signal to send next, if one is due.
    pub(super) fn next(&mut self) -> Option<i32> {
        self.review();
        if self.agreement.consent == Consent::Granted { self.outbox.next(now()) } else { None }
    }

    /// The time that was asked for has come.
    pub(super) fn wake(&mut self) {
        self.woken = NEVER;
        self.arrive_if_due();
        self.record_engagement(false);
        if self.storage.due <= ticks() {
            self.save();
        }
        if self.outbox.due.is_some() {
            self.outbox.schedule(now());
        }
    }

    /// Tells the page the visitor's id if it is another one. Without consent it is empty.
    fn announce_id(&mut self) {
        let is_granted = self.agreement.consent == Consent::Granted;
        let id: &[u8] = if is_granted { &self.storage.profile.lead.visitor } else { b"" };
        if *id != *self.named {
            self.named = id.to_vec();
            host::set_id(id.to_vec());
        }
    }

    /// Before it returns: sends due signals, and sets the timer for the next task.
    pub(super) fn plan(&mut self) {
        self.announce_id();
        let (now, ticks) = (now(), ticks());
        if self.agreement.consent != Consent::Granted || !self.has_endpoint {
            self.outbox.due = None;
        }
        if self.outbox.is_due(now) {
            host::drain();
        }
        let due = self.outbox.due.map_or(NEVER, |due| ticks + due.saturating_sub(now) as f64);
        let next = due.min(self.visit.due(ticks).unwrap_or(NEVER));
        // Only storing is done in the same task: it asks for nothing more.
        let next = next.max(ticks + 1.0).min(self.storage.due);
        // Asked for again only if it is sooner.
        if next < self.woken - 1.0 {
            self.woken = next;
            host::wake_after(next - ticks);
        }
    }
}
