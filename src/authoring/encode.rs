//! Writes a compiled model. The form is described, and read, in [`crate::model`].

use std::collections::HashMap;

use serde_json::Value;

use super::fields::PEOPLE;
use super::parts::{Account, Decay, Dimension, Key, Kind, Label, Parts, Rule, Stage};
use crate::bytes::write::{push_signed, push_signed_or};
use crate::bytes::{push_sized, push_varint};
use crate::condition::op;
use crate::decay;
use crate::hash::checksum;
use crate::invariant::held;
use crate::lifecycle;
use crate::model::{Bounds, MAGIC, key, kind};

pub(super) fn encode(parts: &Parts) -> Vec<u8> {
    let mut expressions = Expressions::new(&parts.expressions);
    let mut out = MAGIC.to_vec();
    push_sized(&mut out, parts.name.as_bytes());
    push(&mut out, parts.version);
    push_bounds(&mut out, parts.score);
    push_varint(&mut out, parts.dimensions.len() as u64);
    for dimension in &parts.dimensions {
        push_sized(&mut out, dimension.id.as_bytes());
        push_bounds(&mut out, dimension.bounds);
    }
    push_varint(&mut out, parts.rules.len() as u64);
    for rule in &parts.rules {
        push_rule(&mut out, rule, &mut expressions);
    }
    push_varint(&mut out, parts.stages.len() as u64);
    let ids: Vec<&str> = parts.stages.iter().map(|stage| stage.id.as_str()).collect();
    for (position, stage) in parts.stages.iter().enumerate() {
        push_stage(&mut out, stage, lifecycle::stage_rank(&ids, position));
    }
    push_blob(&mut out, |out| parts.labels.iter().for_each(|label| push_label(out, label)));
    push_sized(&mut out, expressions.text().as_bytes());
    // Last, so that a model without is what it always was.
    if let Some(account) = &parts.account {
        push_blob(&mut out, |out| push_account(out, parts, account));
    }
    let sum = checksum(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

fn push(out: &mut Vec<u8>, number: u32) {
    push_varint(out, u64::from(number));
}

/// What is written, with its length before it.
fn push_blob(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let mut blob = Vec::new();
    write(&mut blob);
    push_sized(out, &blob);
}

fn push_positions(out: &mut Vec<u8>, positions: &[u32]) {
    push_blob(out, |out| positions.iter().for_each(|position| push(out, *position)));
}

fn push_bounds(out: &mut Vec<u8>, bounds: Bounds) {
    push_signed_or(out, Some(bounds.min).filter(|min| *min != Bounds::NONE.min));
    push_signed_or(out, Some(bounds.max).filter(|max| *max != Bounds::NONE.max));
}

fn push_rule(out: &mut Vec<u8>, rule: &Rule, expressions: &mut Expressions) {
    push_sized(out, rule.id.as_bytes());
    push_signed(out, rule.points);
    push(out, rule.dimension);
    out.push(u8::from(rule.disqualify));
    let (kind, event, condition) = match &rule.kind {
        Kind::Event(event) => (kind::EVENT, Some(event), event.condition),
        Kind::Trait(condition) => (kind::TRAIT, None, Some(*condition)),
        Kind::All(_) => (kind::ALL, None, None),
    };
    push(out, kind);
    push_blob(out, |out| event.iter().flat_map(|event| &event.types).for_each(|text| push_sized(out, text.as_bytes())));
    push_blob(out, |out| event.iter().flat_map(|event| &event.paths).for_each(|program| push_sized(out, program)));
    let (field, value) = match event.and(condition).and_then(|condition| expressions.required_value(condition)) {
        Some((field, value)) => (Some(expressions.number(field)), Some(expressions.number(value))),
        None => (None, None),
    };
    for number in [condition, field, value] {
        push(out, number.map_or(0, |number| number.saturating_add(1)));
    }
    let (key, key_of) = match event.map_or(Key::Time, |event| event.key) {
        Key::Time => (key::TIME, 0),
        Key::Period(seconds) => (key::PERIOD, seconds),
        Key::Distinct(field) => (key::DISTINCT, field),
    };
    push(out, key);
    push(out, key_of);
    push(out, event.map_or(1, |event| event.limit));
    out.push(u8::from(event.is_some_and(|event| event.at_least.is_some())));
    push(out, event.and_then(|event| event.expires).unwrap_or_default());
    let (decay, time, percent) = match event.map_or(Decay::None, |event| event.decay) {
        Decay::None => (decay::NONE, 0, 0),
        Decay::HalfLife(seconds) => (decay::HALF_LIFE, seconds, 0),
        Decay::Linear(seconds) => (decay::LINEAR, seconds, 0),
        Decay::Step { percent, every } => (decay::STEP, every, percent),
    };
    push(out, decay);
    push(out, time);
    push(out, percent);
    let (all, within) = match &rule.kind {
        Kind::All(all) => (all.rules.as_slice(), all.within),
        _ => (&[][..], None),
    };
    push_positions(out, all);
    push(out, within.unwrap_or_default());
}

/// The model's expressions, to which the values are added by which its rules are found.
struct Expressions {
    list: Vec<Value>,
    numbers: HashMap<String, u32>,
}

impl Expressions {
    fn new(json: &str) -> Self {
        let list: Vec<Value> = held(serde_json::from_str(json).ok());
        let numbers = (0u32..).zip(&list).map(|(number, own)| (own.to_string(), number)).collect();
        Self { list, numbers }
    }

    fn text(&self) -> String {
        Value::from(self.list.clone()).to_string()
    }

    /// The number of an expression, which is added if it is new.
    fn number(&mut self, expression: Value) -> u32 {
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(expression.to_string()).or_insert(next);
        if number == next {
            self.list.push(expression);
        }
        number
    }

    /// A field and the value that it must equal for the condition to hold, where the condition says so at its top.
    fn required_value(&self, condition: u32) -> Option<(Value, Value)> {
        fn find(condition: &Value) -> Option<(Value, Value)> {
            let is = |list: &[Value], code: u8| list.first().and_then(Value::as_u64) == Some(u64::from(code));
            let list = condition.as_array()?.as_slice();
            match list {
                [_, parts @ ..] if is(list, op::AND) => parts.iter().find_map(find),
                [_, field, parts @ ..] if is(list, op::FIELD) => {
                    parts.iter().find_map(|part| match part.as_array()?.as_slice() {
                        [code, value] if is(std::slice::from_ref(code), op::EQ) && !value.is_null() => {
                            Some((field.clone(), value.clone()))
                        }
                        _ => None,
                    })
                }
                _ => None,
            }
        }
        find(self.list.get(condition as usize)?)
    }
}

fn push_stage(out: &mut Vec<u8>, stage: &Stage, rank: u8) {
    push_sized(out, stage.id.as_bytes());
    push_signed(out, stage.at);
    push_signed(out, stage.near.unwrap_or(-1));
    out.push(u8::from(stage.signal));
    out.push(rank);
    push(out, stage.rearm.unwrap_or_default());
    push_positions(out, &stage.auto);
    // In the model's order, whatever the stage's own: that is how a snapshot names what is missing.
    let (mut requires, mut min) = (stage.requires.clone(), stage.min.clone());
    requires.sort_unstable();
    min.sort_unstable();
    push_positions(out, &requires);
    push_blob(out, |out| {
        for (dimension, amount) in &min {
            push(out, *dimension);
            push_signed(out, *amount);
        }
    });
}

/// Stages mean for an account what they mean for a visitor: they are a model of their own.
fn push_account(out: &mut Vec<u8>, parts: &Parts, account: &Account) {
    push_signed(out, account.person_max);
    push_signed(out, account.engaged);
    out.extend_from_slice(&encode(&Parts {
        name: parts.name.clone(),
        version: parts.version,
        score: Bounds { min: 0, ..Bounds::NONE },
        dimensions: vec![Dimension { id: PEOPLE.to_owned(), bounds: Bounds::NONE }],
        stages: account.stages.clone(),
        expressions: "[]".to_owned(),
        ..Parts::default()
    }));
}

fn push_label(out: &mut Vec<u8>, label: &Label) {
    push(out, label.dimension);
    push_blob(out, |out| {
        for (name, at) in &label.cutoffs {
            push_sized(out, name.as_bytes());
            push_signed(out, *at);
        }
    });
}
