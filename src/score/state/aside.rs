//! Entries that a state carries without counting them: hits of rules and stages that the model does not have, so that
//! two versions
//! of a model can share what is stored, and entries of any kind that a wrong clock has dated more than a day ahead.
//!
//! Both are in slots above all others, under their hash in the encoded state, and are joined like all entries. They do
//! not count in a rule's limit or in a score. Unknown entries are added when the state is read under a model that has
//! them; future entries are added when their time has come.

use super::hit::{AHEAD, CONFIRMED, FIRST, FIRST_ASIDE, Hit, LAST, RECYCLED, SLOTS, TRIPS, what};
use crate::limits::{ASIDE_BYTES, HITS};
use crate::model::{Model, key, kind};
use crate::text::sort::sort;

/// The lead's own slots, with their numbers in the encoding.
const OWN: [u64; 4] = [FIRST, LAST, RECYCLED, CONFIRMED];

/// A slot's name, which does not depend on the model: the hash of its rule or stage, or its number in [`OWN`], and its
/// kind.
#[derive(Clone, Copy)]
pub(super) struct Name {
    pub(super) hash: u32,
    pub(super) what: u32,
    pub(super) is_ahead: bool,
}

/// Bytes that a group of hits takes besides them, at most; of a fact, milliseconds too.
const GROUP_COST: usize = 7;
/// Bytes that a hit takes, at most.
const HIT_COST: usize = 5;
const KEY_COST: usize = 4;

impl Name {
    fn is_first(self) -> bool {
        self.what == what::OWN && self.hash == 0
    }

    /// A slot's name under a model.
    pub(super) fn of(model: &Model, slot: u64) -> Self {
        if slot >= SLOTS {
            return Self { hash: (slot >> 4) as u32, what: (slot >> 1 & 7) as u32, is_ahead: slot & AHEAD != 0 };
        }
        let number = slot as u32;
        let (hash, what) = match model.rule(number) {
            Some(rule) if rule.kind == kind::TRAIT => (rule.hash, what::VERDICT),
            Some(rule) if rule.key == key::DISTINCT => (rule.hash, what::KEYED),
            // Periods depend on the site's offset from UTC, so each hit carries its own period.
            Some(rule) if rule.key == key::PERIOD && model.utc_offset != 0 => (rule.hash, what::KEYED),
            Some(rule) => (rule.hash, what::HITS),
            None if slot < LAST => {
                let stage = model.stages.get((slot ^ TRIPS) as usize);
                (stage.map_or(0, |stage| stage.hash), what::TRIP)
            }
            None => (OWN.iter().position(|own| *own == slot).unwrap_or_default() as u32, what::OWN),
        };
        Self { hash, what, is_ahead: false }
    }

    /// The slot of the name under a model: set aside where the model does not have it, or where it lies ahead.
    pub(super) fn slot(self, model: &Model) -> u64 {
        let known = match self.what {
            _ if self.is_ahead => None,
            what::OWN => OWN.get(self.hash as usize).copied(),
            what::TRIP => {
                let stage = (0u64..).zip(&model.stages).find(|(_, stage)| stage.hash == self.hash);
                stage.map(|(position, _)| TRIPS | position)
            }
            _ => {
                let is_trait = self.what == what::VERDICT;
                let rule = model.index.rule(self.hash);
                rule.filter(|rule| model.rule(*rule).is_some_and(|rule| (rule.kind == kind::TRAIT) == is_trait))
                    .map(u64::from)
            }
        };
        known
            .unwrap_or_else(|| SLOTS | u64::from(self.hash) << 4 | u64::from(self.what) << 1 | u64::from(self.is_ahead))
    }

    /// Returns the hit with that name at a time: keyed as in the model, with a value if one was recorded.
    pub(super) fn hit(self, model: &Model, t: u32, value: u32) -> Hit {
        let slot = self.slot(model);
        let rule = u32::try_from(slot).ok().and_then(|slot| model.rule(slot));
        let key = match (self.what, rule.map(|rule| (rule.key, rule.key_of))) {
            // Without a recorded period, it is the period in UTC. A model without an offset records none, so its states
            // have no other period either, whatever another model or a stranger has recorded.
            (what::HITS, Some((key::PERIOD, period))) => t.checked_div(period).unwrap_or_default(),
            (what::KEYED, Some((key::PERIOD, period))) if model.utc_offset == 0 => {
                t.checked_div(period).unwrap_or_default()
            }
            // A value that was not recorded is one value.
            (what::HITS, Some((key::DISTINCT, _))) => 0,
            (what::KEYED, Some((key::DISTINCT | key::PERIOD, _)) | None) => value,
            (what::HITS | what::KEYED, _) => t,
            _ => value,
        };
        Hit { slot, t: if self.is_first() { u32::MAX.wrapping_sub(t) } else { t }, key }
    }
}

/// Returns true if a slot holds entries that are dated ahead.
pub(super) fn is_ahead(slot: u64) -> bool {
    slot & (SLOTS | AHEAD) == SLOTS | AHEAD
}

/// The maximum number of hits in a slot that are set aside. Of entries in the future it keeps all facts, because each
/// of them holds until the time of the next; but of first events only the first, which the others never replace.
pub(super) fn limit(slot: u64) -> usize {
    let is_one = (slot >> 1 & 7) as u32 > what::KEYED && slot & AHEAD == 0;
    if is_one || slot & !AHEAD == FIRST_ASIDE { 1 } else { HITS as usize }
}

/// Keeps the newest of the entries that are set aside, by time, hash and key, within [`ASIDE_BYTES`].
///
/// An entry stays as long as the newer ones leave room for the largest. Whether they do follows from them alone, so
/// that joins keep their laws.
pub(super) fn bound(hits: &mut Vec<Hit>) {
    const LEAST_ROOM: usize = GROUP_COST + HIT_COST + KEY_COST;
    let start = hits.partition_point(|hit| hit.slot < SLOTS);
    let aside = hits.get(start..).unwrap_or_default();
    if aside.len() <= ASIDE_BYTES / LEAST_ROOM {
        return;
    }
    let mut oldest_first = Vec::new();
    for hit in aside {
        oldest_first.push(by_age(hit));
    }
    sort(&mut oldest_first);
    let mut bytes = LEAST_ROOM;
    // The group of a hit: the hash of its slot, and its time.
    let group = |hit: &Hit| (hit.slot as u32, hit.t);
    for (at, newest) in oldest_first.iter().enumerate().rev() {
        if bytes > ASIDE_BYTES {
            hits.retain(|hit| hit.slot < SLOTS || by_age(hit) > *newest);
            return;
        }
        bytes = bytes.wrapping_add(HIT_COST);
        let what = !newest.t >> 1;
        let mut newer = oldest_first.iter().skip(at.wrapping_add(1));
        // Each fact is a group.
        if what > what::KEYED || newer.all(|hit| group(hit) != group(newest)) {
            bytes = bytes.wrapping_add(GROUP_COST);
        }
        if what == what::KEYED {
            bytes = bytes.wrapping_add(KEY_COST);
        }
    }
}

/// Returns the sort key of an entry set aside: time, name and key, instead of the order in which a state keeps it.
fn by_age(hit: &Hit) -> Hit {
    let slot = u64::from(hit.t) << 32 | (hit.slot >> 4 & u64::from(u32::MAX));
    Hit { slot, t: !(hit.slot as u32 & 15), key: !hit.key }
}
