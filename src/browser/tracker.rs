//! The tracker as a whole: what is done in the page passes consent and session, is scored, kept and, where a stage
//! trips, announced and sent.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PageTransitionEvent, StorageEvent};

use super::bots;
use super::consent::Consent;
use super::cookie;
use super::deed::Deed;
use super::dom;
use super::engagement::Engagement;
use super::host::Host;
use super::outbox::Outbox;
use super::page::View;
use super::profile::{self, Profile};
use super::record::text;
use super::session;
use super::storage::Storage;
use super::video::Video;
use crate::event::EventReader;
use crate::json::{Value, Writer};
use crate::lead;
use crate::signal::Sender;
use crate::snapshot::Snapshot;
use crate::{Error, Model, snapshot, stage};

/// How many deeds are kept while consent is pending, and how many bytes of props: the newest.
const GATHERED: usize = 1_000;
const GATHERED_BYTES: usize = 256 * 1024;
/// Milliseconds from a change to a look at what other tabs have made of it meanwhile.
const SETTLE: f64 = 250.0;

/// The tracker of a page.
pub(super) struct Tracker {
    pub(super) host: Host,
    pub(super) model: Model,
    pub(super) profile: Profile,
    pub(super) storage: Storage,
    pub(super) outbox: Outbox,
    /// What the page is told once the tracker is done: names, and details as JSON.
    pub(super) news: Vec<(&'static str, String)>,
    pub(super) view: View,
    pub(super) engagement: Engagement,
    /// How many steps of scroll depth were told.
    pub(super) scroll: usize,
    /// Forms that were begun.
    pub(super) forms: Vec<Element>,
    pub(super) videos: Vec<Video>,
    /// Names of query parameters of the site's search, with commas between.
    pub(super) search_names: String,
    events: EventReader,
    consent: Consent,
    /// Consent was refused by the browser, once and for all.
    refused: bool,
    /// What was done while consent was pending.
    gathered: Vec<Deed>,
    endpoint: String,
    has_cookie: bool,
    is_bot: bool,
    /// What was announced last.
    segment: Vec<u8>,
    /// When to look at what other tabs have stored, on the page's clock.
    settle: Option<f64>,
    /// When it will be woken, on the page's clock.
    woken: Option<f64>,
}

impl Tracker {
    /// A tracker that has taken in nothing yet.
    pub(super) fn new(host: Host, model: Model, options: Value<'_>, since: f64) -> Self {
        let own = |name: &str| text(options.text_of(name.as_bytes()).to_vec());
        let is = |name: &str| options.get(name.as_bytes()).is_some_and(|value| !value.is_null());
        let mut engagement = Engagement::default();
        engagement.begin(since);
        Self {
            host,
            model,
            profile: Profile::new(0),
            storage: Storage::default(),
            outbox: Outbox::default(),
            news: Vec::new(),
            view: View::default(),
            engagement,
            scroll: 0,
            forms: Vec::new(),
            videos: Vec::new(),
            search_names: own("search"),
            events: EventReader::default(),
            consent: Consent::Pending,
            refused: is("gpc"),
            gathered: Vec::new(),
            endpoint: own("endpoint"),
            has_cookie: is("cookie"),
            is_bot: is("bot") || bots::is_crawler(options.text_of(b"agent")),
            segment: Vec::new(),
            settle: None,
            woken: None,
        }
    }

    /// Begins: with what consent there is, and the page as it is shown.
    pub(super) fn open(&mut self, consent: &str) {
        self.consent(consent);
        self.attend();
        if !dom::is_prerendering() {
            self.show();
        }
        self.announce_segment();
    }

    /// A page that was rendered ahead is shown now.
    pub(super) fn activate(&mut self) {
        self.engagement.begin(dom::ticks());
        self.attend();
        self.show();
    }

    /// A page that was left is shown again.
    pub(super) fn restored(&mut self, event: &Event) {
        if event.unchecked_ref::<PageTransitionEvent>().persisted() {
            self.attend();
            self.show();
        }
    }

