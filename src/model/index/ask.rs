//! The requirements of a rule that an index can look up, as questions. Each of them has to be true for the rule to fire.

use super::build::Build;
use super::{SURE, ordered, sort};
use crate::model::Rule;
use crate::model::condition::{Op, op, ops};
use crate::model::pattern::code::{ANY, ANY_TIMES, CLOSE, OPTIONAL, SEGMENT};
use crate::model::pattern::literal_prefix;
use crate::text::bytes::items;
use crate::text::value::{FALSE, TEXT, values};

/// Of longer parts of strings only this many bytes are looked up. A part of one byte is in too many strings.
const WINDOW: usize = 16;

impl Build<'_> {
    /// Asks all questions of a rule.
    pub(super) fn ask(&mut self, rule: &Rule) {
        let paths = rule.paths.of(self.bytes);
        for sort in &[sort::PREFIX, sort::WINDOW] {
            for program in items(paths) {
                let text = if *sort == sort::PREFIX { literal_prefix(program) } else { literal(program) };
                self.text(*sort, self.path, text);
            }
            self.end();
        }
        // The compiler writes no `AND` directly within another.
        for own in ops(rule.condition.of(self.bytes)) {
            match own {
                (op::AND, body) => ops(body).for_each(|own| self.field(own, false)),
                _ => self.field(own, paths.is_empty()),
            }
        }
    }

    fn text(&mut self, sort: u8, field: u32, text: &[u8]) {
        let is_part = sort == sort::WINDOW;
        let text = text.get(..WINDOW).filter(|_| is_part).unwrap_or(text);
        self.answer(sort, field, text, 0, text.len() > is_part.into());
    }

    /// Asks the questions of an op about a field. `is_all`: the rule requires nothing else.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn field(&mut self, (code, body): Op<'_>, mut is_all: bool) {
        let mut parts = ops(body);
        let field = if code == op::FIELD { parts.field() } else { return };
        while let Some((code, body)) = parts.next() {
            is_all &= parts.is_done();
            for operand in values(body) {
                let text = operand.as_text().unwrap_or_default();
                match code {
                    // Missing values, arrays and objects cannot be found by their hash.
                    op::EQ | op::IN => {
                        let is_simple = matches!(operand.kind(), FALSE..=TEXT);
                        self.answer(sort::VALUE, field, &operand.hash().to_le_bytes(), 0, is_simple);
                    }
                    op::STARTS_WITH => self.text(sort::PREFIX, field, text),
                    op::ENDS_WITH | op::CONTAINS => self.text(sort::WINDOW, field, text),
                    op::GT..=op::LTE => {
                        let number = operand.as_number().unwrap_or(f64::NAN);
                        let is_sure = is_all && (code == op::GTE || code == op::LTE);
                        let (sort, number) =
                            if code <= op::GTE { (sort::ABOVE, number) } else { (sort::BELOW, -number) };
                        let rule = self.rule;
                        self.rule |= if is_sure { SURE } else { 0 };
                        self.answer(sort, field, &[], ordered(number), !number.is_nan());
                        self.rule = rule;
                    }
                    _ => self.answer(0, 0, &[], 0, false),
                }
                if code != op::IN {
                    break;
                }
            }
            self.end();
        }
    }
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
        let skipped = match after {
            // The body, and its end with the length again.
            [OPTIONAL..=ANY_TIMES, low, high, ..] => usize::from(u16::from_le_bytes([*low, *high])).wrapping_add(6),
            [SEGMENT | ANY | CLOSE, ..] => 1,
            _ => break,
        };
        rest = after.get(skipped..).unwrap_or_default();
    }
    longest
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
            (b"\x02abcdefghijklmnopqrstuvwxyz", b"abcdefghijklmnopqrstuvwxyz"),
            (b"\x03\xff", b""),
        ] {
            assert_eq!(literal(program), expected, "{program:?}");
        }
    }
}
