//! Finds the rules that an event fires.
//!
//! An index over the rules is built once, when a model is loaded, so that the cost of an event follows the rules that
//! can match it and not the rules that there are. A rule stands in it under its event types together with the first of:
//! the text that a path must begin with; a value that a field must equal; nothing.

use std::borrow::Cow;

use crate::condition::{holds, names_present, required_value};
use crate::event::Event;
use crate::hash::Fnv;
use crate::json::{Tape, Value};
use crate::model::{EventRule, Key, Kind, Model, Parts, Rule};
use crate::pattern;
use crate::url::canonical_path;

const NONE: u32 = u32::MAX;
/// Pairs of a type and a path for which one rule may stand in the index; beyond that under its types alone.
const PAIRS: usize = 256;
/// Fields that are looked up by value, over all event types; rules that ask for further ones stand under their types.
const FIELDS: usize = 64;

/// A rule that an event fires, and what tells this hit from others of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fired {
    pub(crate) rule: u32,
    pub(crate) key: u32,
}

/// Hash chains from what an event has to the rules that ask for it.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// By the low bits of a key: the first entry.
    heads: Vec<u32>,
    entries: Vec<Entry>,
    /// By length: whether any path prefix of that length is a key.
    lengths: Vec<bool>,
    /// Trait rules.
    traits: Vec<u32>,
    /// By rule: the combinations that name it first.
    combinations: Vec<Vec<u32>>,
}

#[derive(Debug)]
struct Entry {
    key: u64,
    next: u32,
    /// A rule; of a [`field_list_key`], a position in the model's tape.
    target: u32,
    /// The one path to try, or all of the rule's.
    path: u32,
}

fn type_key(kind: &str) -> Fnv {
    let mut key = Fnv::new();
    key.bytes(kind.as_bytes());
    key.byte(0);
    key
}

fn path_key(kind: &str) -> Fnv {
    let mut key = type_key(kind);
    key.byte(1);
    key
}

/// Under this key stand the fields by whose value rules of that type are found.
fn field_list_key(kind: &str) -> u64 {
    let mut key = type_key(kind);
    key.byte(2);
    key.finish()
}

fn value_key(kind: &str, field: Value<'_>, value: u64) -> u64 {
    let mut key = type_key(kind);
    key.byte(3);
    key.bytes(&field.hash().to_le_bytes());
    key.bytes(&value.to_le_bytes());
    key.finish()
}

/// The text that begins every path which a program may match, a trailing slash left open.
fn prefix(program: &[u8]) -> &[u8] {
    let literal = pattern::literal_prefix(program);
    literal.strip_suffix(b"/").unwrap_or(literal)
}

impl Index {
    pub(crate) fn new(parts: &Parts, tape: &Tape, roots: &[u32]) -> Self {
        let mut index = Self::default();
        let mut fields = Vec::new();
        index.combinations.resize_with(parts.rules.len(), Vec::new);
        for (position, rule) in (0u32..).zip(&parts.rules) {
            index.push(u64::from(rule.hash()), position, NONE);
            match &rule.kind {
                Kind::Trait(_) => index.traits.push(position),
                Kind::All(combination) => {
                    let first = combination.rules.first().and_then(|first| index.combinations.get_mut(*first as usize));
                    if let Some(list) = first {
                        list.push(position);
                    }
                }
                Kind::Event(event) => {
                    let condition = event.condition.and_then(|at| roots.get(at as usize)).map(|at| tape.value(*at));
                    index.add(&mut fields, position, event, condition.and_then(required_value));
                }
            }
        }
        let slots = index.entries.len().saturating_mul(2).next_power_of_two();
        index.heads = vec![NONE; slots];
        for (position, entry) in (0u32..).zip(&mut index.entries) {
            if let Some(head) = index.heads.get_mut(slot(slots, entry.key)) {
                entry.next = *head;
                *head = position;
            }
        }
        index
    }

    fn add(
        &mut self,
        fields: &mut Vec<(u64, u64)>,
        rule: u32,
        event: &EventRule,
        required: Option<(Value<'_>, Value<'_>)>,
    ) {
        let by_path = event.types.len().saturating_mul(event.paths.len()) <= PAIRS
            && event.paths.iter().any(|program| !prefix(program).is_empty());
        for kind in &event.types {
            if by_path {
                for (path, program) in (0u32..).zip(&event.paths) {
                    let prefix = prefix(program);
                    let mut key = path_key(kind);
                    key.bytes(prefix);
                    self.push(key.finish(), rule, path);
                    if self.lengths.len() <= prefix.len() {
                        self.lengths.resize(prefix.len().saturating_add(1), false);
                    }
                    if let Some(length) = self.lengths.get_mut(prefix.len()) {
                        *length = true;
                    }
                }
            } else if let Some((field, value)) = required.filter(|(field, _)| self.knows(fields, kind, *field)) {
                self.push(value_key(kind, field, value.hash()), rule, NONE);
            } else {
                self.push(type_key(kind).finish(), rule, NONE);
            }
        }
    }

