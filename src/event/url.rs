//! The parts of an event's URL, and the canonical form for comparing paths.

use std::borrow::Cow;

use crate::text::invariant::held;
use crate::text::json::hex;

/// The parts of a URL, unchanged, as UTF-8 bytes.
///
/// A URL is `scheme://host/path?query#hash` or begins with `/`; of anything else every part is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    /// Empty for a URL that begins with `/`.
    scheme: &'a [u8],
    host: Option<&'a [u8]>,
    pub(crate) path: Option<&'a [u8]>,
    query: Option<&'a [u8]>,
    pub(crate) hash: Option<&'a [u8]>,
}

impl<'a> Url<'a> {
    pub(crate) fn parse(url: &'a [u8]) -> Self {
        let (url, hash) = cut(url, b'#');
        let (url, query) = cut(url, b'?');
        if url.first() == Some(&b'/') {
            return Self { path: Some(url), query, hash, ..Self::default() };
        }
        let (scheme, after) = cut(url, b':');
        let Some(after) = after.and_then(|after| after.strip_prefix(b"//")).filter(|_| is_scheme(scheme)) else {
            return Self::default();
        };
        let slash = find(after, b'/').unwrap_or(after.len());
        let (authority, path) = held(after.split_at_checked(slash));
        let mut host = authority;
        while let (_, Some(rest)) = cut(host, b'@') {
            host = rest;
        }
        let path = if path.is_empty() { b"/" } else { path };
        Self { scheme, host: Some(host), path: Some(path), query, hash }
    }

    /// Lower case, with its port.
    pub(crate) fn host(&self) -> Option<Cow<'a, [u8]>> {
        let host = self.host?;
        let is_lower = !host.iter().any(u8::is_ascii_uppercase);
        Some(if is_lower { Cow::Borrowed(host) } else { Cow::Owned(host.to_ascii_lowercase()) })
    }

    /// The host as `URL.host` gives it: lower case, with its port unless that is the default of `http` or `https`
    /// (<https://url.spec.whatwg.org/#dom-url-host>). `None` for a URL without one.
    pub(crate) fn host_without_default_port(&self) -> Option<Cow<'a, [u8]>> {
        let host = self.host().filter(|host| !host.is_empty())?;
        let port: &[u8] = match &*self.scheme.to_ascii_lowercase() {
            b"https" => b":443",
            b"http" => b":80",
            _ => b":",
        };
        let bare = host.strip_suffix(port).or_else(|| host.strip_suffix(b":"));
        let bare = bare.filter(|bare| !bare.is_empty()).map(<[u8]>::to_vec);
        Some(bare.map_or(host, Cow::Owned))
    }

    /// Scheme and host; nothing of a URL that has none.
    pub(crate) fn origin(&self) -> Vec<u8> {
        let mut origin = self.scheme.to_vec();
        if let Some(host) = self.host() {
            origin.extend_from_slice(b"://");
            origin.extend_from_slice(&host);
        }
        origin
    }

    /// The first value of that name, decoded.
    pub(crate) fn query(&self, name: &[u8]) -> Option<Cow<'a, [u8]>> {
        let mut rest = self.query;
        while let Some(query) = rest {
            let (pair, after) = cut(query, b'&');
            let (own, value) = cut(pair, b'=');
            if !pair.is_empty() && *decode(own) == *name {
                return Some(decode(value.unwrap_or_default()));
            }
            rest = after;
        }
        None
    }
}

fn is_scheme(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

#[cfg(not(target_arch = "wasm32"))]
fn find(text: &[u8], mark: u8) -> Option<usize> {
    memchr::memchr(mark, text)
}

#[cfg(target_arch = "wasm32")]
fn find(text: &[u8], mark: u8) -> Option<usize> {
    text.iter().position(|byte| *byte == mark)
}

/// Returns the part before the query and the hash.
#[cfg(feature = "cli")]
pub(crate) fn until_query(url: &[u8]) -> &[u8] {
    memchr::memchr2(b'?', b'#', url).and_then(|end| url.get(..end)).unwrap_or(url)
}

/// Returns the bytes before the mark, and those after it if there is one.
pub(crate) fn cut(text: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    match find(text, mark) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at.wrapping_add(1)..)),
        None => (text, None),
    }
}

/// `+` is a space, escapes are decoded; invalid escapes and those that are not UTF-8 are left unchanged.
fn decode(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::new();
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'+' => out.push(b' '),
            b'%' => {
                let length = escaped(after, &mut out);
                rest = after.get(length..).unwrap_or_default();
            }
            other => out.push(*other),
        }
    }
    Cow::Owned(out)
}

