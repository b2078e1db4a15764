//! Something that was done in the page, before the session adds what it knows.

use crate::json::Writer;

/// An event to be.
#[derive(Clone)]
pub(super) struct Deed {
    pub(super) kind: Vec<u8>,
    /// Milliseconds since 1970.
    pub(super) at: u64,
    pub(super) url: Vec<u8>,
    /// Where the visitor came to this page from.
    pub(super) referrer: Vec<u8>,
    /// The props, still without the bracket that closes them.
    pub(super) props: Writer,
    /// Of a `user_engagement`: engaged seconds that none before it has counted.
    pub(super) engaged: u64,
}

impl Deed {
    /// The event as JSON.
    pub(super) fn json(self) -> Vec<u8> {
        let Self { kind, at, url, mut props, .. } = self;
        props.close(b'}');
        let mut writer = Writer::default();
        writer.open(b'{');
        writer.name("type").text(&kind);
        writer.name("at").integer(at);
        writer.name("url").text(&url);
        writer.name("props").raw(&props.finish());
        writer.close(b'}');
        writer.finish()
    }
}

/// Props to be written.
pub(super) fn props() -> Writer {
    let mut writer = Writer::default();
    writer.open(b'{');
    writer
}
