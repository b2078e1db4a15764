//! A state's bytes.
//!
//! | part | bytes |
//! | --- | --- |
//! | version | 1 |
//! | latest time of all | 4, little end first |
//! | groups, to the end: the hits of a slot | a varint: 8 × their number + what they are; see below |
//! | … the rule's or the stage's hash | 4, of those that have one |
//! | … times, newest first | each a varint: how much earlier than the one before, the first than the latest of all |
//! | … keys, of a distinct rule | 4 after each time |
//! | checksum | 4, over all before |

use super::{CONFIRMED, FIRST, Hit, LAST, RECYCLED, State, TRIPS};
#[cfg(any(feature = "wasm", feature = "browser"))]
use crate::base64;
use crate::bytes::{Reader, push_varint};
use crate::error::Error;
use crate::hash::{checked, checksum};
use crate::lifecycle::LIFECYCLE;
use crate::limits::STATE_BYTES;
use crate::model::{Model, key, kind};

const VERSION: u8 = 1;
/// More than one hit, with its rule and key, can take.
const HIT_BYTES: usize = 16;

/// What the hits of a group are.
mod group {
    /// An event rule's.
    pub(super) const HITS: u32 = 0;
    /// An event rule's, with keys.
    pub(super) const KEYED: u32 = 1;
    /// A trait rule's verdict: false, true.
    pub(super) const FALSE: u32 = 2;
    pub(super) const TRUE: u32 = 3;
    /// A stage's last trip.
    pub(super) const TRIP: u32 = 4;
    /// One of the lead's own; the number says which: first event, last event, recycled, or from there on confirmed.
    pub(super) const OWN: u32 = 5;
}

