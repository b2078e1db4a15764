//! The id of a visitor.

use crate::error::Error;
use crate::event::is_short;
use crate::limits::VISITOR_CHARS;

/// A visitor's id: 1 to 1,024 characters of UTF-8.
#[derive(Clone, Copy)]
pub(crate) struct VisitorId<'a>(&'a [u8]);

impl<'a> VisitorId<'a> {
    /// # Errors
    /// [`Error::VisitorId`] for an id that is empty or too long.
    pub(crate) fn new(id: &'a [u8]) -> Result<Self, Error> {
        if id.is_empty() || !is_short(id, VISITOR_CHARS) { Err(Error::VisitorId) } else { Ok(Self(id)) }
    }

    /// Returns the id in UTF-8.
    pub(crate) fn bytes(self) -> &'a [u8] {
        self.0
    }
}
