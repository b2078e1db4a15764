//! Reads the options that only event rules have.

use super::alike;
use super::condition::{self, Owner, Salt};
use super::field::Field;
use super::fields::DECAY;
use super::json::Json;
use super::model::{Draft, texts};
use super::parts::{self, Decay, EventRule, Key};
use super::pattern;
use super::personal::identifies;
use super::props::Known;
use super::report::{Notes, Path, quote};
use super::values::Node;
use crate::limits::{HITS, TYPE_CHARS};
use crate::model::rule::part;

pub(super) fn read(rule: Node<'_>, event: Node<'_>, salt: Option<Salt>, draft: &mut Draft<'_>) -> EventRule {
    let types = types(event, draft.notes);
    let paths = rule.get("path").map(|path| paths(path, draft.notes)).unwrap_or_default();
    if !paths.is_empty() {
        draft.fields.of(Field::Url(part::PATH).part());
    }
    let known = Known::of(&types);
    let condition = rule
        .get("where")
        .and_then(|condition| condition::compile(condition, Owner::EventRule, salt, known.as_ref(), draft));
    let key = key(rule, known.as_ref(), draft);
    let mut hits = |name| rule.get(name).and_then(|node| node.whole(1, HITS, draft.notes));
    let (limit, at_least) = (hits("limit"), hits("at_least"));
    if rule.get("limit").is_some() && rule.get("at_least").is_some() {
        let message =
            "`at_least` sets the number of hits that a rule keeps, so it cannot be used with `limit`; keep one of them";
        draft.notes.error(&rule.path.name("limit"), message);
    }
    for name in ["per", "distinct"] {
        if let Some(option) = rule.get(name).filter(|_| rule.get("limit").is_none() && rule.get("at_least").is_none()) {
            let message = "still counts once for ever; set the number of times with `limit`, such as `\"limit\": 5`";
            draft.notes.warn(&option.path, format!("with `{name}` alone a rule {message}"));
        }
    }
    let expires = rule.get("expires").and_then(|expires| expires.duration(draft.notes));
    let decay = rule.get("decay").map_or(Decay::None, |node| decay(node, draft.notes));
    EventRule { types, paths, condition, key, limit: at_least.or(limit).unwrap_or(1), at_least, expires, decay }
}

/// One value, or each of a list.
fn one_or_more(node: Node<'_>, expected: &str, notes: &mut Notes, mut read: impl FnMut(Node<'_>, &mut Notes)) {
    match node.json {
        Json::List(_) => {
            if node.is_list(expected, 1, notes) {
                node.elements().for_each(|element| read(element, notes));
            }
        }
        Json::Text(_) => read(node, notes),
        _ => node.wrong(expected, notes),
    }
}

fn types(node: Node<'_>, notes: &mut Notes) -> Vec<String> {
    let mut types = Vec::new();
    one_or_more(node, "the type of an event, such as `page_view`, or a list of types", notes, |node, notes| {
        if let Some(kind) = node.text(TYPE_CHARS, notes) {
            misspelt(&node.path, kind, notes);
            types.push(kind.to_owned());
        }
    });
    notes.no_repeats(&node.path, texts(node.json));
    types
}

/// Warns of a type that is almost, but not quite, one of those that the tag sends.
fn misspelt(path: &Path<'_>, kind: &str, notes: &mut Notes) {
    if let Some(event) = alike::event(kind) {
        let message = format!("{} is not one of the tag's events; did you mean `{event}`?", quote(kind));
        notes.warn(path, message);
    }
}

