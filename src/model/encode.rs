//! Writes a compiled model. The form is described, and read, in [`super::decode`].

use super::decode::{FORMAT, MAGIC, bound, event, rule, stage};
use super::{Bounds, Decay, EventRule, Key, Kind, Label, Milli, Parts, Rule, Stage};
use crate::bytes::{push_signed, push_sized, push_varint};
use crate::hash::checksum;

pub(crate) fn encode(parts: &Parts) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.push(FORMAT);
    push_sized(&mut out, parts.name.as_bytes());
    push_varint(&mut out, parts.version.into());
    push_bounds(&mut out, parts.score);
    push_list(&mut out, &parts.dimensions, |out, dimension| {
        push_sized(out, dimension.id.as_bytes());
        push_bounds(out, dimension.bounds);
    });
    push_list(&mut out, &parts.rules, push_rule);
    push_list(&mut out, &parts.stages, push_stage);
    push_list(&mut out, &parts.labels, push_label);
    push_sized(&mut out, parts.expressions.as_bytes());
    let sum = checksum(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

fn push_list<T>(out: &mut Vec<u8>, list: &[T], push: impl Fn(&mut Vec<u8>, &T)) {
    push_varint(out, list.len() as u64);
    for item in list {
        push(out, item);
    }
}

fn push_position(out: &mut Vec<u8>, position: &u32) {
    push_varint(out, u64::from(*position));
}

fn push_amount(out: &mut Vec<u8>, (position, amount): &(u32, Milli)) {
    push_position(out, position);
    push_signed(out, *amount);
}

/// The flag where it is wanted.
fn flag(wanted: bool, flag: u8) -> u8 {
    if wanted { flag } else { 0 }
}

fn push_bounds(out: &mut Vec<u8>, bounds: Bounds) {
    let min = bounds.min != Bounds::NONE.min;
    let max = bounds.max != Bounds::NONE.max;
    out.push(flag(min, bound::MIN) | flag(max, bound::MAX));
    if min {
        push_signed(out, bounds.min);
    }
    if max {
        push_signed(out, bounds.max);
    }
}

fn push_rule(out: &mut Vec<u8>, r: &Rule) {
    let kind = match &r.kind {
        Kind::Event(_) => rule::EVENT,
        Kind::Trait(_) => rule::TRAIT,
        Kind::All(all) => rule::ALL | flag(all.within.is_some(), rule::WITHIN),
    };
    push_sized(out, r.id.as_bytes());
    out.push(kind | flag(r.disqualify, rule::DISQUALIFY));
    push_signed(out, r.points);
    push_position(out, &r.dimension);
    match &r.kind {
        Kind::Event(event) => push_event(out, event),
        Kind::Trait(condition) => push_position(out, condition),
        Kind::All(all) => {
            push_list(out, &all.rules, push_position);
            if let Some(within) = all.within {
                push_position(out, &within);
            }
        }
    }
}

fn push_event(out: &mut Vec<u8>, e: &EventRule) {
    let key = match e.key {
        Key::Time => 0,
        Key::Period(_) => event::PERIOD,
        Key::Distinct(_) => event::DISTINCT,
    };
    let decay = match e.decay {
        Decay::None => 0,
        Decay::HalfLife(_) => event::HALF_LIFE,
        Decay::Linear(_) => event::LINEAR,
        Decay::Step { .. } => event::STEP,
    };
    let condition = flag(e.condition.is_some(), event::CONDITION);
    let at_least = flag(e.at_least.is_some(), event::AT_LEAST);
    let expires = flag(e.expires.is_some(), event::EXPIRES);
    out.push(key | decay | condition | at_least | expires);
    push_list(out, &e.types, |out, text| push_sized(out, text.as_bytes()));
    push_list(out, &e.paths, |out, program| push_sized(out, program));
    if let Some(condition) = e.condition {
        push_position(out, &condition);
    }
    if let Key::Period(value) | Key::Distinct(value) = e.key {
        push_position(out, &value);
    }
    push_position(out, &e.limit);
    if let Some(expires) = e.expires {
        push_position(out, &expires);
    }
    match e.decay {
        Decay::None => {}
        Decay::HalfLife(seconds) | Decay::Linear(seconds) => push_position(out, &seconds),
        Decay::Step { percent, every } => {
            push_position(out, &percent);
            push_position(out, &every);
        }
    }
}

fn push_stage(out: &mut Vec<u8>, s: &Stage) {
    push_sized(out, s.id.as_bytes());
    let near = flag(s.near.is_some(), stage::NEAR);
    let rearm = flag(s.rearm.is_some(), stage::REARM);
    out.push(near | rearm | flag(s.signal, stage::SIGNAL));
    push_signed(out, s.at);
    if let Some(near) = s.near {
        push_signed(out, near);
    }
    push_list(out, &s.auto, push_position);
    push_list(out, &s.requires, push_position);
    push_list(out, &s.min, push_amount);
    if let Some(rearm) = s.rearm {
        push_position(out, &rearm);
    }
}

fn push_label(out: &mut Vec<u8>, label: &Label) {
    push_position(out, &label.dimension);
    push_list(out, &label.cutoffs, |out, (name, at)| {
        push_sized(out, name.as_bytes());
        push_signed(out, *at);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authoring::read;
    use crate::error::Error;
    use crate::limits::{AMOUNT, HITS, POINTS, RULES, STAGES};
    use crate::model::{Combination, Model};

    #[test]
    fn what_is_written_is_read() {
        for json in [
            include_str!("../../tests/authoring/acme.json"),
            r#"{ "name": "m", "rules": [] }"#,
            r#"{ "name": "é", "version": 4294967295, "score": { "min": -1e12, "max": 1e12 }, "dimensions": { "a": { "min": -0.001 } },
                 "rules": [
                    { "id": "none", "event": ["a", "b"], "path": ["/a", "{/:x}*/é"], "limit": 100, "expires": "3650d" },
                    { "id": "per", "event": "a", "per": "3650d", "limit": 2, "where": { "a": 0.1 }, "points": -10000 },
                    { "id": "distinct", "event": "a", "distinct": "url.query.a", "at_least": 100, "dimension": "a" },
                    { "id": "linear", "event": "a", "decay": { "linear": "1s" }, "disqualify": true, "points": 10000 },
                    { "id": "step", "event": "a", "decay": { "step": 100, "every": "3650d" }, "points": 0.001 },
                    { "id": "trait", "trait": { "a": 0.1 }, "disqualify": true },
                    { "id": "all", "all": ["trait", "step"], "disqualify": true }
                 ],
                 "stages": [{ "id": "s", "at": -1e12, "signal": false, "min": { "a": 1, "engagement": -1 }, "auto": ["all"],
                              "requires": ["trait", "none"], "rearm": "1s" }],
                 "label": [{ "dimension": "a", "cutoffs": { "x": -1e12, "y": 1e12, "é": 0 } }] }"#,
        ] {
            let (report, parts) = read(json);
            assert_eq!(report.errors, []);
            assert_ne!(parts, Parts::default());
            assert_eq!(super::super::decode::decode(&encode(&parts)), Ok(parts));
        }
    }

    /// One rule of each kind, a stage and a label.
    fn sound() -> Parts {
        read(
            r#"{ "name": "m", "dimensions": { "fit": {} }, "rules": [
                    { "id": "event", "event": "a", "where": { "b": 1 }, "distinct": "c", "points": 1, "expires": "1d",
                      "decay": { "step": 1, "every": "1d" } },
                    { "id": "trait", "trait": { "b": 1 }, "points": 1 },
                    { "id": "all", "all": ["event", "trait"], "within": "1d", "points": 1 }
                 ],
                 "stages": [{ "id": "s", "at": 1, "near": 0.5, "auto": ["all"], "requires": ["event"], "min": { "fit": 0 }, "rearm": "1d" }],
                 "label": [{ "dimension": "fit", "cutoffs": { "A": 0 } }] }"#,
        )
        .1
    }

    fn event_of(parts: &mut Parts, change: impl Fn(&mut EventRule)) {
        for rule in &mut parts.rules {
            if let Kind::Event(event) = &mut rule.kind {
                change(event);
            }
        }
    }

    fn all_of(parts: &mut Parts, change: impl Fn(&mut Combination)) {
        for rule in &mut parts.rules {
            if let Kind::All(all) = &mut rule.kind {
                change(all);
            }
        }
    }

    #[test]
    fn what_the_compiler_would_not_write_is_refused() {
        let sound_bytes = encode(&sound());
        assert!(Model::decode(&sound_bytes).is_ok());
        let ways: &[fn(&mut Parts)] = &[
            |parts| parts.score = Bounds { min: 1, max: 0 },
            |parts| parts.score.max = AMOUNT.saturating_add(1),
            |parts| parts.dimensions.iter_mut().for_each(|d| d.bounds.min = AMOUNT.saturating_neg().saturating_sub(1)),
            |parts| parts.dimensions.clear(),
            |parts| parts.rules.iter_mut().for_each(|rule| rule.dimension = 2),
            |parts| parts.rules.iter_mut().for_each(|rule| rule.points = POINTS.saturating_add(1)),
            |parts| parts.rules.iter_mut().for_each(|rule| rule.points = Milli::MIN),
            |parts| parts.rules = vec![sound().rules.remove(1); RULES.saturating_add(1)],
            |parts| event_of(parts, |event| event.types.clear()),
            |parts| event_of(parts, |event| event.condition = Some(2)),
            |parts| event_of(parts, |event| event.key = Key::Distinct(u32::MAX)),
            |parts| event_of(parts, |event| event.key = Key::Period(0)),
            |parts| event_of(parts, |event| event.key = Key::Period(3_650 * 86_400 + 1)),
            |parts| event_of(parts, |event| event.limit = 0),
            |parts| event_of(parts, |event| event.limit = HITS.saturating_add(1)),
            |parts| event_of(parts, |event| event.expires = Some(0)),
            |parts| event_of(parts, |event| event.decay = Decay::HalfLife(0)),
            |parts| event_of(parts, |event| event.decay = Decay::Linear(0)),
            |parts| event_of(parts, |event| event.decay = Decay::Step { percent: 0, every: 1 }),
            |parts| event_of(parts, |event| event.decay = Decay::Step { percent: 101, every: 1 }),
            |parts| event_of(parts, |event| event.decay = Decay::Step { percent: 1, every: 0 }),
            |parts| parts.rules.iter_mut().for_each(|rule| rule.kind = Kind::Trait(2)),
            |parts| all_of(parts, |all| all.rules.clear()),
            |parts| all_of(parts, |all| all.rules = vec![2]),
            |parts| all_of(parts, |all| all.rules = vec![3]),
            |parts| all_of(parts, |all| all.within = Some(0)),
            |parts| parts.stages.iter_mut().for_each(|stage| stage.at = AMOUNT.saturating_add(1)),
            |parts| parts.stages.iter_mut().for_each(|stage| stage.near = Some(Milli::MAX)),
            |parts| parts.stages.iter_mut().for_each(|stage| stage.auto = vec![3]),
            |parts| parts.stages.iter_mut().for_each(|stage| stage.requires = vec![3]),
            |parts| parts.stages.iter_mut().for_each(|stage| stage.min = vec![(2, 0)]),
            |parts| parts.stages.iter_mut().for_each(|stage| stage.rearm = Some(0)),
            |parts| parts.stages = vec![sound().stages.remove(0); STAGES.saturating_add(1)],
            |parts| parts.labels.iter_mut().for_each(|label| label.dimension = 2),
            |parts| parts.expressions = "[[0]".to_owned(),
            |parts| parts.expressions = "{}".to_owned(),
        ];
        for (index, change) in ways.iter().enumerate() {
            let mut parts = sound();
            change(&mut parts);
            assert_eq!(Model::decode(&encode(&parts)).err(), Some(Error::ModelCorrupt), "way {index}");
        }
    }
}
