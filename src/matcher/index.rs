//! The index: from what an event has to the rules that ask for it.
//!
//! Of all that a rule asks (see [`super::ask`]) it stands under what the fewest others ask too. Values, beginnings of
//! texts and parts of texts are hash keys; numbers stand in order, so that those which a field passes are the first ones.
//! The few rules of a type are all tried, whatever they ask.

mod build;

use super::ask::{Probe, key_of, sort as asked};
use crate::event::Given;
use crate::hash::{Fnv, hash32};
use crate::model::{Model, NONE};
use crate::value::Value;

#[derive(Debug, Default)]
pub(crate) struct Index {
    /// By the low bits of a key: the first entry of a chain.
    heads: Vec<u32>,
    entries: Vec<Entry>,
    /// What there is to look up, sorted.
    probes: Vec<Probe>,
    /// The number of the field that holds the path.
    pub(super) path: u32,
    /// The number of the type `identify`, which decides trait rules.
    pub(super) identify: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: u64,
    next: u32,
    rule: u32,
}

/// Trait rules stand under this key, combinations under that of the rule that they name first, every rule under what
/// states call it, and every type under the hash of its name.
fn own_key(sort: u32, number: u32) -> u64 {
    u64::from(sort) << 32 | u64::from(number)
}

const TRAITS: u32 = 1;
const COMBINATIONS: u32 = 2;
const HASHES: u32 = 3;
const TYPES: u32 = 4;

/// Tells the keys of one type from those of others.
fn type_mask(kind: u32) -> u64 {
    key_of(asked::TYPE, kind).finish()
}

impl Index {
    fn find(&self, key: u64) -> Rules<'_> {
        let slot = key as usize & self.heads.len().wrapping_sub(1);
        Rules { index: self, key, next: self.heads.get(slot).copied().unwrap_or(NONE) }
    }

    /// The number of a type.
    pub(crate) fn kind(&self, model: &Model, name: &[u8]) -> Option<u32> {
        let is_own = |number: &u32| model.types.get(*number as usize).is_some_and(|own| model.text(own.name) == name);
        self.find(own_key(TYPES, hash32(name))).find(is_own)
    }

    /// The rule that states know by this hash.
    pub(crate) fn rule(&self, hash: u32) -> Option<u32> {
        self.find(own_key(HASHES, hash)).next()
    }

    /// The combinations that name the rule first.
    pub(crate) fn combinations(&self, rule: u32) -> Rules<'_> {
        self.find(own_key(COMBINATIONS, rule))
    }

    pub(super) fn traits(&self) -> Rules<'_> {
        self.find(own_key(TRAITS, 0))
    }

    /// Hands out the rules that an event may fire, some of them more than once. `path` is its path with a slash at its
    /// end.
    pub(super) fn find_all(&self, given: &Given<'_>, path: &[u8], take: &mut dyn FnMut(u32)) {
        let kind = given.kind;
        let mask = type_mask(kind);
        let mut search = Search { index: self, mask, seen: Vec::new(), take };
        search.look_up(mask, false);
        let from = self.probes.partition_point(|probe| probe.kind < kind);
        let mut rest = self.probes.get(from..).unwrap_or_default();
        while let Some(first) = rest.first().filter(|probe| probe.kind == kind) {
            // All lengths of one text, all numbers of one field.
            let is_same = |probe: &&Probe| probe.kind == kind && probe.sort == first.sort && probe.field == first.field;
            let (probes, after) = rest.split_at_checked(rest.iter().take_while(is_same).count()).unwrap_or_default();
            rest = after;
            let value = given.field(first.field);
            let text = if first.field == self.path { path } else { value.as_text().unwrap_or_default() };
            match first.sort {
                asked::VALUE => search.values(first.field, value),
                asked::PREFIX | asked::WINDOW => search.texts(first, probes, text),
                _ => search.limits(first, probes, value),
            }
        }
    }
}

/// A search for the rules that an event may fire.
struct Search<'a> {
    index: &'a Index,
    mask: u64,
    /// A bit for each entry that was found already: a text may have one part in it thousands of times.
    seen: Vec<u8>,
    take: &'a mut dyn FnMut(u32),
}

