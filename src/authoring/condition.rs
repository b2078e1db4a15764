//! Compiles a condition to the ops of [`crate::model::condition`].
//!
//! The meaning is that of GrowthBook's `evalCondition`, including operands of a wrong type, which cause a warning and
//! are compiled with JavaScript's meaning.

use std::collections::BTreeSet;

use super::field::{Field, FieldNumbers};
use super::fields::{CONDITION_OPERATORS, VALUE_OPERATORS};
use super::hints;
use super::json::Json;
use super::model::Draft;
use super::props::Known;
use super::report::{Notes, quote};
use super::values::Node;
use crate::limits::{CONDITION_DEPTH, PROPS_BYTES};
use crate::model::condition::{op, ops};
use crate::model::rule::part;
use crate::text::bytes::{push_sized, push_varint};
use crate::text::value;
use crate::text::value::write::{push_name, push_short_number, push_text};

/// The kind of rule that has the condition.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    EventRule,
    TraitRule,
}

/// The salt with which the strings of a private rule are hashed.
pub(super) type Salt = [u8; 8];

/// The scope in which the names of a condition are looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Event,
    /// An element of a list, within `$elemMatch`.
    Element,
}

/// The operand of an operator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Any value.
    Value,
    /// The value of a name in the query.
    Query,
    /// The URL's path. It is canonical, so the strings that are compared with it are made canonical too.
    Path,
    /// Another part of the URL.
    Url,
    /// The length of a list.
    Size,
}

/// Compiles one condition.
pub(super) struct Compiler<'n> {
    pub(super) notes: &'n mut Notes,
    fields: &'n mut FieldNumbers,
    owner: Owner,
    /// The salt, if the rule is private.
    pub(super) salt: Option<Salt>,
    /// True if the condition names any field of the event.
    names_field: bool,
}

/// The condition of a rule as an expression, unless there is an error in it.
/// `known`: the known props of the rule's events.
pub(super) fn compile(
    condition: Node<'_>,
    owner: Owner,
    salt: Option<Salt>,
    known: Option<&Known>,
    draft: &mut Draft<'_>,
) -> Option<Vec<u8>> {
    let Draft { notes, fields, .. } = draft;
    if !matches!(condition.json, Json::Object(_)) {
        condition.wrong("a condition such as `{ \"form_id\": \"demo\" }`", notes);
        return None;
    }
    let depth = condition.json.depth();
    if depth > CONDITION_DEPTH {
        let message = format!("expected a condition of at most {CONDITION_DEPTH} levels, found {depth}");
        notes.error(&condition.path, message);
        return None;
    }
    let errors = notes.errors.len();
    let mut compiler = Compiler { notes, fields, owner, salt, names_field: false };
    let compiled = compiler.scope(condition, Scope::Event);
    if owner == Owner::TraitRule && !compiler.names_field && notes.errors.len() == errors {
        notes.error(&condition.path, "expected a condition that names a field, as in `{ \"company\": \"acme\" }`");
    }
    hints::scope(condition, known, notes);
    Some(compiled)
}

/// An op: its code, the length of its body, then the body.
pub(super) fn write_op(code: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![code];
    push_sized(&mut out, &parts.concat());
    out
}

pub(super) fn never() -> Vec<u8> {
    write_op(op::NEVER, &[])
}

/// The one part, or all of them under an op that asks for all.
pub(super) fn all(code: u8, mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort_by_key(|part| cost(part));
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            write_op(code, &parts)
        }
    }
}

/// GrowthBook's test: an object with names that all begin with `$`.
pub(super) fn is_operators(json: &Json) -> bool {
    matches!(json, Json::Object(members) if !members.is_empty() && members.iter().all(|(name, _)| name.starts_with('$')))
}

/// The branches of `$and`, `$or`, `$nor`.
enum Branches {
    Some(Vec<Vec<u8>>),
    /// Values without a length in JavaScript.
    Unknown,
    /// `null`, on which JavaScript throws.
    Null,
}

