//! The index finds the rules whose requirements may be met by the values of an event.
//!
//! A rule is listed under the one of its requirements (see [`crate::model::index::ask`]) that the fewest other rules
//! share. Values, beginnings of strings and parts of strings are hash keys. Numbers are sorted, so that the ones that a
//! field passes are next to each other. If a type has only a few rules, all of them are tried.

pub(crate) mod ask;
mod build;

use crate::event::Given;
use crate::model::index::ask::{KIND_SHIFT, Probe, key_of, place, sort as asked};
use crate::model::rule::NONE;
use crate::text::hash::Fnv;
use crate::text::value::Value;

#[derive(Debug, Default)]
pub(crate) struct Index {
    /// The first entry of a chain, by the low bits of the key.
    heads: Vec<u32>,
    entries: Vec<Entry>,
    /// All look-ups, sorted.
    probes: Vec<Probe>,
    /// A bit for each byte with which a part of a string begins that is looked up.
    starts: [u64; 4],
    /// The number of the field with the path.
    pub(crate) path: u32,
    /// The number of the type `identify`, which decides trait rules.
    pub(crate) identify: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: u64,
    next: u32,
    rule: u32,
}

/// False in the tag, where all rules of an event's type are tried.
const LOOKS_UP: bool = !crate::IS_TAG;

/// Returns a key of the index's own entries: all trait rules have one key, a combination has the key of the rule that
/// it names first, every rule that of its hash in states, and every type that of its name's hash.
fn own_key(sort: u32, number: u32) -> u64 {
    u64::from(sort) << 32 | u64::from(number)
}

const TRAITS: u32 = 1;
const COMBINATIONS: u32 = 2;
const HASHES: u32 = 3;
const TYPES: u32 = 4;

/// Returns the mask that separates the keys of a type from those of other types.
fn type_mask(kind: u32) -> u64 {
    key_of(asked::TYPE, kind).finish()
}

impl Index {
    fn find(&self, key: u64) -> Rules<'_> {
        let slot = key as usize & self.heads.len().wrapping_sub(1);
        Rules { index: self, key, next: self.heads.get(slot).copied().unwrap_or(NONE) }
    }

    /// Returns the numbers of the types whose name has this hash.
    pub(crate) fn types(&self, hash: u32) -> Rules<'_> {
        self.find(own_key(TYPES, hash))
    }

    /// Returns the rule with this hash in states.
    pub(crate) fn rule(&self, hash: u32) -> Option<u32> {
        self.find(own_key(HASHES, hash)).next()
    }

    /// Returns the combinations that name the rule first.
    pub(crate) fn combinations(&self, rule: u32) -> Rules<'_> {
        self.find(own_key(COMBINATIONS, rule))
    }

    pub(super) fn traits(&self) -> Rules<'_> {
        self.find(own_key(TRAITS, 0))
    }

    /// Returns those of the model's `rules` that an event may fire. `path` is the event's path with a slash at its end.
    pub(crate) fn find_all(&self, rules: usize, given: &Given<'_>, path: &[u8]) -> Found {
        let kind = given.kind;
        let mask = type_mask(kind);
        let found = Found { rules: vec![[0; 2]; (rules / 64).wrapping_add(1)] };
        let mut search = Search { index: self, mask, seen: Vec::new(), found };
        search.look_up(mask, false);
        if self.identify == Some(kind) {
            for rule in self.traits() {
                search.found.add(rule, false);
            }
        }
        if !LOOKS_UP {
            return search.found;
        }
        let from = self.probes.partition_point(|probe| probe.place < place(kind, 0, 0));
        let mut rest = self.probes.get(from..).unwrap_or_default();
        while let Some(first) = rest.first().filter(|probe| probe.place >> KIND_SHIFT == u64::from(kind)) {
            // All lengths of one string, or all numbers of one field.
            let is_same = |probe: &Probe| probe.place == first.place;
            let (probes, after) = rest.split_at_checked(rest.partition_point(is_same)).unwrap_or_default();
            rest = after;
            let (sort, field) = ((first.place >> 32) as u8, first.place as u32);
            let value = given.field(field);
            let text = if field == self.path { path } else { value.as_text().unwrap_or_default() };
            match sort {
                asked::VALUE => search.values(field, value),
                asked::PREFIX | asked::WINDOW => search.texts(sort, field, probes, text),
                _ => search.limits(sort, probes, value),
            }
        }
        search.found
    }
}

/// Rules that an event may fire.
pub(crate) struct Found {
    /// For each 64 rules a bit for each that was found, and for each that fires for sure.
    pub(crate) rules: Vec<[u64; 2]>,
}

