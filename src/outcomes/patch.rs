//! Changes numbers in a model's JSON and leaves everything else as its author wrote it.

use std::ops::Range;

/// A step of a path in JSON.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

/// Replacements in a string, by position.
#[derive(Default)]
pub(super) struct Patch {
    edits: Vec<(Range<usize>, String)>,
}

impl Patch {
    /// Sets the member `name` of the object at `path` to `value`, which is JSON; adds the member at the end if it is
    /// missing. Does nothing if there is no such object.
    pub(super) fn set(&mut self, text: &str, path: &[Step<'_>], name: &str, value: &str) {
        let Some(object) = find(text, path) else { return };
        let mut scanner = Scanner { bytes: text.as_bytes(), at: object.start };
        if let Some(span) = scanner.member(text, name) {
            self.edits.push((span, value.to_owned()));
            return;
        }
        // New members go before the closing bracket and the white space in front of it.
        let inner = text.get(object.start + 1..object.end - 1).unwrap_or_default();
        let end = object.start + 1 + inner.trim_end().len();
        let comma = if inner.trim().is_empty() { " " } else { ", " };
        self.edits.push((end..end, format!("{comma}\"{name}\": {value}")));
    }

    /// Returns the changed JSON.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut out = text.to_owned();
        for (span, value) in self.edits {
            out.replace_range(span, &value);
        }
        out
    }
}

/// Returns the range of the value at a path; `text` must be valid JSON.
fn find(text: &str, path: &[Step<'_>]) -> Option<Range<usize>> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    if text.starts_with('\u{feff}') {
        scanner.at = '\u{feff}'.len_utf8();
    }
    scanner.space();
    for step in path {
        let span = match step {
            Step::Name(name) => scanner.member(text, name)?,
            Step::Index(index) => scanner.element(*index)?,
        };
        scanner.at = span.start;
    }
    scanner.value()
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn space(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.space();
        (self.bytes.get(self.at) == Some(&byte)).then(|| self.at += 1)
    }

    /// Skips a string.
    fn text(&mut self) -> Option<Range<usize>> {
        self.space();
        let start = self.at;
        self.take(b'"')?;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(start..self.at)
    }

    /// Skips a value. A counter of brackets is enough because the JSON is valid.
    fn value(&mut self) -> Option<Range<usize>> {
        self.space();
        let start = self.at;
        let mut depth = 0usize;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.text()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                _ if depth == 0 => {
                    let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
                    let rest = self.bytes.get(self.at..)?;
                    self.at += rest.iter().position(is_end).unwrap_or(rest.len());
                }
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            if depth == 0 {
                return Some(start..self.at);
            }
        }
    }

    /// Returns the range of a member's value in the object that begins here.
    fn member(&mut self, text: &str, name: &str) -> Option<Range<usize>> {
        self.take(b'{')?;
        loop {
            let key = self.text()?;
            self.take(b':')?;
            let value = self.value()?;
            if serde_json::from_str::<String>(text.get(key)?).is_ok_and(|own| own == name) {
                return Some(value);
            }
            self.take(b',')?;
        }
    }

    /// Returns the range of an element in the array that begins here.
    fn element(&mut self, index: usize) -> Option<Range<usize>> {
        self.take(b'[')?;
        for _ in 0..index {
            self.value()?;
            self.take(b',')?;
        }
        self.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_values_change() {
        let text = "\u{feff}{ \"name\": \"a\",\n  \"rules\": [\n    { \"id\": \"x\", \"p\\u006fints\": 1.5, \"decay\": {\"half_life\":\"7d\"} },\n    { \"id\": \"y,}\\\"\" }, {} ] }";
        let mut patch = Patch::default();
        let rule = |index| [Step::Name("rules"), Step::Index(index)];
        patch.set(text, &rule(0), "points", "20");
        patch.set(text, &[Step::Name("rules"), Step::Index(0), Step::Name("decay")], "half_life", "\"14d\"");
        patch.set(text, &rule(1), "points", "-3");
        patch.set(text, &rule(2), "points", "4");
        patch.set(text, &rule(3), "points", "5");
        patch.set(text, &[Step::Name("stages")], "at", "5");
        assert_eq!(
            patch.apply(text),
            "\u{feff}{ \"name\": \"a\",\n  \"rules\": [\n    { \"id\": \"x\", \"p\\u006fints\": 20, \"decay\": {\"half_life\":\"14d\"} },\n    { \"id\": \"y,}\\\"\", \"points\": -3 }, { \"points\": 4} ] }"
        );
    }
}
