//! Reads a compiled model.
//!
//! `LSM`, the version of the format, then the model's parts in the order of [`Parts`], then a checksum of all before it
//! (4 bytes, little end first). Numbers are those of [`crate::bytes`], texts and lists are prefixed with their length,
//! and what is optional has a flag in a byte before it. Decoding is total, and takes memory in proportion to the bytes.

use super::{Bounds, Combination, Decay, Dimension, EventRule, Key, Kind, Label, Milli, Parts, Rule, Stage};
use crate::bytes::Reader;
use crate::error::Error;
use crate::hash::checksum;
use crate::limits;

pub(crate) const MAGIC: [u8; 3] = *b"LSM";
/// The version of the format.
pub(crate) const FORMAT: u8 = 1;
/// Bytes of the checksum.
const CHECKSUM: usize = 4;

/// Flags of bounds.
pub(crate) mod bound {
    pub(crate) const MIN: u8 = 1;
    pub(crate) const MAX: u8 = 2;
}

/// Flags of a rule; the lowest two bits are its kind.
pub(crate) mod rule {
    pub(crate) const EVENT: u8 = 0;
    pub(crate) const TRAIT: u8 = 1;
    pub(crate) const ALL: u8 = 2;
    pub(crate) const DISQUALIFY: u8 = 4;
    /// Of a combination.
    pub(crate) const WITHIN: u8 = 8;
}

/// Flags of an event rule.
pub(crate) mod event {
    pub(crate) const PERIOD: u8 = 1;
    pub(crate) const DISTINCT: u8 = 2;
    pub(crate) const CONDITION: u8 = 4;
    pub(crate) const AT_LEAST: u8 = 8;
    pub(crate) const EXPIRES: u8 = 16;
    pub(crate) const HALF_LIFE: u8 = 32;
    pub(crate) const LINEAR: u8 = 64;
    pub(crate) const STEP: u8 = 96;
}

/// Flags of a stage.
pub(crate) mod stage {
    pub(crate) const SIGNAL: u8 = 1;
    pub(crate) const NEAR: u8 = 2;
    pub(crate) const REARM: u8 = 4;
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Parts, Error> {
    let mut reader = Reader::new(bytes);
    if reader.take(MAGIC.len()) != Some(&MAGIC) {
        return Err(Error::ModelCorrupt);
    }
    match reader.u8() {
        Some(FORMAT) => {}
        Some(_) => return Err(Error::ModelVersion),
        None => return Err(Error::ModelCorrupt),
    }
    read(bytes, reader).ok_or(Error::ModelCorrupt)
}

fn read(bytes: &[u8], mut reader: Reader<'_>) -> Option<Parts> {
    let summed = bytes.len().checked_sub(CHECKSUM)?;
    let sum = Reader::new(bytes.get(summed..)?).u32_le()?;
    reader.bytes = reader.bytes.get(..reader.bytes.len().checked_sub(CHECKSUM)?)?;
    if sum != checksum(bytes.get(..summed)?) {
        return None;
    }
    let parts = Parts {
        name: text(&mut reader)?,
        version: reader.varint()?,
        score: bounds(&mut reader)?,
        dimensions: list(&mut reader, |reader| Some(Dimension { id: text(reader)?, bounds: bounds(reader)? }))?,
        rules: list(&mut reader, read_rule)?,
        stages: list(&mut reader, read_stage)?,
        labels: list(&mut reader, read_label)?,
        expressions: text(&mut reader)?,
    };
    reader.is_empty().then_some(parts)
}

/// A length, then so many items; each takes a byte at least, so a length that lies ends soon.
fn list<T>(reader: &mut Reader<'_>, item: fn(&mut Reader<'_>) -> Option<T>) -> Option<Vec<T>> {
    let mut items = Vec::new();
    for _ in 0..reader.varint()? {
        items.push(item(reader)?);
    }
    Some(items)
}

fn text(reader: &mut Reader<'_>) -> Option<String> {
    Some(core::str::from_utf8(reader.sized()?).ok()?.to_owned())
}

fn position(reader: &mut Reader<'_>) -> Option<u32> {
    reader.varint()
}

/// A number that is there where its flag is set.
fn optional<T>(wanted: u8, reader: &mut Reader<'_>, read: fn(&mut Reader<'_>) -> Option<T>) -> Option<Option<T>> {
    if wanted == 0 { Some(None) } else { read(reader).map(Some) }
}

fn signed(reader: &mut Reader<'_>) -> Option<Milli> {
    reader.signed().filter(|amount| amount.unsigned_abs() <= limits::AMOUNT.unsigned_abs())
}

/// From 1 to 3650 days, in seconds.
fn duration(reader: &mut Reader<'_>) -> Option<u32> {
    within(reader, limits::DURATION_DAYS.saturating_mul(86_400))
}

/// From 1 to `max`.
fn within(reader: &mut Reader<'_>, max: u32) -> Option<u32> {
    reader.varint().filter(|value| *value >= 1 && *value <= max)
}