    /// An event of the page's own.
    pub(super) fn track(&mut self, kind: &str, props: &str) -> Result<(), Error> {
        let mut writer = Writer::default();
        // The bracket that closes them follows when the session has added its part.
        writer.raw(props.strip_suffix('}').unwrap_or(props).as_bytes());
        self.take(self.deed(kind, writer, 0))
    }

    /// What the tracker has seen itself.
    pub(super) fn did(&mut self, kind: &str, props: Writer) {
        // Too long an address, or too many props: not worth a word to the visitor's console.
        let _ = self.take(self.deed(kind, props, 0));
    }

    /// Engaged time, so many seconds of it new.
    pub(super) fn engage(&mut self, props: Writer, new: u64) {
        let _ = self.take(self.deed("user_engagement", props, new));
    }

    fn deed(&self, kind: &str, props: Writer, engaged: u64) -> Deed {
        let View { url, referrer } = &self.view;
        Deed { kind: kind.into(), at: dom::now(), url: url.clone(), referrer: referrer.clone(), props, engaged }
    }

    fn take(&mut self, deed: Deed) -> Result<(), Error> {
        match self.consent {
            Consent::Denied => return Ok(()),
            Consent::Granted => {}
            Consent::Pending => {
                self.gathered.push(deed.clone());
                while self.gathered.len() > GATHERED
                    || self.gathered.iter().map(|deed| deed.props.len()).sum::<usize>() > GATHERED_BYTES
                {
                    self.gathered.remove(0);
                }
            }
        }
        self.score(deed)
    }

    /// Session, join, score, store.
    fn score(&mut self, deed: Deed) -> Result<(), Error> {
        let mut result = Ok(());
        for deed in session::place(&mut self.storage, deed) {
            let at = deed.at;
            result = self.ingest(&deed.json(), at);
        }
        self.announce_segment();
        result
    }

    fn ingest(&mut self, json: &[u8], at: u64) -> Result<(), Error> {
        self.profile.join(&self.model, self.storage.get(profile::KEY));
        self.events.parse(json)?;
        let event = self.events.event()?;
        let sender = Sender { source: b"", provenance: "client" };
        let crate::Lead { visitor, state } = &mut self.profile.lead;
        let signals = lead::ingest(&self.model, visitor, state, &event, at, sender)?;
        if self.consent == Consent::Granted {
            self.profile.save(&self.model, &mut self.storage);
            self.settle.get_or_insert(dom::ticks() + SETTLE);
            for signal in signals {
                self.send(text(signal.id), text(signal.json));
            }
        }
        Ok(())
    }

    fn send(&mut self, id: String, json: String) {
        if self.is_bot {
            return;
        }
        if !self.endpoint.is_empty() {
            self.outbox.add(&mut self.storage, &id, &json, dom::now());
        }
        self.news.push(("signal", json));
    }

    /// Tells the page the segment, where it is another one.
    fn announce_segment(&mut self) {
        let (model, state, now) = (&self.model, &self.profile.lead.state, dom::second());
        let Snapshot { score, standing } = Snapshot::new(model, state, now);
        let segment = stage::segment(model, state, &score, &standing);
        if segment != self.segment {
            self.segment = segment;
            self.news.push(("segment", text(snapshot::json(model, state, now))));
        }
    }

    /// Consent is now this.
    pub(super) fn consent(&mut self, value: &str) {
        let before = self.consent;
        self.consent = if self.refused { Consent::Denied } else { Consent::of(value.as_bytes()) };
        match self.consent {
            Consent::Granted if before != Consent::Granted => {
                // What was gathered is taken in again, on top of what earlier pages have stored.
                self.storage.attach();
                self.profile = Profile::new(0);
                self.profile.save(&self.model, &mut self.storage);
                self.outbox.look(&mut self.storage, dom::now());
                for deed in std::mem::take(&mut self.gathered) {
                    let _ = self.score(deed);
                }
                if before == Consent::Denied && !self.view.url.is_empty() {
                    self.show();
                }
            }
            Consent::Denied => {
                self.storage.attach();
                self.forget();
                self.storage = Storage::default();
            }
            Consent::Pending if before != Consent::Pending => {
                self.storage = Storage::default();
                self.profile = Profile::new(0);
            }
            _ => {}
        }
        self.announce_segment();
    }

