//! Reads models that the last release compiled, so that their states keep their scores and their signals can be
//! verified. Events are not matched with such a model: recompile it for that.
//!
//! The previous format had no list of types and fields, and every rule and stage began with its id.

use super::Model;
use super::read;
use super::rule::{Bounds, Decay, Dimension, Rule};
use crate::limits::{HITS, POINTS, RULES, STAGES};
use crate::text::bytes::{Reader, Span};
use crate::text::hash::hash32;

/// The first bytes of a model of the former format.
pub(super) const MAGIC: &[u8] = b"LSM\x01";

/// Reads all parts of a model of the former format after its first bytes.
pub(super) fn read(model: &mut Model, reader: &mut Reader<'_>, body: &[u8]) {
    model.is_former = true;
    model.name = reader.span();
    model.version = reader.varint();
    model.score = Bounds::read(reader);
    for _ in 0..reader.count(body.len()) {
        model.dimensions.push(Dimension { id: reader.span(), bounds: Bounds::read(reader), has_minimum: false });
    }
    for _ in 0..reader.count(RULES) {
        model.rules.push(read_rule(reader, body));
    }
    for _ in 0..reader.count(STAGES) {
        let id = reader.span();
        model.stages.push(read::stage(reader, id, body));
    }
    model.labels = reader.span();
    // Skips the conditions.
    reader.span();
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
        is_named: false,
        disqualifies: false,
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
