//! Reads the parts of compiled models, in the current and the previous format.

use super::rule::{Bounds, Decay, Rule, Stage, largest_sum};
use super::{Model, uses};
use crate::limits::{AMOUNT, HITS, POINTS, SUM};
use crate::model::index::Index;
use crate::text::bytes::{Reader, Span};
use crate::text::hash::{hash32, hash128};
use crate::text::sort::sort;
use crate::text::value::hash_text;

impl Model {
    pub(super) fn new(name: Span, version: u32) -> Self {
        Self {
            bytes: Vec::new(),
            hash: Vec::new(),
            name,
            version,
            score: Bounds::NONE,
            dimensions: Vec::new(),
            rules: Vec::new(),
            stages: Vec::new(),
            labels: Span::default(),
            types: Vec::new(),
            fields: Vec::new(),
            utc_offset: 0,
            is_former: false,
            #[cfg(feature = "edge")]
            account: Span::default(),
            index: Index::default(),
            uses: Vec::new(),
        }
    }

    /// Completes the model after all parts were read. Returns `None` if they are not a valid model.
    pub(super) fn finish(mut self, reader: &mut Reader<'_>, bytes: &[u8], body: &[u8]) -> Option<Self> {
        // Only the edge reads the account; a page ignores further bytes.
        #[cfg(feature = "edge")]
        if reader.more() {
            self.account = reader.span();
        }
        let bounds = || self.dimensions.iter().map(|dimension| dimension.bounds);
        let is_read = !(reader.failed() || cfg!(feature = "edge") && reader.more());
        let is_exact = largest_sum(bounds()) <= SUM.unsigned_abs();
        if !is_read || !self.score.is_valid() || !bounds().all(Bounds::is_valid) || !is_exact {
            return None;
        }
        self.index = Index::new(&self.types, &self.fields, &self.rules, body);
        // The hashes by which states refer to rules and to stages have to be unique.
        let is_own = |(position, rule): (u32, &Rule)| self.index.rule(rule.hash) == Some(position);
        let first = |hash: u32| self.stages.iter().position(|own| own.hash == hash);
        let is_first = |(position, stage): (usize, &Stage)| first(stage.hash) == Some(position);
        if !(0u32..).zip(&self.rules).all(is_own) || !self.stages.iter().enumerate().all(is_first) {
            return None;
        }
        // Dimensions are keys in JSON output, so their names have to be unique.
        let mut ids = Vec::new();
        for dimension in &self.dimensions {
            ids.push(hash_text(dimension.id.of(body)));
        }
        sort(&mut ids);
        if ids.windows(2).any(|pair| pair.first() == pair.last()) {
            return None;
        }
        (self.bytes, self.hash) = (bytes.to_vec(), hash128(&[bytes]));
        self.uses = uses::of(bytes, self.dimensions.len(), &self.rules, &self.stages);
        Some(self)
    }
}

impl Bounds {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { min: reader.signed_or(Self::NONE.min), max: reader.signed_or(Self::NONE.max) }
    }
}

/// Reads a number, then as many items, unless there are too many. Each item has at least one byte, so a forged number
/// cannot cause a long loop.
pub(super) fn list<'a, T>(
    reader: &mut Reader<'a>,
    most: usize,
    mut item: impl FnMut(&mut Reader<'a>) -> T,
) -> Option<Vec<T>> {
    let count = reader.varint() as usize;
    if count > most {
        return None;
    }
    let mut list = Vec::new();
    while list.len() < count && !reader.failed() {
        list.push(item(reader));
    }
    Some(list)
}

/// Reads a rule. First comes a number with a bit for each of the following values that is present; the others are 0 or
/// empty. In the order of the bits: points (signed) · types, paths, condition (bytes) · limit, less one · key, its
/// period or field · dimension · decay's kind, time · expires · decay's percent · kind · 1 for `disqualify` and 2 for
/// `at_least` · the rules of a combination (bytes), within.
pub(super) fn rule(reader: &mut Reader<'_>, id: Span, bytes: &[u8]) -> Rule {
    let mut is_there = Bits(reader.varint());
    let points = if is_there.next() { reader.signed_within(POINTS) } else { 0 };
    let [types, paths, condition] = [(); 3].map(|()| if is_there.next() { reader.span() } else { Span::default() });
    let [limit, key, key_of, dimension, decay, time, expires, percent, kind, flags] =
        [(); 10].map(|()| if is_there.next() { reader.varint() } else { 0 });
    let (all, within) = (
        if is_there.next() { reader.span() } else { Span::default() },
        if is_there.next() { reader.varint() } else { 0 },
    );
    Rule {
        hash: hash32(id.of(bytes)),
        id,
        points,
        dimension,
        disqualify: flags & 1 != 0,
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

/// The bits of a number, from the lowest.
struct Bits(u32);

impl Bits {
    fn next(&mut self) -> bool {
        let bit = self.0 & 1 != 0;
        self.0 >>= 1;
        bit
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
