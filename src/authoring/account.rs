//! Reads the `account` of a model.

use std::collections::BTreeMap;

use super::field::FieldNumbers;
use super::fields::{ACCOUNT, ACCOUNT_STAGE, PEOPLE, PERSON};
use super::model::Draft;
use super::parts::{Account, Dimension, Stage};
use super::report::{Notes, quote};
use super::stage;
use super::title::Titles;
use super::values::{Node, thousandths};
use crate::model::{Bounds, Milli};

/// The default: a person with any points is engaged.
const ENGAGED: Milli = 1;

/// `score` is the range of what one person can have, `visitors` the stages that they reach.
pub(super) fn read(
    node: Node<'_>,
    score: Bounds,
    visitors: &[Stage],
    titles: &mut Titles,
    notes: &mut Notes,
) -> Option<Account> {
    if !node.is_object(&ACCOUNT, notes) {
        return None;
    }
    let mut account = Account { person_max: Bounds::NONE.max, engaged: ENGAGED, stages: Vec::new() };
    if let Some(person) = node.get("person")
        && person.is_object(&PERSON, notes)
    {
        for (name, amount) in [("max", &mut account.person_max), ("engaged", &mut account.engaged)] {
            if let Some(given) = person.get(name) {
                *amount = points(given, score, notes).unwrap_or(*amount);
            }
        }
    }
    let Some(stages) = node.get("stages").filter(|stages| stages.is_list("a list of stages", 1, notes)) else {
        if node.get("stages").is_none() {
            notes.error(&node.path, "an account needs `stages`, such as `[{ \"id\": \"mqa\", \"at\": 150 }]`");
        }
        return None;
    };
    // As a stage of visitors, in a model of its own that has one dimension and no rules.
    let people = Dimension { id: PEOPLE.to_owned(), bounds: Bounds::NONE };
    let mut draft = Draft {
        notes,
        dimensions: vec![people],
        dimension_positions: BTreeMap::from([(PEOPLE.to_owned(), 0)]),
        rules: BTreeMap::new(),
        fields: FieldNumbers::default(),
        name: String::new(),
        titles: Titles::default(),
    };
    account.stages = stage::read(stages, &ACCOUNT_STAGE, Bounds::NONE, &mut draft);
    titles.stages.extend(draft.titles.stages);
    // Signal ids and lists of signals identify a stage by its name.
    for (node, stage) in stages.elements().zip(&account.stages) {
        if visitors.iter().any(|own| own.id == stage.id)
            && let Some(id) = node.get("id")
        {
            notes.error(&id.path, format!("{} is already the id of a stage of visitors", quote(&stage.id)));
        }
    }
    Some(account)
}

/// A score that a person can have, above 0.
fn points(node: Node<'_>, score: Bounds, notes: &mut Notes) -> Option<Milli> {
    let amount = node.amount(notes)?;
    if amount <= 0 {
        node.wrong("a number of points above 0", notes);
    } else if amount > score.max {
        let max = thousandths(score.max);
        notes.error(&node.path, format!("no person reaches this: expected at most {max}, the score's `max`"));
    }
    Some(amount)
}
