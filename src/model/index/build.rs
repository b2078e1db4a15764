//! Builds the index of a model's rules.

use super::{Entry, Index, LOOKS_UP, NAME, Place, key, key_of, sort};
use crate::model::rule::{NONE, kind, part};
use crate::model::{Model, Rule};
use crate::text::bits::{Bits, zeros};
use crate::text::bytes::numbers;
use crate::text::hash::hash32;
use crate::text::sort::sort_by;

/// Up to this many rules of a type are tried one by one.
const FEW_RULES: u64 = 8;
/// A question with more answers than this is not looked up.
const ANSWERS: usize = 256;

/// One of the answers to a question. An event needs only one of them.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    pub(super) entry: Entry,
    pub(super) place: Place,
    /// For strings: the first byte.
    pub(super) first: u8,
}

/// An index while it is built. The first pass over the rules counts the keys of all questions, the second one adds each
/// rule under its rarest question.
pub(super) struct Build<'a> {
    pub(super) bytes: &'a [u8],
    /// The number of the field with the path.
    pub(super) path: u32,
    entries: Vec<Entry>,
    starts: Bits,
    counts: Counts,
    is_counting: bool,
    /// The current rule, and the mask of the type for which it is added.
    pub(super) rule: u32,
    pub(super) mask: u64,
    /// The answers to the current question.
    answers: Vec<Answer>,
    is_usable: bool,
    /// The answers to the question that the fewest other rules share, and how many share it.
    best: Vec<Answer>,
    fewest: u64,
}

impl Index {
    /// Builds the index of a model, whose bytes are given.
    pub(crate) fn new(model: &Model, bytes: &[u8]) -> Self {
        let path = model.fields.iter().position(|field| field.part == part::PATH);
        let mut build = Build {
            bytes,
            path: path.map_or(NONE, |path| path as u32),
            entries: Vec::new(),
            starts: Bits::new(256),
            counts: Counts(zeros(if LOOKS_UP { model.rules.len().saturating_mul(8).next_power_of_two() } else { 0 })),
            is_counting: false,
            rule: 0,
            mask: 0,
            answers: Vec::new(),
            is_usable: true,
            best: Vec::new(),
            fewest: 0,
        };
        let mut identify = 0;
        for (number, own) in (0u32..).zip(&model.types) {
            let name = own.name.of(bytes);
            build.push(key(sort::TYPE_NAME, hash32(name)), 0, number);
            if name == b"identify" {
                identify = key(sort::TYPE, number);
            }
        }
        for is_counting in &[true, false] {
            build.is_counting = *is_counting;
            for (position, rule) in (0u32..).zip(&model.rules) {
                if rule.kind == kind::EVENT {
                    build.add(position, rule);
                } else if !is_counting {
                    let first = numbers(rule.all.of(bytes)).next().unwrap_or(NONE);
                    let is_trait = rule.kind == kind::TRAIT;
                    let own = if is_trait { key(sort::ANY, 0) ^ identify } else { key(sort::COMBINATION, first) };
                    build.push(own, 0, position);
                }
                if !is_counting {
                    build.push(key(sort::RULE, rule.hash), NAME, position);
                }
            }
        }
        for (position, stage) in (0u32..).zip(&model.stages) {
            build.push(key(sort::STAGE, stage.hash), NAME, position);
        }
        for (position, dimension) in (0u32..).zip(&model.dimensions) {
            let mut key = key_of(sort::DIMENSION, 0);
            key.bytes(dimension.id.of(bytes));
            build.push(key.finish(), NAME, position);
        }
        build.finish()
    }
}

/// An upper limit of the number of rules that ask for each key: keys that share a place are counted together.
struct Counts(Vec<u64>);

impl Counts {
    fn of(&mut self, key: u64) -> Option<&mut u64> {
        // The length is a power of two.
        let place = key as usize & self.0.len().wrapping_sub(1);
        self.0.get_mut(place)
    }
}

impl Build<'_> {
    fn push(&mut self, key: u64, number: u64, rule: u32) {
        self.entries.push(Entry { key, number, rule });
    }

    /// Adds a rule about events for each of its types.
    fn add(&mut self, position: u32, rule: &Rule) {
        self.rule = position;
        for kind in numbers(rule.types.of(self.bytes)) {
            self.mask = key(sort::TYPE, kind);
            let any = key(sort::ANY, 0) ^ self.mask;
            self.best.clear();
            self.fewest = 0;
            if let Some(count) = self.counts.of(any) {
                *count = count.saturating_add(self.is_counting.into());
                self.fewest = *count;
            }
            if LOOKS_UP && (self.is_counting || self.fewest > FEW_RULES) {
                self.ask(rule);
            }
            if self.is_counting {
                continue;
            }
            let best = core::mem::take(&mut self.best);
            if best.is_empty() {
                self.push(any, 0, position);
            }
            for answer in &best {
                self.starts.add(answer.first.into());
                self.entries.push(answer.entry);
                self.push(key(sort::PLACES, kind), answer.place.number(), 0);
            }
            self.best = best;
        }
    }

    /// Adds an answer to the current question: a field and, for strings, their bytes. Without `is_usable` the question
    /// cannot be looked up.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub(super) fn answer(&mut self, sort: u8, field: u32, bytes: &[u8], number: u64, is_usable: bool) {
        self.is_usable &= is_usable && self.answers.len() < ANSWERS;
        let mut key = key_of(sort, field);
        key.bytes(bytes);
        let is_text = matches!(sort, sort::PREFIX | sort::WINDOW);
        let length = if is_text { bytes.len() } else { 0 };
        let first = bytes.first().copied().unwrap_or_default();
        let entry = Entry { key: key.finish() ^ self.mask, number, rule: self.rule };
        self.answers.push(Answer { entry, place: Place { sort, field, length }, first });
    }

    /// Ends the current question: counts its answers, or keeps them if it is the best one so far.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub(super) fn end(&mut self) {
        let mut most = 0;
        for answer in &self.answers {
            if let Some(count) = self.counts.of(answer.entry.key) {
                *count = count.saturating_add((self.is_counting && self.is_usable).into());
                most = most.max(*count);
            }
        }
        // Any question is better than none: if all rules of a type compare one field, they share one question.
        let is_best = most < self.fewest || most == self.fewest && self.best.is_empty();
        if self.is_usable && is_best && !self.answers.is_empty() {
            self.fewest = most;
            core::mem::swap(&mut self.best, &mut self.answers);
        }
        self.answers.clear();
        self.is_usable = true;
    }

    /// Sorts the entries and divides them into parts.
    fn finish(mut self) -> Index {
        sort_by(&mut self.entries, |one, other| {
            if one.key != other.key {
                one.key < other.key
            } else if one.number != other.number {
                one.number < other.number
            } else {
                one.rule < other.rule
            }
        });
        let mut index = Index {
            entries: Vec::new(),
            heads: Vec::new(),
            parts: self.entries.len() as u64,
            starts: self.starts,
            path: self.path,
            has_unique_names: true,
        };
        let mut last = Entry::default();
        for entry in &self.entries {
            // Most rules have the same look-up as the rule before.
            if *entry != last {
                index.has_unique_names &= entry.number != NAME || entry.key != last.key;
                last = *entry;
                let part = index.part(last.key);
                while index.heads.len() <= part {
                    index.heads.push(index.entries.len() as u32);
                }
                index.entries.push(last);
            }
        }
        index
    }
}