    /// All that is known of the visitor goes.
    fn forget(&mut self) {
        self.storage.clear();
        self.outbox = Outbox::default();
        self.gathered.clear();
        self.profile = Profile::new(0);
        cookie::remove();
    }

    /// From here on it is another visitor.
    pub(super) fn reset(&mut self) {
        self.gathered.clear();
        self.profile = self.profile.another();
        session::forget(&mut self.storage);
        self.settle_now();
        self.announce_segment();
    }

    /// Stores what other tabs do not know, and the cookie.
    fn settle_now(&mut self) {
        self.settle = None;
        if self.consent == Consent::Granted {
            self.profile.save(&self.model, &mut self.storage);
            if self.has_cookie {
                cookie::write(&self.model, &self.profile.lead);
            }
        }
    }

    /// Another tab has stored something.
    pub(super) fn heard_of(&mut self, event: &Event) {
        let event = event.unchecked_ref::<StorageEvent>();
        if self.consent != Consent::Granted {
            return;
        }
        match (event.key().as_deref(), event.new_value()) {
            (Some(profile::KEY), Some(stored)) => {
                self.profile.join(&self.model, Some(stored));
                self.settle.get_or_insert(dom::ticks() + SETTLE);
                self.announce_segment();
            }
            // The visitor has cleared the site's data, or refused consent in another tab: here too.
            (None | Some(profile::KEY), None) => {
                self.forget();
                self.announce_segment();
            }
            _ => {}
        }
    }

    /// The visitor did something.
    pub(super) fn input(&mut self) {
        self.engagement.input(dom::ticks());
        self.tell_engagement(false);
    }

    /// Whether the visitor sees the page may have changed.
    pub(super) fn attend(&mut self) {
        let (visible, focused) = dom::attention();
        self.engagement.set_present(visible && focused, dom::ticks());
        if !visible {
            self.hide();
        }
    }

    /// The page is left, or put aside: perhaps the last that it hears.
    pub(super) fn hide(&mut self) {
        self.tell_engagement(true);
        self.settle_now();
        if self.consent == Consent::Granted && !self.endpoint.is_empty() {
            for body in self.outbox.leaving(&mut self.storage, dom::now()) {
                // Refused where the browser's queue is full. It stays in the outbox either way: only an answer counts.
                if !dom::beacon(&self.endpoint, &body) {
                    break;
                }
            }
        }
    }

    /// No more.
    pub(super) fn leave(&mut self) {
        self.hide();
    }

    /// What the endpoint said to the signal that was sent last.
    pub(super) fn answered(&mut self, status: u16, retry_after: f64, random: f64) {
        if self.outbox.answered(&mut self.storage, status, retry_after, dom::now(), random) {
            self.host.warn("the endpoint refused a signal for good; see its answer in the network panel");
        }
    }

    /// There is a network again.
    pub(super) fn online(&mut self) {
        self.outbox.look(&mut self.storage, dom::now());
    }

    /// The time that was asked for has come.
    pub(super) fn wake(&mut self) {
        self.woken = None;
        self.tell_engagement(false);
        if self.settle.is_some_and(|settle| settle <= dom::ticks()) {
            self.settle_now();
        }
        if self.outbox.due.is_some() {
            self.outbox.look(&mut self.storage, dom::now());
        }
    }

    /// Before it rests: sends what is due, and asks to be woken for what comes next.
    pub(super) fn plan(&mut self) {
        let (now, ticks) = (dom::now(), dom::ticks());
        if self.consent != Consent::Granted {
            self.outbox.due = None;
        }
        if self.outbox.is_due(now) {
            self.host.drain(&self.endpoint);
        }
        let mut next = self.settle.map_or(f64::MAX, |settle| settle - ticks);
        next = next.min(self.engagement.next().unwrap_or(f64::MAX));
        next = next.min(self.outbox.due.map_or(f64::MAX, |due| due.saturating_sub(now) as f64));
        // Asked for again only where it is another time: most of what is heard is a pointer that moves.
        if next < f64::MAX && self.woken.is_none_or(|woken| woken > ticks + next + 1.0 || woken < ticks) {
            self.woken = Some(ticks + next);
            self.host.wake(next);
        }
    }
}
