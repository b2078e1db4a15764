//! Reads the stages.

use std::collections::BTreeMap;

use super::fields::{Fields, RESERVED};
use super::json::Json;
use super::model::Draft;
use super::parts::Stage;
use super::report::quote;
use super::values::{Node, thousandths};
use crate::event::lifecycle::LIFECYCLE;
use crate::limits::STAGES;
use crate::model::{Bounds, Milli};
use crate::text::hash::hash32;

/// Reads stages, each with such fields.
pub(super) fn read(stages: Node<'_>, fields: &Fields, score: Bounds, draft: &mut Draft<'_>) -> Vec<Stage> {
    if !stages.is_list("a list of stages", 0, draft.notes) {
        return Vec::new();
    }
    let count = stages.elements().count();
    if count > STAGES {
        draft.notes.error(&stages.path, format!("expected at most {STAGES} stages, found {count}"));
        return Vec::new();
    }
    name_stages(stages, draft);
    let mut read: Vec<Stage> = Vec::new();
    let mut highest = Milli::MIN;
    for node in stages.elements() {
        let stage = read_stage(node, fields, score, draft);
        // A stage whose `at` is wrong has none.
        if let Some(at) = node.get("at").filter(|_| stage.at != Milli::MIN && stage.at < highest) {
            let message = format!("stages must be in order of `at`: expected {} or more", thousandths(highest));
            draft.notes.error(&at.path, message);
        }
        highest = highest.max(stage.at);
        read.push(stage);
    }
    read
}

/// Checks the stages' ids, alone and against each other.
fn name_stages(stages: Node<'_>, draft: &mut Draft<'_>) {
    let mut hashes: BTreeMap<u32, (usize, &str)> = BTreeMap::new();
    let mut latest: Option<usize> = None;
    let ids: Vec<Option<&str>> = stages.elements().map(|stage| id_of(stage.json)).collect();
    for (index, stage) in stages.elements().enumerate() {
        let Some(node) = stage.get("id") else { continue };
        let (Some(_), Some(id)) = (node.id(draft.notes), ids.get(index).copied().flatten()) else { continue };
        if RESERVED.contains(&id) || id.starts_with("near-") {
            let message = format!("{} has another meaning in `segment`; choose another id", quote(id));
            draft.notes.error(&node.path, message);
        }
        match hashes.insert(hash32(id.as_bytes()), (index, id)) {
            Some((first, same)) if same == id => {
                let number = first.saturating_add(1);
                let message = format!("{} is the id of stage number {number} already; rename one", quote(id));
                draft.notes.error(&node.path, message);
            }
            Some((_, other)) => {
                let message = format!("{} and {} have the same hash in a state; rename one", quote(id), quote(other));
                draft.notes.error(&node.path, message);
            }
            None => {}
        }
        if let Some(rank) = LIFECYCLE.iter().position(|name| *name == id) {
            if let Some(before) = latest.filter(|before| rank < *before).and_then(|before| LIFECYCLE.get(before)) {
                let message = format!("{} comes before {} in the lifecycle: swap them", quote(id), quote(before));
                draft.notes.error(&node.path, message);
            }
            latest = latest.max(Some(rank));
        }
    }
}

fn id_of(stage: &Json) -> Option<&str> {
    match stage.get("id") {
        Some(Json::Text(id)) => Some(id),
        _ => None,
    }
}

fn read_stage(node: Node<'_>, fields: &Fields, score: Bounds, draft: &mut Draft<'_>) -> Stage {
    let mut stage = Stage {
        id: id_of(node.json).unwrap_or_default().to_owned(),
        at: Milli::MIN,
        near: None,
        signal: true,
        auto: Vec::new(),
        requires: Vec::new(),
        min: Vec::new(),
        rearm: None,
    };
    if !node.is_object(fields, draft.notes) {
        return stage;
    }
    if node.get("id").is_none() {
        draft.notes.error(&node.path, "a stage needs an `id`, such as `\"mql\"`");
    }
    node.title(&stage.id, &mut draft.titles.stages, draft.notes);
    if let Some(description) = node.get("description") {
        description.any_text(draft.notes);
    }
    let at = node.get("at");
    if at.is_none() {
        draft.notes.error(&node.path, "a stage needs `at`, the score from which it is reached");
    }
    let at = at.and_then(|at| at.amount(draft.notes).map(|amount| (at, amount)));
    stage.signal = node.get("signal").and_then(|flag| flag.flag(draft.notes)).unwrap_or(true);
    // Unknown fields of this stage were noted above.
    let has = |name: &'static str| node.get(name).filter(|_| fields.names.contains(&name));
    stage.auto = has("auto").map(|auto| draft.rules(auto, 0, true)).unwrap_or_default();
    stage.requires = has("requires").map(|requires| draft.rules(requires, 0, true)).unwrap_or_default();
    stage.min = node.get("min").map(|min| minima(min, draft)).unwrap_or_default();
    stage.rearm = node.get("rearm").and_then(|rearm| rearm.duration(draft.notes));
    let near = node.get("near").and_then(|near| near.amount(draft.notes).map(|amount| (near, amount)));
    if let Some((at, amount)) = at {
        stage.at = amount;
        if amount > score.max && node.get("auto").is_none_or(|auto| auto.json == &Json::List(Vec::new())) {
            let max = thousandths(score.max);
            let message =
                format!("no score reaches this: expected at most {max}, the score's `max`, or rules in `auto`");
            draft.notes.error(&at.path, message);
        }
    }
    if let Some((near, amount)) = near {
        stage.near = Some(amount);
        if amount < 0 {
            near.wrong("a number of points from 0", draft.notes);
        } else if let Some((_, at)) = at
            && amount >= at
        {
            let message = format!("expected fewer points than the stage's `at`, which is {}", thousandths(at));
            draft.notes.error(&near.path, message);
        }
    }
    stage
}

/// The dimensions that a stage asks for, and what each has to reach.
fn minima(node: Node<'_>, draft: &mut Draft<'_>) -> Vec<(u32, Milli)> {
    let mut minima = Vec::new();
    if !matches!(node.json, Json::Object(_)) {
        node.wrong("an object of dimensions, such as `{ \"fit\": 20 }`", draft.notes);
    }
    for (id, value) in node.members() {
        let dimension = draft.dimension_called(id, &value.path);
        if let (Some(dimension), Some(amount)) = (dimension, value.amount(draft.notes)) {
            let bounds = draft.reach(value, dimension, amount);
            if amount <= bounds.min && bounds.min != Bounds::NONE.min {
                let min = thousandths(bounds.min);
                draft.notes.warn(&value.path, format!("every lead reaches this: the `min` of {} is {min}", quote(id)));
            }
            minima.push((dimension, amount));
        }
    }
    minima
}
