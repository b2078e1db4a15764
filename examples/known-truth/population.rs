//! Visitors of a B2B site who win by a known rule: the log-odds of winning rise by one with every [`POINTS_PER_LOGIT`]
//! points of the true model at the snapshot.
//!
//! A visitor arrives within the first half-year and has sessions for 58 days. At [`SNAPSHOT`] the true model scores the
//! visitor, who then wins or does not; the time of a win is drawn from the [`HORIZON`] after the snapshot. The
//! intercept is chosen so that the expected share of winners is the one asked for. A winner views `/welcome` an hour
//! after the win: an event that reveals the outcome to an analysis that uses events after the win.

use leadscore::{EventReader, Lead, Model, Origin, authoring};

use super::random::{Random, logistic};
use super::rules::{Does, EXTRA_CHANCE, POINTS_PER_LOGIT, RULES, Whose, model};

pub const MINUTE: u64 = 60_000;
pub const DAY: u64 = 86_400_000;
/// Time from a visitor's first event to the score of the true model, in ms.
pub const SNAPSHOT: u64 = 28 * DAY;
/// Time after the snapshot within which visitors win, in ms.
pub const HORIZON: u64 = 30 * DAY;
/// Least time from the snapshot to a win, in ms. It is longer than an embargo of five minutes, which therefore removes
/// no row.
const SOONEST: u64 = 10 * MINUTE;
/// 2026-01-01, in ms since 1970.
const START: u64 = 1_767_225_600_000;
/// Time after `START` within which visitors arrive, in ms.
const ARRIVALS: u64 = 180 * DAY;
/// Chance that another session follows a session.
const RETURNS: f64 = 0.6;
const SITE: &str = "https://planner.example";

/// The options of the command line.
#[derive(Clone, Copy)]
pub struct Options {
    pub seed: u64,
    pub visitors: u32,
    /// Expected share of visitors who win, 0 to 1.
    pub won: f64,
    /// Number of rules without effect on winning, besides the twenty.
    pub extra: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, visitors: 20_000, won: 0.04, extra: 0 }
    }
}

/// An event line with its time, in ms since 1970.
pub struct Line {
    pub at: u64,
    pub json: String,
}

/// A visitor with all events in the order of time.
pub struct Visitor {
    pub id: String,
    pub events: Vec<Line>,
    /// Time of the first event, in ms since 1970.
    pub first: u64,
    /// Score under the true model at the snapshot, in points.
    pub score: f64,
    /// Chance of winning, 0 to 1.
    pub chance: f64,
    /// Time of the win, in ms since 1970.
    pub won: Option<u64>,
}

/// All visitors of one seed. Each pass makes them again from the seed, so that only their scores take memory.
pub struct Population {
    options: Options,
    scores: Vec<f64>,
    /// Log-odds of winning at a score of 0 points.
    pub intercept: f64,
}

impl Population {
    /// Scores all visitors under the true model and sets the intercept.
    pub fn new(options: Options) -> Self {
        let json = model(Whose::Truth, options.extra);
        let truth = Model::decode(&authoring::compile(&json).unwrap().bytes).unwrap();
        let mut reader = EventReader::default();
        let scores: Vec<f64> =
            (0..options.visitors).map(|n| score(&truth, &mut reader, &behaviour(&options, n))).collect();
        let intercept = intercept(&scores, options.won);
        Self { options, scores, intercept }
    }

    /// Returns the visitors in the order of their numbers.
    pub fn visitors(&self) -> impl Iterator<Item = Visitor> + '_ {
        (0..self.options.visitors).zip(&self.scores).map(|(n, score)| {
            let mut visitor = behaviour(&self.options, n);
            visitor.score = *score;
            visitor.chance = logistic(self.intercept + score / POINTS_PER_LOGIT);
            let mut random = Random::of(self.options.seed ^ 0x0c0_ffee, n.into());
            if random.chance(visitor.chance) {
                let at = visitor.first + SNAPSHOT + SOONEST + random.below(HORIZON - SOONEST);
                visitor.win(at);
            }
            visitor
        })
    }
}

impl Visitor {
    /// Removes all events from the win on, then adds the page that only customers see.
    fn win(&mut self, at: u64) {
        self.won = Some(at);
        self.events.retain(|line| line.at < at);
        self.tell(at + 60 * MINUTE, "page_view", Some("/welcome"), "");
    }