impl Search<'_> {
    /// Hands out the rules under a key; where it may come again, the first time only.
    #[inline(never)]
    fn look_up(&mut self, key: u64, may_repeat: bool) {
        let found = self.index.find(key);
        let Some(first) = found.first() else { return };
        if may_repeat {
            if self.seen.is_empty() {
                self.seen = vec![0; (self.index.entries.len() / 8).saturating_add(1)];
            }
            let Some(byte) = self.seen.get_mut(first as usize / 8) else { return };
            let bit = 1 << (first & 7);
            if *byte & bit != 0 {
                return;
            }
            *byte |= bit;
        }
        found.for_each(&mut *self.take);
    }

    /// A value, and what there is in it.
    fn values(&mut self, field: u32, value: Value<'_>) {
        let mut key = key_of(asked::VALUE, field);
        key.u64(value.hash());
        self.look_up(key.finish() ^ self.mask, false);
        for element in value.elements() {
            let mut key = key_of(asked::VALUE, field);
            key.u64(element.hash());
            self.look_up(key.finish() ^ self.mask, true);
        }
    }

    /// Beginnings of a text, of the probes' lengths; for parts of it the beginnings of all its ends.
    fn texts(&mut self, first: &Probe, probes: &[Probe], text: &[u8]) {
        let is_part = first.sort == asked::WINDOW;
        let start = key_of(first.sort, first.field);
        let mut rest = text;
        loop {
            let (mut key, mut done): (Fnv, usize) = (start, 0);
            for probe in probes {
                let Some(part) = rest.get(done..probe.length) else { break };
                part.iter().for_each(|byte| key.byte(*byte));
                done = probe.length;
                self.look_up(key.finish() ^ self.mask, is_part);
            }
            match rest.split_first() {
                Some((_, after)) if is_part => rest = after,
                _ => return,
            }
        }
    }

    /// The rules whose number a value passes, or nearly.
    fn limits(&mut self, first: &Probe, probes: &[Probe], value: Value<'_>) {
        let Some(number) = value.number() else { return };
        let passed = if first.sort == asked::ABOVE {
            probes.get(..probes.partition_point(|probe| probe.number <= number))
        } else {
            probes.get(probes.partition_point(|probe| probe.number < number)..)
        };
        passed.unwrap_or_default().iter().for_each(|probe| (self.take)(probe.rule));
    }
}

/// The rules under a key, in the model's order.
#[derive(Clone)]
pub(crate) struct Rules<'a> {
    index: &'a Index,
    key: u64,
    next: u32,
}

impl Rules<'_> {
    /// The first entry.
    fn first(&self) -> Option<u32> {
        let mut at = self.next;
        loop {
            let entry = self.index.entries.get(at as usize)?;
            if entry.key == self.key {
                return Some(at);
            }
            at = entry.next;
        }
    }
}

impl Iterator for Rules<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let entry = self.index.entries.get(self.first()? as usize)?;
        self.next = entry.next;
        Some(entry.rule)
    }
}

