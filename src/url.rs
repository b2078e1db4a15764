//! The parts of an event's URL, and the canonical form in which paths are compared.

use std::borrow::Cow;

/// A URL taken apart, each part as it was given.
///
/// A URL is `scheme://host/path?query#hash` or begins with `/`; of anything else every part is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    /// Empty for a URL that begins with `/`.
    pub(crate) scheme: &'a str,
    pub(crate) host: Option<&'a str>,
    pub(crate) path: Option<&'a str>,
    pub(crate) query: Option<&'a str>,
    pub(crate) hash: Option<&'a str>,
}

impl<'a> Url<'a> {
    pub(crate) fn parse(url: &'a str) -> Self {
        let (scheme, after) = match url.split_once("://") {
            _ if url.starts_with('/') => ("", url),
            Some((scheme, after)) if is_scheme(scheme) => (scheme, after),
            _ => return Self::default(),
        };
        let (after, hash) = cut(after, '#');
        let (after, query) = cut(after, '?');
        if scheme.is_empty() {
            return Self { scheme, host: None, path: Some(after), query, hash };
        }
        let (authority, path) = after.split_at_checked(after.find('/').unwrap_or(after.len())).unwrap_or_default();
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let path = if path.is_empty() { "/" } else { path };
        Self { scheme, host: Some(host), path: Some(path), query, hash }
    }

    /// Lower case, with its port.
    pub(crate) fn host(&self) -> Option<Cow<'a, str>> {
        let host = self.host?;
        if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Some(Cow::Owned(host.to_ascii_lowercase()));
        }
        Some(Cow::Borrowed(host))
    }

    /// The first value of that name, decoded.
    pub(crate) fn query(&self, name: &str) -> Option<Cow<'a, str>> {
        self.query?.split('&').find_map(|pair| {
            let (own, value) = cut(pair, '=');
            (!pair.is_empty() && decode(own) == name).then(|| decode(value.unwrap_or_default()))
        })
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// What comes before the mark, and what after it where it is there.
fn cut(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// `+` is a space, escapes are decoded; those that are broken or no UTF-8 stay as they are.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'+' | b'%')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (character, length) = match first {
            '+' => (' ', 1),
            '%' => escaped(rest.as_bytes()).unwrap_or(('%', 1)),
            other => (other, other.len_utf8()),
        };
        out.push(character);
        rest = rest.get(length..).unwrap_or_default();
    }
    Cow::Owned(out)
}

/// The character that the bytes spell in escapes, and how many bytes that took.
fn escaped(bytes: &[u8]) -> Option<(char, usize)> {
    let byte = |index: usize| {
        let from = index.checked_mul(3)?;
        match bytes.get(from..from.checked_add(3)?)? {
            [b'%', high, low] => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                u8::try_from(digit(high)? << 4 | digit(low)?).ok()
            }
            _ => None,
        }
    };
    let mut spelt = Vec::with_capacity(4);
    for index in 0..4 {
        spelt.push(byte(index)?);
        if let Ok(text) = core::str::from_utf8(&spelt) {
            return Some((text.chars().next()?, spelt.len().saturating_mul(3)));
        }
    }
    None
}

/// Whether a byte stands for itself in a canonical path. The rest is the URL standard's path percent-encode set: the
/// controls, space, `"`, `#`, `<`, `>`, `?`, `^`, `` ` ``, `{`, `}`, and all that is not ASCII.
const fn is_plain(byte: u8) -> bool {
    !matches!(byte, 0..=b' ' | b'"' | b'#' | b'<' | b'>' | b'?' | b'^' | b'`' | b'{' | b'}' | 0x7f..)
}

