//! The encoding of a state.
//!
//! | part | bytes |
//! | --- | --- |
//! | version | 1 |
//! | latest time of all | 4, little end first |
//! | groups, to the end: the hits of a slot, or one fact | a varint: 8 × a number + what they are; see below |
//! | … the rule's or the stage's hash | 4, of those that have one |
//! | … times, newest first | each a varint: how much earlier than the one before, the first than the latest of all |
//! | … keys, of a distinct rule | 4 after each time |
//! | checksum | 4, over all before |
//!
//! A byte before a group marks entries in the future (see [`super::aside`]). Version 1 had no such byte and no
//! milliseconds, which are the number of a group with one fact.

use super::State;
use super::aside::Name;
use super::hit::{Hit, VALUE_BITS, what};
use crate::error::Error;
use crate::event::lifecycle::LIFECYCLE;
use crate::limits::STATE_BYTES;
use crate::model::Model;
#[cfg(any(feature = "wasm", feature = "browser"))]
use crate::text::base64;
use crate::text::bytes::{Reader, push_varint};
use crate::text::hash::{checked, checksum};

/// The version that is written.
pub(crate) const VERSION: u8 = 2;
/// The version of releases up to 0.1, in which facts had no milliseconds.
const WITHOUT_MILLIS: u8 = 1;
/// The version, the latest time, the checksum; and more than a hit can take, with its group.
const FRAME_BYTES: usize = 9;
const HIT_BYTES: usize = 16;

/// The number before a group that is dated ahead.
const AHEAD: u32 = 6;
/// The lead's own groups: numbers from here on are a confirmed stage.
const CONFIRMED: u32 = 3;
/// The count of numbers that the lead's own groups may have; the rest of their number is milliseconds.
const OWN_NUMBERS: u32 = 16;

