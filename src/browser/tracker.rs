//! The tracker as a whole: what is done in the page passes consent and session, is scored, kept and, where a stage
//! trips, announced and sent.

use web_sys::{Element, Event};

use super::consent::{Choice, Consent};
use super::deed::Deed;
use super::engagement::Engagement;
use super::host::{Host, now, ticks};
use super::keys;
use super::listen;
use super::outbox::{Answer, Outbox};
use super::page::{Arrival, View};
use super::profile::Profile;
use super::session;
use crate::event::{EventReader, seconds};
use crate::json::{Value, Writer};
use crate::lead;
use crate::signal::{Made, Sender};
use crate::snapshot::Snapshot;
use crate::{Error, Model, bots, snapshot, stage};

/// How many deeds are kept while consent is pending, and how many bytes of props: the newest.
const GATHERED: usize = 1_000;
const GATHERED_BYTES: usize = 256 * 1024;

/// The tracker of a page.
pub(super) struct Tracker {
    pub(super) host: Host,
    pub(super) model: Model,
    pub(super) profile: Profile,
    pub(super) outbox: Outbox,
    /// What the page is told once the tracker is done: names, and details as JSON.
    pub(super) news: Vec<(&'static str, Vec<u8>)>,
    pub(super) view: View,
    /// A new address that is not recorded yet.
    pub(super) arrival: Option<Arrival>,
    /// The time of an event that is recorded later than it happened, in milliseconds since 1970; else 0.
    pub(super) moment: u64,
    /// True if the document is an error page, which does not count as a view.
    pub(super) is_error: bool,
    pub(super) engagement: Engagement,
    /// When the first page view began, on the page's clock, until it has.
    pub(super) since: Option<f64>,
    /// How many steps of scroll depth were told in this view.
    pub(super) scrolled: usize,
    /// Forms that were begun in this view.
    pub(super) forms: Vec<Element>,
    /// Names of query parameters of the site's search, with commas between.
    pub(super) search_names: Vec<u8>,
    events: EventReader,
    /// What holds of consent.
    pub(super) consent: Consent,
    /// What it follows from.
    pub(super) choice: Choice,
    /// The storage has refused the visitor's choice, so that other tabs do not know it.
    pub(super) is_choice_unsaved: bool,
    has_endpoint: bool,
    pub(super) has_cookie: bool,
    /// How often in a row the storage has refused the lead.
    pub(super) refusals: u32,
    /// How often what the cookie has to keep did not fit it.
    pub(super) over_budget: u32,
    is_bot: bool,
    pub(super) is_hidden: bool,
    is_prerendered: bool,
    /// How many parts of the start are done.
    steps: u32,
    /// What was done while consent was pending.
    pub(super) gathered: Vec<Deed>,
    /// What was announced last.
    segment: Vec<u8>,
    /// The visitor's id as the page was told it last; empty without consent.
    named: Vec<u8>,
    /// The record of sessions, while it is newer than what is stored.
    pub(super) session: Vec<u8>,
    /// When to store what is new, on the page's clock.
    pub(super) settle: f64,
    /// When it will be woken, on the page's clock.
    woken: f64,
    /// When an edge worker counted the view that is about to begin; 0 where none did.
    seen: u64,
}

/// Milliseconds by which the clocks of page and edge worker may differ.
const CLOCKS: u64 = 10 * 60 * 1_000;
/// A time that never comes.
pub(super) const NEVER: f64 = f64::MAX;
/// A time before any other: at the end of the script that runs.
const AT_ONCE: f64 = f64::NEG_INFINITY;

impl Tracker {
    /// A tracker that has taken in nothing yet.
    pub(super) fn new(host: Host, model: Model, options: Value<'_>, agreed: u32, since: f64) -> Self {
        let is = |name: &[u8]| options.get(name).is_some_and(|value| !value.is_null());
        Self {
            profile: Profile::new(&random(&host), 0),
            host,
            model,
            outbox: Outbox::default(),
            news: Vec::new(),
            view: View::default(),
            arrival: None,
            moment: 0,
            is_error: is(b"failed"),
            engagement: Engagement::default(),
            since: Some(since),
            scrolled: 0,
            forms: Vec::new(),
            search_names: options.text_of(b"search").to_vec(),
            events: EventReader::default(),
            consent: Consent::Pending,
            choice: Choice { is_refused: is(b"gpc"), default: Consent::of(agreed), record: Consent::Pending },
            is_choice_unsaved: false,
            has_endpoint: is(b"endpoint"),
            has_cookie: is(b"cookie"),
            refusals: 0,
            over_budget: 0,
            // A browser that does not say what it is may be anything.
            is_bot: is(b"bot") || (is(b"agent") && bots::is_crawler(options.text_of(b"agent"))),
            is_hidden: false,
            is_prerendered: is(b"prerendering"),
            steps: 0,
            gathered: Vec::new(),
            segment: Vec::new(),
            named: Vec::new(),
            session: Vec::new(),
            settle: NEVER,
            woken: NEVER,
            seen: options.get(b"seen").and_then(Value::as_number).unwrap_or_default() as u64,
        }
    }

