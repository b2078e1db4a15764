//! Reads models that the last release compiled, so that their states keep their scores and their signals can be
//! verified. Events are not matched with such a model: recompile it for that.
//!
//! The previous format had no list of types and fields, and every rule and stage began with its id.

use super::Model;
use super::read::{self, list};
use super::rule::{Bounds, Decay, Dimension, MAGIC, Rule};
use crate::limits::{HITS, POINTS, RULES, STAGES};
use crate::text::bytes::{Reader, Span};
use crate::text::hash::hash32;

/// The first bytes of a model of the former format.
const FORMER: &[u8] = b"LSM\x01";

pub(super) fn is_former(bytes: &[u8]) -> bool {
    bytes.starts_with(FORMER)
}

/// Reads a model of the former format; `bytes` include the checksum, `body` does not.
pub(super) fn read(bytes: &[u8], body: &[u8]) -> Option<Model> {
    let reader = &mut Reader::new(body);
    reader.take(MAGIC.len());
    let mut model = Model::new(reader.span(), reader.varint());
    model.is_former = true;
    model.score = Bounds::read(reader);
    model.dimensions =
        list(reader, body.len(), |reader| Dimension { id: reader.span(), bounds: Bounds::read(reader) })?;
    model.rules = list(reader, RULES, |reader| read_rule(reader, body))?;
    model.stages = list(reader, STAGES, |reader| {
        let id = reader.span();
        read::stage(reader, id, body)
    })?;
    model.labels = reader.span();
    // Skips the conditions.
    reader.span();
    model.finish(reader, bytes, body)
}

fn read_rule(reader: &mut Reader<'_>, bytes: &[u8]) -> Rule {
    let id = reader.span();
    let (points, dimension) = (reader.signed_within(POINTS), reader.varint());
    let (disqualify, kind) = (reader.u8() != 0, reader.varint());
    // Skips types, paths, the condition, and the field and value by which the rule was found.
    reader.span();
    reader.span();
    for _ in 0..3 {
        reader.varint();
    }
    Rule {
        hash: hash32(id.of(bytes)),
        id,
        points,
        dimension,
        disqualify,
        kind,
        types: Span::default(),
        paths: Span::default(),
        condition: Span::default(),
        key: reader.varint(),
        key_of: reader.varint(),
        limit: reader.varint().clamp(1, HITS),
        at_least: reader.u8() != 0,
        expires: reader.varint(),
        decay: Decay { kind: reader.varint(), time: reader.varint(), percent: reader.varint() },
        all: reader.span(),
        within: reader.varint(),
    }
}
