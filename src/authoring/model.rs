//! Reads a whole model: its name and range, its dimensions, and the ids of its rules.

use std::collections::BTreeMap;

use super::field::FieldNumbers;
use super::fields::{DIMENSION, ENGAGEMENT, KINDS, MODEL, SCORE, STAGE};
use super::json::Json;
use super::parts::{Dimension, Parts};
use super::report::{Notes, Path, quote};
use super::title::Titles;
use super::values::{Node, id_error, is_id, thousandths};
use super::{account, label, lint, rule, stage};
use crate::limits::{RULES, SUM};
use crate::model::rule::{Bounds, Milli, has_exact_accounts, largest_sum};
use crate::text::hash::hash32;

/// Characters of a model's name.
const NAME_CHARS: usize = 128;

/// The parts of a model to which others refer.
pub(super) struct Draft<'n> {
    pub(super) notes: &'n mut Notes,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) dimension_positions: BTreeMap<String, u32>,
    pub(super) rules: BTreeMap<String, Named>,
    pub(super) fields: FieldNumbers,
    /// The model's name, from which the salts of private operands are derived.
    pub(super) name: String,
    pub(super) titles: Titles,
}

/// A rule as others refer to it.
#[derive(Clone, Copy)]
pub(super) struct Named {
    pub(super) position: u32,
    pub(super) is_combination: bool,
}

impl Draft<'_> {
    /// The position of the dimension that a value names.
    pub(super) fn dimension(&mut self, node: Node<'_>) -> Option<u32> {
        let Json::Text(id) = node.json else {
            node.wrong("the id of a dimension", self.notes);
            return None;
        };
        self.dimension_called(id, &node.path)
    }

    /// The position of a dimension.
    pub(super) fn dimension_called(&mut self, id: &str, path: &Path<'_>) -> Option<u32> {
        let found = self.dimension_positions.get(id).copied();
        if found.is_none() {
            let hint = self.notes.hint(id, self.dimensions.iter().map(|dimension| dimension.id.as_str()));
            self.notes.error(path, format!("there is no dimension {}{hint}", quote(id)));
        }
        found
    }

    /// The dimension of a rule that names none.
    pub(super) fn engagement(&self) -> u32 {
        self.dimension_positions.get(ENGAGEMENT).copied().unwrap_or_default()
    }

    /// Checks that a dimension may reach an amount; returns its range.
    pub(super) fn reach(&mut self, node: Node<'_>, dimension: u32, amount: Milli) -> Bounds {
        let Some(dimension) = self.dimensions.get(dimension as usize) else { return Bounds::NONE };
        if amount > dimension.bounds.max {
            let (max, id) = (thousandths(dimension.bounds.max), quote(&dimension.id));
            self.notes.error(&node.path, format!("no lead reaches this: expected at most {max}, the `max` of {id}"));
        }
        dimension.bounds
    }

    /// The rules that a list names.
    pub(super) fn rules(&mut self, node: Node<'_>, least: usize, combinations: bool) -> Vec<u32> {
        let mut positions = Vec::new();
        if !node.is_list("a list of ids of rules", least, self.notes) {
            return positions;
        }
        for element in node.elements() {
            let Json::Text(id) = element.json else {
                element.wrong("the id of a rule", self.notes);
                continue;
            };
            match self.rules.get(id) {
                Some(named) if named.is_combination && !combinations => {
                    let message = "a combination can name only event and trait rules, but {} is a combination";
                    self.notes.error(&element.path, message.replace("{}", &quote(id)));
                }
                Some(named) => positions.push(named.position),
                None => {
                    let hint = self.notes.hint(id, self.rules.keys().map(String::as_str));
                    self.notes.error(&element.path, format!("there is no rule {}{hint}", quote(id)));
                }
            }
        }
        self.notes.no_repeats(&node.path, texts(node.json));
        positions
    }
}

/// The texts of a list, with their places.
pub(super) fn texts(json: &Json) -> impl Iterator<Item = (usize, &str)> {
    let list = if let Json::List(list) = json { list.as_slice() } else { &[] };
    list.iter().enumerate().filter_map(|(index, json)| match json {
        Json::Text(text) => Some((index, text.as_str())),
        _ => None,
    })
}

