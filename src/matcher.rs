//! Finds the rules that an event fires.
//!
//! An index over the rules is built once, when a model is loaded, so that the cost of an event follows the rules that
//! can match it and not the rules that there are. A rule stands in it under its event types together with the first of:
//! the text that a path must begin with; a value that a field must equal; nothing.

use std::borrow::Cow;

use crate::bytes::{items, numbers};
use crate::condition::{holds, names_present};
use crate::event::{Event, seconds};
use crate::hash::Fnv;
use crate::json::Tape;
use crate::model::{Model, NONE, Rule, key, kind};
use crate::pattern::{self, literal_prefix};
use crate::state::Hit;
use crate::url::canonical_path;

/// Pairs of a type and a path for which one rule may stand in the index; beyond that under its types alone.
const PAIRS: usize = 256;
/// Fields that are looked up by value; rules that ask for further ones stand under their types alone.
const FIELDS: usize = 64;

/// Hash chains from what an event has to the rules that ask for it.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// By the low bits of a key: the first entry.
    heads: Vec<u32>,
    entries: Vec<Entry>,
    /// By length: whether any path prefix of that length is a key.
    lengths: Vec<bool>,
    /// The fields by whose value rules are found, by their position in the tape of expressions.
    fields: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: u64,
    next: u32,
    rule: u32,
}

/// What a key stands for, besides an event type.
mod sort {
    pub(super) const TYPE: u8 = 0;
    pub(super) const PATH: u8 = 1;
    pub(super) const VALUE: u8 = 2;
}

/// The beginning of a key.
fn key_of(kind: &[u8], sort: u8) -> Fnv {
    let mut key = Fnv::new();
    key.bytes(kind);
    // No UTF-8 has this byte, so no type runs into what follows it.
    key.byte(0xff);
    key.byte(sort);
    key
}

fn value_key(kind: &[u8], field: u32, value: u64) -> u64 {
    let mut key = key_of(kind, sort::VALUE);
    key.u64(u64::from(field));
    key.u64(value);
    key.finish()
}

/// Trait rules stand under this key, combinations under that of the rule that they name first, and every rule under what
/// states call it.
fn rule_key(sort: u32, number: u32) -> u64 {
    u64::from(sort) << 32 | u64::from(number)
}

const TRAITS: u32 = 1;
const COMBINATIONS: u32 = 2;
const HASHES: u32 = 3;

impl Index {
    pub(crate) fn new(bytes: &[u8], rules: &[Rule], expressions: &Tape) -> Self {
        let mut index = Self::default();
        for (position, rule) in (0u32..).zip(rules) {
            index.push(rule_key(HASHES, rule.hash), position);
            match rule.kind {
                kind::TRAIT => index.push(rule_key(TRAITS, 0), position),
                kind::ALL => {
                    let first = numbers(rule.all.of(bytes)).next().unwrap_or(NONE);
                    index.push(rule_key(COMBINATIONS, first), position);
                }
                _ => index.add(bytes, position, rule, expressions),
            }
        }
        let slots = index.entries.len().wrapping_mul(2).next_power_of_two();
        index.heads = vec![NONE; slots];
        // From the last to the first, so that a chain gives rules in the model's order.
        for position in (0..index.entries.len()).rev() {
            let Some(entry) = index.entries.get_mut(position) else { break };
            if let Some(head) = index.heads.get_mut(entry.key as usize & slots.wrapping_sub(1)) {
                entry.next = *head;
                *head = position as u32;
            }
        }
        index
    }

    fn add(&mut self, bytes: &[u8], position: u32, rule: &Rule, expressions: &Tape) {
        let paths = || items(rule.paths.of(bytes)).map(literal_prefix);
        let types = || items(rule.types.of(bytes));
        let by_path =
            paths().any(|prefix| !prefix.is_empty()) && types().count().saturating_mul(paths().count()) <= PAIRS;
        let by_value = rule.field != NONE && self.knows(rule.field);
        for kind in types() {
            if by_path {
                for prefix in paths() {
                    let mut key = key_of(kind, sort::PATH);
                    key.bytes(prefix);
                    self.push(key.finish(), position);
                    let length = prefix.len();
                    if self.lengths.len() <= length {
                        self.lengths.resize(length.wrapping_add(1), false);
                    }
                    if let Some(is_key) = self.lengths.get_mut(length) {
                        *is_key = true;
                    }
                }
            } else if by_value {
                self.push(value_key(kind, rule.field, expressions.value(rule.value).hash()), position);
            } else {
                self.push(key_of(kind, sort::TYPE).finish(), position);
            }
        }
    }

