//! A state's bytes.
//!
//! | part | bytes |
//! | --- | --- |
//! | version and what is there | 1: version in the low 4 bits, then seen, confirmed, recycled, trips |
//! | latest time of all | 4, little end first; every other time is how much earlier it is, a varint |
//! | first seen, last seen | a time each |
//! | confirmed | a time, 1 byte |
//! | recycled | a time |
//! | trips | their number; for each the stage's hash (4) and a time |
//! | rules | their number; for each the rule's hash (4) and a varint `n` |
//! | … a verdict | n = 0 false, 1 true; a time |
//! | … hits | n = 2 × their number, + 1 with keys; newest first, each how much earlier than the one before; a key is 4 |
//! | checksum | 4 |

use super::{Hit, State, Trip, Verdict};
use crate::bytes::{Reader, push_varint};
use crate::error::Error;
use crate::hash::checksum;
use crate::lifecycle::LIFECYCLE;
use crate::limits::STATE_BYTES;
use crate::model::{Key, Kind, Model};

const VERSION: u8 = 1;
const SEEN: u8 = 0x10;
const CONFIRMED: u8 = 0x20;
const RECYCLED: u8 = 0x40;
const TRIPS: u8 = 0x80;
/// More than one hit, with its rule and key, can take.
const HIT_BYTES: usize = 16;

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
        let times = self.hits.iter().map(|hit| hit.t).chain(self.verdicts.iter().map(|verdict| verdict.t));
        let times = times.chain(self.trips.iter().map(|trip| trip.t)).chain(self.recycled);
        let times = times.chain(self.confirmed.map(|(t, _)| t)).chain(self.seen.map(|(_, last)| last));
        let latest = times.max().unwrap_or_default();
        let mut out = vec![VERSION];
        let mut flags = VERSION;
        out.extend(latest.to_le_bytes());
        let earlier = |out: &mut Vec<u8>, t: u32| push_varint(out, u64::from(latest.saturating_sub(t)));
        if let Some((first, last)) = self.seen {
            flags |= SEEN;
            earlier(&mut out, first);
            earlier(&mut out, last);
        }
        if let Some((t, position)) = self.confirmed {
            flags |= CONFIRMED;
            earlier(&mut out, t);
            out.push(position);
        }
        if let Some(t) = self.recycled {
            flags |= RECYCLED;
            earlier(&mut out, t);
        }
        if !self.trips.is_empty() {
            flags |= TRIPS;
            push_varint(&mut out, self.trips.len() as u64);
            for trip in &self.trips {
                let stage = model.parts.stages.get(trip.stage as usize);
                out.extend(stage.map(|stage| stage.hash()).unwrap_or_default().to_le_bytes());
                earlier(&mut out, trip.t);
            }
        }
        if let Some(first) = out.first_mut() {
            *first = flags;
        }
        let groups = self.hits.chunk_by(|a, b| a.rule == b.rule);
        push_varint(&mut out, groups.clone().count().saturating_add(self.verdicts.len()) as u64);
        let name = |out: &mut Vec<u8>, rule: u32| {
            out.extend(model.rule(rule).map(|rule| rule.hash()).unwrap_or_default().to_le_bytes());
        };
        for verdict in &self.verdicts {
            name(&mut out, verdict.rule);
            out.push(u8::from(verdict.holds));
            earlier(&mut out, verdict.t);
        }
        for hits in groups {
            let Some(newest) = hits.first() else { continue };
            name(&mut out, newest.rule);
            let keyed = is_keyed(model, newest.rule);
            push_varint(&mut out, (hits.len() as u64) << 1 | u64::from(keyed));
            let mut before = latest;
            for hit in hits {
                push_varint(&mut out, u64::from(before.saturating_sub(hit.t)));
                before = hit.t;
                if keyed {
                    out.extend(hit.key.to_le_bytes());
                }
            }
        }
        let sum = checksum(&out);
        out.extend(sum.to_le_bytes());
        out
    }

    /// Whether the state with so many more hits may still be encoded within its limit.
    pub(crate) fn has_room(&self, model: &Model, more: usize) -> bool {
        // A rough bound first: states are small, and encoding one to find that out takes time.
        let entries = self.hits.len().saturating_add(self.verdicts.len()).saturating_add(self.trips.len());
        let bytes = |entries: usize| entries.saturating_mul(HIT_BYTES);
        bytes(entries.saturating_add(more).saturating_add(8)) <= STATE_BYTES
            || self.encode(model).len().saturating_add(bytes(more)) <= STATE_BYTES
    }

    /// Reads a state's bytes under a model, which need not be the version that wrote them: hits of rules that are gone
    /// are dropped, the others are keyed and limited as the model says now.
    ///
    /// # Errors
    /// [`Error::StateTooLarge`] beyond 64 KiB, [`Error::StateVersion`] for one of a newer version,
    /// [`Error::StateCorrupt`] for anything else that is no state.
    pub fn decode(model: &Model, bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > STATE_BYTES {
            return Err(Error::StateTooLarge);
        }
        let (body, sum) = bytes.split_last_chunk().ok_or(Error::StateCorrupt)?;
        if checksum(body) != u32::from_le_bytes(*sum) {
            return Err(Error::StateCorrupt);
        }
        if body.first().is_some_and(|first| first & 0x0f > VERSION) {
            return Err(Error::StateVersion);
        }
        Self::read(model, Reader::new(body)).ok_or(Error::StateCorrupt)
    }

    fn read(model: &Model, mut reader: Reader<'_>) -> Option<Self> {
        let mut state = Self::default();
        let flags = reader.u8()?;
        if flags & 0x0f != VERSION {
            return None;
        }
        let latest = reader.u32_le()?;
        let earlier = |reader: &mut Reader<'_>| latest.checked_sub(reader.varint()?);
        if flags & SEEN != 0 {
            state.seen(earlier(&mut reader)?);
            state.seen(earlier(&mut reader)?);
        }
        if flags & CONFIRMED != 0 {
            let t = earlier(&mut reader)?;
            let position = reader.u8().filter(|position| usize::from(*position) < LIFECYCLE.len())?;
            state.confirmed = Some((t, position));
        }
        if flags & RECYCLED != 0 {
            state.recycled = Some(earlier(&mut reader)?);
        }
        if flags & TRIPS != 0 {
            for _ in 0..reader.varint()? {
                let hash = reader.u32_le()?;
                let t = earlier(&mut reader)?;
                let mut stages = (0u32..).zip(&model.parts.stages);
                if let Some((stage, _)) = stages.find(|(_, stage)| stage.hash() == hash) {
                    state.trip(Trip { stage, t });
                }
            }
        }
        for _ in 0..reader.varint()? {
            let hash = reader.u32_le()?;
            let rule = model.index.rule(&model.parts.rules, hash);
            let n = reader.varint()?;
            if n < 2 {
                let t = earlier(&mut reader)?;
                if let Some(rule) = rule.filter(|rule| is_trait(model, *rule)) {
                    state.verdict(Verdict { rule, t, holds: n == 1 });
                }
                continue;
            }
            let mut t = latest;
            for _ in 0..n >> 1 {
                t = t.checked_sub(reader.varint()?)?;
                // A value that was not recorded is one value.
                let value = if n & 1 == 1 { reader.u32_le()? } else { 0 };
                if let Some(rule) = rule {
                    let key = key(model, rule, t, value);
                    state.hit(model, Hit { rule, t, key });
                }
            }
        }
        reader.is_empty().then_some(state)
    }
}

fn is_trait(model: &Model, rule: u32) -> bool {
    matches!(model.rule(rule).map(|rule| &rule.kind), Some(Kind::Trait(_)))
}

fn is_keyed(model: &Model, rule: u32) -> bool {
    matches!(model.rule(rule).map(|rule| &rule.kind), Some(Kind::Event(rule)) if matches!(rule.key, Key::Distinct(_)))
}

/// The key that a hit has under this model.
fn key(model: &Model, rule: u32, t: u32, value: u32) -> u32 {
    match model.rule(rule).map(|rule| &rule.kind) {
        Some(Kind::Event(rule)) => match rule.key {
            Key::Time => t,
            Key::Period(period) => t.checked_div(period).unwrap_or_default(),
            Key::Distinct(_) => value,
        },
        _ => 0,
    }
}