/// Reads a model; the result is valid only if no error was noted.
pub(super) fn read(json: &Json, notes: &mut Notes) -> Parts {
    let mut parts = Parts { version: 1, ..Parts::default() };
    let model = Node { json, path: Path::ROOT };
    if let Some(Json::List(rules)) = json.get("rules")
        && rules.len() > RULES
    {
        // One error for all of them.
        notes.error(&model.path.name("rules"), format!("expected at most {RULES} rules, found {}", rules.len()));
        return parts;
    }
    json.note_repeated_names(&model.path, notes);
    if !model.is_object(&MODEL, notes) {
        return parts;
    }
    for optional in ["$schema", "description"] {
        if let Some(node) = model.get(optional) {
            node.any_text(notes);
        }
    }
    match model.get("name") {
        Some(node) => parts.name = node.text(NAME_CHARS, notes).unwrap_or_default().to_owned(),
        None => notes.error(&model.path, "a model needs a `name`, such as `\"acme-web\"`"),
    }
    if let Some(node) = model.get("version") {
        parts.version = node.whole(0, u32::MAX, notes).unwrap_or_default();
    }
    if let Some(node) = model.get("utc_offset") {
        parts.utc_offset = node.utc_offset(notes).unwrap_or_default();
    }
    parts.score = Bounds { min: 0, ..Bounds::NONE };
    if let Some(node) = model.get("score")
        && node.is_object(&SCORE, notes)
    {
        parts.score = bounds(node, 0, notes);
    }
    let dimensions = dimensions(model.get("dimensions"), notes);
    let sum = largest_sum(dimensions.iter().map(|dimension| dimension.bounds));
    if sum > SUM.unsigned_abs() {
        let most = thousandths(SUM);
        let message = format!("the bounds of the dimensions allow a score beyond {most}: use bounds nearer to 0");
        notes.error(&model.path.name("dimensions"), message);
    }
    let dimension_positions = dimensions.iter().map(|dimension| dimension.id.clone()).zip(0..).collect();
    let fields = FieldNumbers::default();
    let mut draft = Draft {
        notes,
        dimensions,
        dimension_positions,
        rules: BTreeMap::new(),
        fields,
        name: parts.name.clone(),
        titles: Titles::default(),
    };
    match model.get("rules") {
        Some(node) => {
            draft.name_rules(node);
            parts.rules = rule::read(node, &mut draft);
        }
        None => draft.notes.error(&model.path, "a model needs `rules`, a list"),
    }
    if let Some(node) = model.get("stages") {
        parts.stages = stage::read(node, &STAGE, parts.score, &mut draft);
    }
    if let Some(node) = model.get("label") {
        parts.labels = label::read(node, &mut draft);
    }
    parts.titles = draft.titles;
    parts.fields = draft.fields.finish();
    parts.dimensions = draft.dimensions;
    if let Some(node) = model.get("account") {
        let path = node.path;
        parts.account = account::read(node, parts.score, &parts.stages, &mut parts.titles, notes);
        if let Some(account) = &parts.account
            && !has_exact_accounts(account.person_max, parts.score, sum)
        {
            let message =
                "the people of an account could have more points than the compiler supports: lower their `max`";
            notes.error(&path.name("person"), message);
        }
    }
    if notes.errors.is_empty() {
        lint::lint(&parts, notes);
    }
    parts
}

/// `min` and `max` of an object.
fn bounds(node: Node<'_>, default_min: Milli, notes: &mut Notes) -> Bounds {
    let min = node.get("min").and_then(|min| min.amount(notes)).unwrap_or(default_min);
    let max = node.get("max").and_then(|max| max.amount(notes)).unwrap_or(Bounds::NONE.max);
    if min > max {
        let default = if node.get("min").is_none() { " (0 by default)" } else { "" };
        notes.error(&node.path, format!("`min`{default} is above `max`"));
    }
    Bounds { min, max }
}

fn dimensions(node: Option<Node<'_>>, notes: &mut Notes) -> Vec<Dimension> {
    let mut dimensions = Vec::new();
    if let Some(node) = node {
        if !matches!(node.json, Json::Object(_)) {
            node.wrong("an object of dimensions, such as `{ \"fit\": { \"max\": 60 } }`", notes);
        }
        for (id, value) in node.members() {
            if !is_id(id) {
                id_error(&value.path, id, notes);
            }
            let bounds =
                if value.is_object(&DIMENSION, notes) { bounds(value, Bounds::NONE.min, notes) } else { Bounds::NONE };
            dimensions.push(Dimension { id: id.to_owned(), bounds });
        }
    }
    if !dimensions.iter().any(|dimension| dimension.id == ENGAGEMENT) {
        dimensions.insert(0, Dimension { id: ENGAGEMENT.to_owned(), bounds: Bounds::NONE });
    }
    dimensions
}

impl Draft<'_> {
    /// Learns the rules' ids, so that any rule may refer to any other.
    fn name_rules(&mut self, rules: Node<'_>) {
        let mut hashes: BTreeMap<u32, String> = BTreeMap::new();
        for (position, rule) in (0u32..).zip(rules.elements()) {
            let Some(node) = rule.get("id") else { continue };
            let Some(id) = node.id(self.notes) else { continue };
            if let Some(first) = self.rules.get(id) {
                let number = first.position.saturating_add(1);
                let message = format!("{} is the id of rule number {number} already; rename one", quote(id));
                self.notes.error(&node.path, message);
                continue;
            }
            if self.dimension_positions.contains_key(id) {
                self.notes.error(&node.path, format!("{} is already the id of a dimension", quote(id)));
            }
            if let Some(other) = hashes.insert(hash32(id.as_bytes()), id.to_owned()) {
                let message = format!("{} and {} have the same hash in a state; rename one", quote(id), quote(&other));
                self.notes.error(&node.path, message);
            }
            let [event, trait_rule, all] = KINDS.map(|kind| rule.get(kind).is_some());
            let is_combination = all && !event && !trait_rule;
            self.rules.insert(id.to_owned(), Named { position, is_combination });
        }
    }
}