/// Appends the character whose escapes begin just before the bytes, and gives how many of them that took; appends the
/// mark alone where there is none.
fn escaped(bytes: &[u8], out: &mut Vec<u8>) -> usize {
    match character(bytes) {
        Some(character) => {
            let spelt = &mut [0; 4];
            let spelt = character.encode_utf8(spelt).as_bytes();
            out.extend_from_slice(spelt);
            spelt.len().wrapping_mul(3).wrapping_sub(1)
        }
        None => {
            out.push(b'%');
            0
        }
    }
}

/// The character that escapes spell in UTF-8, the first without its mark.
fn character(bytes: &[u8]) -> Option<char> {
    let first = u32::from(hex_pair(bytes)?);
    let (length, mut code) = match first {
        0..0x80 => (1usize, first),
        0xc0..0xe0 => (2, first & 0x1f),
        0xe0..0xf0 => (3, first & 0x0f),
        0xf0..0xf8 => (4, first & 0x07),
        _ => return None,
    };
    for index in 1..length {
        let rest = bytes.get(index.wrapping_mul(3).wrapping_sub(1)..)?.strip_prefix(b"%")?;
        let next = u32::from(hex_pair(rest)?);
        if next >> 6 != 2 {
            return None;
        }
        code = code << 6 | next & 0x3f;
    }
    // Neither half a surrogate pair nor longer than it need be.
    char::from_u32(code).filter(|character| character.len_utf8() == length)
}

fn hex_pair(bytes: &[u8]) -> Option<u8> {
    let [high, low, ..] = bytes else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    Some((digit(high)? << 4 | digit(low)?) as u8)
}

/// Returns true if a byte stays as it is in a canonical path. The others are the URL standard's path percent-encode
/// set: the
/// controls, space, `"`, `#`, `<`, `>`, `?`, `^`, `` ` ``, `{`, `}`, and all that is not ASCII.
const fn is_plain(byte: u8) -> bool {
    !matches!(byte, 0..=b' ' | b'"' | b'#' | b'<' | b'>' | b'?' | b'^' | b'`' | b'{' | b'}' | 0x7f..)
}

/// Returns a path that begins with `/` in the canonical form that the URL standard's path state produces, with
/// upper-case digits in escapes (RFC 3986, 6.2.2.1): characters that need it are percent-encoded, dot segments are
/// resolved, tabs and line ends are removed. Always printable ASCII.
pub(crate) fn canonical_path(path: &[u8]) -> Cow<'_, [u8]> {
    let mut before = 0;
    let is_canonical = path.iter().all(|byte| {
        let dotted = before == b'/' && *byte == b'.';
        before = *byte;
        is_plain(*byte) && *byte != b'%' && !dotted
    });
    if is_canonical {
        return Cow::Borrowed(path);
    }
    let text: Vec<u8> = path.iter().copied().filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r')).collect();
    let mut out = Vec::new();
    let mut rest = text.get(1..);
    while let Some(path) = rest {
        let (segment, after) = cut(path, b'/');
        rest = after;
        let dots = dots(segment);
        if dots == 2 {
            while out.pop().is_some_and(|byte| byte != b'/') {}
        }
        if dots == 0 || after.is_none() {
            out.push(b'/');
        }
        if dots == 0 {
            encode(&mut out, segment);
        }
    }
    Cow::Owned(out)
}

/// Returns the page: the canonical path without its trailing slash. For `/` it is `/`.
pub(crate) fn page(path: &[u8]) -> Cow<'_, [u8]> {
    let mut page = canonical_path(path);
    if page.len() > 1 && page.ends_with(b"/") {
        page = match page {
            Cow::Borrowed(page) => Cow::Borrowed(page.strip_suffix(b"/").unwrap_or(page)),
            Cow::Owned(mut page) => {
                page.pop();
                Cow::Owned(page)
            }
        };
    }
    page
}

/// 1 for `.`, 2 for `..`, also where dots are escaped; 0 for any other segment.
fn dots(segment: &[u8]) -> u32 {
    let mut rest = segment;
    let mut dots = 0u32;
    while let [b'.', after @ ..] | [b'%', b'2', b'e' | b'E', after @ ..] = rest {
        rest = after;
        dots = dots.wrapping_add(1);
    }
    if rest.is_empty() && dots <= 2 { dots } else { 0 }
}