/// A byte with no other flags than these.
fn flags(reader: &mut Reader<'_>, known: u8) -> Option<u8> {
    reader.u8().filter(|flags| flags & !known == 0)
}

fn bounds(reader: &mut Reader<'_>) -> Option<Bounds> {
    let flags = flags(reader, bound::MIN | bound::MAX)?;
    let min = optional(flags & bound::MIN, reader, signed)?.unwrap_or(Bounds::NONE.min);
    let max = optional(flags & bound::MAX, reader, signed)?.unwrap_or(Bounds::NONE.max);
    (min <= max).then_some(Bounds { min, max })
}

fn read_rule(reader: &mut Reader<'_>) -> Option<Rule> {
    let id = text(reader)?;
    let flags = flags(reader, 3 | rule::DISQUALIFY | rule::WITHIN)?;
    let points = signed(reader)?;
    let dimension = reader.varint()?;
    let kind = match flags & !rule::DISQUALIFY {
        rule::EVENT => Kind::Event(read_event(reader)?),
        rule::TRAIT => Kind::Trait(reader.varint()?),
        all if all & !rule::WITHIN == rule::ALL => {
            let rules = list(reader, position)?;
            Kind::All(Combination { rules, within: optional(flags & rule::WITHIN, reader, duration)? })
        }
        _ => return None,
    };
    Some(Rule { id, points, dimension, disqualify: flags & rule::DISQUALIFY != 0, kind })
}

fn read_event(reader: &mut Reader<'_>) -> Option<EventRule> {
    let flags = flags(reader, 0x7f)?;
    let types = list(reader, text)?;
    let paths = list(reader, |reader| Some(reader.sized()?.to_vec()))?;
    let condition = optional(flags & event::CONDITION, reader, position)?;
    let key = match flags & (event::PERIOD | event::DISTINCT) {
        0 => Key::Time,
        event::PERIOD => Key::Period(duration(reader)?),
        event::DISTINCT => Key::Distinct(reader.varint()?),
        _ => return None,
    };
    let limit = within(reader, limits::HITS)?;
    let expires = optional(flags & event::EXPIRES, reader, duration)?;
    let decay = match flags & event::STEP {
        event::HALF_LIFE => Decay::HalfLife(duration(reader)?),
        event::LINEAR => Decay::Linear(duration(reader)?),
        event::STEP => Decay::Step { percent: within(reader, 100)?, every: duration(reader)? },
        _ => Decay::None,
    };
    let at_least = (flags & event::AT_LEAST != 0).then_some(limit);
    Some(EventRule { types, paths, condition, key, limit, at_least, expires, decay })
}

fn read_stage(reader: &mut Reader<'_>) -> Option<Stage> {
    let id = text(reader)?;
    let flags = flags(reader, stage::SIGNAL | stage::NEAR | stage::REARM)?;
    Some(Stage {
        id,
        at: signed(reader)?,
        near: optional(flags & stage::NEAR, reader, signed)?,
        signal: flags & stage::SIGNAL != 0,
        auto: list(reader, position)?,
        requires: list(reader, position)?,
        min: list(reader, |reader| Some((position(reader)?, signed(reader)?)))?,
        rearm: optional(flags & stage::REARM, reader, duration)?,
    })
}

fn read_label(reader: &mut Reader<'_>) -> Option<Label> {
    let dimension = reader.varint()?;
    Some(Label { dimension, cutoffs: list(reader, |reader| Some((text(reader)?, signed(reader)?)))? })
}

/// Whether all positions are within range and all sizes within their limits, so that the runtime need not ask again.
pub(crate) fn check_references(parts: &Parts, expressions: usize) -> Result<(), Error> {
    let dimension = |at: u32| (at as usize) < parts.dimensions.len();
    let expression = |at: u32| (at as usize) < expressions;
    let any_rule = |at: &u32| (*at as usize) < parts.rules.len();
    let rule = |rule: &Rule| {
        let kind = match &rule.kind {
            Kind::Event(event) => {
                let field = if let Key::Distinct(field) = event.key { expression(field) } else { true };
                field && !event.types.is_empty() && event.condition.is_none_or(expression)
            }
            Kind::Trait(condition) => expression(*condition),
            Kind::All(all) => {
                !all.rules.is_empty()
                    && all.rules.iter().all(|at| {
                        let named = parts.rules.get(*at as usize);
                        named.is_some_and(|named| !matches!(named.kind, Kind::All(_)))
                    })
            }
        };
        kind && dimension(rule.dimension) && rule.points.unsigned_abs() <= limits::POINTS.unsigned_abs()
    };
    let stage = |stage: &Stage| {
        let rules = stage.auto.iter().chain(&stage.requires).all(any_rule);
        rules && stage.min.iter().all(|(at, _)| dimension(*at))
    };
    let fits = parts.rules.len() <= limits::RULES && parts.stages.len() <= limits::STAGES;
    let sound = fits
        && parts.rules.iter().all(rule)
        && parts.stages.iter().all(stage)
        && parts.labels.iter().all(|label| dimension(label.dimension));
    if sound { Ok(()) } else { Err(Error::ModelCorrupt) }
}