impl Compiler<'_> {
    /// Returns the ops for the conditions of an event or an element.
    pub(super) fn scope(&mut self, condition: Node<'_>, scope: Scope) -> Vec<u8> {
        let mut parts = Vec::new();
        match condition.json {
            Json::Object(_) => {
                for (name, value) in condition.members() {
                    parts.push(self.member(name, value, scope));
                }
            }
            Json::List(_) => {
                self.no_condition(condition, "it counts as an object with the names `0`, `1` and so on");
                for (index, value) in condition.elements().enumerate() {
                    parts.push(self.member(&index.to_string(), value, scope));
                }
            }
            Json::Text(text) => {
                self.no_condition(condition, "it counts as an object with its characters under `0`, `1` and so on");
                let mut units = text.encode_utf16().enumerate();
                for (index, unit) in units.by_ref().take(PROPS_BYTES) {
                    parts.push(self.character(index, unit, scope));
                }
                // Props never have this many names.
                parts.extend(units.next().map(|_| never()));
            }
            Json::Null => {
                self.no_condition(condition, "it never holds");
                return never();
            }
            Json::Bool(_) | Json::Number(_) => self.no_condition(condition, "it always holds"),
        }
        all(op::AND, parts)
    }

    fn no_condition(&mut self, condition: Node<'_>, so: &str) {
        let found = condition.json.describe();
        self.notes.warn(&condition.path, format!("expected a condition in `{{ }}`, found {found}; {so}"));
    }

    /// A text's character, as JavaScript counts them, under its index as a name.
    fn character(&mut self, index: usize, unit: u16, scope: Scope) -> Vec<u8> {
        self.names_field |= scope == Scope::Event;
        let equals = match char::from_u32(unit.into()) {
            Some(c) => write_op(op::EQ, &[literal(&Json::Text(c.into()))]),
            // Half a character equals none.
            None => never(),
        };
        write_op(op::FIELD, &[self.name(&Field::Props(&index.to_string()), scope), equals])
    }

    /// Compiles one name of a condition with its value.
    fn member(&mut self, name: &str, value: Node<'_>, scope: Scope) -> Vec<u8> {
        match name {
            "$and" => match self.branches(name, value, scope) {
                Branches::Null => never(),
                Branches::Unknown => write_op(op::AND, &[]),
                Branches::Some(parts) => write_op(op::AND, &parts),
            },
            "$or" | "$nor" => {
                let parts = match self.branches(name, value, scope) {
                    Branches::Null => return never(),
                    Branches::Unknown => Vec::new(),
                    Branches::Some(parts) => parts,
                };
                match (name, parts.is_empty()) {
                    ("$or", true) => write_op(op::AND, &[]),
                    ("$or", false) => write_op(op::OR, &parts),
                    (_, true) => never(),
                    (_, false) => write_op(op::NOT, &[write_op(op::OR, &parts)]),
                }
            }
            "$not" => {
                let inner = self.scope(value, scope);
                if value.json == &Json::Null { inner } else { write_op(op::NOT, &[inner]) }
            }
            _ if name.starts_with('$') && !is_operators(value.json) => {
                self.operator_for_field(name, value);
                never()
            }
            _ => {
                if name.starts_with('$') {
                    let hint = self.notes.hint(name, CONDITION_OPERATORS);
                    self.notes.warn(&value.path, format!("{} is read as the name of a field{hint}", quote(name)));
                }
                self.field(name, value, scope)
            }
        }
    }

    fn field(&mut self, name: &str, value: Node<'_>, scope: Scope) -> Vec<u8> {
        let field = match scope {
            Scope::Element => Field::Props(name),
            Scope::Event => match Field::parse(name, &value.path, self.notes) {
                Some(field) => field,
                None => return never(),
            },
        };
        let of = match field {
            Field::Props(_) => Of::Value,
            Field::Query(_) => Of::Query,
            Field::Url(part::PATH) => Of::Path,
            Field::Url(_) => Of::Url,
        };
        if self.owner == Owner::TraitRule && of != Of::Value {
            let message = format!("a trait condition cannot name a part of the URL, found {}", quote(name));
            self.notes.error(&value.path, message);
        }
        self.names_field |= scope == Scope::Event;
        let mut ops = self.value_ops(value, of);
        ops.sort_by_key(|op| cost(op));
        let mut parts = vec![self.name(&field, scope)];
        parts.extend(ops);
        write_op(op::FIELD, &parts)
    }

    /// A field in the form that [`op::FIELD`] expects.
    fn name(&mut self, field: &Field<'_>, scope: Scope) -> Vec<u8> {
        let mut out = Vec::new();
        let field = field.part();
        match scope {
            Scope::Event => push_varint(&mut out, self.fields.of(field).into()),
            Scope::Element => {
                let mut names = Vec::new();
                field.names.iter().for_each(|name| push_sized(&mut names, name.as_bytes()));
                push_sized(&mut out, &names);
            }
        }
        out
    }

    fn branches(&mut self, name: &str, list: Node<'_>, scope: Scope) -> Branches {
        let found = list.json.describe();
        let so = match (list.json, name) {
            (Json::List(elements), _) if !elements.is_empty() || name == "$and" => {
                return Branches::Some(list.elements().map(|element| self.scope(element, scope)).collect());
            }
            (Json::Text(text), _) if !text.is_empty() => "each of its characters counts as a condition",
            (Json::Null, _) | (_, "$nor") => "it never holds",
            _ => "it always holds",
        };
        let found = if matches!(list.json, Json::List(_)) { "an empty one" } else { &found };
        let message = format!("expected a list of conditions for {}, found {found}; {so}", quote(name));
        self.notes.warn(&list.path, message);
        match list.json {
            Json::Text(text) => {
                let units: BTreeSet<u16> = text.encode_utf16().collect();
                Branches::Some(units.into_iter().map(|unit| self.character(0, unit, scope)).collect())
            }
            Json::Null => Branches::Null,
            _ => Branches::Unknown,
        }
    }

    /// Reports an operator in the place of a field's name.
    fn operator_for_field(&mut self, name: &str, value: Node<'_>) {
        let quoted = quote(name);
        let message = if VALUE_OPERATORS.contains(&name) {
            format!("{quoted} compares the value of a field: write `{{ \"field\": {{ \"{name}\": … }} }}`")
        } else {
            let hint = self.notes.hint(name, CONDITION_OPERATORS.into_iter().chain(VALUE_OPERATORS));
            format!("unknown operator {quoted}{hint}")
        };
        self.notes.error(&value.path, message);
    }
}

