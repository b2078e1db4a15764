//! Compiles the operators of a condition on one value.

use super::condition::{Compiler, Of, Salt, Scope, all, is_operators, literal, never, write_op};
use super::fields::{TYPES, VALUE_OPERATORS};
use super::json::Json;
use super::report::{either, quote};
use super::values::Node;
use crate::event::url::encode;
use crate::model::condition::{op, private_hash};
use crate::text::value::write::push_text;

impl Compiler<'_> {
    /// Returns the conditions of a value as one op.
    fn value_op(&mut self, condition: Node<'_>, of: Of) -> Vec<u8> {
        all(op::ALL_OF, self.value_ops(condition, of))
    }

    /// Returns the conditions of a value: one for each operator of an object of operators; for anything else, equality.
    pub(super) fn value_ops(&mut self, condition: Node<'_>, of: Of) -> Vec<Vec<u8>> {
        if is_operators(condition.json) {
            return condition.members().map(|(name, operand)| self.operator(name, operand, of)).collect();
        }
        if condition.members().any(|(name, _)| name.starts_with('$')) {
            let message = "an object with operators and other names is compared as a value, including the operators";
            self.notes.warn(&condition.path, message.to_owned());
        }
        vec![self.equality(condition, of)]
    }

    fn operator(&mut self, name: &str, operand: Node<'_>, of: Of) -> Vec<u8> {
        if self.salt.is_some() && VALUE_OPERATORS.contains(&name) && !PRIVATE_OPERATORS.contains(&name) {
            let allowed = either(&PRIVATE_OPERATORS);
            let message = format!("a private rule compares with {allowed} only, found {}", quote(name));
            self.notes.error(&operand.path, message);
            return never();
        }
        match name {
            "$eq" => self.equality(operand, of),
            "$ne" => not(self.equality(operand, of)),
            "$gt" => self.ordering(op::GT, name, operand, of),
            "$gte" => self.ordering(op::GTE, name, operand, of),
            "$lt" => self.ordering(op::LT, name, operand, of),
            "$lte" => self.ordering(op::LTE, name, operand, of),
            "$in" => self.listed(name, operand, of).unwrap_or_else(never),
            "$nin" => self.listed(name, operand, of).map_or_else(never, not),
            "$exists" => self.exists(operand),
            "$type" => self.type_name(operand),
            "$size" => {
                self.no_list(name, operand, of);
                write_op(op::SIZE, &[self.value_op(operand, Of::Size)])
            }
            "$all" => self.every(name, operand, of),
            "$elemMatch" => self.element(name, operand, of),
            "$not" => not(self.value_op(operand, of)),
            "$startsWith" => self.part(op::STARTS_WITH, name, operand, of),
            "$endsWith" => self.part(op::ENDS_WITH, name, operand, of),
            "$contains" => self.part(op::CONTAINS, name, operand, of),
            _ => {
                self.unknown_operator(name, operand);
                never()
            }
        }
    }

    fn unknown_operator(&mut self, name: &str, operand: Node<'_>) {
        let quoted = quote(name);
        let message = match name {
            "$and" | "$or" | "$nor" => {
                format!("{quoted} combines conditions: write `{{ \"{name}\": [{{ \"field\": … }}, …] }}`")
            }
            "$regex" | "$regexi" => {
                let instead = either(&["$startsWith", "$endsWith", "$contains"]);
                format!("regular expressions are not supported, found {quoted}; use {instead}")
            }
            _ => {
                let hint = self.notes.hint(name, VALUE_OPERATORS);
                format!("unknown operator {quoted}{hint}")
            }
        };
        self.notes.error(&operand.path, message);
    }

    /// The operator can only have a wrong operand, and then is never true.
    fn never_holds(&mut self, name: &str, operand: Node<'_>, expected: &str) {
        let found = operand.json.describe();
        self.notes
            .warn(&operand.path, format!("expected {expected} for {}, found {found}; it never holds", quote(name)));
    }

    fn equality(&mut self, value: Node<'_>, of: Of) -> Vec<u8> {
        self.comparable(value, of);
        if self.salt.is_some() && matches!(value.json, Json::List(_) | Json::Object(_)) {
            let found = value.json.describe();
            self.notes.error(&value.path, format!("a private rule compares with simple values only, found {found}"));
        }
        match (self.salt, value.json) {
            (Some(salt), Json::Text(text)) => hidden(op::PRIVATE_EQ, salt, [text.as_str()].into_iter(), of),
            _ => write_op(op::EQ, &[compared(value.json, of)]),
        }
    }

    /// Notes a value that can never be equal to the compared one.
    fn comparable(&mut self, value: Node<'_>, of: Of) {
        let expected = match (of, value.json) {
            (Of::Value, _)
            | (Of::Size, Json::Number(_))
            | (Of::Query | Of::Path | Of::Url, Json::Text(_) | Json::Null) => return,
            (Of::Size, _) => "a length is a number, so it never equals",
            (Of::Query, Json::Number(_)) => "query values are strings (write it in quotes), so they never equal",
            (Of::Query, _) => "query values are strings, so they never equal",
            (Of::Path | Of::Url, _) => "a part of the URL is a string, so it never equals",
        };
        self.notes.warn(&value.path, format!("{expected} {}", value.json.describe()));
    }

    fn ordering(&mut self, code: u8, name: &str, operand: Node<'_>, of: Of) -> Vec<u8> {
        match (operand.json, of) {
            (Json::Number(_) | Json::Text(_), Of::Query) => {
                let message = format!(
                    "query values are strings; {} compares those that look like numbers as numbers",
                    quote(name)
                );
                self.notes.warn(&operand.path, message);
            }
            (Json::Number(_), Of::Path | Of::Url) => {
                let message = format!(
                    "a part of the URL is a string; {} compares it as a number if it looks like one",
                    quote(name)
                );
                self.notes.warn(&operand.path, message);
            }
            (Json::Number(_) | Json::Text(_), _) => {}
            _ => self.never_holds(name, operand, "a number or a string"),
        }
        write_op(code, &[literal(operand.json)])
    }

    /// `[IN, […]]`, of a list.
    fn listed(&mut self, name: &str, operand: Node<'_>, of: Of) -> Option<Vec<u8>> {
        let Json::List(list) = operand.json else {
            self.never_holds(name, operand, "a list of values");
            return None;
        };
        let (mut values, mut texts) = (Vec::new(), Vec::new());
        for element in operand.elements() {
            if matches!(element.json, Json::List(_) | Json::Object(_)) {
                // Two of them are never the same one in JavaScript.
                let found = element.json.describe();
                self.notes.warn(&element.path, format!("{} never matches {found}, only simple values", quote(name)));
            } else {
                self.comparable(element, of);
                match (self.salt, element.json) {
                    (Some(_), Json::Text(text)) => texts.push(text.as_str()),
                    _ => values.push(compared(element.json, of)),
                }
            }
        }
        if list.is_empty() {
            let so = if name == "$in" { "never holds" } else { "always holds" };
            self.notes.warn(&operand.path, format!("the list for {} is empty; it {so}", quote(name)));
        }
        let open = write_op(op::IN, &values);
        Some(match self.salt {
            Some(salt) if !texts.is_empty() => {
                let hidden = hidden(op::PRIVATE_IN, salt, texts.into_iter(), of);
                // One of the two has to be true: they are not both false.
                if values.is_empty() { hidden } else { not(write_op(op::ALL_OF, &[not(open), not(hidden)])) }
            }
            _ => open,
        })
    }

    fn exists(&mut self, operand: Node<'_>) -> Vec<u8> {
        let wanted = match operand.json {
            Json::Bool(wanted) => *wanted,
            json => {
                // The values that are true in JavaScript.
                let wanted = match json {
                    Json::Null => false,
                    Json::Number(number) => *number != 0.0,
                    Json::Text(text) => !text.is_empty(),
                    _ => true,
                };
                let found = json.describe();
                let message =
                    format!("expected `true` or `false` for `$exists`, found {found}; it counts as `{wanted}`");
                self.notes.warn(&operand.path, message);
                wanted
            }
        };
        let exists = write_op(op::EXISTS, &[]);
        if wanted { exists } else { not(exists) }
    }

    fn type_name(&mut self, operand: Node<'_>) -> Vec<u8> {
        match operand.json {
            Json::Text(name) if TYPES.contains(&name.as_str()) => write_op(op::TYPE, &[sample(name)]),
            Json::Text(name) => {
                let hint = self.notes.hint(name, TYPES);
                let expected = either(&TYPES);
                let message = format!("`$type` never holds: expected {expected}, found {}{hint}", quote(name));
                self.notes.warn(&operand.path, message);
                never()
            }
            _ => {
                self.never_holds("$type", operand, &either(&TYPES));
                never()
            }
        }
    }

    fn every(&mut self, name: &str, operand: Node<'_>, of: Of) -> Vec<u8> {
        if !matches!(operand.json, Json::List(_)) {
            self.never_holds(name, operand, "a list of values");
            return never();
        }
        self.no_list(name, operand, of);
        let parts: Vec<Vec<u8>> = operand.elements().map(|element| self.value_op(element, Of::Value)).collect();
        write_op(op::EVERY, &parts)
    }

    fn element(&mut self, name: &str, operand: Node<'_>, of: Of) -> Vec<u8> {
        self.no_list(name, operand, of);
        if operand.json == &Json::Null {
            self.never_holds(name, operand, "an object of operators or a condition");
            return never();
        }
        let combines = |name: &str| matches!(name, "$and" | "$or" | "$nor");
        if is_operators(operand.json) && !operand.members().all(|(name, _)| combines(name)) {
            return write_op(op::ELEMENT, &[self.value_op(operand, Of::Value)]);
        }
        write_op(op::ELEMENT_SCOPE, &[self.scope(operand, Scope::Element)])
    }

    /// Notes an operator on lists where there is none.
    fn no_list(&mut self, name: &str, operand: Node<'_>, of: Of) {
        if of != Of::Value {
            let what = if of == Of::Size { "a length is a number" } else { "a part of the URL is a string" };
            self.notes.warn(&operand.path, format!("{what}, no list, so {} never holds", quote(name)));
        }
    }

    /// `$startsWith` and the like.
    fn part(&mut self, code: u8, name: &str, part: Node<'_>, of: Of) -> Vec<u8> {
        if !matches!(part.json, Json::Text(_)) {
            self.never_holds(name, part, "a string");
            return never();
        }
        write_op(code, &[compared(part.json, of)])
    }
}

