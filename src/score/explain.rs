//! The receipt: every rule's points, the effects of decay and caps, and the rules that would reach the next stage.

mod closers;

pub(crate) use closers::closers;

use crate::model::{Milli, Model, Rule, key, kind};
use crate::score::Live;
use crate::score::snapshot::Snapshot;
use crate::score::state::State;
use crate::text::json::Writer;
use crate::text::sort::sort_by;
use crate::text::time;

/// The part of one rule in the receipt.
pub(crate) struct Line {
    /// The position in [`COUNTS`].
    pub(crate) counts: usize,
    /// Without hits if the rule is not live.
    pub(crate) live: Live,
    /// The points of its live hits before decay.
    pub(crate) raw: Milli,
    /// The change of the dimension's clamped running total by this rule. Rules are added in the model's order, so the
    /// first ones use up a cap.
    pub(crate) points: Milli,
}

/// Passes on a line of the receipt for each rule, in the model's order. Returns for each dimension the sum of its
/// rules' points, and this sum within the dimension's bounds; and the sum of the latter. The points of all lines, the
/// base of all dimensions and the points removed by caps add up to the score.
pub(crate) fn lines(
    model: &Model,
    snapshot: &Snapshot,
    take: &mut dyn FnMut(&Rule, &Line),
) -> (Vec<[Milli; 2]>, Milli) {
    let mut dimensions = Vec::new();
    let mut total: Milli = 0;
    for dimension in &model.dimensions {
        let base = dimension.bounds.clamp(0);
        dimensions.push([0, base]);
        total = total.wrapping_add(base);
    }
    for (position, rule) in (0u32..).zip(&model.rules) {
        let live = snapshot.score.of(position).copied().unwrap_or_default();
        let mut points = 0;
        let number = rule.dimension as usize;
        if let (Some(dimension), Some([sum, bounded])) = (model.dimensions.get(number), dimensions.get_mut(number)) {
            *sum = sum.wrapping_add(live.points);
            let now = dimension.bounds.clamp(*sum);
            points = now.wrapping_sub(*bounded);
            *bounded = now;
        }
        total = total.wrapping_add(points);
        let counted = if rule.kind == kind::EVENT && !rule.at_least { live.hits } else { live.hits.min(1) };
        let raw = rule.points.wrapping_mul(Milli::from(counted));
        take(rule, &Line { counts: counts(rule), live, raw, points });
    }
    (dimensions, total)
}

/// The receipt of a state at a second, as JSON: `base` is the start value of a dimension whose bounds do not include 0,
/// `capped` is the change by the bounds of the score.
pub(crate) fn receipt(model: &Model, state: &State, now: u32) -> Vec<u8> {
    let snapshot = Snapshot::new(model, state, now);
    let writer = &mut Writer::default();
    writer.open(b'{');
    writer.name("score").points(snapshot.score.total);
    writer.name("rules").open(b'[');
    let (dimensions, sum) = lines(model, &snapshot, &mut |rule, line| {
        let dimension = model.dimensions.get(rule.dimension as usize);
        let own = line.live;
        let is_live = own.hits > 0;
        writer.open(b'{');
        writer.name("rule").text(model.text(rule.id));
        writer.name("dimension").text(dimension.map_or(&[], |dimension| model.text(dimension.id)));
        writer.name("counts").text(COUNTS.get(line.counts).map_or(&[], |counts| counts.as_bytes()));
        writer.name("live").bool(is_live);
        writer.name("hits").integer(u64::from(own.hits));
        writer.name("last").text_or_null(is_live.then(|| time::text(own.last, None)).as_deref());
        writer.name("raw").points(line.raw);
        writer.name("decayed").points(own.points);
        writer.name("points").points(line.points);
        writer.close(b'}');
    });
    writer.close(b']');
    writer.name("dimensions").open(b'[');
    for (dimension, [sum, points]) in model.dimensions.iter().zip(&dimensions) {
        writer.open(b'{');
        writer.name("dimension").text(model.text(dimension.id));
        writer.name("base").points(dimension.bounds.clamp(0));
        writer.name("sum").points(*sum);
        writer.name("points").points(*points);
        writer.close(b'}');
    }
    writer.close(b']');
    writer.name("sum").points(sum);
    writer.name("capped").points(snapshot.score.total.wrapping_sub(sum));
    writer.name("disqualified").bool(snapshot.score.disqualified);
    writer.name("next");
    snapshot.write_next(writer, model, &mut |writer| {
        writer.name("rules").open(b'[');
        let mut all = Vec::new();
        closers(model, state, now, Snapshot::new(model, state, now), &mut |closer| all.push(closer));
        sort_by(&mut all, closers::is_before);
        for closer in all {
            writer.open(b'{');
            writer.name("rule").text(model.rule_id(closer.rule));
            writer.name("points").points(closer.points);
            writer.name("reaches").bool(closer.reaches);
            writer.close(b'}');
        }
        writer.close(b']');
    });
    writer.close(b'}');
    core::mem::take(writer).finish()
}

/// Short texts for how often a rule counts.
const COUNTS: [&str; 8] = [
    "while true",
    "while all are live",
    "once enough",
    "once for ever",
    "once",
    "each period",
    "each value",
    "each time",
];

/// Returns the position in [`COUNTS`] of how often a rule counts.
fn counts(rule: &Rule) -> usize {
    match (rule.kind, rule.at_least, rule.limit, rule.expires, rule.key) {
        (kind::TRAIT, ..) => 0,
        (kind::ALL, ..) => 1,
        (_, true, ..) => 2,
        (_, _, 1, 0, key::TIME) => 3,
        (_, _, 1, ..) => 4,
        (.., key::PERIOD) => 5,
        (.., key::DISTINCT) => 6,
        _ => 7,
    }
}
