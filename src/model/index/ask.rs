//! The requirements of a rule that an index can look up. Each of them has to be true for the rule to fire.

use crate::model::condition::{op, ops};
use crate::model::pattern::code::{ANY, ANY_TIMES, CLOSE, OPTIONAL, SEGMENT};
use crate::model::pattern::literal_prefix;
use crate::model::rule::Rule;
use crate::text::bytes::items;
use crate::text::hash::Fnv;
use crate::text::value::{FALSE, TEXT, Value, values};

/// Of longer parts of strings only this many bytes are looked up.
const WINDOW: usize = 16;
/// Shorter parts are in too many strings to be useful.
const LEAST_WINDOW: usize = 2;

/// The sort of a question. Keys begin with it, so that questions of different sorts have different keys.
pub(super) mod sort {
    /// No requirement: every event of the type.
    pub(crate) const TYPE: u8 = 0;
    /// A field equals a value or is an array with it as an element.
    pub(crate) const VALUE: u8 = 1;
    /// A string starts with another.
    pub(crate) const PREFIX: u8 = 2;
    /// A string contains another.
    pub(crate) const WINDOW: u8 = 3;
    /// A field is at least a number.
    pub(crate) const ABOVE: u8 = 4;
    /// A field is at most a number.
    pub(crate) const BELOW: u8 = 5;
}

/// A look-up for events of a type. Probes are sorted by their fields, in this order.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct Probe {
    /// See [`place`].
    pub(super) place: u64,
    /// For strings: the number of bytes.
    pub(super) number: f64,
    /// For numbers: the rule that asks for it.
    pub(super) rule: u32,
    /// True if the rule fires whenever the field reaches the number.
    pub(super) is_sure: bool,
}

/// The bits of a [`place`] below the type.
pub(super) const KIND_SHIFT: u32 = 40;

/// Returns the event type, the sort and the field of a look-up as one number. A model has fewer types than 24 bits can
/// count.
pub(super) fn place(kind: u32, sort: u8, field: u32) -> u64 {
    u64::from(kind) << KIND_SHIFT | u64::from(sort) << 32 | u64::from(field)
}

/// One of the answers to a question. An event needs only one of them.
pub(super) struct Answer {
    /// The number of the question: all its answers have the same.
    pub(super) ask: u32,
    pub(super) probe: Probe,
    /// For strings: the first byte.
    pub(super) first: u8,
    /// The hash key, for any type.
    pub(super) key: u64,
}

/// The beginning of a hash key.
pub(super) fn key_of(sort: u8, field: u32) -> Fnv {
    Fnv::seeded(u64::from(sort) << 32 | u64::from(field))
}

/// The questions of a rule that an index can answer.
#[derive(Default)]
pub(super) struct Asks {
    pub(super) answers: Vec<Answer>,
    ask: u32,
}

/// Returns the look-ups of a rule that an index can answer. `path` is the number of the field with the path.
pub(super) fn asks(bytes: &[u8], rule: &Rule, path: u32) -> Asks {
    let mut asks = Asks { answers: Vec::new(), ask: 0 };
    let paths = rule.paths.of(bytes);
    asks.all(&mut items(paths), |asks, program| asks.text(sort::PREFIX, path, literal_prefix(program)));
    asks.all(&mut items(paths), |asks, program| asks.text(sort::WINDOW, path, literal(program)));
    // The compiler writes no `AND` directly within another.
    for (code, body) in ops(rule.condition.of(bytes)) {
        match code {
            op::AND => ops(body).for_each(|(code, body)| asks.field(code, body, false)),
            _ => asks.field(code, body, paths.is_empty()),
        }
    }
    asks
}

impl Asks {
    /// Adds a question with an answer for each item, unless one of them cannot be looked up.
    fn all<T>(&mut self, items: &mut dyn Iterator<Item = T>, mut add: impl FnMut(&mut Self, T) -> bool) {
        let before = self.answers.len();
        self.ask = self.ask.wrapping_add(1);
        for item in items {
            if !add(self, item) {
                self.answers.truncate(before);
                return;
            }
        }
    }

