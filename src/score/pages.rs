//! Matches events of a site one after the other: there are few types, and the same pages occur again and again.
//!
//! Of each type the rules and the fields are listed once. Of each page its path is remembered, and which of the type's
//! rules are about it. What is left for an event are the conditions of these rules.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap};

use crate::event::lines::Plain;
use crate::event::url::{Url, canonical_path, page, until_query};
use crate::event::{Event, Given};
use crate::model::rule::{NONE, part};
use crate::model::{Model, Rule, kind};
use crate::score::matcher::{Match, Path, fire, seen};
use crate::score::state::Hit;
use crate::text::bytes::{items, numbers};
use crate::text::json::Tape;
use crate::text::value::write::push_text;
use crate::text::value::{self, Value};

/// The number of cached pages. A new page may replace another one.
const PLACES: usize = 1 << 13;
/// Longer URLs are not remembered.
const LONGEST: usize = 512;
/// Of more types than this nothing is listed.
const TYPES: usize = 1 << 10;
/// If a type has more rules, an index finds those that may fire.
const RULES: usize = 64;

/// The cached pages of one model.
#[derive(Default)]
pub(crate) struct Pages {
    types: HashMap<Box<[u8]>, Type>,
    places: Vec<Place>,
    hasher: DefaultHashBuilder,
    memory: Memory,
}

/// Memory for one event after the other.
#[derive(Default)]
struct Memory {
    key: Vec<u8>,
    /// The values that the model asks for.
    given: Vec<u8>,
    fields: Vec<Value<'static>>,
    tape: Tape,
    /// A page that is not remembered.
    page: Place,
}

/// A type of events.
struct Type {
    number: u32,
    kind: u32,
    /// The rules that it may fire, in the model's order; `None` if they are many.
    rules: Option<Vec<u32>>,
    needs: Vec<Need>,
    is_about_pages: bool,
    is_about_paths: bool,
}

/// A field that the model asks for.
enum Need {
    Path,
    Page,
    /// Another part of the URL, by the number of the field.
    Url(u32),
    /// The names from the outermost object to the innermost.
    Prop(Vec<Box<[u8]>>),
    /// There is no such field.
    Missing,
}

/// A page for events of one type.
#[derive(Default)]
struct Place {
    hash: u64,
    /// The key, the value of the path, the value of the page.
    bytes: Vec<u8>,
    key_ends: usize,
    path_ends: usize,
    /// A bit for each rule of the type that is about the page, or about any.
    rules: u64,
}

impl Pages {
    /// Appends all hits of an event, as [`crate::lead::match_event`] returns them. Returns false if that must be
    /// called.
    pub(crate) fn match_event(&mut self, model: &Model, event: &Plain<'_>, hits: &mut Vec<Hit>) -> bool {
        if model.is_former {
            return false;
        }
        if !self.types.contains_key(event.kind) {
            if self.types.len() >= TYPES {
                return false;
            }
            let own = Type::new(model, event.kind, self.types.len() as u32);
            self.types.insert(event.kind.into(), own);
        }
        let Self { types, places, hasher, memory } = self;
        let Some(own) = types.get(event.kind) else { return false };
        let Memory { key, given, fields, tape, page } = memory;
        let place = if own.is_about_pages {
            let url = until_query(event.url);
            key.clear();
            key.extend_from_slice(&own.number.to_le_bytes());
            key.extend_from_slice(url);
            if places.is_empty() {
                places.resize_with(PLACES, Place::default);
            }
            let hash = hasher.hash_one(key.as_slice());
            let place = match places.get_mut(hash as usize % PLACES) {
                Some(place) if key.len() <= LONGEST => place,
                _ => page,
            };
            if place.hash != hash || place.bytes.get(..place.key_ends) != Some(key.as_slice()) {
                place.fill(model, own, hash, key, url);
            }
            &*place
        } else {
            page.rules = u64::MAX;
            &*page
        };
        given.clear();
        for need in &own.needs {
            if need.write(model, event, place, tape, given).is_none() {
                return false;
            }
        }
        let given = Given::read_into(core::mem::take(fields), model, own.kind, given);
        match &own.rules {
            Some(rules) => {
                let path = Path::default();
                let matched = Match { model, given: &given, at: event.at, path: &path };
                let (mut rest, mut left) = (rules.iter(), place.rules);
                while left != 0 {
                    let skipped = left.trailing_zeros();
                    let Some(rule) = rest.nth(skipped as usize) else { break };
                    hits.extend(matched.attempt(*rule, false, true));
                    left = left >> skipped >> 1;
                }
            }
            None => hits.extend(fire(model, &given, event.at)),
        }
        seen(hits, event.at);
        let mut used = given.fields;
        used.clear();
        // Empty, so the memory stays and nothing is copied.
        *fields = used.into_iter().map(|_| Value::MISSING).collect();
        true
    }
}