    /// Begins part by part: consent and what is stored, the page view, storing. False when all is done.
    pub(super) fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_add(1);
        match self.steps {
            1 => {
                self.review();
                listen::listen(self);
            }
            2 => {
                self.attend();
                // A page that is rendered ahead is not shown yet.
                if !self.is_prerendered {
                    self.show();
                }
            }
            _ => {
                // At once, as another tab may be about to begin.
                self.settle();
                return false;
            }
        }
        true
    }

    /// A page that was rendered ahead is shown now.
    pub(super) fn activate(&mut self) {
        // Any script can dispatch the event, so it counts only once and after prerendering.
        if !std::mem::take(&mut self.is_prerendered) {
            return;
        }
        self.since = None;
        if self.is_open() {
            self.attend();
            self.show();
        }
    }

    /// Whether the first page view has begun, or waits for the page to be shown.
    pub(super) fn is_open(&self) -> bool {
        self.steps > 1
    }

    /// A page that was left is shown again.
    pub(super) fn restored(&mut self, event: &Event) {
        // Any script can dispatch such an event, which must not count as a page view.
        if ["persisted", "isTrusted"].iter().all(|name| self.host.number(event, name) != 0.0) {
            self.attend();
            self.show();
        }
    }

    /// An event of the page's own.
    pub(super) fn track(&mut self, kind: &str, props: &str) -> Result<(), Error> {
        self.arrive();
        let mut writer = Writer::default();
        // The bracket that closes them follows when the session has added its part.
        writer.raw(props.strip_suffix('}').unwrap_or(props).as_bytes());
        self.take(self.deed(kind, writer, 0))
    }

    /// What the tracker has seen itself.
    pub(super) fn did(&mut self, kind: &str, props: Writer) {
        if self.moment == 0 {
            self.arrive();
        }
        // Too long an address, or too many props: not worth a word to the visitor's console.
        let _ = self.take(self.deed(kind, props, 0));
    }

    /// Engaged time, so many seconds of it new.
    pub(super) fn engaged(&mut self, props: Writer, new: u64) {
        let _ = self.take(self.deed("user_engagement", props, new));
    }

    /// A page view: what an edge worker has counted happened then, so that both together count it once. By a clock that
    /// differs by minutes sessions would end.
    pub(super) fn viewed(&mut self, props: Writer) {
        let mut deed = self.deed("page_view", props, 0);
        let seen = std::mem::take(&mut self.seen);
        if seen.abs_diff(deed.at) < CLOCKS {
            deed.at = seen;
        }
        let _ = self.take(deed);
    }

    fn deed(&self, kind: &str, props: Writer, engaged: u64) -> Deed {
        let View { url, referrer, .. } = &self.view;
        let at = if self.moment > 0 { self.moment } else { now() };
        Deed { kind: kind.into(), at, url: url.clone(), referrer: referrer.clone(), props, engaged }
    }

    fn take(&mut self, deed: Deed) -> Result<(), Error> {
        self.review();
        match self.consent {
            Consent::Denied => return Ok(()),
            Consent::Granted => {}
            Consent::Pending => {
                self.gathered.push(deed.clone());
                let bytes: usize = self.gathered.iter().map(|deed| deed.props.len()).sum();
                if self.gathered.len() > GATHERED || bytes > GATHERED_BYTES {
                    self.gathered.remove(0);
                }
            }
        }
        self.score(deed)
    }

    /// Session, join, score; stored as soon as the page's own script is done. Not as the page is left: Firefox may abort
    /// scripts then, on a busy machine before they have read a single key.
    pub(super) fn score(&mut self, deed: Deed) -> Result<(), Error> {
        if self.session.is_empty() && self.consent == Consent::Granted {
            self.session = self.host.get(keys::SESSION).into_bytes();
        }
        let (record, deeds) = session::place(&self.session, deed);
        self.session = record;
        self.join();
        let mut result = Ok(());
        for deed in deeds {
            let at = deed.at;
            result = self.ingest(deed.json(), at);
        }
        self.settle = AT_ONCE;
        self.announce_segment();
        result
    }