    fn push(&mut self, (sort, field): (u8, u32), number: f64, is_sure: bool, first: u8, key: Fnv) -> bool {
        let probe = Probe { place: place(0, sort, field), number, rule: 0, is_sure };
        self.answers.push(Answer { ask: self.ask, probe, first, key: key.finish() });
        true
    }

    /// Returns false for a string that is too short to be looked up.
    fn text(&mut self, sort: u8, field: u32, text: &[u8]) -> bool {
        let least = if sort == sort::WINDOW { LEAST_WINDOW } else { 1 };
        let mut key = key_of(sort, field);
        key.bytes(text);
        let first = text.first().copied().unwrap_or_default();
        text.len() >= least && self.push((sort, field), text.len() as f64, false, first, key)
    }

    /// Returns false for a value that cannot be found by its hash: missing values, arrays and objects.
    fn value(&mut self, field: u32, value: Value<'_>) -> bool {
        let mut key = key_of(sort::VALUE, field);
        let is_simple = matches!(value.kind(), FALSE..=TEXT);
        if is_simple {
            key.u64(value.hash());
        }
        is_simple && self.push((sort::VALUE, field), 0.0, false, 0, key)
    }

    /// Adds the questions of an op about a field. `is_all`: the rule requires nothing else.
    fn field(&mut self, code: u8, body: &[u8], mut is_all: bool) {
        let mut parts = ops(body);
        let field = if code == op::FIELD { parts.field() } else { return };
        while let Some((code, body)) = parts.next() {
            is_all &= parts.is_done();
            let mut operands = values(body).take(if code == op::IN { usize::MAX } else { 1 });
            self.all(&mut operands, |asks, operand| {
                let text = operand.as_text().unwrap_or_default();
                let number = operand.as_number();
                match code {
                    op::EQ | op::IN => asks.value(field, operand),
                    op::STARTS_WITH => asks.text(sort::PREFIX, field, text),
                    op::ENDS_WITH | op::CONTAINS => asks.text(sort::WINDOW, field, beginning(text)),
                    op::GT..=op::LTE => {
                        let sort = if code <= op::GTE { sort::ABOVE } else { sort::BELOW };
                        let is_sure = is_all && (code == op::GTE || code == op::LTE);
                        number.is_some_and(|number| asks.push((sort, field), number, is_sure, 0, key_of(sort, field)))
                    }
                    _ => false,
                }
            });
        }
    }
}

fn beginning(text: &[u8]) -> &[u8] {
    text.get(..WINDOW).unwrap_or(text)
}

/// Returns a string that is in every path that a program matches: the longest one outside of the program's groups.
fn literal(program: &[u8]) -> &[u8] {
    let mut longest: &[u8] = &[];
    let mut rest = program;
    while !rest.is_empty() {
        let length = rest.iter().position(|byte| *byte <= CLOSE).unwrap_or(rest.len());
        let (own, after) = rest.split_at_checked(length).unwrap_or_default();
        if own.len() > longest.len() {
            longest = own;
        }
        rest = match after {
            [OPTIONAL..=ANY_TIMES, low, high, body @ ..] => {
                // The body, and its end with the length again.
                let length = usize::from(u16::from_le_bytes([*low, *high])).wrapping_add(3);
                body.get(length..).unwrap_or_default()
            }
            [SEGMENT | ANY | CLOSE, after @ ..] => after,
            _ => &[],
        };
    }
    beginning(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_matched_path_contains_the_literal() {
        for (program, expected) in [
            (&b"/a"[..], &b"/a"[..]),
            (b"\x02-w7-\x02", b"-w7-"),
            (b"\x02.pdf", b".pdf"),
            (b"/\x01/pricing/\x01", b"/pricing/"),
            (b"\x03\x07\x00/option\x06\x07\x00/x", b"/x"),
            (b"\x04\x02\x00/a\x06\x02\x00", b""),
            (b"\x02", b""),
            (b"", b""),
            (b"\x02abcdefghijklmnopqrstuvwxyz", b"abcdefghijklmnop"),
            (b"\x03\xff", b""),
        ] {
            assert_eq!(literal(program), expected, "{program:?}");
        }
    }
}