impl Type {
    fn new(model: &Model, name: &[u8], number: u32) -> Self {
        let kind = model.type_number(name).unwrap_or(NONE);
        let is_own = |rule: &Rule| match rule.kind {
            kind::EVENT => numbers(model.text(rule.types)).any(|own| own == kind),
            kind::TRAIT => model.type_number(b"identify") == Some(kind),
            _ => false,
        };
        let mut rules: Vec<u32> = Vec::new();
        if kind != NONE {
            rules.extend((0u32..).zip(&model.rules).filter(|(_, rule)| is_own(rule)).map(|(position, _)| position));
        }
        let mut own = Self {
            number,
            kind,
            is_about_paths: false,
            is_about_pages: false,
            needs: Vec::new(),
            rules: (rules.len() <= RULES).then_some(rules),
        };
        for number in model.needs(kind) {
            own.is_about_paths |= number == model.index.path;
            let field = model.fields.get(number as usize);
            own.needs.push(field.map_or(Need::Missing, |field| match field.part {
                part::PATH => Need::Path,
                part::PAGE => Need::Page,
                part::HOST | part::HASH | part::QUERY => Need::Url(number),
                _ => Need::Prop(items(model.text(field.names)).map(Into::into).collect()),
            }));
        }
        own.is_about_pages = own.needs.iter().any(|need| matches!(need, Need::Path | Need::Page));
        own
    }
}

impl Place {
    fn fill(&mut self, model: &Model, own: &Type, hash: u64, key: &[u8], url: &[u8]) {
        self.hash = hash;
        self.bytes.clear();
        self.bytes.extend_from_slice(key);
        self.key_ends = self.bytes.len();
        let path = Url::parse(url).path;
        push(&mut self.bytes, path.map(canonical_path).as_deref());
        self.path_ends = self.bytes.len();
        push(&mut self.bytes, path.map(page).as_deref());
        let path = Path::new(path.filter(|_| own.is_about_paths).map(canonical_path).as_deref());
        self.rules = 0;
        for (bit, rule) in (0u32..).zip(own.rules.iter().flatten()) {
            if model.rule(*rule).is_some_and(|rule| path.is_of(model, rule)) {
                self.rules |= 1u64.checked_shl(bit).unwrap_or_default();
            }
        }
    }
}

fn push(out: &mut Vec<u8>, text: Option<&[u8]>) {
    match text {
        Some(text) => push_text(out, text),
        None => out.push(value::MISSING),
    }
}