    fn ingest(&mut self, json: Vec<u8>, at: u64) -> Result<(), Error> {
        self.events.parse(&json)?;
        let event = self.events.event()?;
        let sender = Sender { source: b"", provenance: "client", witnessed: None };
        let crate::Lead { visitor, state } = &mut self.profile.lead;
        let signals = lead::ingest(&self.model, visitor, state, &event, at, sender, lead::Room::Forget)?;
        // Nothing of it leaves the page: for who looks on, such as the inspector.
        self.tell("event", json);
        // No signal is made known while consent is pending, and none ever for a crawler.
        if self.consent == Consent::Granted && !self.is_bot {
            for Made { id, json } in signals {
                if self.has_endpoint {
                    self.outbox.add(&self.host, &id, &json, now());
                }
                self.tell("signal", json);
            }
        }
        Ok(())
    }

    /// Told to the page once the tracker is done. One copy for all that tell.
    #[inline(never)]
    fn tell(&mut self, name: &'static str, json: Vec<u8>) {
        self.news.push((name, json));
    }

    /// Tells the page the segment, where it is another one.
    pub(super) fn announce_segment(&mut self) {
        let (model, state, now) = (&self.model, &self.profile.lead.state, seconds(now()));
        let Snapshot { score, standing } = Snapshot::new(model, state, now);
        let segment = stage::segment(model, state, &score, &standing);
        if segment != self.segment {
            self.segment = segment;
            let json = snapshot::json(model, state, now);
            self.tell("segment", json);
        }
    }

    /// The visitor did something.
    pub(super) fn input(&mut self) {
        self.engagement.input(ticks());
        self.tell_engagement(false);
    }

    /// Whether the visitor sees the page may have changed.
    pub(super) fn attend(&mut self) {
        let attention = self.host.attention();
        self.engagement.set_present(attention >= 2, ticks());
        self.engagement.set_framed(attention == 3, ticks());
        let was_hidden = std::mem::replace(&mut self.is_hidden, attention == 0);
        if !self.is_hidden {
            self.outbox.stay();
        } else if !was_hidden {
            self.hide();
        }
    }

    /// The page is left, or put aside: perhaps the last that it hears.
    pub(super) fn hide(&mut self) {
        self.arrive();
        self.tell_engagement(true);
        self.settle();
        if self.consent == Consent::Granted && self.has_endpoint {
            self.outbox.leave(&self.host, now());
        }
    }

    /// Takes in the endpoint's answer to the signal of that key.
    pub(super) fn answered(&mut self, key: &[u8], answer: &Answer<'_>) {
        self.review();
        if self.outbox.answered(&self.host, key, answer, now()) {
            self.host.warn("the endpoint refused a signal for good; see its answer in the network panel");
        }
    }

    /// There is a network again.
    pub(super) fn online(&mut self) {
        if self.consent == Consent::Granted {
            self.outbox.online(&self.host, now());
        }
    }

    /// The body of the signal to send next, if one is due.
    pub(super) fn next(&mut self) -> Option<Vec<u8>> {
        self.review();
        if self.consent == Consent::Granted { self.outbox.next(&self.host, now()) } else { None }
    }

    /// The time that was asked for has come.
    pub(super) fn wake(&mut self) {
        self.woken = NEVER;
        self.arrive_if_due();
        self.tell_engagement(false);
        if self.settle <= ticks() {
            self.settle();
        }
        if self.outbox.due.is_some() {
            self.outbox.look(&self.host, now());
        }
    }

    /// Tells the page the visitor's id where it is another one. Without consent it is empty.
    fn announce_id(&mut self) {
        let id: &[u8] = if self.consent == Consent::Granted { &self.profile.lead.visitor } else { b"" };
        if *id != *self.named {
            self.named = id.to_vec();
            self.tell("id", [b"\"", id, b"\""].concat());
        }
    }

    /// Before it rests: sends what is due, and asks to be woken for what comes next.
    pub(super) fn plan(&mut self) {
        self.announce_id();
        let (now, ticks) = (now(), ticks());
        if self.consent != Consent::Granted || !self.has_endpoint {
            self.outbox.due = None;
        }
        if self.outbox.is_due(now) {
            self.host.drain();
        }
        let due = self.outbox.due.map_or(NEVER, |due| ticks + due.saturating_sub(now) as f64);
        let told = self.arrival.as_ref().map(|arrival| arrival.due);
        let told = told.or_else(|| self.engagement.next().map(|left| ticks + left));
        let next = due.min(told.unwrap_or(NEVER));
        // Only storing is done in the same task: it asks for nothing more.
        let next = next.max(ticks + 1.0).min(self.settle);
        // Asked for again only where it is sooner: most of what is heard is a pointer that moves.
        if next < self.woken - 1.0 {
            self.woken = next;
            self.host.wake(next - ticks);
        }
    }
}

/// Bytes for a visitor's id.
pub(super) fn random(host: &Host) -> [u8; 16] {
    let mut bytes = [0; 16];
    host.random(&mut bytes);
    bytes
}
