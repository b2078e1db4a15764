//! Evaluates a compiled condition on an event.
//!
//! Authoring checks a condition and writes it as ops: a code, a length, then as many bytes, which contain other ops or
//! values (see [`crate::text::value`]). There are two kinds of op: those over a *scope* (the event, or an element
//! within `$elemMatch`) and those over a *value* (that of a field). Evaluation never fails: malformed ops are false.

use core::cmp::Ordering;

use crate::text::bytes::{Reader, items};
use crate::text::contains::contains;
use crate::text::hash::Fnv;
use crate::text::sort::sort;
use crate::text::value::{ARRAY, FALSE, TRUE, Value, Values, values};

/// Op codes.
pub(crate) mod op {
    #![allow(dead_code, reason = "not every op is named where conditions are decided: what is unknown never holds")]

    /// Scope-ops: true if all are true; true without any.
    pub(crate) const AND: u8 = 0;
    /// Scope-ops: true if one is true; false without any.
    pub(crate) const OR: u8 = 1;
    /// A scope-op.
    pub(crate) const NOT: u8 = 2;
    /// A field, then value-ops: true if all are true for the field's value. In an event a field is a varint, its number
    /// in the model; in an element it is a length and as many bytes of names, each with its length.
    pub(crate) const FIELD: u8 = 3;
    /// Value-ops: true if all are true; true without any.
    pub(crate) const ALL_OF: u8 = 4;
    /// No body; false, as a scope-op and as a value-op.
    pub(crate) const NEVER: u8 = 5;
    /// A value: deep equality, missing equals null.
    pub(crate) const EQ: u8 = 6;
    /// A value, also for the next three codes: the order of two strings or of two numbers.
    pub(crate) const GT: u8 = 7;
    pub(crate) const GTE: u8 = 8;
    pub(crate) const LT: u8 = 9;
    pub(crate) const LTE: u8 = 10;
    /// Values: true if the field equals one of them or, for an array, if one of its elements does.
    pub(crate) const IN: u8 = 11;
    /// No body: neither missing nor null.
    pub(crate) const EXISTS: u8 = 12;
    /// A value: true if the field's value has the same type.
    pub(crate) const TYPE: u8 = 13;
    /// A value-op: true for an array if the op is true for its length.
    pub(crate) const SIZE: u8 = 14;
    /// A value-op: true for an array if the op is true for one of its elements.
    pub(crate) const ELEMENT: u8 = 15;
    /// A scope-op: true for an array if the op is true within one of its elements.
    pub(crate) const ELEMENT_SCOPE: u8 = 16;
    /// Value-ops: true for an array if each op is true for some element.
    pub(crate) const EVERY: u8 = 17;
    /// A string, also for the next two codes; only strings match.
    pub(crate) const STARTS_WITH: u8 = 18;
    pub(crate) const ENDS_WITH: u8 = 19;
    pub(crate) const CONTAINS: u8 = 20;
    /// A value-op.
    pub(crate) const VALUE_NOT: u8 = 21;
    /// A salt of 8 bytes, then the hash of a string under it (see [`crate::private_hash`]): [`EQ`] with a private
    /// operand.
    pub(crate) const PRIVATE_EQ: u8 = 22;
    /// A salt, then hashes: [`IN`] with private operands.
    pub(crate) const PRIVATE_IN: u8 = 23;
}

/// Ops of the compiler nest less deeply than this. Deeper ops, which only forged bytes have, are false.
const LEVELS: u32 = 64;

/// An op: its code and its body.
pub(crate) type Op<'a> = (u8, &'a [u8]);

/// An iterator over consecutive ops.
pub(crate) struct Ops<'a>(Reader<'a>);

impl<'a> Iterator for Ops<'a> {
    type Item = Op<'a>;

    fn next(&mut self) -> Option<Op<'a>> {
        self.0.more().then(|| (self.0.u8(), self.0.sized()))
    }
}

pub(crate) fn ops(bytes: &[u8]) -> Ops<'_> {
    Ops(Reader::new(bytes))
}

impl<'a> Ops<'a> {
    /// Reads the number of the field with which the body of an [`op::FIELD`] for events begins.
    pub(crate) fn field(&mut self) -> u32 {
        self.0.varint()
    }

    /// Returns true after the last op.
    pub(crate) fn is_done(&self) -> bool {
        !self.0.more()
    }

    /// Reads the next value.
    pub(crate) fn value(&mut self) -> Value<'a> {
        Value::read(&mut self.0)
    }
}

/// The source of fields: of an event by number, of an element by name.
#[derive(Clone, Copy)]
pub(crate) enum Scope<'a> {
    Event(&'a [Value<'a>]),
    Element(Value<'a>),
}

