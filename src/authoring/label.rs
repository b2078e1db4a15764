//! Reads the label's entries.

use std::collections::BTreeMap;

use super::fields::LABEL;
use super::json::Json;
use super::model::Draft;
use super::parts::Label;
use super::report::quote;
use super::values::Node;
use crate::limits::ID_CHARS;
use crate::model::{Bounds, Milli};

pub(super) fn read(label: Node<'_>, draft: &mut Draft<'_>) -> Vec<Label> {
    let mut labels = Vec::new();
    let mut seen = BTreeMap::new();
    if !label.is_list("a list such as `[{ \"dimension\": \"fit\", \"cutoffs\": { \"A\": 30 } }]`", 0, draft.notes) {
        return labels;
    }
    if label.json == &Json::List(Vec::new()) {
        draft.notes.warn(&label.path, "a label needs at least one entry");
    }
    for (index, node) in label.elements().enumerate() {
        if !node.is_object(&LABEL, draft.notes) {
            continue;
        }
        let dimension = match node.get("dimension") {
            Some(dimension) => {
                let position = draft.dimension(dimension);
                if let (Some(position), Json::Text(id)) = (position, dimension.json)
                    && let Some(first) = seen.insert(position, index)
                {
                    let message = format!("{} is already in `label`, at {first}", quote(id));
                    draft.notes.error(&dimension.path, message);
                }
                position
            }
            None => {
                draft.notes.error(&node.path, "an entry of `label` needs a `dimension`");
                None
            }
        };
        let cutoffs = match node.get("cutoffs") {
            Some(node) => cutoffs(node, dimension, draft),
            None => {
                draft.notes.error(&node.path, "an entry of `label` needs `cutoffs`, as in `{ \"A\": 30, \"B\": 10 }`");
                Vec::new()
            }
        };
        if let Some(dimension) = dimension {
            labels.push(Label { dimension, cutoffs });
        }
    }
    labels
}

fn cutoffs(node: Node<'_>, dimension: Option<u32>, draft: &mut Draft<'_>) -> Vec<(String, Milli)> {
    let mut cutoffs: Vec<(String, Milli)> = Vec::new();
    let mut values: BTreeMap<Milli, &str> = BTreeMap::new();
    let mut bounds = Bounds::NONE;
    match node.json {
        Json::Object(members) if !members.is_empty() => {}
        Json::Object(_) => {
            draft.notes.error(&node.path, "expected cutoffs as in `{ \"A\": 30, \"B\": 10 }`, found none")
        }
        _ => node.wrong("an object of cutoffs, as in `{ \"A\": 30, \"B\": 10 }`", draft.notes),
    }
    for (name, value) in node.members() {
        let count = name.chars().count();
        if count == 0 || count > ID_CHARS {
            let message = format!("expected a name of 1 to {ID_CHARS} characters for a cutoff, found {count}");
            draft.notes.error(&value.path, message);
        }
        let Some(amount) = value.amount(draft.notes) else { continue };
        if let Some(dimension) = dimension {
            bounds = draft.reach(value, dimension, amount);
        }
        if let Some(other) = values.insert(amount, name) {
            let message =
                format!("{} has the same value as {}; a dimension can have one name", quote(name), quote(other));
            draft.notes.error(&value.path, message);
        }
        cutoffs.push((name.to_owned(), amount));
    }
    cutoffs.sort_by_key(|(_, amount)| core::cmp::Reverse(*amount));
    let mut reached = cutoffs.iter().filter(|(_, amount)| *amount <= bounds.min).map(|(name, _)| name);
    if let Some(shown) = reached.next() {
        for hidden in reached {
            let message = format!("this name is never used: every lead reaches {}", quote(shown));
            draft.notes.warn(&node.path.name(hidden), message);
        }
    }
    cutoffs
}
