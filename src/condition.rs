//! Decides a compiled condition over an event.
//!
//! Authoring checks a condition and writes it as JSON arrays `[op, …]`, so that the reader which takes in an event's
//! props takes in conditions too. Two kinds of op: those over a *scope* (the event, or an element within `$elemMatch`)
//! and those over a *value* (what a field holds). Evaluation is total: what is malformed does not hold.

use core::cmp::Ordering;

use crate::event::{Scope, Subject};
use crate::json::{self, FEW, Kind, Value};
use crate::sort::sort;

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
        let Some(array) = subject.array() else { return false };
        let listed = Listed::new(array, parts.count());
        return parts.all(|part| match equal_to(part) {
            Some(operand) => listed.has(operand),
            None => array.elements().any(|element| holds_of(part, &Subject::Json(element))),
        });
    }
    let Some(operand) = parts.next() else { return false };
    match code {
        op::EQ => subject.equals(operand),
        op::GT => order(subject, operand) == Some(Ordering::Greater),
        op::GTE => order(subject, operand).is_some_and(Ordering::is_ge),
        op::LT => order(subject, operand) == Some(Ordering::Less),
        op::LTE => order(subject, operand).is_some_and(Ordering::is_le),
        op::IN => {
            if let Some(array) = subject.array() {
                let listed = Listed::new(operand, array.elements().count());
                return array.elements().any(|element| listed.has(element));
            }
            operand.elements().any(|own| subject.equals(own))
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

/// The operand of a value-op that asks for equality.
fn equal_to(condition: Value<'_>) -> Option<Value<'_>> {
    let mut parts = condition.elements();
    if code(parts.next()) == Some(op::EQ) { parts.next() } else { None }
}

/// A list that is asked for many values, so that two long lists take no time that is the product of their lengths.
struct Listed<'a> {
    list: Value<'a>,
    /// The hashes of its elements, sorted, with their positions; `None` of a list that is short or asked for few values.
    hashes: Option<Vec<(u64, u32)>>,
}

impl<'a> Listed<'a> {
    /// `asked`: how many values will be looked up.
    fn new(list: Value<'a>, asked: usize) -> Self {
        let is_long = asked > FEW && list.elements().nth(FEW).is_some();
        let hashes = is_long.then(|| {
            let mut hashes = Vec::new();
            for element in list.elements() {
                hashes.push((element.hash(), element.position()));
            }
            sort(&mut hashes);
            hashes
        });
        Self { list, hashes }
    }

    /// Returns whether an element equals the value.
    fn has(&self, value: Value<'_>) -> bool {
        let Some(hashes) = &self.hashes else { return self.list.elements().any(|element| element.equals(value)) };
        let hash = value.hash();
        let from = hashes.partition_point(|(own, _)| *own < hash);
        let mut found = hashes.iter().skip(from).take_while(|(own, _)| *own == hash);
        found.any(|(_, position)| self.list.tape().value(*position).equals(value))
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
    use crate::json::Tape;
    use proptest::prelude::*;

    fn tape(text: &str) -> Tape {
        let mut tape = Tape::default();
        tape.read(text.as_bytes()).unwrap();
        tape
    }

    /// Returns whether a value-op holds of a value.
    fn holds_json(condition: &str, value: &str) -> bool {
        let (condition, value) = (tape(condition), tape(value));
        holds_of(condition.root(), &Subject::Json(value.root()))
    }

    fn list(of: impl Iterator<Item = u32>) -> String {
        format!("[{}]", of.map(|number| number.to_string()).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn long_lists_in_long_arrays_end() {
        // Compared one by one these are 10^10 pairs.
        let (even, odd) = (list((0..100_000).map(|n| 2 * n)), list((0..100_000).map(|n| 2 * n + 1)));
        let equal = |list: &str| {
            list.trim_matches(['[', ']']).split(',').map(|n| format!(",[{},{n}]", op::EQ)).collect::<String>()
        };
        assert!(!holds_json(&format!("[{},{even}]", op::IN), &odd));
        assert!(holds_json(&format!("[{},{even}]", op::IN), &even));
        assert!(holds_json(&format!("[{}{}]", op::EVERY, equal(&even)), &even));
        assert!(!holds_json(&format!("[{}{}]", op::EVERY, equal(&even)), &even.replace(",199998", "")));
    }

    proptest! {
        #[test]
        fn long_lists_mean_what_short_ones_do(
            operand in proptest::collection::vec(0u32..60, 0..40),
            array in proptest::collection::vec(0u32..60, 0..40),
        ) {
            let (some, all) = (operand.iter().any(|n| array.contains(n)), operand.iter().all(|n| array.contains(n)));
            let array = list(array.iter().copied());
            prop_assert_eq!(holds_json(&format!("[{},{}]", op::IN, list(operand.iter().copied())), &array), some);
            let equal: String = operand.iter().map(|n| format!(",[{},{n}.0]", op::EQ)).collect();
            prop_assert_eq!(holds_json(&format!("[{}{equal}]", op::EVERY), &array), all);
        }

        #[test]
        fn contains_as_the_standard_library(text in "[ab]{0,12}", part in "[ab]{0,5}") {
            prop_assert_eq!(contains(text.as_bytes(), part.as_bytes()), text.contains(&part));
            prop_assert_eq!(contains_small(text.as_bytes(), part.as_bytes()), text.contains(&part));
        }
    }
}
