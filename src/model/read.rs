//! Reads the parts of compiled models, in the current and the previous format.

use super::Model;
use super::rule::{Bounds, Decay, Rule, Stage, largest_sum};
use crate::limits::{AMOUNT, HITS, POINTS, SUM};
use crate::model::index::Index;
use crate::text::bytes::{Reader, Span, numbers};
use crate::text::hash::{hash32, hash128};

impl Model {
    /// Completes the model after all parts were read. Returns false if they are not a valid model.
    pub(super) fn finish(&mut self, reader: &mut Reader<'_>, bytes: &[u8], body: &[u8]) -> bool {
        // Only the edge reads the account; a page ignores further bytes.
        #[cfg(feature = "edge")]
        if reader.more() {
            self.account = reader.span();
            reader.fail_if(reader.more());
        }
        reader.fail_if(largest_sum(self.dimensions.iter().map(|dimension| dimension.bounds)) > SUM.unsigned_abs());
        if reader.failed() {
            return false;
        }
        self.note_uses(body);
        self.bytes = bytes.to_vec();
        self.hash = hash128(&[bytes]);
        self.index = Index::new(self, body);
        self.index.has_unique_names
    }

    /// Notes in each rule and each dimension what else depends on it.
    fn note_uses(&mut self, body: &[u8]) {
        for rule in &mut self.rules {
            (rule.is_named, rule.disqualifies) = (rule.disqualify, rule.disqualify);
        }
        for at in 0..self.rules.len() {
            if let Some(rule) = self.rules.get(at) {
                note_named(rule.all.of(body), rule.disqualify, &mut self.rules);
            }
        }
        for stage in &self.stages {
            note_named(stage.auto.of(body), false, &mut self.rules);
            note_named(stage.requires.of(body), false, &mut self.rules);
            let mut min = Reader::new(stage.min.of(body));
            while min.more() {
                if let Some(dimension) = self.dimensions.get_mut(min.varint() as usize) {
                    dimension.has_minimum = true;
                }
                min.signed();
            }
        }
    }
}

/// Notes that a stage or a combination names these rules.
#[inline(never)]
fn note_named(list: &[u8], disqualifies: bool, rules: &mut [Rule]) {
    for position in numbers(list) {
        if let Some(rule) = rules.get_mut(position as usize) {
            rule.is_named = true;
            rule.disqualifies |= disqualifies;
        }
    }
}

impl Bounds {
    /// Reads two optional amounts; fails if they are not in order.
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let own = Self { min: reader.signed_or(Self::NONE.min), max: reader.signed_or(Self::NONE.max) };
        reader.fail_if(!own.is_valid());
        own
    }
}

/// The ids of dimensions, rules or stages, which stand before everything else about them.
pub(super) struct Ids<'a> {
    pub(super) count: usize,
    reader: Reader<'a>,
}

impl<'a> Ids<'a> {
    /// Skips a list of ids; fails if it has more than `most`.
    pub(super) fn new(reader: &mut Reader<'a>, most: usize) -> Self {
        let count = reader.count(most);
        let own = Self { count, reader: reader.clone() };
        for _ in 0..count {
            reader.span();
        }
        own
    }

    pub(super) fn next(&mut self) -> Span {
        self.reader.span()
    }
}

/// The number of values of a rule.
const VALUES: usize = 16;
/// A bit for each value of a rule that is bytes instead of a number.
const SPANS: u32 = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 14;

/// Reads a rule. First comes a number with a bit for each of the following values that is present; the others are 0 or
/// empty. In the order of the bits: points (signed) · types, paths, condition (bytes) · limit, less one · key, its
/// period or field · dimension · decay's kind, time · expires · decay's percent · kind · 1 for `disqualify` and 2 for
/// `at_least` · the rules of a combination (bytes), within.
pub(super) fn rule(reader: &mut Reader<'_>, id: Span, bytes: &[u8]) -> Rule {
    let (mut spans, mut numbers, mut points) = ([Span::default(); VALUES], [0; VALUES], 0);
    let is_there = reader.varint();
    for (position, (span, number)) in (0u32..).zip(spans.iter_mut().zip(&mut numbers)) {
        let bit = is_there & 1 << position;
        if bit & SPANS != 0 {
            *span = reader.span();
        } else if bit == 1 {
            points = reader.signed_within(POINTS);
        } else if bit != 0 {
            *number = reader.varint();
        }
    }
    let [_, types, paths, condition, .., all, _] = spans;
    let [_, _, _, _, limit, key, key_of, dimension, decay, time, expires, percent, kind, flags, _, within] = numbers;
    Rule {
        hash: hash32(id.of(bytes)),
        id,
        points,
        dimension,
        disqualify: flags & 1 != 0,
        is_named: false,
        disqualifies: false,
        kind,
        types,
        paths,
        condition,
        key,
        key_of,
        limit: limit.saturating_add(1).min(HITS),
        at_least: flags & 2 != 0,
        expires,
        decay: Decay { kind: decay, time, percent },
        all,
        within,
    }
}

pub(super) fn stage(reader: &mut Reader<'_>, id: Span, bytes: &[u8]) -> Stage {
    Stage {
        hash: hash32(id.of(bytes)),
        id,
        at: reader.signed_within(AMOUNT),
        near: reader.signed_within(AMOUNT),
        signal: reader.u8() != 0,
        rank: reader.varint(),
        rearm: reader.varint(),
        auto: reader.span(),
        requires: reader.span(),
        min: reader.span(),
    }
}