/// A rough measure of the time that an op takes. Among several that must all hold, those that search in strings come
/// last.
fn cost(op: &[u8]) -> u8 {
    match ops(op).next() {
        Some((op::STARTS_WITH, _)) => 1,
        Some((op::ENDS_WITH | op::CONTAINS, _)) => 2,
        Some((op::SIZE..=op::EVERY, _)) => 3,
        Some((op::FIELD, body)) => {
            let mut parts = ops(body);
            parts.field();
            parts.map(|(code, body)| cost(&write_op(code, &[body.to_vec()]))).max().unwrap_or_default()
        }
        _ => 0,
    }
}

/// A value as written.
pub(super) fn literal(json: &Json) -> Vec<u8> {
    let mut out = Vec::new();
    push_literal(&mut out, json);
    out
}

fn push_literal(out: &mut Vec<u8>, json: &Json) {
    let inner = match json {
        Json::Null => return out.push(value::NULL),
        Json::Bool(is_true) => return out.push(if *is_true { value::TRUE } else { value::FALSE }),
        Json::Number(number) => return push_short_number(out, *number),
        Json::Text(text) => return push_text(out, text.as_bytes()),
        Json::List(list) => list.iter().flat_map(literal).collect::<Vec<u8>>(),
        Json::Object(members) => {
            let mut inner = Vec::new();
            for (name, json) in members {
                push_name(&mut inner, name.as_bytes());
                push_literal(&mut inner, json);
            }
            inner
        }
    };
    out.push(if matches!(json, Json::List(_)) { value::ARRAY } else { value::OBJECT });
    push_sized(out, &inner);
}