impl State {
    /// The state as bytes, at most 64 KiB.
    ///
    /// ```
    /// # let json = r#"{ "name": "tiny", "rules": [{ "id": "pricing", "event": "page_view", "points": 15 }] }"#;
    /// # let model = leadscore::Model::decode(&leadscore::authoring::compile(json)?.bytes)?;
    /// let state = leadscore::State::default();
    /// assert_eq!(leadscore::State::decode(&model, &state.encode(&model)), Ok(state));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn encode(&self, model: &Model) -> Vec<u8> {
        let latest = self.hits.iter().map(|hit| real_time(hit.slot, hit.t)).max().unwrap_or_default();
        let mut out = vec![VERSION];
        out.extend_from_slice(&latest.to_le_bytes());
        let mut slot = None;
        let mut before = latest;
        for hit in &self.hits {
            let what = what(model, hit);
            if slot != Some(hit.slot) {
                slot = Some(hit.slot);
                before = latest;
                let count = match hit.slot {
                    FIRST => 0,
                    LAST => 1,
                    RECYCLED => 2,
                    CONFIRMED => hit.key.wrapping_add(3),
                    slot => self.of(slot).len() as u32,
                };
                push_varint(&mut out, u64::from(count << 3 | what));
                let named = match what {
                    group::TRIP => model.stages.get((hit.slot ^ TRIPS) as usize).map(|stage| stage.hash),
                    _ => model.rule(hit.slot).map(|rule| rule.hash),
                };
                if let Some(hash) = named {
                    out.extend_from_slice(&hash.to_le_bytes());
                }
            }
            let t = real_time(hit.slot, hit.t);
            push_varint(&mut out, u64::from(before.wrapping_sub(t)));
            before = t;
            if what == group::KEYED {
                out.extend_from_slice(&hit.key.to_le_bytes());
            }
        }
        let sum = checksum(&out);
        out.extend_from_slice(&sum.to_le_bytes());
        out
    }

    /// The state's bytes, of its rules' hits the newest as far as so many bytes hold them; none where not even the rest fits.
    #[cfg(any(feature = "browser", feature = "edge"))]
    pub(crate) fn encode_within(&self, model: &Model, bytes: usize) -> Vec<u8> {
        let mut state = self.clone();
        let mut encoded = state.encode(model);
        // A tenth of what there is goes at a time: states are small, and few are too large.
        while encoded.len() > bytes {
            let mut times = Vec::new();
            for hit in state.hits.iter().filter(|hit| hit.slot < TRIPS) {
                times.push(hit.t);
            }
            crate::sort::sort(&mut times);
            let Some(oldest) = times.get(times.len() / 10) else { return Vec::new() };
            state.hits.retain(|hit| hit.slot >= TRIPS || hit.t > *oldest);
            encoded = state.encode(model);
        }
        encoded
    }

    /// Whether the state with so many more hits may still be encoded within its limit.
    pub(crate) fn has_room(&self, model: &Model, more: usize) -> bool {
        // A rough bound first: states are small, and encoding one to find that out takes time.
        let bytes = |hits: usize| hits.wrapping_mul(HIT_BYTES);
        bytes(self.hits.len().wrapping_add(more)) <= STATE_BYTES / 2
            || self.encode(model).len().wrapping_add(bytes(more)) <= STATE_BYTES
    }

    /// Reads a state's bytes under a model, which need not be the version that wrote them: hits of rules that are gone
    /// are dropped, the others are keyed and limited as the model says now.
    ///
    /// # Errors
    /// [`Error::StateTooLarge`] beyond 64 KiB, [`Error::StateVersion`] for one of another version,
    /// [`Error::StateCorrupt`] for anything else that is no state.
    pub fn decode(model: &Model, bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > STATE_BYTES {
            return Err(Error::StateTooLarge);
        }
        let mut reader = Reader::new(checked(bytes).ok_or(Error::StateCorrupt)?);
        if reader.u8() != VERSION {
            return Err(Error::StateVersion);
        }
        let mut state = Self::default();
        let latest = reader.u32_le();
        while reader.more() {
            state.read_group(model, &mut reader, latest)?;
        }
        if reader.failed() { Err(Error::StateCorrupt) } else { Ok(state) }
    }

    /// Reads a state's bytes, or the same in base64url, which begins with another byte.
    #[cfg(any(feature = "wasm", feature = "browser"))]
    pub(crate) fn decode_text(model: &Model, bytes: &[u8]) -> Result<Self, Error> {
        if bytes.first().is_some_and(|first| *first < b'-') {
            return Self::decode(model, bytes);
        }
        Self::decode(model, &base64::decode(bytes).ok_or(Error::StateCorrupt)?)
    }

    fn read_group(&mut self, model: &Model, reader: &mut Reader<'_>, latest: u32) -> Result<(), Error> {
        let head = reader.varint();
        let (what, mut count, mut own_key) = (head & 7, head >> 3, 0);
        // A hit of a rule or a stage that is gone is read and dropped.
        let slot = match what {
            group::OWN => {
                let slot = match count {
                    0 => FIRST,
                    1 => LAST,
                    2 => RECYCLED,
                    _ => CONFIRMED,
                };
                own_key = count.saturating_sub(3);
                count = 1;
                Some(slot).filter(|_| (own_key as usize) < LIFECYCLE.len())
            }
            group::TRIP => {
                let hash = reader.u32_le();
                let stage = model.stages.iter().position(|stage| stage.hash == hash);
                stage.map(|stage| TRIPS | stage as u32)
            }
            _ => {
                let is_trait = matches!(what, group::FALSE | group::TRUE);
                let rule = model.index.rule(reader.u32_le());
                rule.filter(|rule| model.rule(*rule).is_some_and(|rule| (rule.kind == kind::TRAIT) == is_trait))
            }
        };
        let mut t = latest;
        while count > 0 {
            count = count.wrapping_sub(1);
            t = t.checked_sub(reader.varint()).ok_or(Error::StateCorrupt)?;
            // A value that was not recorded is one value.
            let value = if what == group::KEYED { reader.u32_le() } else { 0 };
            if reader.failed() || what > group::OWN {
                return Err(Error::StateCorrupt);
            }
            let Some(slot) = slot else { continue };
            let key = match (what, model.rule(slot)) {
                (group::HITS | group::KEYED, Some(rule)) => match rule.key {
                    key::PERIOD => t.checked_div(rule.key_of).unwrap_or_default(),
                    key::DISTINCT => value,
                    _ => t,
                },
                _ => own_key | u32::from(what == group::TRUE),
            };
            self.hit(model, Hit { slot, t: real_time(slot, t), key });
        }
        Ok(())
    }
}

/// The time of a slot's hit as such, or back.
fn real_time(slot: u32, t: u32) -> u32 {
    if slot == FIRST { u32::MAX.wrapping_sub(t) } else { t }
}

fn what(model: &Model, hit: &Hit) -> u32 {
    match model.rule(hit.slot) {
        Some(rule) if rule.kind == kind::TRAIT => group::FALSE | hit.key,
        Some(rule) if rule.key == key::DISTINCT => group::KEYED,
        Some(_) => group::HITS,
        None if hit.slot < LAST => group::TRIP,
        None => group::OWN,
    }
}