/// Appends a part of a path. Characters that need it are percent-encoded, and existing escapes get upper-case digits.
pub(crate) fn encode(out: &mut Vec<u8>, part: &[u8]) {
    let mut rest = part;
    while let [byte, after @ ..] = rest {
        rest = after;
        let escape = if *byte == b'%' { hex_pair(after) } else { None };
        if let Some(byte) = escape.or_else(|| (!is_plain(*byte)).then_some(*byte)) {
            out.extend_from_slice(&[b'%', hex(byte >> 4).to_ascii_uppercase(), hex(byte).to_ascii_uppercase()]);
            rest = if escape.is_some() { rest.get(2..).unwrap_or_default() } else { rest };
        } else {
            out.push(*byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let url =
            Url::parse("https://me:p@w@Shop.Example:8443/a%20b/?x=1&x=2&a.b=c+d&e&%66=%E2%82%AC#top?no".as_bytes());
        assert_eq!(url.scheme, b"https");
        assert_eq!(url.host().as_deref(), Some(&b"shop.example:8443"[..]));
        assert_eq!(url.origin(), b"https://shop.example:8443");
        assert_eq!(url.path, Some(&b"/a%20b/"[..]));
        assert_eq!(url.hash, Some(&b"top?no"[..]));
        for (name, value) in
            [("x", Some("1")), ("a.b", Some("c d")), ("e", Some("")), ("f", Some("€")), ("y", None), ("", None)]
        {
            assert_eq!(url.query(name.as_bytes()).as_deref(), value.map(str::as_bytes), "{name}");
        }
        assert_eq!(Url::parse(b"https://x?q").path, Some(&b"/"[..]));
        assert_eq!(Url::parse(b"https://x#h").hash, Some(&b"h"[..]));
        let relative = Url::parse(b"/a?b#c");
        assert_eq!((relative.host, relative.path, relative.query), (None, Some(&b"/a"[..]), Some(&b"b"[..])));
        assert_eq!(relative.origin(), b"");
        for other in ["", "a/b", "mailto:x@y", "1ttp://x/", "://x/", "?q=1", "#h", " https://x/", "data:text,http://x/"]
        {
            assert_eq!(Url::parse(other.as_bytes()), Url::default(), "{other}");
        }
    }

    #[test]
    fn hosts_lose_the_default_port() {
        for (url, expected) in [
            ("https://Acme.example", Some("acme.example")),
            ("https://acme.example:443/a", Some("acme.example")),
            ("HTTP://acme.example:80", Some("acme.example")),
            ("http://acme.example:443", Some("acme.example:443")),
            ("https://acme.example:8443", Some("acme.example:8443")),
            ("https://u:p@acme.example:/", Some("acme.example")),
            ("https://[::1]:443", Some("[::1]")),
            ("wss://acme.example:443", Some("acme.example:443")),
            ("leadscore:replay", None),
            ("leadscore", None),
            ("https://", None),
            ("https:///a", None),
            ("/a", None),
        ] {
            let host = Url::parse(url.as_bytes()).host_without_default_port();
            assert_eq!(host.as_deref(), expected.map(str::as_bytes), "{url}");
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
            ("%E2%82%41", "%E2%82A"),
            ("%e2%82%ac+%2B", "€ +"),
            ("%F0%9F%98%80", "😀"),
            ("%ED%A0%80", "%ED%A0%80"),
            ("é%C3%A9", "éé"),
        ] {
            assert_eq!(*decode(text.as_bytes()), *expected.as_bytes(), "{text}");
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
            ("/caf%c3%a9", "/caf%C3%A9"),
            ("/%zz%4%c%2f%2g%", "/%zz%4%c%2F%2g%"),
            ("/%%41%7", "/%%41%7"),
            ("/a b\"<>`{}^|\\[]'", "/a%20b%22%3C%3E%60%7B%7D%5E|\\[]'"),
            ("/a\tb\r\n", "/ab"),
            ("/a\u{7f}", "/a%7F"),
        ] {
            let found = canonical_path(path.as_bytes());
            assert_eq!(&*found, expected.as_bytes());
            assert_eq!(canonical_path(&found), found);
        }
    }

    #[test]
    fn a_trailing_slash_does_not_change_the_page() {
        for (path, expected) in
            [("/", "/"), ("/a", "/a"), ("/a/", "/a"), ("/a//", "/a/"), ("/é/", "/%C3%A9"), ("//", "/"), ("/a/..", "/")]
        {
            assert_eq!(&*page(path.as_bytes()), expected.as_bytes());
        }
    }
}
