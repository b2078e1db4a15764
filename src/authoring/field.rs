//! What a condition or `distinct` calls a field.

use super::fields::URL_PARTS;
use super::json::write_text;
use super::report::{Notes, Path, either, quote};

/// A field of an event.
pub(super) enum Field<'a> {
    /// Of the props, from the outermost name to the innermost.
    Props(&'a str),
    /// The path, host or hash of the URL: 0, 1, 2.
    Url(u8),
    /// The value of a name in the URL's query.
    Query(&'a str),
}

impl<'a> Field<'a> {
    /// What a name stands for in an event; a part of the URL that there is not is noted.
    pub(super) fn parse(name: &'a str, path: &Path<'_>, notes: &mut Notes) -> Option<Self> {
        let Some(part) = name.strip_prefix("url.") else {
            if name == "url" {
                let parts = either(&URL_PARTS);
                notes.warn(path, format!("`url` is a field of the event's props here; its URL is asked by {parts}"));
            }
            return Some(Self::Props(name));
        };
        match part {
            "path" => Some(Self::Url(0)),
            "host" => Some(Self::Url(1)),
            "hash" => Some(Self::Url(2)),
            "query" | "query." => {
                notes.error(path, "expected the name of a query value, as in `url.query.utm_source`");
                None
            }
            _ => {
                if let Some(name) = part.strip_prefix("query.") {
                    return Some(Self::Query(name));
                }
                let hint = notes.hint(name, URL_PARTS);
                let expected = either(&URL_PARTS);
                notes.error(path, format!("unknown part of the URL {}, expected {expected}{hint}", quote(name)));
                None
            }
        }
    }

    /// As [`crate::condition::op::FIELD`] wants it.
    pub(super) fn compile(&self) -> String {
        let mut out = String::new();
        match self {
            Self::Url(part) => out.push_str(&part.to_string()),
            Self::Query(name) => write_text(name, &mut out),
            Self::Props(name) => {
                let mut separator = '[';
                for name in name.split('.') {
                    out.push(core::mem::replace(&mut separator, ','));
                    write_text(name, &mut out);
                }
                out.push(']');
            }
        }
        out
    }
}