    fn tell(&mut self, at: u64, kind: &str, page: Option<&str>, props: &str) {
        let url = page.map_or(String::new(), |page| format!(r#","url":"{SITE}{page}""#));
        let props = if props.is_empty() { String::new() } else { format!(r#","props":{props}"#) };
        let json = format!(r#"{{"visitor":"{}","type":"{kind}","at":{at}{url}{props}}}"#, self.id);
        self.events.push(Line { at, json });
    }

    /// Returns the outcome line: `won`, or `lost` for visitors who have told sales that they will not buy.
    pub fn outcome(&self) -> Option<String> {
        let line = |at: u64, outcome| format!(r#"{{"visitor":"{}","at":{at},"outcome":"{outcome}"}}"#, self.id);
        let mut random = Random::of(0x1057, self.first);
        match self.won {
            Some(at) => Some(line(at, "won")),
            None if random.chance(0.1) => Some(line(self.first + SNAPSHOT + random.below(HORIZON), "lost")),
            None => None,
        }
    }
}

/// Returns a visitor's behaviour over 58 days, without the outcome.
fn behaviour(options: &Options, n: u32) -> Visitor {
    let mut random = Random::of(options.seed, n.into());
    let first = START + random.below(ARRIVALS);
    let id = format!("v{n:06}");
    let mut visitor = Visitor { id, events: Vec::new(), first, score: 0.0, chance: 0.0, won: None };
    let mut starts = vec![first];
    for span in [SNAPSHOT, HORIZON] {
        let from = if span == SNAPSHOT { first + 30 * MINUTE } else { first + SNAPSHOT };
        while random.chance(RETURNS) {
            starts.push(from + random.below(span - 60 * MINUTE));
        }
    }
    starts.sort_unstable();
    for at in starts {
        session(&mut visitor, &mut random, at, options.extra);
    }
    for rule in &RULES {
        if let Does::Tell { field, value, share, .. } = &rule.does
            && random.chance(*share)
        {
            visitor.tell(first + MINUTE, "identify", None, &format!(r#"{{"{field}":{value}}}"#));
        }
    }
    visitor.events.sort_by_key(|line| line.at);
    visitor
}

/// Adds one session: the home page and some of the acts that rules count, half a minute apart.
fn session(visitor: &mut Visitor, random: &mut Random, at: u64, extra: u32) {
    let mut now = at;
    visitor.tell(now, "page_view", Some("/"), "");
    let mut saw_pricing = false;
    for rule in &RULES {
        match &rule.does {
            Does::Act { kind, page, props, chance, .. } if random.chance(*chance) => {
                now += MINUTE / 2;
                visitor.tell(now, kind, Some(page), props);
                saw_pricing |= rule.id == "pricing-view";
            }
            Does::Read { chance } if saw_pricing && random.chance(*chance) => {
                now += 90_000;
                visitor.tell(now, "user_engagement", Some("/pricing"), r#"{"engaged_seconds":70}"#);
            }
            _ => {}
        }
    }
    for n in 0..extra {
        if random.chance(EXTRA_CHANCE) {
            now += MINUTE / 2;
            visitor.tell(now, &format!("extra_{n}"), None, "");
        }
    }
}

/// Returns the score under the true model at the snapshot, computed by the library itself.
fn score(truth: &Model, reader: &mut EventReader, visitor: &Visitor) -> f64 {
    let origin = Origin { source: SITE, provenance: "client" };
    let now = visitor.first + SNAPSHOT;
    let mut lead = Lead::new(&visitor.id).unwrap();
    for line in visitor.events.iter().filter(|line| line.at <= now) {
        let event = reader.read(&line.json).unwrap();
        lead.ingest(truth, &event, line.at, &origin).unwrap();
    }
    let snapshot: serde_json::Value = serde_json::from_str(&lead.snapshot(truth, now).unwrap()).unwrap();
    snapshot["score"].as_f64().unwrap()
}

/// Returns the intercept at which the mean chance is `won`, found by bisection.
fn intercept(scores: &[f64], won: f64) -> f64 {
    let mean = |intercept: f64| {
        let sum: f64 = scores.iter().map(|score| logistic(intercept + score / POINTS_PER_LOGIT)).sum();
        sum / scores.len() as f64
    };
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if mean(middle) < won { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}