impl<'a> Scope<'a> {
    /// Reads the next field and returns its value.
    fn resolve(self, ops: &mut Ops<'_>) -> Value<'a> {
        match self {
            Scope::Event(fields) => fields.get(ops.field() as usize).copied(),
            Scope::Element(element) => items(ops.0.sized()).try_fold(element, |value, name| value.get(name)),
        }
        .unwrap_or(Value::MISSING)
    }
}

/// Returns true if a condition, one scope-op, is true.
pub(crate) fn holds(condition: &[u8], scope: Scope<'_>) -> bool {
    ops(condition).next().is_some_and(|op| holds_in(op, scope, LEVELS))
}

fn holds_in((code, body): Op<'_>, scope: Scope<'_>, levels: u32) -> bool {
    let Some(levels) = levels.checked_sub(1) else { return false };
    let mut parts = ops(body);
    match code {
        op::AND => parts.all(|part| holds_in(part, scope, levels)),
        op::OR => parts.any(|part| holds_in(part, scope, levels)),
        op::NOT => parts.next().is_some_and(|part| !holds_in(part, scope, levels)),
        op::FIELD => {
            let subject = scope.resolve(&mut parts);
            parts.all(|part| holds_of(part, subject, levels))
        }
        _ => false,
    }
}

/// Returns true if a value-op is true for a field's value.
fn holds_of((code, body): Op<'_>, subject: Value<'_>, levels: u32) -> bool {
    let Some(levels) = levels.checked_sub(1) else { return false };
    let mut parts = ops(body);
    let is_array = subject.kind() == ARRAY;
    match code {
        op::EXISTS => !subject.is_null(),
        op::ALL_OF => parts.all(|part| holds_of(part, subject, levels)),
        op::EVERY => {
            let listed = Listed::new(subject.elements());
            is_array
                && parts.all(|part| match part {
                    (op::EQ, operand) => listed.has(ops(operand).value()),
                    _ => has_element(code, part, subject, levels),
                })
        }
        op::IN if is_array => {
            let listed = Listed::new(values(body));
            subject.elements().any(|element| listed.has(element))
        }
        op::IN => values(body).any(|own| subject.is(own)),
        op::PRIVATE_IN if is_array => has_element(code, (op::PRIVATE_EQ, body), subject, levels),
        op::PRIVATE_EQ | op::PRIVATE_IN => is_private(body, subject),
        op::VALUE_NOT | op::SIZE | op::ELEMENT | op::ELEMENT_SCOPE => {
            let Some(part) = parts.next() else { return false };
            // Props are too small for the length to be rounded.
            let bytes = &mut [0; 8];
            match code {
                op::VALUE_NOT => !holds_of(part, subject, levels),
                op::SIZE => {
                    is_array && holds_of(part, Value::of_number(subject.elements().count() as f64, bytes), levels)
                }
                _ => has_element(code, part, subject, levels),
            }
        }
        _ => holds_with(code, subject, parts.value()),
    }
}

/// Returns true if an op is true for an element: a scope-op with [`op::ELEMENT_SCOPE`], else a value-op.
#[cfg_attr(target_arch = "wasm32", inline(never))]
fn has_element(code: u8, part: Op<'_>, subject: Value<'_>, levels: u32) -> bool {
    subject.elements().any(|element| match code {
        op::ELEMENT_SCOPE => holds_in(part, Scope::Element(element), levels),
        _ => holds_of(part, element, levels),
    })
}

/// Returns true if a value-op whose body is one value is true.
fn holds_with(code: u8, subject: Value<'_>, operand: Value<'_>) -> bool {
    match code {
        op::EQ => subject.is(operand),
        op::GT..=op::LTE => match order(subject, operand) {
            Some(Ordering::Equal) => code == op::GTE || code == op::LTE,
            Some(Ordering::Greater) => code <= op::GTE,
            Some(Ordering::Less) => code >= op::LT,
            None => false,
        },
        op::TYPE => {
            // The two are one type in JavaScript, `boolean`.
            let kind = |value: Value<'_>| if value.kind() == FALSE { TRUE } else { value.kind() };
            kind(operand) == kind(subject)
        }
        op::STARTS_WITH..=op::CONTAINS => match (subject.as_text(), operand.as_text()) {
            (Some(text), Some(part)) => match code {
                op::STARTS_WITH => text.starts_with(part),
                op::ENDS_WITH => text.ends_with(part),
                _ => contains(text, part),
            },
            _ => false,
        },
        _ => false,
    }
}

/// Returns the hash that replaces a private operand: the string's, under a salt.
pub(crate) fn private_hash(salt: [u8; 8], text: &[u8]) -> u64 {
    let mut hash = Fnv::new();
    hash.bytes(&salt);
    hash.bytes(text);
    hash.finish()
}

/// Returns true if a string is one of the private operands.
fn is_private(operands: &[u8], subject: Value<'_>) -> bool {
    let mut hashes = operands.as_chunks::<8>().0.iter();
    let (Some(salt), Some(text)) = (hashes.next(), subject.as_text()) else { return false };
    let own = private_hash(*salt, text).to_le_bytes();
    hashes.any(|hash| *hash == own)
}

/// The sorted hashes of a list that is asked for many values, so that two long lists take no time that is the product of
/// their lengths.
struct Listed(Vec<u64>);

impl Listed {
    fn new(list: Values<'_>) -> Self {
        let mut hashes = Vec::new();
        for element in list {
            hashes.push(element.hash());
        }
        sort(&mut hashes);
        Self(hashes)
    }

