//! Scans JSON: finds the position of each value, or the position and cause of a syntax error.

use super::slip;
use crate::text::hash::Fnv;

/// Levels of lists and objects that are followed, as `serde_json` does.
const DEPTH: usize = 128;

/// The position of a syntax error, and a message for the author.
pub(super) struct Fault {
    /// Bytes before it.
    pub(super) at: usize,
    pub(super) message: String,
}

/// The tokens that may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// A value: the whole text's, or one after a name or a comma.
    Value,
    /// The first value of a list, or its end.
    FirstValue,
    /// A name after a comma.
    Name,
    /// The first name of an object, or its end.
    FirstName,
    Colon,
    /// The separator after a member or an element.
    Comma,
    /// Nothing more.
    End,
}

/// An object or a list that has begun.
pub(super) struct Open {
    /// The position of its bracket.
    pub(super) at: usize,
    pub(super) is_object: bool,
    pointer: Fnv,
    index: usize,
}

/// The walk, as far as it has come.
pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) open: Vec<Open>,
    /// The last token before this one: its first byte and the one after its last.
    pub(super) last: (usize, usize),
}

/// A hash of a JSON Pointer that grows by one step.
fn step(parent: &Fnv, name: &str) -> Fnv {
    let mut pointer = *parent;
    pointer.byte(b'/');
    for byte in name.bytes() {
        match byte {
            b'~' => pointer.bytes(b"~0"),
            b'/' => pointer.bytes(b"~1"),
            _ => pointer.byte(byte),
        }
    }
    pointer
}

/// Walks over a text; calls `found` with the hash of each value's JSON Pointer and its place: that of a member's name,
/// or of an element's first character.
pub(super) fn scan(text: &str, found: &mut dyn FnMut(u64, usize)) -> Result<(), Fault> {
    let mut scan = Scan { text, at: 0, open: Vec::new(), last: (0, 0) };
    let mut want = Want::Value;
    // Of the value that comes next.
    let mut pointer = Fnv::new();
    loop {
        scan.skip_space();
        let start = scan.at;
        let Some(byte) = scan.byte() else {
            return if want == Want::End { Ok(()) } else { Err(slip::fault_of(&scan, want)) };
        };
        want = match (want, byte) {
            (Want::Value | Want::FirstValue, b'{' | b'[') if scan.open.len() < DEPTH => {
                scan.found_element(&pointer, found);
                let is_object = byte == b'{';
                scan.open.push(Open { at: start, is_object, pointer, index: 0 });
                scan.at = start.saturating_add(1);
                if is_object {
                    Want::FirstName
                } else {
                    pointer = step(&pointer, "0");
                    Want::FirstValue
                }
            }
            (Want::Value | Want::FirstValue, b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                scan.found_element(&pointer, found);
                scan.scalar(byte)?;
                if scan.open.is_empty() { Want::End } else { Want::Comma }
            }
            (Want::Name | Want::FirstName, b'"') => {
                scan.string()?;
                let written = text.get(start..scan.at).unwrap_or_default();
                // Half a surrogate pair is not a character; the parser reports it.
                let name: String = serde_json::from_str(written).unwrap_or_default();
                if let Some(open) = scan.open.last() {
                    pointer = step(&open.pointer, &name);
                }
                found(pointer.finish(), start);
                Want::Colon
            }
            (Want::Colon, b':') => {
                scan.at = start.saturating_add(1);
                Want::Value
            }
            (Want::Comma, b',') => {
                scan.at = start.saturating_add(1);
                match scan.open.last_mut() {
                    Some(open) if open.is_object => Want::Name,
                    Some(open) => {
                        open.index = open.index.saturating_add(1);
                        pointer = step(&open.pointer, &open.index.to_string());
                        Want::Value
                    }
                    None => Want::End,
                }
            }
            (Want::Comma | Want::FirstName | Want::FirstValue, b'}' | b']') if scan.closes(byte) => {
                scan.open.pop();
                scan.at = start.saturating_add(1);
                if scan.open.is_empty() { Want::End } else { Want::Comma }
            }
            _ => return Err(slip::fault_of(&scan, want)),
        };
        scan.last = (start, scan.at);
    }
}

