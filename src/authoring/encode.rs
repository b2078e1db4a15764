//! Writes a compiled model. [`crate::model`] describes and reads the format.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::PEOPLE;
use super::parts::{Account, Decay, Dimension, EventRule, Key, Kind, Label, Parts, Rule, Stage};
use crate::event::lifecycle;
use crate::model::condition::{op, ops};
use crate::model::rule::{Bounds, MAGIC, key, kind, part};
use crate::score::decay;
use crate::text::bytes::write::{push_signed, push_signed_or};
use crate::text::bytes::{push_sized, push_varint};
use crate::text::hash::checksum;

pub(super) fn encode(parts: &Parts) -> Vec<u8> {
    let types = Types::of(parts);
    let mut out = MAGIC.to_vec();
    push_sized(&mut out, parts.name.as_bytes());
    push(&mut out, parts.version);
    push_ids(&mut out, parts.dimensions.iter().map(|dimension| &dimension.id));
    push_ids(&mut out, parts.rules.iter().map(|rule| &rule.id));
    push_ids(&mut out, parts.stages.iter().map(|stage| &stage.id));
    push_blob(&mut out, |out| parts.labels.iter().for_each(|label| push_label(out, label)));
    push_varint(&mut out, types.list.len() as u64);
    for (name, needs) in &types.list {
        push_sized(&mut out, name.as_bytes());
        push_blob(&mut out, |out| needs.iter().for_each(|field| push(out, *field)));
    }
    push_varint(&mut out, types.fields as u64);
    for field in parts.fields.iter().take(types.fields) {
        out.push(field.part);
        push_blob(&mut out, |out| field.names.iter().for_each(|name| push_sized(out, name.as_bytes())));
    }
    push_signed(&mut out, parts.utc_offset.into());
    push_bounds(&mut out, parts.score);
    parts.dimensions.iter().for_each(|dimension| push_bounds(&mut out, dimension.bounds));
    parts.rules.iter().for_each(|rule| push_rule(&mut out, rule, &types));
    let ids: Vec<&str> = parts.stages.iter().map(|stage| stage.id.as_str()).collect();
    for (position, stage) in parts.stages.iter().enumerate() {
        push_stage(&mut out, stage, lifecycle::stage_rank(&ids, position));
    }
    // The account comes last, so that a model without one needs no bytes for it.
    if let Some(account) = &parts.account {
        push_blob(&mut out, |out| push_account(out, parts, account));
    }
    let sum = checksum(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

/// The event types that rules name, in the order of their first appearance.
struct Types<'a> {
    /// Each type with the numbers of the fields that its rules read.
    list: Vec<(&'a str, BTreeSet<u32>)>,
    numbers: BTreeMap<&'a str, u32>,
    fields: usize,
}

/// The type of the events that decide trait rules.
const IDENTIFY: &str = "identify";

impl<'a> Types<'a> {
    fn of(parts: &'a Parts) -> Self {
        let mut types = Self { list: Vec::new(), numbers: BTreeMap::new(), fields: parts.fields.len() };
        let path =
            parts.fields.iter().position(|field| field.part == part::PATH).and_then(|path| u32::try_from(path).ok());
        for rule in &parts.rules {
            let mut fields = BTreeSet::new();
            match &rule.kind {
                Kind::Event(event) => {
                    fields.extend(path.filter(|_| !event.paths.is_empty()));
                    named(event.condition.as_deref().unwrap_or_default(), &mut fields);
                    if let Key::Distinct(field) = event.key {
                        fields.insert(field);
                    }
                    event.types.iter().for_each(|name| types.add(name, &fields));
                }
                Kind::Trait(condition) => {
                    named(condition, &mut fields);
                    types.add(IDENTIFY, &fields);
                }
                Kind::All(_) => {}
            }
        }
        types
    }

    fn add(&mut self, name: &'a str, fields: &BTreeSet<u32>) {
        let next = self.list.len();
        let number = *self.numbers.entry(name).or_insert(u32::try_from(next).unwrap_or(u32::MAX));
        if number as usize == next {
            self.list.push((name, BTreeSet::new()));
        }
        if let Some((_, needs)) = self.list.get_mut(number as usize) {
            needs.extend(fields);
        }
    }
}

/// Adds the fields that a scope-op names.
fn named(scope: &[u8], fields: &mut BTreeSet<u32>) {
    for (code, body) in ops(scope) {
        match code {
            op::AND | op::OR | op::NOT => named(body, fields),
            op::FIELD => {
                fields.insert(ops(body).field());
            }
            _ => {}
        }
    }
}

fn push(out: &mut Vec<u8>, number: u32) {
    push_varint(out, u64::from(number));
}

fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

/// Writes a blob: its length, then its bytes.
fn push_blob(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    push_sized(out, &written(write));
}

fn push_ids<'a>(out: &mut Vec<u8>, ids: impl ExactSizeIterator<Item = &'a String>) {
    push_varint(out, ids.len() as u64);
    ids.for_each(|id| push_sized(out, id.as_bytes()));
}

fn push_positions(out: &mut Vec<u8>, positions: &[u32]) {
    push_blob(out, |out| positions.iter().for_each(|position| push(out, *position)));
}

fn push_bounds(out: &mut Vec<u8>, bounds: Bounds) {
    push_signed_or(out, Some(bounds.min).filter(|min| *min != Bounds::NONE.min));
    push_signed_or(out, Some(bounds.max).filter(|max| *max != Bounds::NONE.max));
}

/// The values of a rule that are not 0 or empty. The encoding starts with a bit for each possible value.
#[derive(Default)]
struct Words {
    is_there: u64,
    next: u32,
    bytes: Vec<u8>,
}

impl Words {
    fn word(&mut self, is_there: bool, write: impl FnOnce(&mut Vec<u8>)) {
        if is_there {
            self.is_there |= 1 << self.next;
            write(&mut self.bytes);
        }
        self.next = self.next.saturating_add(1);
    }

    fn number(&mut self, number: u32) {
        self.word(number != 0, |out| push(out, number));
    }

    fn blob(&mut self, blob: &[u8]) {
        self.word(!blob.is_empty(), |out| push_sized(out, blob));
    }
}

/// The words of a rule are in the order in which [`crate::model`] reads them.
fn push_rule(out: &mut Vec<u8>, rule: &Rule, types: &Types<'_>) {
    let none = EventRule {
        types: Vec::new(),
        paths: Vec::new(),
        condition: None,
        key: Key::Time,
        limit: 1,
        at_least: None,
        expires: None,
        decay: Decay::None,
    };
    let (kind, event, condition) = match &rule.kind {
        Kind::Event(event) => (kind::EVENT, event, event.condition.as_deref()),
        Kind::Trait(condition) => (kind::TRAIT, &none, Some(condition.as_slice())),
        Kind::All(_) => (kind::ALL, &none, None),
    };
    let (key, key_of) = match event.key {
        Key::Time => (key::TIME, 0),
        Key::Period(seconds) => (key::PERIOD, seconds),
        Key::Distinct(field) => (key::DISTINCT, field),
    };
    let (decay, time, percent) = match event.decay {
        Decay::None => (decay::NONE, 0, 0),
        Decay::HalfLife(seconds) => (decay::HALF_LIFE, seconds, 0),
        Decay::Linear(seconds) => (decay::LINEAR, seconds, 0),
        Decay::Step { percent, every } => (decay::STEP, every, percent),
    };
    let (all, within) = match &rule.kind {
        Kind::All(all) => (all.rules.as_slice(), all.within),
        _ => (&[][..], None),
    };
    let mut words = Words::default();
    words.word(rule.points != 0, |out| push_signed(out, rule.points));
    let number = |name: &String| types.numbers.get(name.as_str()).copied().unwrap_or_default();
    words.blob(&written(|out| event.types.iter().for_each(|name| push(out, number(name)))));
    words.blob(&written(|out| event.paths.iter().for_each(|program| push_sized(out, program))));
    words.blob(condition.unwrap_or_default());
    words.number(event.limit.saturating_sub(1));
    words.number(key);
    words.number(key_of);
    words.number(rule.dimension);
    words.number(decay);
    words.number(time);
    words.number(event.expires.unwrap_or_default());
    words.number(percent);
    words.number(kind);
    words.number(u32::from(rule.disqualify) | u32::from(event.at_least.is_some()) << 1);
    words.blob(&written(|out| all.iter().for_each(|position| push(out, *position))));
    words.number(within.unwrap_or_default());
    push_varint(out, words.is_there);
    out.extend(words.bytes);
}

fn push_stage(out: &mut Vec<u8>, stage: &Stage, rank: u8) {
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