    /// Returns true if an element is the value.
    fn has(&self, value: Value<'_>) -> bool {
        let hash = value.hash();
        let from = self.0.partition_point(|own| *own < hash);
        self.0.get(from) == Some(&hash)
    }
}

/// Returns true if the props have any field that the condition names, even if it is null. Names within elements do not
/// count.
pub(crate) fn names_present(condition: &[u8], scope: Scope<'_>) -> bool {
    ops(condition).next().is_some_and(|op| is_named(op, scope, LEVELS))
}

fn is_named((code, body): Op<'_>, scope: Scope<'_>, levels: u32) -> bool {
    let Some(levels) = levels.checked_sub(1) else { return false };
    let mut parts = ops(body);
    match code {
        op::AND | op::OR | op::NOT => parts.any(|part| is_named(part, scope, levels)),
        op::FIELD => !scope.resolve(&mut parts).is_missing(),
        _ => false,
    }
}

/// Two texts by code point (which is the order of UTF-8's bytes); else two numbers, a text counting as one when it is
/// one in JSON.
fn order(subject: Value<'_>, operand: Value<'_>) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (subject.as_text(), operand.as_text()) {
        return Some(a.cmp(b));
    }
    subject.number()?.partial_cmp(&operand.number()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::json::Tape;
    use crate::text::value::write::push_short_number;
    use proptest::prelude::*;

    fn op_of(code: u8, body: &[u8]) -> Vec<u8> {
        let mut out = vec![code];
        crate::text::bytes::push_sized(&mut out, body);
        out
    }

    fn numbers(of: impl Iterator<Item = u32>) -> Vec<u8> {
        let mut out = Vec::new();
        of.for_each(|number| push_short_number(&mut out, number.into()));
        out
    }

    /// Returns true if a value-op is true for a list of numbers.
    fn holds_of_list(code: u8, body: &[u8], list: impl Iterator<Item = u32>) -> bool {
        let text = format!("[{}]", list.map(|number| format!("{number}.0")).collect::<Vec<_>>().join(","));
        let mut tape = Tape::default();
        tape.read(text.as_bytes()).unwrap();
        holds_of((code, body), tape.root(), LEVELS)
    }

    fn all_equal(of: impl Iterator<Item = u32>) -> Vec<u8> {
        of.flat_map(|number| op_of(op::EQ, &numbers(core::iter::once(number)))).collect()
    }

    #[test]
    fn long_lists_in_long_arrays_terminate() {
        // Compared one by one these are 10^10 pairs.
        let (even, odd) = ((0..100_000).map(|n| 2 * n), (0..100_000).map(|n| 2 * n + 1));
        assert!(!holds_of_list(op::IN, &numbers(even.clone()), odd));
        assert!(holds_of_list(op::IN, &numbers(even.clone()), even.clone()));
        assert!(holds_of_list(op::EVERY, &all_equal(even.clone()), even.clone()));
        assert!(!holds_of_list(op::EVERY, &all_equal(even.clone()), even.filter(|n| *n != 199_998)));
    }

    #[test]
    fn a_condition_on_a_value_nested_too_deep_is_false() {
        let nested = |levels: u32| (1..levels).fold(op_of(op::AND, b""), |inner, _| op_of(op::AND, &inner));
        assert!(holds(&nested(LEVELS), Scope::Event(&[])));
        for levels in [LEVELS + 1, 10_000] {
            assert!(!holds(&nested(levels), Scope::Event(&[])));
        }
    }

    proptest! {
        #[test]
        fn long_lists_mean_what_short_ones_do(
            operand in proptest::collection::vec(0u32..60, 0..40),
            array in proptest::collection::vec(0u32..60, 0..40),
        ) {
            let (some, all) = (operand.iter().any(|n| array.contains(n)), operand.iter().all(|n| array.contains(n)));
            let own = || operand.iter().copied();
            prop_assert_eq!(holds_of_list(op::IN, &numbers(own()), array.iter().copied()), some);
            prop_assert_eq!(holds_of_list(op::EVERY, &all_equal(own()), array.iter().copied()), all);
        }

        #[test]
        fn any_bytes_terminate(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let fields = [Value::MISSING, Value::of_text(b"a"), Value::read(&mut Reader::new(&bytes))];
            let _ = (holds(&bytes, Scope::Event(&fields)), names_present(&bytes, Scope::Event(&fields)));
        }
    }
}