impl Scan<'_> {
    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at = self.at.saturating_add(1);
        }
    }

    fn closes(&self, byte: u8) -> bool {
        self.open.last().is_some_and(|open| open.is_object == (byte == b'}'))
    }

    /// Reports the place of an element, or of the whole value; that of a member is its name's.
    fn found_element(&self, pointer: &Fnv, found: &mut dyn FnMut(u64, usize)) {
        if self.open.last().is_none_or(|open| !open.is_object) {
            found(pointer.finish(), self.at);
        }
    }

    fn scalar(&mut self, byte: u8) -> Result<(), Fault> {
        if byte == b'"' {
            return self.string();
        }
        let length = if matches!(byte, b't' | b'f' | b'n') {
            let word = ["true", "false", "null"].into_iter().find(|word| self.rest().starts_with(word));
            word.map(str::len)
        } else {
            number(self.rest().as_bytes())
        };
        let end = length.map(|length| self.at.saturating_add(length));
        let goes_on = |end: usize| {
            let next = self.text.get(end..).and_then(|rest| rest.chars().next());
            next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '%' | '+' | '-' | '€' | '$'))
        };
        match end {
            Some(end) if !goes_on(end) => {
                self.at = end;
                Ok(())
            }
            _ => Err(slip::fault_of(self, Want::Value)),
        }
    }

    /// Steps over a text in quotes.
    fn string(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start.saturating_add(1);
        loop {
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    let next = bytes.get(at.saturating_add(1)).copied().unwrap_or_default();
                    if !matches!(next, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'u') {
                        return Err(slip::escape(self.text, at));
                    }
                    at = at.saturating_add(2);
                }
                Some(b'\n' | b'\r') | None => return Err(slip::unclosed(self, start)),
                Some(0..0x20) => return Err(slip::control(self.text, at)),
                Some(_) => at = at.saturating_add(1),
            }
        }
        self.at = at.saturating_add(1);
        Ok(())
    }
}

/// Returns the length of the number that bytes begin with, by JSON's rules.
fn number(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || (whole > 1 && bytes.get(at) == Some(&b'0')) {
        return None;
    }
    at = at.saturating_add(whole);
    if bytes.get(at) == Some(&b'.') {
        at = at.saturating_add(1);
        let decimals = digits(at);
        if decimals == 0 {
            return None;
        }
        at = at.saturating_add(decimals);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at = at.saturating_add(1);
        at = at.saturating_add(usize::from(matches!(bytes.get(at), Some(b'+' | b'-'))));
        let exponent = digits(at);
        if exponent == 0 {
            return None;
        }
        at = at.saturating_add(exponent);
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Only the parser refuses a number beyond a double and half a surrogate pair.
        #[test]
        fn agrees_with_a_parser(text in "[\\[\\]{}:,\"\\\\0-9eE.+\\- truefalsn\u{1}é“’\n]{0,24}") {
            let theirs: Result<serde_json::Value, _> = serde_json::from_str(&text);
            let ours = scan(&text, &mut |_, _| {});
            match &theirs {
                Ok(_) => prop_assert!(ours.is_ok(), "{text:?}"),
                Err(error) if error.to_string().contains("out of range") || text.contains("\\u") => {}
                Err(error) => prop_assert!(ours.is_err(), "{text:?} {error}"),
            }
            if let Err(fault) = ours {
                prop_assert!(text.is_char_boundary(fault.at) && !fault.message.is_empty());
            }
        }
    }

    #[test]
    fn a_value_is_found_by_its_pointer() {
        let text = r#"{ "a": [1, { "b/c": "x" }], "\u0064": null }"#;
        let mut found = Vec::new();
        scan(text, &mut |hash, at| found.push((hash, at))).unwrap_or_else(|fault| panic!("{}", fault.message));
        for (pointer, begins) in
            [("", "{"), ("/a", "\"a\""), ("/a/0", "1"), ("/a/1", "{ \"b"), ("/a/1/b~1c", "\"b/c"), ("/d", "\"\\u0064")]
        {
            let mut hash = Fnv::new();
            hash.bytes(pointer.as_bytes());
            let hash = hash.finish();
            let at = found.iter().find(|(own, _)| *own == hash).map(|(_, at)| *at);
            assert!(text[at.unwrap_or_else(|| panic!("{pointer}"))..].starts_with(begins), "{pointer}");
        }
    }
}
