//! Reads a compiled model from its bytes; the parent module lists their order.

use super::Model;
#[cfg(any(not(target_arch = "wasm32"), feature = "edge"))]
use super::former;
use super::index::Index;
use super::read::{self, Ids};
use super::rule::{Bounds, Dimension, Field, MAGIC, Type};
use crate::error::Error;
use crate::limits::{RULES, STAGES, UTC_OFFSET_MINUTES};
use crate::text::bytes::{Reader, Span};
use crate::text::hash::checked;

impl Model {
    /// Reads a compiled model.
    ///
    /// # Errors [`Error::ModelVersion`] for one that another version compiled, [`Error::ModelCorrupt`] for other bytes
    /// that the compiler cannot have written.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        // The checksum of a damaged model is wrong, so only its first bytes can show its format.
        let body = checked(bytes).unwrap_or_default();
        let reader = &mut Reader::new(body);
        let magic = reader.take(MAGIC.len());
        #[cfg_attr(
            all(target_arch = "wasm32", not(feature = "edge")),
            expect(unused_mut, reason = "former models are read by the edge")
        )]
        let mut is_other = is_other(bytes);
        let mut model = Self::empty();
        match magic {
            MAGIC => model.read(reader, body),
            #[cfg(any(not(target_arch = "wasm32"), feature = "edge"))]
            former::MAGIC => {
                is_other = false;
                former::read(&mut model, reader, body);
            }
            _ => reader.fail_if(true),
        }
        if !is_other && model.finish(reader, bytes, body) {
            return Ok(model);
        }
        Err(if is_other { Error::ModelVersion } else { Error::ModelCorrupt })
    }

    /// Returns a model into which one is read.
    fn empty() -> Self {
        Self {
            bytes: Vec::new(),
            hash: Vec::new(),
            name: Span::default(),
            version: 0,
            score: Bounds::default(),
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
        }
    }

    fn read(&mut self, reader: &mut Reader<'_>, body: &[u8]) {
        self.name = reader.span();
        self.version = reader.varint();
        let mut dimensions = Ids::new(reader, body.len());
        let mut rules = Ids::new(reader, RULES);
        let mut stages = Ids::new(reader, STAGES);
        self.labels = reader.span();
        for _ in 0..reader.count(body.len()) {
            self.types.push(Type { name: reader.span(), needs: reader.span() });
        }
        for _ in 0..reader.count(body.len()) {
            self.fields.push(Field { part: reader.u8(), names: reader.span() });
        }
        self.utc_offset = (reader.signed_within(UTC_OFFSET_MINUTES) as i32).wrapping_mul(60);
        self.score = Bounds::read(reader);
        for _ in 0..dimensions.count {
            self.dimensions.push(Dimension { id: dimensions.next(), bounds: Bounds::read(reader), has_minimum: false });
        }
        for _ in 0..rules.count {
            self.rules.push(read::rule(reader, rules.next(), body));
        }
        for _ in 0..stages.count {
            self.stages.push(read::stage(reader, stages.next(), body));
        }
    }
}

/// Returns true for the bytes of a model of another format.
fn is_other(bytes: &[u8]) -> bool {
    matches!(bytes, [b'L', b'S', b'M', format, ..] if Some(format) != MAGIC.last())
}