/// A path that begins with `/`, canonical as the URL standard's path state leaves it: what must be is percent-encoded,
/// dot segments are resolved, tabs and line ends removed. Always printable ASCII.
pub(crate) fn canonical_path(path: &str) -> Cow<'_, str> {
    let bytes = path.as_bytes();
    let dotted = |pair: &[u8]| matches!(pair, [b'/', b'.' | b'%']);
    if bytes.iter().all(|byte| is_plain(*byte)) && !bytes.windows(2).any(dotted) {
        return Cow::Borrowed(path);
    }
    let text: String = path.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let mut out = String::with_capacity(text.len());
    let mut segments = text.strip_prefix('/').unwrap_or(&text).split('/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match dots(segment) {
            0 => {
                out.push('/');
                encode(&mut out, segment);
            }
            dots => {
                if dots == 2 {
                    out.truncate(out.rfind('/').unwrap_or_default());
                }
                if last {
                    out.push('/');
                }
            }
        }
    }
    Cow::Owned(out)
}

/// 1 for `.`, 2 for `..`, also where dots are escaped; 0 for any other segment.
fn dots(segment: &str) -> u32 {
    let mut rest = segment.as_bytes();
    let mut dots = 0u32;
    loop {
        rest = match rest {
            [] => return dots,
            [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] if dots < 2 => rest,
            _ => return 0,
        };
        dots = dots.saturating_add(1);
    }
}

fn encode(out: &mut String, segment: &str) {
    for byte in segment.bytes() {
        if is_plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let url = Url::parse("https://me:pw@Shop.Example:8443/a%20b/?x=1&x=2&a.b=c+d&e&%66=%E2%82%AC#top?no");
        assert_eq!(url.scheme, "https");
        assert_eq!(url.host().as_deref(), Some("shop.example:8443"));
        assert_eq!(url.path, Some("/a%20b/"));
        assert_eq!(url.hash, Some("top?no"));
        for (name, value) in
            [("x", Some("1")), ("a.b", Some("c d")), ("e", Some("")), ("f", Some("€")), ("y", None), ("", None)]
        {
            assert_eq!(url.query(name).as_deref(), value, "{name}");
        }
        assert_eq!(Url::parse("https://x?q").path, Some("/"));
        assert_eq!(Url::parse("https://x#h").hash, Some("h"));
        let relative = Url::parse("/a?b#c");
        assert_eq!((relative.host, relative.path, relative.query), (None, Some("/a"), Some("b")));
        for other in ["", "a/b", "mailto:x@y", "1ttp://x/", "://x/", "?q=1", "#h", " https://x/", "data:text,http://x/"] {
            assert_eq!(Url::parse(other), Url::default(), "{other}");
        }
    }

    #[test]
    fn broken_escapes_stay() {
        for (text, expected) in [
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%ff", "%ff"),
            ("%C3%28", "%C3("),
            ("%E2%82", "%E2%82"),
            ("%e2%82%ac+%2B", "€ +"),
            ("%F0%9F%98%80", "😀"),
            ("%ED%A0%80", "%ED%A0%80"),
            ("é%C3%A9", "éé"),
        ] {
            assert_eq!(decode(text), expected);
        }
    }

    #[test]
    fn canonical_paths() {
        for (path, expected) in [
            ("/", "/"),
            ("/a//b", "/a//b"),
            ("/a/../b", "/b"),
            ("/a/./b/.", "/a/b/"),
            ("/a/..", "/"),
            ("/..", "/"),
            ("/../../a", "/a"),
            ("/%2e/%2E%2e/a/.%2e/b", "/b"),
            ("/a/.../b", "/a/.../b"),
            ("/.a", "/.a"),
            ("/caf\u{e9}", "/caf%C3%A9"),
            ("/caf%c3%a9", "/caf%c3%a9"),
            ("/a b\"<>`{}^|\\[]'", "/a%20b%22%3C%3E%60%7B%7D%5E|\\[]'"),
            ("/a\tb\r\n", "/ab"),
            ("/a\u{7f}", "/a%7F"),
        ] {
            assert_eq!(canonical_path(path), expected);
        }
    }
}