    /// Whether the field is, or now becomes, one by whose value rules are found.
    fn knows(&mut self, field: u32) -> bool {
        let known = self.fields.contains(&field);
        let add = !known && self.fields.len() < FIELDS;
        if add {
            self.fields.push(field);
        }
        known || add
    }

    fn push(&mut self, key: u64, rule: u32) {
        self.entries.push(Entry { key, next: NONE, rule });
    }

    fn find(&self, key: u64) -> Rules<'_> {
        let slot = key as usize & self.heads.len().wrapping_sub(1);
        Rules { index: self, key, next: self.heads.get(slot).copied().unwrap_or(NONE) }
    }

    /// The rule that states know by this hash.
    pub(crate) fn rule(&self, hash: u32) -> Option<u32> {
        self.find(rule_key(HASHES, hash)).next()
    }

    /// The combinations that name the rule first.
    pub(crate) fn combinations(&self, rule: u32) -> Rules<'_> {
        self.find(rule_key(COMBINATIONS, rule))
    }
}

/// The rules under a key, in the model's order.
#[derive(Clone)]
pub(crate) struct Rules<'a> {
    index: &'a Index,
    key: u64,
    next: u32,
}

impl Iterator for Rules<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        loop {
            let entry = self.index.entries.get(self.next as usize)?;
            self.next = entry.next;
            if entry.key == self.key {
                return Some(entry.rule);
            }
        }
    }
}

/// What an event is matched with.
struct Match<'a> {
    model: &'a Model,
    event: &'a Event<'a>,
    t: u32,
    /// The path with a trailing slash; none where there is no URL.
    path: Option<Cow<'a, [u8]>>,
    /// How long the path is without that slash, which is one page with it.
    bare: usize,
    hits: Vec<Hit>,
}

/// The hits of the rules that the event fires at a time in milliseconds since 1970, and the verdicts of the trait rules
/// that it decides.
pub(crate) fn fire(model: &Model, event: &Event<'_>, at: u64) -> Vec<Hit> {
    let index = &model.index;
    let path = event.url.path.map(canonical_path);
    let mut found = Match { model, event, t: seconds(at), path: path.clone(), bare: 0, hits: Vec::new() };
    if let Some(path) = &mut found.path {
        found.bare = path.len();
        if path.ends_with(b"/") {
            found.bare = path.len().wrapping_sub(1).max(1);
        } else {
            path.to_mut().push(b'/');
        }
    }
    found.attempt(index.find(key_of(event.kind, sort::TYPE).finish()));
    if let Some(path) = &path {
        let mut key = key_of(event.kind, sort::PATH);
        for (length, is_key) in index.lengths.iter().enumerate() {
            if *is_key {
                found.attempt(index.find(key.finish()));
            }
            match path.get(length) {
                Some(byte) => key.byte(*byte),
                None => break,
            }
        }
    }
    for field in &index.fields {
        if let Some(value) = event.scope().resolve(model.expression(*field)).hash() {
            found.attempt(index.find(value_key(event.kind, *field, value)));
        }
    }
    if event.kind == b"identify" {
        for position in index.find(rule_key(TRAITS, 0)) {
            let Some(rule) = model.rule(position) else { continue };
            let condition = model.expression(rule.condition);
            if names_present(condition, event.scope()) {
                let holds = holds(condition, event.scope());
                found.hits.push(Hit::fact(position.into(), at, holds.into()));
            }
        }
    }
    found.hits
}

impl Match<'_> {
    /// Adds the hits of those of the rules that fire.
    fn attempt(&mut self, rules: Rules<'_>) {
        for position in rules {
            let Some(rule) = self.model.rule(position) else { continue };
            if self.is_fired(rule) {
                let key = match rule.key {
                    key::PERIOD => self.t.checked_div(rule.key_of),
                    key::DISTINCT => {
                        let field = self.model.expression(rule.key_of);
                        self.event.scope().resolve(field).hash().map(|hash| hash as u32)
                    }
                    _ => Some(self.t),
                };
                if let Some(key) = key {
                    self.hits.push(Hit { slot: position.into(), t: self.t, key });
                }
            }
        }
    }

    fn is_fired(&self, rule: &Rule) -> bool {
        let paths = self.model.text(rule.paths);
        let on_page = |path: &[u8]| items(paths).any(|program| pattern::matches(program, path, self.bare));
        items(self.model.text(rule.types)).any(|own| own == self.event.kind)
            && (paths.is_empty() || self.path.as_deref().is_some_and(on_page))
            && (rule.condition == NONE || holds(self.model.expression(rule.condition), self.event.scope()))
    }
}
