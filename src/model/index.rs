//! The index finds the rules whose requirements may be met by the values of an event.
//!
//! A rule is listed under the one of its requirements (see [`crate::model::index::ask`]) that the fewest other rules
//! share. If a type has only a few rules, all of them are tried. All that is looked up is one list, sorted by key:
//!
//! | key | number | rule |
//! | --- | --- | --- |
//! | a question of a type about a value, the beginning or a part of a string | 0 | a rule that asks it |
//! | a question of a type about a limit of a field | the limit, see [`ordered`] | a rule that asks it |
//! | the look-ups of a type | sort, field and length, see [`Place`] | |
//! | the name of a rule, stage, dimension or type | 0 for types, else [`NAME`] | its position |
//! | a rule | 0 | a combination that names the rule first |

mod ask;
mod build;

use crate::event::Given;
use crate::text::bits::Bits;
use crate::text::hash::{Fnv, hash32};
use crate::text::value::Value;

#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Sorted by key, number and rule.
    entries: Vec<Entry>,
    /// For each part of all possible keys the position of its first entry. There are about as many parts as entries.
    heads: Vec<u32>,
    parts: u64,
    /// The bytes with which the parts of strings begin that are looked up.
    starts: Bits,
    /// The number of the field with the path.
    pub(crate) path: u32,
    /// True if no two rules, stages or dimensions have the same name.
    pub(crate) has_unique_names: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Entry {
    key: u64,
    number: u64,
    /// A position, with [`SURE`] for a rule that fires whenever a field reaches the number.
    rule: u32,
}

/// False in the tag, where all rules of an event's type are tried.
const LOOKS_UP: bool = !crate::IS_TAG;
/// The number of entries for names that have to be unique.
const NAME: u64 = 1;
/// See [`Entry::rule`].
const SURE: u32 = 1 << 31;

/// The sorts of keys. Keys begin with it, so that those of different sorts differ.
mod sort {
    /// No requirement: every event of the type.
    pub(crate) const ANY: u8 = 0;
    /// A field equals a value or is an array with it as an element.
    pub(crate) const VALUE: u8 = 1;
    /// A string starts with another.
    pub(crate) const PREFIX: u8 = 2;
    /// A string contains another.
    pub(crate) const WINDOW: u8 = 3;
    /// A field is at least a number.
    pub(crate) const ABOVE: u8 = 4;
    /// A field is at most a number.
    pub(crate) const BELOW: u8 = 5;
    /// The mask that separates the keys of a type from those of other types.
    pub(crate) const TYPE: u8 = 6;
    /// The look-ups of a type.
    pub(crate) const PLACES: u8 = 7;
    /// The names of rules and stages in states, those of dimensions and types.
    pub(crate) const RULE: u8 = 8;
    pub(crate) const STAGE: u8 = 9;
    pub(crate) const DIMENSION: u8 = 10;
    pub(crate) const TYPE_NAME: u8 = 11;
    /// The combinations that name a rule first.
    pub(crate) const COMBINATION: u8 = 12;
}

/// The beginning of a key.
fn key_of(sort: u8, number: u32) -> Fnv {
    Fnv::seeded(u64::from(sort) << 32 | u64::from(number))
}

/// A whole key.
fn key(sort: u8, number: u32) -> u64 {
    key_of(sort, number).finish()
}

/// A look-up that a type needs: the sort of question, the field and, for strings, the number of bytes.
#[derive(Clone, Copy)]
struct Place {
    sort: u8,
    field: u32,
    length: usize,
}

impl Place {
    /// The bits of the length. Strings of a model are shorter.
    const LENGTH: u32 = 29;

    fn number(self) -> u64 {
        u64::from(self.sort) << 61 | u64::from(self.field) << Self::LENGTH | self.length as u64
    }

    fn of(number: u64) -> Self {
        let length = number as usize & ((1 << Self::LENGTH) - 1);
        Self { sort: (number >> 61) as u8, field: (number >> Self::LENGTH) as u32, length }
    }
}

