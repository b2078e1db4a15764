//! Decides a compiled condition over an event.
//!
//! Authoring checks a condition and writes it as JSON arrays `[op, …]`, so that the reader which takes in an event's
//! props takes in conditions too. Two kinds of op: those over a *scope* (the event, or an element within `$elemMatch`)
//! and those over a *value* (what a field holds). Evaluation is total: what is malformed does not hold.

use core::cmp::Ordering;

use crate::event::{Scope, Subject};
use crate::json::{self, Kind, Value};

/// Op codes.
pub(crate) mod op {
    #![allow(dead_code, reason = "not every op is named where conditions are decided: what is unknown never holds")]

    /// `[AND, scope-op…]`: all hold; without any it holds.
    pub(crate) const AND: u8 = 0;
    /// `[OR, scope-op…]`: one holds; without any it does not.
    pub(crate) const OR: u8 = 1;
    /// `[NOT, scope-op]`.
    pub(crate) const NOT: u8 = 2;
    /// `[FIELD, field, value-op…]`: all hold of the field's value. A field is an array of names (into the props), a
    /// string (the query value of that name), or 0, 1, 2 (the URL's path, host, hash).
    pub(crate) const FIELD: u8 = 3;
    /// `[ALL_OF, value-op…]`: all hold; without any it holds.
    pub(crate) const ALL_OF: u8 = 4;
    /// `[NEVER]`, as either kind.
    pub(crate) const NEVER: u8 = 5;
    /// `[EQ, json]`: deep equality, missing equals null.
    pub(crate) const EQ: u8 = 6;
    /// `[GT, json]` and so on: an ordering of two texts or two numbers.
    pub(crate) const GT: u8 = 7;
    pub(crate) const GTE: u8 = 8;
    pub(crate) const LT: u8 = 9;
    pub(crate) const LTE: u8 = 10;
    /// `[IN, [json…]]`: equal to one; for an array, one of its elements is.
    pub(crate) const IN: u8 = 11;
    /// `[EXISTS]`: neither missing nor null.
    pub(crate) const EXISTS: u8 = 12;
    /// `[TYPE, "string"]`.
    pub(crate) const TYPE: u8 = 13;
    /// `[SIZE, value-op]`: an array whose length it holds of.
    pub(crate) const SIZE: u8 = 14;
    /// `[ELEMENT, value-op]`: an array with an element that it holds of.
    pub(crate) const ELEMENT: u8 = 15;
    /// `[ELEMENT_SCOPE, scope-op]`: an array with an element within which it holds.
    pub(crate) const ELEMENT_SCOPE: u8 = 16;
    /// `[EVERY, value-op…]`: an array in which each holds of some element.
    pub(crate) const EVERY: u8 = 17;
    /// `[STARTS_WITH, "text"]` and so on: texts only.
    pub(crate) const STARTS_WITH: u8 = 18;
    pub(crate) const ENDS_WITH: u8 = 19;
    pub(crate) const CONTAINS: u8 = 20;
    /// `[VALUE_NOT, value-op]`.
    pub(crate) const VALUE_NOT: u8 = 21;
}

/// Whether a scope-op holds.
pub(crate) fn holds(condition: Value<'_>, scope: Scope<'_>) -> bool {
    let mut parts = condition.elements();
    let Some(code) = code(parts.next()) else { return false };
    match code {
        op::AND => parts.all(|part| holds(part, scope)),
        op::OR => parts.any(|part| holds(part, scope)),
        op::NOT => parts.next().is_some_and(|part| !holds(part, scope)),
        op::FIELD => parts.next().is_some_and(|field| {
            let subject = scope.resolve(field);
            parts.all(|part| holds_of(part, &subject))
        }),
        _ => false,
    }
}