impl Need {
    /// Appends the value that an event has, as [`Event::given`] does. `None` if a prop is given twice.
    fn write(&self, model: &Model, event: &Plain<'_>, place: &Place, tape: &mut Tape, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Path => out.extend_from_slice(place.bytes.get(place.key_ends..place.path_ends)?),
            Self::Page => out.extend_from_slice(place.bytes.get(place.path_ends..)?),
            Self::Url(number) => {
                let url = Url::parse(event.url);
                Event { kind: event.kind, at: None, url, props: None }.write(
                    model,
                    model.fields.get(*number as usize)?,
                    out,
                );
            }
            Self::Prop(names) => {
                let (first, inner) = names.split_first()?;
                match event.props.prop(first)? {
                    [] => out.push(value::MISSING),
                    [b'"', text @ .., b'"'] if inner.is_empty() && !text.contains(&b'\\') => push_text(out, text),
                    source => {
                        tape.read(source).ok()?;
                        let value = inner.iter().try_fold(tape.root(), |value, name| value.get(name));
                        value.unwrap_or(Value::MISSING).write(out);
                    }
                }
            }
            Self::Missing => out.push(value::MISSING),
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::cli::Fronts;
    use crate::event::lines::plain;
    use crate::text::json::Scan;

    fn model(rules: usize) -> Model {
        let mut all = vec![
            json!({ "id": "a", "event": "e", "path": ["/a/*", "/b"], "points": 1, "per": "1d", "limit": 3 }),
            json!({ "id": "b", "event": ["e", "f"], "where": { "x": 1 }, "points": 1, "distinct": "y" }),
            json!({ "id": "c", "event": "e", "where": { "url.query.q": { "$exists": true } }, "points": 1, "limit": 9 }),
            json!({ "id": "d", "event": "f", "where": { "x.z": { "$in": ["a", 2] }, "url.host": "h" }, "points": 1 }),
            json!({ "id": "e", "event": "f", "where": { "url.path": { "$endsWith": "b" } }, "points": 1 }),
            json!({ "id": "t", "trait": { "x": { "$gte": 2 } }, "points": 1 }),
        ];
        let more = |at| json!({ "id": format!("m{at}"), "event": "e", "where": { "x": at }, "points": 1 });
        all.extend((0..rules).map(more));
        let json = json!({ "name": "m", "rules": all }).to_string();
        Model::decode(&crate::authoring::compile(&json).unwrap().bytes).unwrap()
    }

    /// A line of events, ordinary or not.
    fn line() -> impl Strategy<Value = String> {
        let value = prop::sample::select(vec![
            "1",
            "2.5",
            "\"1\"",
            "\"a\"",
            "\"\\u0061\"",
            "null",
            "true",
            "[1,\"a\"]",
            "{\"z\":\"a\"}",
            "{\"z\":2,\"z\":3}",
            "-0",
            "1e400",
            "\"\\\"\"",
            "\" 2\"",
            "[[[[[[[[1]]]]]]]]",
            "\"é\"",
            "{\"z\" : 2}",
            "\"a\u{1}\"",
            "01",
        ]);
        let props = prop::collection::vec((prop::sample::select(vec!["x", "y", "z", "\\u0078", "w"]), value), 0..4);
        let member = prop_oneof![
            2 => prop::sample::select(vec!["\"v\"", "\"é\"", "\"\"", "1", "\"v\\n\""]).prop_map(|v| format!("\"visitor\":{v}")),
            4 => prop::sample::select(vec!["\"e\"", "\"f\"", "\"g\"", "\"identify\"", "\"lifecycle\"", "\"\\u0065\"", "null"])
                .prop_map(|v| format!("\"type\":{v}")),
            2 => prop::sample::select(vec!["1788220800627", "\"2026-11-21T09:00:00Z\"", "1.5", "-1", "null", "1e12", "\"1\""])
                .prop_map(|v| format!("\"at\" : {v}")),
            4 => prop::sample::select(vec![
                "\"/a/b\"", "\"/b/\"", "\"https://h/b?q=1#x\"", "\"https://H/b?q\"", "\"/a/./é b\"", "\"\"", "null", "7",
                "\"/b#?q=1\"", "\"\\/b\"", "\"x\"",
            ]).prop_map(|v| format!("\"url\":{v}")),
            6 => props.prop_map(|props| {
                let all: Vec<String> = props.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("\"props\": {{{}}}", all.join(","))
            }),
            1 => prop::sample::select(vec!["\"props\":null", "\"props\":[1]", "\"other\":{\"x\":{\"y\":[1]}}"])
                .prop_map(str::to_owned),
        ];
        let most = "\"visitor\":\"v\",\"at\":1788220800627,\"type\":\"e\",".to_owned();
        let begins = prop_oneof![8 => Just(most), 1 => Just(String::new())];
        (begins, prop::collection::vec(member, 1..5)).prop_map(|(begins, members)| {
            let mut line = format!("{{{begins}{}}}", members.join(","));
            if members.len() == 4 {
                // No member twice: the later ones instead of what begins.
                line = format!("{{{}}}", members.join(","));
            }
            line
        })
    }

    proptest! {
        #[test]
        fn ordinary_lines_add_what_others_do(lines in prop::collection::vec(line(), 1..8), many in any::<bool>()) {
            let model = model(if many { 80 } else { 0 });
            let mut fronts = Fronts::default();
            for line in lines.iter().chain(&lines) {
                prop_assert_eq!(fronts.difference(&model, line), None, "{}", line);
            }
        }
    }

    #[test]
    fn the_usual_lines_are_ordinary() {
        let model = model(0);
        let (mut scan, mut pages) = (Scan::default(), Pages::default());
        for line in [
            r#"{"visitor":"v","type":"e","at":1788220800627,"url":"https://h/a/b?q=1","props":{"x":1,"w":"a \"b\""}}"#,
            r#"{ "type": "f", "props": { "x": { "z": [2] } }, "visitor": "é", "at": "2026-11-21T09:00:00Z", "url": null }"#,
            r#"{"visitor":"v","type":"identify","at":1788220800627,"props":{"x":"2"}}"#,
        ] {
            let event = plain(&mut scan, line).unwrap_or_else(|| panic!("{line}"));
            assert!(pages.match_event(&model, &event, &mut Vec::new()), "{line}");
        }
    }
}
