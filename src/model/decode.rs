//! Reads a compiled model from its bytes; the parent module lists their order.

use super::Model;
#[cfg(any(not(target_arch = "wasm32"), feature = "edge"))]
use super::former;
use super::read::{self, list};
use super::rule::{Bounds, Dimension, Field, MAGIC, Type};
use crate::error::Error;
use crate::limits::{RULES, STAGES, UTC_OFFSET_MINUTES};
use crate::text::bytes::Reader;
use crate::text::hash::checked;

impl Model {
    /// Reads a compiled model.
    ///
    /// # Errors [`Error::ModelVersion`] for one that another version compiled, [`Error::ModelCorrupt`] for other bytes
    /// that the compiler cannot have written.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let Some(body) = checked(bytes) else {
            // The checksum of a damaged model is wrong, so only its first bytes can show its format.
            return Err(if is_other(bytes) { Error::ModelVersion } else { Error::ModelCorrupt });
        };
        if is_other(bytes) {
            #[cfg(any(not(target_arch = "wasm32"), feature = "edge"))]
            if former::is_former(bytes) {
                return former::read(bytes, body).ok_or(Error::ModelCorrupt);
            }
            return Err(Error::ModelVersion);
        }
        Self::read(bytes, body).ok_or(Error::ModelCorrupt)
    }

    fn read(bytes: &[u8], body: &[u8]) -> Option<Self> {
        let reader = &mut Reader::new(body);
        if reader.take(MAGIC.len()) != MAGIC {
            return None;
        }
        let mut model = Self::new(reader.span(), reader.varint());
        let most = body.len();
        model.dimensions = list(reader, most, |reader| Dimension { id: reader.span(), bounds: Bounds::NONE })?;
        let rules = list(reader, RULES, Reader::span)?;
        let stages = list(reader, STAGES, Reader::span)?;
        model.labels = reader.span();
        model.types = list(reader, most, |reader| Type { name: reader.span(), needs: reader.span() })?;
        model.fields = list(reader, most, |reader| Field { part: reader.u8(), names: reader.span() })?;
        model.utc_offset = (reader.signed_within(UTC_OFFSET_MINUTES) as i32).wrapping_mul(60);
        model.score = Bounds::read(reader);
        for dimension in &mut model.dimensions {
            dimension.bounds = Bounds::read(reader);
        }
        for id in rules {
            model.rules.push(read::rule(reader, id, body));
        }
        for id in stages {
            model.stages.push(read::stage(reader, id, body));
        }
        model.finish(reader, bytes, body)
    }
}

/// Returns true for the bytes of a model of another format.
fn is_other(bytes: &[u8]) -> bool {
    let (magic, format) = MAGIC.split_at(3);
    bytes.starts_with(magic) && bytes.get(3..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(format))
}