/// Whether a value-op holds of what a field has.
fn holds_of(condition: Value<'_>, subject: &Subject<'_>) -> bool {
    let mut parts = condition.elements();
    let Some(code) = code(parts.next()) else { return false };
    if code == op::EXISTS {
        return !subject.is_null();
    }
    if code == op::ALL_OF {
        return parts.all(|part| holds_of(part, subject));
    }
    if code == op::EVERY {
        let some = |array: Value<'_>, part| array.elements().any(|element| holds_of(part, &Subject::Json(element)));
        return subject.array().is_some_and(|array| parts.all(|part| some(array, part)));
    }
    let Some(operand) = parts.next() else { return false };
    match code {
        op::EQ => subject.equals(operand),
        op::GT => order(subject, operand) == Some(Ordering::Greater),
        op::GTE => order(subject, operand).is_some_and(Ordering::is_ge),
        op::LT => order(subject, operand) == Some(Ordering::Less),
        op::LTE => order(subject, operand).is_some_and(Ordering::is_le),
        op::IN => {
            let listed = |subject: &Subject<'_>| operand.elements().any(|own| subject.equals(own));
            match subject.array() {
                Some(array) => array.elements().any(|element| listed(&Subject::Json(element))),
                None => listed(subject),
            }
        }
        op::TYPE => operand.as_text() == Some(type_name(subject.kind()).as_bytes()),
        op::SIZE => subject.array().is_some_and(|array| {
            #[expect(clippy::cast_precision_loss, reason = "props are too small for that")]
            let size = array.elements().count() as f64;
            holds_of(operand, &Subject::Number(size))
        }),
        op::ELEMENT => subject
            .array()
            .is_some_and(|array| array.elements().any(|element| holds_of(operand, &Subject::Json(element)))),
        op::ELEMENT_SCOPE => subject.array().is_some_and(|array| {
            array.elements().any(|element| holds(operand, Scope { root: Some(element), url: None }))
        }),
        op::STARTS_WITH | op::ENDS_WITH | op::CONTAINS => match (subject.as_text(), operand.as_text()) {
            (Some(text), Some(part)) => match code {
                op::STARTS_WITH => text.starts_with(part),
                op::ENDS_WITH => text.ends_with(part),
                _ => contains(text, part),
            },
            _ => false,
        },
        op::VALUE_NOT => !holds_of(operand, subject),
        _ => false,
    }
}

/// Whether the props have any field that the condition names, null included. Names within elements do not count.
pub(crate) fn names_present(condition: Value<'_>, scope: Scope<'_>) -> bool {
    let mut parts = condition.elements();
    match code(parts.next()) {
        Some(op::AND | op::OR | op::NOT) => parts.any(|part| names_present(part, scope)),
        Some(op::FIELD) => parts.next().is_some_and(|field| !matches!(scope.resolve(field), Subject::Missing)),
        _ => false,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates; no such op then")]
fn code(value: Option<Value<'_>>) -> Option<u8> {
    value?.as_number().map(|code| code as u8)
}

/// Two texts by code point (which is the order of UTF-8's bytes); else two numbers, a text counting as one when it is
/// one in JSON.
fn order(subject: &Subject<'_>, operand: Value<'_>) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (subject.as_text(), operand.as_text()) {
        return Some(a.cmp(b));
    }
    let number = |number: Option<f64>, text: Option<&[u8]>| number.or_else(|| json::parse_number(text?.trim_ascii()));
    let a = number(subject.as_number(), subject.as_text())?;
    let b = number(operand.as_number(), operand.as_text())?;
    a.partial_cmp(&b)
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Null | Kind::Overridden => "null",
        Kind::False | Kind::True => "boolean",
        Kind::Number => "number",
        Kind::Text => "string",
        Kind::Array => "array",
        Kind::Object => "object",
    }
}

/// Whether the text has the part in it, in linear time: with a library's vectors where bytes do not count.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

#[cfg(target_arch = "wasm32")]
pub(crate) use contains_small as contains;

/// Whether the text has the part in it, in time that is linear in both (Knuth, Morris and Pratt 1977).
#[cfg(any(test, target_arch = "wasm32"))]
pub(crate) fn contains_small(text: &[u8], part: &[u8]) -> bool {
    // By length of what matched: the longest other beginning of the part that it ends with.
    let mut shorter: Vec<usize> = Vec::new();
    let mut matched = 0usize;
    let step = |shorter: &[usize], mut matched: usize, byte: u8| {
        while part.get(matched) != Some(&byte) {
            match matched.checked_sub(1).and_then(|last| shorter.get(last)) {
                Some(next) => matched = *next,
                None => return 0,
            }
        }
        matched.wrapping_add(1)
    };
    for (at, byte) in part.iter().enumerate() {
        if at > 0 {
            matched = step(&shorter, matched, *byte);
        }
        shorter.push(matched);
    }
    matched = 0;
    part.is_empty()
        || text.iter().any(|byte| {
            matched = step(&shorter, matched, *byte);
            matched == part.len()
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn contains_as_the_standard_library(text in "[ab]{0,12}", part in "[ab]{0,5}") {
            prop_assert_eq!(contains(text.as_bytes(), part.as_bytes()), text.contains(&part));
            prop_assert_eq!(contains_small(text.as_bytes(), part.as_bytes()), text.contains(&part));
        }
    }
}