#[cfg(all(test, feature = "authoring"))]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use crate::event::{EventReader, Given};
    use crate::matcher::fire;
    use crate::model::Model;

    /// Rules that ask for a few values, so that each is met now and then.
    fn rule() -> impl Strategy<Value = Value> {
        let texts = || prop::sample::select(vec!["", "a", "b", "ab", "/a/b", "-w1-", "1"]);
        let numbers = || prop::sample::select(vec![-1.5, 0.0, 1.0, 2.0, 100.0]);
        let scalar = prop_oneof![texts().prop_map(Value::from), numbers().prop_map(Value::from), Just(Value::Null)];
        let operand = prop_oneof![
            scalar.clone(),
            prop::collection::vec(scalar.clone(), 0..4).prop_map(|list| json!({ "$in": list })),
            (prop::sample::select(vec!["$gt", "$gte", "$lt", "$lte"]), scalar).prop_map(|(op, own)| json!({ op: own })),
            (prop::sample::select(vec!["$startsWith", "$endsWith", "$contains"]), texts())
                .prop_map(|(op, own)| json!({ op: own })),
        ];
        let field = prop::sample::select(vec!["x", "y", "url.path", "url.query.q"]);
        let paths = prop::sample::select(vec!["/a", "/a/*", "/a/b", "*-w1-*", "*/b", "/:x/b", "{/a}?/b", "*"]);
        (
            prop::sample::select(vec![json!("e"), json!("f"), json!(["e", "f"])]),
            prop::option::of(prop::collection::vec(paths, 1..3)),
            prop::collection::vec((field, operand), 0..3),
        )
            .prop_map(|(event, path, conditions)| {
                let mut rule = json!({ "event": event, "points": 1 });
                if let Some(path) = path {
                    rule["path"] = json!(path);
                }
                let all: Vec<Value> =
                    conditions.into_iter().map(|(field, operand)| json!({ field: operand })).collect();
                if !all.is_empty() {
                    rule["where"] = json!({ "$and": all });
                }
                rule
            })
    }

    fn event() -> impl Strategy<Value = String> {
        let prop = || {
            prop::sample::select(vec![
                json!(null),
                json!(1),
                json!(2.5),
                json!("a"),
                json!("1"),
                json!("xabx"),
                json!(["a", "b", "a"]),
                json!([1, "/a/b"]),
                json!({ "a": 1 }),
            ])
        };
        let url =
            prop::sample::select(vec!["/a", "/a/", "/a/b", "/x-w1-y", "/x/b?q=1", "/?q=ab", "/b", "", "http://x"]);
        (prop::sample::select(vec!["e", "f", "g"]), url, prop(), prop())
            .prop_map(|(kind, url, x, y)| json!({ "type": kind, "url": url, "props": { "x": x, "y": y } }).to_string())
    }

    /// The positions of the rules that an event fires.
    fn fired(rules: &[Value], event: &str) -> Vec<u64> {
        let rules: Vec<Value> = rules
            .iter()
            .enumerate()
            .map(|(at, rule)| {
                let mut rule = rule.clone();
                rule["id"] = json!(format!("r{at}"));
                rule
            })
            .collect();
        let json = json!({ "name": "m", "rules": rules }).to_string();
        let model = Model::decode(&crate::authoring::compile(&json).unwrap().bytes).unwrap();
        let mut reader = EventReader::default();
        let (kind, bytes) = reader.read(event).unwrap().given(&model);
        let mut fired: Vec<u64> =
            fire(&model, &Given::read(&model, kind, &bytes), 0).into_iter().map(|hit| hit.slot).collect();
        fired.sort_unstable();
        fired.dedup();
        fired
    }

    proptest! {
        #[test]
        fn what_is_looked_up_is_what_fires_alone(
            rules in prop::collection::vec(rule(), 20..60),
            events in prop::collection::vec(event(), 1..4),
        ) {
            for event in &events {
                let alone: Vec<u64> = (0..)
                    .zip(&rules)
                    .filter(|(_, rule)| !fired(core::slice::from_ref(rule), event).is_empty())
                    .map(|(at, _)| at)
                    .collect();
                prop_assert_eq!(fired(&rules, event), alone, "{}", event);
            }
        }
    }

    #[test]
    fn a_part_that_a_text_has_thousands_of_times_is_looked_up_once() {
        let rules: Vec<Value> = (0..2_000)
            .map(|at| json!({ "id": format!("r{at}"), "event": "e", "where": { "x": { "$endsWith": "ab-" }, "y": at }, "points": 1 }))
            .chain((0..2_000).map(|at| json!({ "id": format!("s{at}"), "event": "e", "where": { "y": { "$in": ["ab", at] }, "x": "z" }, "points": 1 })))
            .collect();
        let json = json!({ "name": "m", "rules": rules }).to_string();
        let model = Model::decode(&crate::authoring::compile(&json).unwrap().bytes).unwrap();
        let event = json!({ "type": "e", "props": { "x": "ab-".repeat(10_000), "y": vec!["ab"; 5_000] } }).to_string();
        let mut reader = EventReader::default();
        let (kind, bytes) = reader.read(&event).unwrap().given(&model);
        let began = std::time::Instant::now();
        assert!(fire(&model, &Given::read(&model, kind, &bytes), 0).is_empty());
        assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    }
}
