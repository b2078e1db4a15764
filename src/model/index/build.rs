//! Builds the index of a model's rules.

use super::{COMBINATIONS, Entry, HASHES, Index, LOOKS_UP, TRAITS, TYPES, own_key, type_mask};
use crate::model::index::ask::{Asks, Probe, asks, place, sort as asked};
use crate::model::rule::{Field, NONE, Rule, Type, kind, part};
use crate::text::bytes::numbers;
use crate::text::hash::hash32;
use crate::text::sort::sort;

/// Up to this many rules of a type are tried one by one.
const FEW_RULES: u32 = 8;
/// A question with more answers than this is not looked up.
const ANSWERS: usize = 256;

/// An upper limit of the number of rules that ask for each key: keys that share a place are counted together.
struct Counts(Vec<u32>);

impl Counts {
    fn new(keys: usize) -> Self {
        Self(vec![0; keys.saturating_mul(2).next_power_of_two()])
    }

    fn place(&self, key: u64) -> usize {
        key as usize & self.0.len().wrapping_sub(1)
    }

    fn add(&mut self, key: u64) {
        let place = self.place(key);
        if let Some(count) = self.0.get_mut(place) {
            *count = count.saturating_add(1);
        }
    }

    fn of(&self, key: u64) -> u32 {
        self.0.get(self.place(key)).copied().unwrap_or_default()
    }
}

impl Index {
    /// Builds the index of a model's rules; `bytes` are the model's.
    pub(crate) fn new(types: &[Type], fields: &[Field], rules: &[Rule], bytes: &[u8]) -> Self {
        let path = fields.iter().position(|field| field.part == part::PATH);
        let mut index = Self { path: path.map_or(NONE, |path| path as u32), ..Self::default() };
        for (number, own) in (0u32..).zip(types) {
            let name = own.name.of(bytes);
            index.push(own_key(TYPES, hash32(name)), number);
            if name == b"identify" {
                index.identify = Some(number);
            }
        }
        // The first pass counts the keys of all questions, the second one adds each rule under its rarest question.
        let mut counts = Counts::new(if LOOKS_UP { rules.len().saturating_mul(4) } else { 0 });
        for add in [false, true] {
            for (position, rule) in (0u32..).zip(rules) {
                let asks =
                    if LOOKS_UP && rule.kind == kind::EVENT { asks(bytes, rule, index.path) } else { Asks::default() };
                if add {
                    index.push(own_key(HASHES, rule.hash), position);
                    match rule.kind {
                        kind::TRAIT => index.push(own_key(TRAITS, 0), position),
                        kind::ALL => {
                            let first = numbers(rule.all.of(bytes)).next().unwrap_or(NONE);
                            index.push(own_key(COMBINATIONS, first), position);
                        }
                        _ => {}
                    }
                }
                // Only event rules have types. In forged bytes other rules may have some, which must not make them
                // fire.
                let types = if rule.kind == kind::EVENT { rule.types.of(bytes) } else { &[] };
                for kind in numbers(types) {
                    let mask = type_mask(kind);
                    if !LOOKS_UP {
                        if add {
                            index.push(mask, position);
                        }
                    } else if add {
                        index.add(kind, mask, position, &asks, &counts);
                    } else {
                        counts.add(mask);
                        asks.answers.iter().for_each(|answer| counts.add(answer.key ^ mask));
                    }
                }
            }
        }
        index.finish();
        index
    }

    /// Adds a rule for events of a type under the question that the fewest other rules share.
    fn add(&mut self, kind: u32, mask: u64, position: u32, asks: &Asks, counts: &Counts) {
        let (mut best, mut fewest) = (NONE, counts.of(mask));
        let mut rest = asks.answers.as_slice();
        while let Some(first) = rest.first().filter(|_| counts.of(mask) > FEW_RULES) {
            let count = rest.iter().take_while(|answer| answer.ask == first.ask).count();
            let (answers, after) = rest.split_at_checked(count).unwrap_or_default();
            rest = after;
            let most = answers.iter().fold(0, |most, answer| most.max(counts.of(answer.key ^ mask)));
            // Any question is better than none: if all rules of a type compare one field, they share one question.
            if (most < fewest || (most == fewest && best == NONE)) && count <= ANSWERS {
                (best, fewest) = (first.ask, most);
            }
        }
        if best == NONE {
            self.push(mask, position);
        }
        for answer in asks.answers.iter().filter(|answer| answer.ask == best) {
            let own = answer.probe;
            let mut probe = Probe { place: own.place | place(kind, 0, 0), ..own };
            if let Some(starts) = self.starts.get_mut(usize::from(answer.first >> 6)) {
                *starts |= 1 << (answer.first & 63);
            }
            if probe.place >> 32 & 0xff >= u64::from(asked::ABOVE) {
                probe.rule = position;
            } else {
                self.push(answer.key ^ mask, position);
            }
            // Most rules have the same look-up as the rule before.
            if self.probes.last() != Some(&probe) {
                self.probes.push(probe);
            }
        }
    }

    /// Sorts the look-ups and links the entries to chains.
    fn finish(&mut self) {
        if LOOKS_UP {
            sort(&mut self.probes);
            self.probes.dedup();
        }
        let slots = self.entries.len().saturating_mul(2).next_power_of_two();
        self.heads = vec![NONE; slots];
        // From the last to the first, so that a chain gives rules in the model's order.
        for position in (0..self.entries.len()).rev() {
            let Some(entry) = self.entries.get_mut(position) else { break };
            if let Some(head) = self.heads.get_mut(entry.key as usize & slots.wrapping_sub(1)) {
                entry.next = *head;
                *head = position as u32;
            }
        }
    }

    fn push(&mut self, key: u64, rule: u32) {
        self.entries.push(Entry { key, next: NONE, rule });
    }
}