fn not(op: Vec<u8>) -> Vec<u8> {
    write_op(op::VALUE_NOT, &[op])
}

/// The operators that a private rule may use.
const PRIVATE_OPERATORS: [&str; 6] = ["$eq", "$ne", "$in", "$nin", "$all", "$not"];

/// Writes an op whose operands are hashes of strings. They are sorted, so that the author's order is not visible.
fn hidden<'a>(code: u8, salt: Salt, texts: impl Iterator<Item = &'a str>, of: Of) -> Vec<u8> {
    let mut hashes: Vec<[u8; 8]> = texts
        .map(|text| {
            let mut own = text.as_bytes().to_vec();
            if of == Of::Path {
                own.clear();
                encode(&mut own, text.as_bytes());
            }
            private_hash(salt, &own).to_le_bytes()
        })
        .collect();
    hashes.sort_unstable();
    write_op(code, &[salt.to_vec(), hashes.concat()])
}

/// Returns the string with which a field of that kind is compared. Paths are canonical, so strings that are compared
/// with a path or searched in it are made canonical too.
fn compared(json: &Json, of: Of) -> Vec<u8> {
    match json {
        Json::Text(text) if of == Of::Path => {
            let mut canonical = Vec::new();
            encode(&mut canonical, text.as_bytes());
            let mut out = Vec::new();
            push_text(&mut out, &canonical);
            out
        }
        _ => literal(json),
    }
}

/// Returns an example value of a type that `$type` accepts.
fn sample(name: &str) -> Vec<u8> {
    literal(&match name {
        "boolean" => Json::Bool(false),
        "number" => Json::Number(0.0),
        "string" => Json::Text(String::new()),
        "array" => Json::List(Vec::new()),
        "object" => Json::Object(Vec::new()),
        _ => Json::Null,
    })
}