    /// Whether the field is, or now becomes, one by whose value rules of the type are found.
    fn knows(&mut self, fields: &mut Vec<(u64, u64)>, kind: &str, field: Value<'_>) -> bool {
        let pair = (field_list_key(kind), field.hash());
        let known = fields.contains(&pair);
        if !known && fields.len() < FIELDS {
            fields.push(pair);
            self.push(pair.0, field.position(), NONE);
        }
        known || fields.last() == Some(&pair)
    }

    fn push(&mut self, key: u64, target: u32, path: u32) {
        self.entries.push(Entry { key, next: NONE, target, path });
    }

    fn find(&self, key: u64) -> impl Iterator<Item = &Entry> {
        let mut next = self.heads.get(slot(self.heads.len(), key)).copied().unwrap_or(NONE);
        core::iter::from_fn(move || {
            loop {
                let entry = self.entries.get(next as usize)?;
                next = entry.next;
                if entry.key == key {
                    return Some(entry);
                }
            }
        })
    }

    /// The rule that states know by this hash.
    pub(crate) fn rule(&self, rules: &[Rule], hash: u32) -> Option<u32> {
        let mut found = self.find(u64::from(hash)).map(|entry| entry.target);
        found.find(|rule| rules.get(*rule as usize).is_some_and(|rule| rule.hash() == hash))
    }

    /// The combinations that name the rule first.
    pub(crate) fn combinations(&self, rule: u32) -> &[u32] {
        self.combinations.get(rule as usize).map(Vec::as_slice).unwrap_or_default()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low bits are what is asked for")]
fn slot(slots: usize, key: u64) -> usize {
    key as usize & slots.wrapping_sub(1)
}

/// A path in the two spellings that count as one page.
struct Page<'a> {
    path: Cow<'a, str>,
    other: Option<String>,
}

impl<'a> Page<'a> {
    fn new(path: &'a str) -> Self {
        Self { path: canonical_path(path), other: None }
    }

    fn matches(&mut self, program: &[u8]) -> bool {
        if pattern::matches(program, self.path.as_bytes()) {
            return true;
        }
        match self.path.strip_suffix('/') {
            Some("") => false,
            Some(bare) => pattern::matches(program, bare.as_bytes()),
            None => {
                let other = self.other.get_or_insert_with(|| [&*self.path, "/"].concat());
                pattern::matches(program, other.as_bytes())
            }
        }
    }
}

/// Appends the event rules that the event fires at the second `t`.
pub(crate) fn fire(model: &Model, event: &Event<'_>, t: u32, fired: &mut Vec<Fired>) {
    let index = &model.index;
    let kind = event.kind;
    let mut page = event.url.path.map(Page::new);
    let mut attempt = |entry: &Entry, page: &mut Option<Page<'_>>| {
        let Some(Kind::Event(rule)) = model.rule(entry.target).map(|rule| &rule.kind) else { return };
        if rule.types.iter().any(|own| own == kind)
            && on_page(rule, entry.path, page.as_mut())
            && rule.condition.is_none_or(|at| holds(model.expression(at), event.scope()))
        {
            let key = match rule.key {
                Key::Time => Some(t),
                Key::Period(period) => t.checked_div(period),
                Key::Distinct(at) => event.scope().resolve(model.expression(at)).hash().map(|hash| hash as u32),
            };
            fired.extend(key.map(|key| Fired { rule: entry.target, key }));
        }
    };
    for entry in index.find(type_key(kind).finish()) {
        attempt(entry, &mut page);
    }
    if let Some(path) = page.as_ref().map(|page| page.path.clone()).filter(|_| !index.lengths.is_empty()) {
        let mut key = path_key(kind);
        let mut bytes = path.bytes();
        for is_key in &index.lengths {
            if *is_key {
                for entry in index.find(key.finish()) {
                    attempt(entry, &mut page);
                }
            }
            match bytes.next() {
                Some(byte) => key.byte(byte),
                None => break,
            }
        }
    }
    for list in index.find(field_list_key(kind)) {
        let field = model.tape.value(list.target);
        if let Some(value) = event.scope().resolve(field).hash() {
            for entry in index.find(value_key(kind, field, value)) {
                attempt(entry, &mut page);
            }
        }
    }
}

fn on_page(rule: &EventRule, path: u32, page: Option<&mut Page<'_>>) -> bool {
    match (rule.paths.as_slice(), page) {
        ([], _) => true,
        (_, None) => false,
        (paths, Some(page)) => match paths.get(path as usize) {
            Some(program) => page.matches(program),
            None => paths.iter().any(|program| page.matches(program)),
        },
    }
}

/// The trait rules that an `identify` event decides, with their verdicts.
pub(crate) fn verdicts<'a>(model: &'a Model, event: &'a Event<'_>) -> impl Iterator<Item = (u32, bool)> + 'a {
    let traits = if event.kind == "identify" { model.index.traits.as_slice() } else { &[] };
    traits.iter().filter_map(move |position| match model.rule(*position)?.kind {
        Kind::Trait(at) => {
            let condition = model.expression(at);
            let scope = event.scope();
            names_present(condition, scope).then(|| (*position, holds(condition, scope)))
        }
        _ => None,
    })
}
