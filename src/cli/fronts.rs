//! Compares the two ways in which a line of events is read and matched, for tests.

use crate::event::lines::{parse, plain};
use crate::score::pages::Pages;
use crate::text::json::Scan;
use crate::{EventReader, Model, lead};

/// The readers of ordinary lines and of all lines, with what they remember of the lines before.
#[derive(Default)]
pub struct Fronts {
    scan: Scan,
    pages: Pages,
    reader: EventReader,
}

impl Fronts {
    /// Reads a line in both ways, always under the same model. Returns what differs; `None` if nothing does, or if the
    /// line is not an ordinary one.
    pub fn difference(&mut self, model: &Model, line: &str) -> Option<String> {
        let Self { scan, pages, reader } = self;
        let ordinary = plain(scan, line)?;
        let (visitor, event, at) = match parse(reader, line) {
            Ok(parsed) => parsed,
            Err(bad) => return Some(format!("an ordinary line is refused: {}", bad.message())),
        };
        if (ordinary.visitor, ordinary.kind, ordinary.at) != (visitor, event.kind, at) {
            return Some("visitor, type or time differ".to_owned());
        }
        let mut hits = Vec::new();
        let expected = if pages.match_event(model, &ordinary, &mut hits) {
            lead::match_event(model, &event, at)
        } else {
            Ok(Vec::new())
        };
        (expected.as_ref() != Ok(&hits)).then(|| format!("hits differ: {hits:?}, but {expected:?}"))
    }
}