impl State {
    /// The state as bytes. A state in a [`crate::Lead`] has at most 64 KiB.
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
        self.encode_as(model, VERSION)
    }

    /// The state as bytes of a version: [`verify`](crate::verify) recomputes signals of earlier releases.
    pub(crate) fn encode_as(&self, model: &Model, version: u8) -> Vec<u8> {
        let latest = self.hits.iter().map(Hit::time).max().unwrap_or_default();
        let mut out = vec![version];
        out.extend_from_slice(&latest.to_le_bytes());
        let mut rest = self.hits.as_slice();
        while let Some(first) = rest.first() {
            let name = Name::of(model, first.slot);
            let mut count = rest.iter().take_while(|hit| hit.slot == first.slot).count();
            if name.what > what::KEYED {
                count = 1;
            }
            let (group, after) = rest.split_at_checked(count).unwrap_or_default();
            rest = after;
            let (mut kind, mut number) = (name.what, count as u32);
            if name.what > what::KEYED {
                let millis = if version == WITHOUT_MILLIS { 0 } else { first.key >> VALUE_BITS };
                number = match name.what {
                    what::OWN => millis.wrapping_mul(OWN_NUMBERS).wrapping_add(name.hash).wrapping_add(first.value()),
                    _ if version == WITHOUT_MILLIS => 1,
                    _ => millis,
                };
                if name.what == what::VERDICT {
                    kind |= first.value();
                }
            }
            if name.is_ahead {
                push_varint(&mut out, AHEAD.into());
            }
            push_varint(&mut out, u64::from(number << 3 | kind));
            if name.what != what::OWN {
                out.extend_from_slice(&name.hash.to_le_bytes());
            }
            let mut before = latest;
            for hit in group {
                push_varint(&mut out, u64::from(before.wrapping_sub(hit.time())));
                before = hit.time();
                if name.what == what::KEYED {
                    out.extend_from_slice(&hit.key.to_le_bytes());
                }
            }
        }
        let sum = checksum(&out);
        out.extend_from_slice(&sum.to_le_bytes());
        out
    }

    /// Returns true if the state can be encoded within its limit.
    pub(crate) fn has_room(&self, model: &Model) -> bool {
        self.has_room_for(0) || self.encode(model).len() <= STATE_BYTES
    }

    /// Returns true if the state with this many more hits is certainly small enough. Most states are small, so this
    /// avoids encoding them.
    pub(crate) fn has_room_for(&self, more: usize) -> bool {
        let hits = self.hits.len().wrapping_add(more);
        hits.wrapping_mul(HIT_BYTES).wrapping_add(FRAME_BYTES) <= STATE_BYTES
    }

    /// Reads a state's bytes under a model, which need not be the version that wrote them: hits of rules that are gone
    /// are set aside, the others are keyed and limited as the model says now. States of the last release are read too.
    ///
    /// # Errors
    /// [`Error::StateTooLarge`] beyond 64 KiB, [`Error::StateVersion`] for one of another version,
    /// [`Error::StateCorrupt`] for anything else that is not a state.
    pub fn decode(model: &Model, bytes: &[u8]) -> Result<Self, Error> {
        Ok(Self::read(model, bytes)?.0)
    }

    /// As [`State::decode`], with the bytes' version.
    pub(crate) fn read(model: &Model, bytes: &[u8]) -> Result<(Self, u8), Error> {
        if bytes.len() > STATE_BYTES {
            return Err(Error::StateTooLarge);
        }
        let mut reader = Reader::new(checked(bytes).ok_or(Error::StateCorrupt)?);
        let version = reader.u8();
        if version != VERSION && version != WITHOUT_MILLIS {
            return Err(Error::StateVersion);
        }
        let mut hits = Vec::new();
        let latest = reader.u32_le();
        while reader.more() {
            read_group(model, &mut reader, version, latest, &mut hits).ok_or(Error::StateCorrupt)?;
        }
        if reader.failed() { Err(Error::StateCorrupt) } else { Ok((Self::of_hits(model, hits), version)) }
    }

    /// Reads a state's bytes, or the same in base64url, which begins with another byte.
    #[cfg(any(feature = "wasm", feature = "browser"))]
    pub(crate) fn decode_text(model: &Model, bytes: &[u8]) -> Result<Self, Error> {
        if bytes.first().is_some_and(|first| *first < b'-') {
            return Self::decode(model, bytes);
        }
        Ok(Self::read_text(model, bytes)?.0)
    }

    /// Like [`State::read`], from base64url.
    #[cfg(any(feature = "wasm", feature = "browser"))]
    pub(crate) fn read_text(model: &Model, text: &[u8]) -> Result<(Self, u8), Error> {
        Self::read(model, &base64::decode(text).ok_or(Error::StateCorrupt)?)
    }
}

/// Adds a group's hits; none if it is not one.
fn read_group(model: &Model, reader: &mut Reader<'_>, version: u8, latest: u32, hits: &mut Vec<Hit>) -> Option<()> {
    let mut head = reader.varint();
    let is_ahead = version != WITHOUT_MILLIS && head == AHEAD;
    if is_ahead {
        head = reader.varint();
    }
    let (mut kind, mut count, mut millis, mut value) = (head & 7, head >> 3, 0, 0);
    if kind > what::KEYED && version != WITHOUT_MILLIS {
        (millis, count) = (count, 1);
    }
    let hash = match kind {
        what::HITS | what::KEYED | what::TRIP => reader.u32_le(),
        what::OWN => {
            let mut number = count;
            if version != WITHOUT_MILLIS {
                (number, millis) = (millis % OWN_NUMBERS, millis / OWN_NUMBERS);
            }
            count = 1;
            value = number.saturating_sub(CONFIRMED);
            number.min(CONFIRMED)
        }
        AHEAD.. => return None,
        // A verdict: true or false.
        _ => {
            (value, kind) = (kind & 1, what::VERDICT);
            reader.u32_le()
        }
    };
    if millis >= 1_000 {
        return None;
    }
    let name = Name { hash, what: kind, is_ahead };
    let mut t = latest;
    while count > 0 {
        count = count.wrapping_sub(1);
        t = t.checked_sub(reader.varint())?;
        let key = if kind == what::KEYED { reader.u32_le() } else { millis << VALUE_BITS | value };
        if reader.failed() {
            return None;
        }
        // A stage of the lifecycle that later versions know.
        if (value as usize) < LIFECYCLE.len() {
            hits.push(name.hit(model, t, key));
        }
    }
    Some(())
}
