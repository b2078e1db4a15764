//! Scores events: adds each to the visitor's sessions and to the lead, and stores its signals to be sent.

use super::host::{self, Event, NO_EVENT, now};
use super::outbox::Outbox;
use super::session;
use super::store::Storage;

/// An event before the session adds its props.
#[derive(Clone, Copy)]
pub(super) struct Interaction {
    pub(super) event: Event,
    /// Milliseconds since 1970.
    pub(super) at: u64,
    /// True for a page view, which may begin a campaign.
    pub(super) is_view: bool,
    /// Engaged seconds that none before it has counted.
    pub(super) engaged: u64,
}

/// The announcements of an event: the event itself; its signals. Signals may also be stored to be sent.
const ANNOUNCE_EVENT: i32 = 1;
const ANNOUNCE_SIGNALS: i32 = 2;

/// The parts of the tracker that an event is scored with.
pub(super) struct Scoring<'a> {
    pub(super) storage: &'a mut Storage,
    pub(super) outbox: &'a mut Outbox,
    /// False while consent is pending.
    pub(super) is_granted: bool,
    pub(super) is_bot: bool,
}

impl Scoring<'_> {
    /// Session, join, score; stored as soon as the page's own script is done. Not as the page is left: Firefox may
    /// abort scripts then, on a busy machine before they have read a single key.
    pub(super) fn score(&mut self, interaction: Interaction) {
        let Interaction { event, at, is_view, engaged } = interaction;
        let campaign = if is_view { session::campaign(&host::given(host::campaign(event))) } else { 0 };
        let place = self.storage.place(self.is_granted, at, campaign, engaged);
        if self.is_granted {
            self.storage.join();
        }
        // Without consent nobody knows whether the visitor was here before, as nothing stored is read.
        if self.is_granted && place.begins > 0 {
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
        self.storage.save_at_once();
        self.storage.announce_segment();
    }

    /// Scores again the events that were recorded while consent was pending.
    pub(super) fn score_again(&mut self) {
        loop {
            let event = host::take_event();
            if event == NO_EVENT {
                return;
            }
            let [at, engaged, is_view] = [0, 1, 2].map(|part| host::part_of(event, part) as u64);
            self.score(Interaction { event, at, is_view: is_view != 0, engaged });
        }
    }

    /// Nothing is announced while consent is pending, as it is scored again, and no signal ever for a crawler.
    fn ingest(&mut self, event: Event, at: u64) {
        let mut flags = 0;
        if self.is_granted {
            flags = if self.is_bot { ANNOUNCE_EVENT } else { ANNOUNCE_EVENT | ANNOUNCE_SIGNALS };
        }
        let signals = self.storage.lent(|| host::ingest_event(event, at as f64, flags));
        self.outbox.add(signals, now());
    }
}