/// Returns a number in the order of the given one.
fn ordered(number: f64) -> u64 {
    // Adding zero turns -0 into 0.
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

impl Index {
    /// Returns the entries from the first one with this key on; others if there is none.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn from(&self, key: u64) -> &[Entry] {
        let part = self.part(key);
        let head = |part: usize| self.heads.get(part).map_or(self.entries.len(), |head| *head as usize);
        let start = head(part);
        let own = self.entries.get(start..head(part.wrapping_add(1))).unwrap_or_default();
        let before = own.partition_point(|own| own.key < key);
        self.entries.get(start.wrapping_add(before)..).unwrap_or_default()
    }

    /// Returns the part of all possible keys to which this one belongs.
    fn part(&self, key: u64) -> usize {
        ((key >> 32).wrapping_mul(self.parts) >> 32) as usize
    }

    fn under(&self, key: u64) -> impl Iterator<Item = u32> + use<'_> {
        self.from(key).iter().take_while(move |entry| entry.key == key).map(|entry| entry.rule)
    }

    /// Returns the first number of a type with this name for which the check, that it really is its name, is true.
    pub(crate) fn type_number(&self, name: &[u8], is_own: impl Fn(u32) -> bool) -> Option<u32> {
        self.under(key(sort::TYPE_NAME, hash32(name))).find(|number| is_own(*number))
    }

    /// Returns the rule with this hash in states.
    pub(crate) fn rule(&self, hash: u32) -> Option<u32> {
        self.under(key(sort::RULE, hash)).next()
    }

    /// Returns the combinations that name the rule first, in the model's order.
    pub(crate) fn combinations(&self, rule: u32) -> impl Iterator<Item = u32> + use<'_> {
        self.under(key(sort::COMBINATION, rule))
    }

    /// Returns those of the model's `rules` that an event may fire. `path` is the event's path with a slash at its end.
    pub(crate) fn find_all(&self, rules: usize, given: &Given<'_>, path: &[u8]) -> Found {
        let found = Found { rules: Bits::new(rules), sure: Bits::new(rules) };
        let mut search = Search { index: self, mask: key(sort::TYPE, given.kind), seen: Bits::default(), found };
        search.look_up(key_of(sort::ANY, 0), 0, false);
        let places = key(sort::PLACES, given.kind);
        let mut rest = if LOOKS_UP { self.from(places) } else { &[] };
        while let Some(first) = rest.first().filter(|first| first.key == places) {
            // All lengths of strings, which are in order.
            let is_same =
                |own: &Entry| own.key == places && own.number >> Place::LENGTH == first.number >> Place::LENGTH;
            let (own, after) = rest.split_at_checked(rest.partition_point(is_same)).unwrap_or_default();
            rest = after;
            let Place { sort, field, .. } = Place::of(first.number);
            let value = given.field(field);
            let start = key_of(sort, field);
            match sort {
                sort::VALUE => search.values(start, value),
                sort::PREFIX | sort::WINDOW => {
                    let text = if field == self.path { path } else { value.as_text().unwrap_or_default() };
                    search.texts(start, own, text, sort == sort::WINDOW);
                }
                _ => {
                    let number = value.number().filter(|number| !number.is_nan());
                    if let Some(number) = number {
                        search.look_up(start, ordered(if sort == sort::ABOVE { number } else { -number }), false);
                    }
                }
            }
        }
        search.found
    }
}

/// Rules that an event may fire.
pub(crate) struct Found {
    pub(crate) rules: Bits,
    /// Those that fire for sure.
    pub(crate) sure: Bits,
}

/// A search for the rules that an event may fire.
struct Search<'a> {
    index: &'a Index,
    mask: u64,
    /// The entries that were already found, because a string may contain one part thousands of times.
    seen: Bits,
    found: Found,
}

impl Search<'_> {
    /// Finds the rules under a key of the type. A key that may repeat is looked up only the first time.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn look_up(&mut self, key: Fnv, most: u64, may_repeat: bool) {
        let key = key.finish() ^ self.mask;
        let entries = self.index.from(key);
        let is_own = |entry: &&Entry| entry.key == key && entry.number <= most;
        if may_repeat && entries.first().is_some_and(|first| is_own(&first)) {
            if self.seen.words.is_empty() {
                self.seen = Bits::new(self.index.entries.len());
            }
            if !self.seen.add(entries.len()) {
                return;
            }
        }
        for entry in entries.iter().take_while(is_own) {
            let rule = (entry.rule & !SURE) as usize;
            self.found.rules.add(rule);
            if entry.rule & SURE != 0 {
                self.found.sure.add(rule);
            }
        }
    }

    /// Looks up a value and its elements.
    fn values(&mut self, start: Fnv, value: Value<'_>) {
        let (mut next, mut elements, mut is_element) = (Some(value), value.elements(), false);
        while let Some(own) = next {
            let mut key = start;
            key.u64(own.hash());
            self.look_up(key, 0, is_element);
            (next, is_element) = (elements.next(), true);
        }
    }

    /// Looks up the beginnings of a string with the places' lengths. For parts it does the same from every position of
    /// the string.
    fn texts(&mut self, start: Fnv, places: &[Entry], text: &[u8], is_part: bool) {
        let mut rest = text;
        while let Some((first, after)) = rest.split_first() {
            if !is_part || self.index.starts.has(usize::from(*first)) {
                let (mut key, mut done) = (start, 0);
                for place in places {
                    let length = Place::of(place.number).length;
                    let Some(part) = rest.get(done..length) else { break };
                    part.iter().for_each(|byte| key.byte(*byte));
                    done = length;
                    self.look_up(key, 0, is_part);
                }
            }
            rest = if is_part { after } else { &[] };
        }
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
            let tried: u32 = found.rules.words.iter().map(|found| found.count_ones()).sum();
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
