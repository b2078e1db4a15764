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
