//! The receipt: every rule's points, what decay and caps took away, and what would close the gap to the next stage.

use crate::json::Writer;
use crate::model::{Bounds, EventRule, Key, Kind, Milli, Model, Rule};
use crate::score::{live_hits, score};
use crate::snapshot::Snapshot;
use crate::sort::sort;
use crate::stage::standing;
use crate::state::{Hit, State, Verdict};
use crate::time;

/// The receipt of a state at a second, as JSON. It adds up: the `points` of all `rules`, the `base` of all `dimensions`
/// and `capped` are the `score`.
///
/// A rule's `raw` points are those of its live hits before decay, `decayed` those after, and `points` what it added to
/// its dimension's running total, in the model's order, once that was clamped: so the rules that stand first fill a cap.
/// A dimension's `base` is what it starts from where its bounds do not allow 0; `capped` is what the score's own bounds
/// changed.
pub(crate) fn receipt(model: &Model, state: &State, now: u32) -> String {
    let snapshot = Snapshot::new(model, state, now);
    let mut writer = Writer::default();
    writer.open('{');
    writer.name("score").points(snapshot.score.total);
    let mut sums: Vec<Sum> = model.parts.dimensions.iter().map(|dimension| Sum::new(dimension.bounds)).collect();
    writer.name("rules").open('[');
    for (position, rule) in (0u32..).zip(&model.parts.rules) {
        let live = snapshot.score.live(position);
        let decayed = live.map_or(0, |live| live.points);
        let points = sums.get_mut(rule.dimension as usize).map_or(0, |sum| sum.add(decayed));
        writer.open('{');
        writer.name("rule").text(&rule.id);
        writer.name("dimension");
        let dimension = model.parts.dimensions.get(rule.dimension as usize);
        writer.text_or_null(dimension.map(|dimension| dimension.id.as_str()));
        writer.name("live").bool(live.is_some());
        writer.name("hits").integer(u64::from(live.map_or(0, |live| live.hits)));
        writer.name("last");
        match live {
            Some(live) => time::write(&mut writer, live.last),
            None => writer.raw("null"),
        }
        writer.name("raw").points(live.map_or(0, |live| raw(rule, live.hits)));
        writer.name("decayed").points(decayed);
        writer.name("points").points(points);
        writer.name("counts").text(counts(rule));
        writer.close('}');
    }
    writer.close(']');
    writer.name("dimensions").open('[');
    for (dimension, sum) in model.parts.dimensions.iter().zip(&sums) {
        writer.open('{');
        writer.name("dimension").text(&dimension.id);
        writer.name("base").points(dimension.bounds.clamp(0));
        writer.name("sum").points(sum.sum);
        writer.name("points").points(sum.clamped());
        writer.close('}');
    }
    writer.close(']');
    let sum = sums.iter().fold(0, |total: Milli, sum| total.saturating_add(sum.clamped()));
    writer.name("sum").points(sum);
    writer.name("capped").points(snapshot.score.total.saturating_sub(sum));
    writer.name("disqualified").bool(snapshot.score.disqualified);
    writer.name("next");
    snapshot.write_next(&mut writer, model, |writer| write_closers(writer, model, state, now, &snapshot));
    writer.close('}');
    writer.finish()
}

/// A dimension's running total.
struct Sum {
    bounds: Bounds,
    sum: Milli,
}

impl Sum {
    fn new(bounds: Bounds) -> Self {
        Self { bounds, sum: 0 }
    }

    fn clamped(&self) -> Milli {
        self.bounds.clamp(self.sum)
    }

    /// What the points change of the clamped total.
    fn add(&mut self, points: Milli) -> Milli {
        let before = self.clamped();
        self.sum = self.sum.saturating_add(points);
        self.clamped().saturating_sub(before)
    }
}

/// The points of a live rule before decay.
fn raw(rule: &Rule, hits: u32) -> Milli {
    match &rule.kind {
        Kind::Event(EventRule { at_least: None, .. }) => rule.points.saturating_mul(Milli::from(hits)),
        _ => rule.points,
    }
}

/// How often a rule counts, in a few words.
fn counts(rule: &Rule) -> &'static str {
    match &rule.kind {
        Kind::Event(event) => match (event.at_least, event.limit, event.expires, event.key) {
            (Some(_), ..) => "once enough",
            (_, 1, None, Key::Time) => "once for ever",
            (_, 1, ..) => "once",
            (.., Key::Period(_)) => "each period",
            (.., Key::Distinct(_)) => "each value",
            _ => "each time",
        },
        Kind::Trait(_) => "while true",
        Kind::All(_) => "while all are live",
    }
}

/// The rules that one more event could fire, with what that would add to the score, caps and combinations included:
/// those that reach the stage first, then the most points.
fn write_closers(writer: &mut Writer, model: &Model, state: &State, now: u32, snapshot: &Snapshot) {
    let mut closers: Vec<(bool, Milli, u32)> = Vec::new();
    for (position, rule) in (0u32..).zip(&model.parts.rules) {
        let Some(then) = fired(model, state, position, rule, now) else { continue };
        let then_score = score(model, &then, now);
        let points = then_score.total.saturating_sub(snapshot.score.total);
        let reaches = standing(model, &then_score).current > snapshot.standing.current;
        if !then_score.disqualified && (points > 0 || reaches) {
            closers.push((!reaches, points.saturating_neg(), position));
        }
    }
    sort(&mut closers);
    writer.name("rules").open('[');
    for (falls_short, points, position) in closers {
        writer.open('{');
        writer.name("rule").text(model.rule(position).map_or("", |rule| rule.id.as_str()));
        writer.name("points").points(points.saturating_neg());
        writer.name("reaches").bool(!falls_short);
        writer.close('}');
    }
    writer.close(']');
}

/// The state after the rule has fired once more, now; none of a rule that an event cannot fire.
fn fired(model: &Model, state: &State, position: u32, rule: &Rule, now: u32) -> Option<State> {
    let mut then = state.clone();
    match &rule.kind {
        Kind::Event(event) => {
            let key = match event.key {
                Key::Time => now,
                Key::Period(period) => now.checked_div(period)?,
                Key::Distinct(_) => new_key(state, position),
            };
            then.hit(model, Hit { rule: position, t: now, key });
            // Enough hits that are expired, or too few: one more may not be seen at once.
            let own: Vec<Hit> = then.hits.iter().filter(|hit| hit.rule == position).copied().collect();
            (!live_hits(event, &own, now).is_empty()).then_some(then)
        }
        Kind::Trait(_) => {
            then.verdict(Verdict { rule: position, t: now, holds: true });
            Some(then)
        }
        Kind::All(_) => None,
    }
}

/// A value that the rule has not seen.
fn new_key(state: &State, rule: u32) -> u32 {
    let mut key = 0u32;
    while state.hits.iter().any(|hit| hit.rule == rule && hit.key == key) {
        key = key.saturating_add(1);
    }
    key
}
