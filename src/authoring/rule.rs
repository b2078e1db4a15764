//! Reads the rules.

use super::condition::{self, Owner, Salt};
use super::event_rule;
use super::fields::{EVENT_ONLY, KINDS, RULE};
use super::json::Json;
use super::model::Draft;
use super::parts::{Combination, Kind, Rule};
use super::report::{either, quote};
use super::values::Node;
use crate::text::hash::Fnv;

pub(super) fn read(rules: Node<'_>, draft: &mut Draft<'_>) -> Vec<Rule> {
    if !rules.is_list("a list of rules", 0, draft.notes) {
        return Vec::new();
    }
    rules.elements().map(|rule| read_rule(rule, draft)).collect()
}

/// Reads one rule; replaces invalid values by defaults.
fn read_rule(node: Node<'_>, draft: &mut Draft<'_>) -> Rule {
    let mut rule = Rule {
        id: String::new(),
        points: 0,
        dimension: draft.engagement(),
        disqualify: false,
        locked: false,
        kind: Kind::Trait(Vec::new()),
    };
    if !node.is_object(&RULE, draft.notes) {
        return rule;
    }
    // That the id is one was noted when the rules were named.
    match node.get("id") {
        Some(Node { json: Json::Text(id), .. }) => rule.id.clone_from(id),
        Some(_) => {}
        None => draft.notes.error(&node.path, "a rule needs an `id`, such as `\"pricing-view\"`"),
    }
    node.title(&rule.id, &mut draft.titles.rules, draft.notes);
    if let Some(description) = node.get("description") {
        description.any_text(draft.notes);
    }
    let salt = salt(node, &rule.id, draft);
    rule.points = node.get("points").and_then(|points| points.points(draft.notes)).unwrap_or_default();
    rule.disqualify = node.get("disqualify").and_then(|flag| flag.flag(draft.notes)).unwrap_or_default();
    rule.locked = node.get("locked").and_then(|flag| flag.flag(draft.notes)).unwrap_or_default();
    if let Some(dimension) = node.get("dimension").and_then(|dimension| draft.dimension(dimension)) {
        rule.dimension = dimension;
    }
    let kinds: Vec<&str> = KINDS.into_iter().filter(|kind| node.get(kind).is_some()).collect();
    match kinds.as_slice() {
        [] => {
            let kinds = either(&KINDS);
            draft.notes.error(&node.path, format!("a rule needs one of {kinds}"));
        }
        [kind] => only_options_of(node, kind, draft),
        [_, ..] => {
            let kinds = kinds.iter().map(|kind| quote(kind)).collect::<Vec<_>>().join(" and ");
            draft
                .notes
                .error(&node.path, format!("a rule can have only one of these, found {kinds}; write separate rules"));
        }
    }
    if let Some(event) = node.get("event") {
        rule.kind = Kind::Event(event_rule::read(node, event, salt, draft));
    }
    if let Some(traits) = node.get("trait")
        && let Some(condition) = condition::compile(traits, Owner::TraitRule, salt, None, draft)
    {
        rule.kind = Kind::Trait(condition);
    }
    let within = node.get("within").and_then(|within| within.duration(draft.notes));
    if let Some(all) = node.get("all") {
        rule.kind = Kind::All(Combination { rules: draft.rules(all, 1, false), within });
    }
    rule
}

/// Returns the salt of a private rule's operands. It differs from rule to rule, so that the same string has different
/// hashes.
fn salt(node: Node<'_>, id: &str, draft: &mut Draft<'_>) -> Option<Salt> {
    let private = node.get("private")?;
    if !private.flag(draft.notes)? {
        return None;
    }
    if node.get("where").is_none() && node.get("trait").is_none() {
        draft.notes.error(&private.path, "a private rule hides the values in its `where` or `trait`, but has neither");
    }
    let mut salt = Fnv::new();
    for part in [draft.name.as_bytes(), id.as_bytes()] {
        salt.bytes(part);
        salt.byte(0xff);
    }
    Some(salt.finish().to_le_bytes())
}

/// Notes options that only rules of another kind have.
fn only_options_of(node: Node<'_>, kind: &str, draft: &mut Draft<'_>) {
    let event_only = EVENT_ONLY.into_iter().map(|name| (name, "event"));
    for (name, owner) in event_only.chain([("within", "all")]) {
        if let Some(option) = node.get(name).filter(|_| owner != kind) {
            let message = format!("{} is an option of rules with `{owner}`, not with `{kind}`", quote(name));
            draft.notes.error(&option.path, message);
        }
    }
}