impl Found {
    fn add(&mut self, rule: u32, is_sure: bool) {
        if let Some([found, sure]) = self.rules.get_mut(rule as usize / 64) {
            let bit = 1 << (rule & 63);
            *found |= bit;
            if is_sure {
                *sure |= bit;
            }
        }
    }
}

/// A search for the rules that an event may fire.
struct Search<'a> {
    index: &'a Index,
    mask: u64,
    /// A bit for each entry that was already found, because a string may contain one part thousands of times.
    seen: Vec<u8>,
    found: Found,
}

impl Search<'_> {
    /// Finds the rules under a key. A key that may repeat is looked up only the first time.
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
        for rule in found {
            self.found.add(rule, false);
        }
    }

    /// Looks up a value and its elements.
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

    /// Looks up the beginnings of a string with the probes' lengths. For parts it does the same from every position of
    /// the string.
    fn texts(&mut self, sort: u8, field: u32, probes: &[Probe], text: &[u8]) {
        let is_part = sort == asked::WINDOW;
        let start = key_of(sort, field);
        let mut rest = text;
        loop {
            let (mut key, mut done): (Fnv, usize) = (start, 0);
            let is_start =
                |byte: &u8| self.index.starts.get(usize::from(byte >> 6)).is_some_and(|s| s >> (byte & 63) & 1 != 0);
            let probes = if is_part && !rest.first().is_some_and(is_start) { &[] } else { probes };
            for probe in probes {
                let length = probe.number as usize;
                let Some(part) = rest.get(done..length) else { break };
                part.iter().for_each(|byte| key.byte(*byte));
                done = length;
                self.look_up(key.finish() ^ self.mask, is_part);
            }
            match rest.split_first() {
                Some((_, after)) if is_part => rest = after,
                _ => return,
            }
        }
    }

    /// Finds the rules whose number a value reaches. If an equal number may not be enough, the condition decides.
    fn limits(&mut self, sort: u8, probes: &[Probe], value: Value<'_>) {
        let Some(number) = value.number() else { return };
        let passed = if sort == asked::ABOVE {
            probes.get(..probes.partition_point(|probe| probe.number <= number))
        } else {
            probes.get(probes.partition_point(|probe| probe.number < number)..)
        };
        for probe in passed.unwrap_or_default() {
            self.found.add(probe.rule, probe.is_sure);
        }
    }
}

/// An iterator over the rules under a key, in the model's order.
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
    use crate::model::Model;
    use crate::score::matcher::fire;

    /// Rules that ask for a few values, so that random events often match them.
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
        fn the_index_finds_the_rules_that_fire_alone(
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
    fn rules_that_only_compare_one_field_are_looked_up() {
        let texts = |at: usize| format!("value-{at:04}-end");
        let conditions: [(&str, &dyn Fn(usize) -> Value); 6] = [
            ("equal", &|at| json!(texts(at))),
            ("in", &|at| json!({ "$in": [texts(at), "other"] })),
            ("begins", &|at| json!({ "$startsWith": texts(at) })),
            ("contains", &|at| json!({ "$contains": texts(at) })),
            ("number", &|at| json!(at)),
            ("at least", &|at| json!({ "$gte": at })),
        ];
        for (name, condition) in conditions {
            let rules: Vec<Value> = (0..1_000)
                .map(|at| json!({ "id": format!("r{at}"), "event": "e", "where": { "x": condition(at) }, "points": 1 }))
                .collect();
            let json = json!({ "name": "m", "rules": rules }).to_string();
            let model = Model::decode(&crate::authoring::compile(&json).unwrap().bytes).unwrap();
            // The seventh rule; of `at least` the first seven.
            let x = if name == "number" || name == "at least" { json!(6) } else { json!(texts(6)) };
            let event = json!({ "type": "e", "props": { "x": x } }).to_string();
            let mut reader = EventReader::default();
            let (kind, bytes) = reader.read(&event).unwrap().given(&model);
            let given = Given::read(&model, kind, &bytes);
            let found = model.index.find_all(model.rules.len(), &given, b"");
            let tried: u32 = found.rules.iter().map(|[found, _]| found.count_ones()).sum();
            let fired = fire(&model, &given, 0).len();
            assert_eq!((tried, fired), if name == "at least" { (7, 7) } else { (1, 1) }, "{name}");
        }
    }

    #[test]
    fn a_part_that_a_string_repeats_thousands_of_times_is_looked_up_once() {
        let rule = |id: String, condition: Value| json!({ "id": id, "event": "e", "where": condition, "points": 1 });
        let by_end = |at| rule(format!("r{at}"), json!({ "x": { "$endsWith": "ab-" }, "y": at }));
        let by_list = |at| rule(format!("s{at}"), json!({ "y": { "$in": ["ab", at] }, "x": "z" }));
        let rules: Vec<Value> = (0..2_000).map(by_end).chain((0..2_000).map(by_list)).collect();
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
