//! The receipt: every rule's points, what decay and caps took away, and what would close the gap to the next stage.

mod closers;

use crate::json::Writer;
use crate::model::{Milli, Model, Rule, key, kind};
use crate::snapshot::Snapshot;
use crate::state::State;
use crate::time;

/// The receipt of a state at a second, as JSON. It adds up: the `points` of all `rules`, the `base` of all `dimensions`
/// and `capped` are the `score`.
///
/// A rule's `raw` points are those of its live hits before decay, `decayed` those after, and `points` what it added to
/// its dimension's running total, in the model's order, once that was clamped: so the rules that stand first fill a cap.
/// A dimension's `base` is what it starts from where its bounds do not allow 0; `capped` is what the score's own bounds
/// changed.
pub(crate) fn receipt(model: &Model, state: &State, now: u32) -> Vec<u8> {
    let snapshot = Snapshot::new(model, state, now);
    let writer = &mut Writer::default();
    writer.open(b'{');
    writer.name("score").points(snapshot.score.total);
    // Each dimension's running total.
    let mut sums: Vec<Milli> = vec![0; model.dimensions.len()];
    writer.name("rules").open(b'[');
    for (position, rule) in (0u32..).zip(&model.rules) {
        let live = snapshot.score.of(position).copied();
        let decayed = live.unwrap_or_default().points;
        let mut points = 0;
        let dimension = model.dimensions.get(rule.dimension as usize);
        if let (Some(dimension), Some(sum)) = (dimension, sums.get_mut(rule.dimension as usize)) {
            let before = dimension.bounds.clamp(*sum);
            *sum = sum.saturating_add(decayed);
            points = dimension.bounds.clamp(*sum).saturating_sub(before);
        }
        let hits = live.unwrap_or_default().hits;
        let counted = if rule.kind == kind::EVENT && !rule.at_least { hits } else { hits.min(1) };
        writer.open(b'{');
        writer.name("rule").text(model.text(rule.id));
        writer.name("dimension").text(dimension.map_or(&[], |dimension| model.text(dimension.id)));
        writer.name("counts").text(counts(rule));
        writer.name("live").bool(live.is_some());
        writer.name("hits").integer(u64::from(hits));
        writer.name("last").text_or_null(live.map(|live| time::text(live.last, None)).as_deref());
        writer.name("raw").points(rule.points.saturating_mul(Milli::from(counted)));
        writer.name("decayed").points(decayed);
        writer.name("points").points(points);
        writer.close(b'}');
    }
    writer.close(b']');
    writer.name("dimensions").open(b'[');
    let mut total: Milli = 0;
    for (dimension, sum) in model.dimensions.iter().zip(&sums) {
        let points = dimension.bounds.clamp(*sum);
        total = total.saturating_add(points);
        writer.open(b'{');
        writer.name("dimension").text(model.text(dimension.id));
        writer.name("base").points(dimension.bounds.clamp(0));
        writer.name("sum").points(*sum);
        writer.name("points").points(points);
        writer.close(b'}');
    }
    writer.close(b']');
    writer.name("sum").points(total);
    writer.name("capped").points(snapshot.score.total.saturating_sub(total));
    writer.name("disqualified").bool(snapshot.score.disqualified);
    writer.name("next");
    snapshot.write_next(writer, model, &mut |writer| closers::write(writer, model, state, now, &snapshot));
    writer.close(b'}');
    core::mem::take(writer).finish()
}

/// How often a rule counts, in a few words.
fn counts(rule: &Rule) -> &'static [u8] {
    match (rule.kind, rule.at_least, rule.limit, rule.expires, rule.key) {
        (kind::TRAIT, ..) => b"while true",
        (kind::ALL, ..) => b"while all are live",
        (_, true, ..) => b"once enough",
        (_, _, 1, 0, key::TIME) => b"once for ever",
        (_, _, 1, ..) => b"once",
        (.., key::PERIOD) => b"each period",
        (.., key::DISTINCT) => b"each value",
        _ => b"each time",
    }
}