fn paths(node: Node<'_>, notes: &mut Notes) -> Vec<Vec<u8>> {
    let mut programs = Vec::new();
    one_or_more(node, "a path such as `/pricing/*`, or a list of paths", notes, |node, notes| {
        let Json::Text(text) = node.json else {
            node.wrong("a path such as `/pricing/*`", notes);
            return;
        };
        match pattern::compile(text) {
            Ok(program) => {
                if !pattern::has_leading_slash(text) {
                    let meant = quote(&format!("/{text}"));
                    let message =
                        format!("every path begins with `/`, but {} does not; did you mean {meant}?", quote(text));
                    notes.warn(&node.path, message);
                }
                if text.contains('#') {
                    let message = format!("a path ends before `#`, found {}; use `url.hash` in `where`", quote(text));
                    notes.warn(&node.path, message);
                }
                programs.push(program);
            }
            Err(message) => notes.error(&node.path, message),
        }
    });
    programs
}

fn key(rule: Node<'_>, known: Option<&Known>, draft: &mut Draft<'_>) -> Key {
    let mut key = Key::Time;
    if let Some(node) = rule.get("per")
        && let Some(period) = node.duration(draft.notes)
    {
        key = Key::Period(period);
    }
    if let Some(node) = rule.get("distinct")
        && let Some(field) = distinct(node, known, draft.notes)
    {
        key = Key::Distinct(draft.fields.of(field));
    }
    if rule.get("per").is_some() && rule.get("distinct").is_some() {
        let message = "a rule counts once `per` period or once for each `distinct` value; keep one of them";
        draft.notes.error(&rule.path.name("per"), message);
    }
    key
}

fn distinct(node: Node<'_>, known: Option<&Known>, notes: &mut Notes) -> Option<parts::Field> {
    const EXPECTED: &str = "the name of a field, such as `url.path` or `product_id`";
    match node.json {
        Json::Text(name) if name.is_empty() || name.starts_with('$') => {
            node.wrong(EXPECTED, notes);
            None
        }
        Json::Text(name) => Field::parse(name, &node.path, notes).map(|field| {
            if let Some(known) = known {
                known.check_name(name, &node.path, notes);
            }
            if let Field::Props(name) | Field::Query(name) = field
                && identifies(name)
            {
                let message = format!(
                    "the state holds a hash of each value of {}, which whoever has the state can recover by guessing; count \
                     something that identifies nobody",
                    quote(name)
                );
                notes.warn(&node.path, message);
            }
            // A path with a trailing slash and the same path without it are one page.
            if let Field::Url(part::PATH) = field { Field::Url(part::PAGE).part() } else { field.part() }
        }),
        _ => {
            node.wrong(EXPECTED, notes);
            None
        }
    }
}

fn decay(node: Node<'_>, notes: &mut Notes) -> Decay {
    if matches!(node.json, Json::Text(_)) {
        node.wrong("how points decay, such as `{ \"half_life\": \"30d\" }`", notes);
        return Decay::None;
    }
    if !node.is_object(&DECAY, notes) {
        return Decay::None;
    }
    let mut duration = |name| node.get(name).and_then(|node| node.duration(notes));
    let (half_life, linear, every) = (duration("half_life"), duration("linear"), duration("every"));
    let percent = node.get("step").and_then(|step| step.whole(1, 100, notes));
    let [has_half_life, has_linear, has_step, has_every] =
        ["half_life", "linear", "step", "every"].map(|name| node.get(name).is_some());
    match (has_half_life, has_linear, has_step || has_every) {
        (true, false, false) => half_life.map_or(Decay::None, Decay::HalfLife),
        (false, true, false) => linear.map_or(Decay::None, Decay::Linear),
        (false, false, true) => {
            if !has_every {
                notes.error(&node.path, "`step` needs `every`, as in `{ \"step\": 25, \"every\": \"30d\" }`");
            }
            if !has_step {
                notes.error(&node.path, "`every` needs `step`, as in `{ \"step\": 25, \"every\": \"30d\" }`");
            }
            match (percent, every) {
                (Some(percent), Some(every)) => Decay::Step { percent, every },
                _ => Decay::None,
            }
        }
        // A misspelt field was reported already.
        (false, false, false) if node.members().next().is_some() => Decay::None,
        _ => {
            let message = "points decay in one way: expected `half_life`, `linear`, or `step` with `every`";
            notes.error(&node.path, message);
            Decay::None
        }
    }
}
