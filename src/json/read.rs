//! The reader: RFC 8259, strictly, in one pass.

use super::{Node, Tape, hash_text, number};
use crate::limits::JSON_DEPTH;
use crate::sort::sort;

/// The text is no JSON, or nests deeper than [`JSON_DEPTH`], or holds a number beyond a double or half a surrogate pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError;

/// Objects with more names than this look for repeated ones by sorting.
const FEW: usize = 16;

impl Tape {
    /// Reads one JSON value with nothing but white space around it.
    pub(crate) fn read(&mut self, source: &str) -> Result<(), SyntaxError> {
        self.nodes.clear();
        self.text.clear();
        self.depth = 0;
        let mut reader = Reader { source, at: 0, tape: self };
        let read = reader.value(0).and_then(|()| {
            reader.space();
            if reader.at == source.len() { Ok(()) } else { Err(SyntaxError) }
        });
        if read.is_err() {
            self.nodes.clear();
        }
        read
    }
}

struct Reader<'s, 't> {
    source: &'s str,
    at: usize,
    tape: &'t mut Tape,
}

impl Reader<'_, '_> {
    fn peek(&self) -> u8 {
        self.source.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at = self.at.saturating_add(1);
        }
    }

    /// Steps over the byte, if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at = self.at.saturating_add(usize::from(found));
        found
    }

    /// Steps over the byte after any white space.
    fn token(&mut self, byte: u8) -> bool {
        self.space();
        self.take(byte)
    }

    fn word(&mut self, word: &str, node: Node) -> Result<(), SyntaxError> {
        let rest = self.source.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(SyntaxError);
        }
        self.at = self.at.saturating_add(word.len());
        self.tape.nodes.push(node);
        Ok(())
    }

    fn value(&mut self, level: usize) -> Result<(), SyntaxError> {
        self.space();
        match self.peek() {
            b'"' => self.text(),
            b'{' | b'[' => self.container(level.saturating_add(1)),
            b't' => self.word("true", Node::Bool(true)),
            b'f' => self.word("false", Node::Bool(false)),
            b'n' => self.word("null", Node::Null),
            _ => {
                let rest = self.source.as_bytes().get(self.at..).unwrap_or_default();
                let (number, length) = number::read(rest).ok_or(SyntaxError)?;
                self.at = self.at.saturating_add(length);
                self.tape.nodes.push(Node::Number(number));
                Ok(())
            }
        }
    }

    fn container(&mut self, level: usize) -> Result<(), SyntaxError> {
        if level > JSON_DEPTH {
            return Err(SyntaxError);
        }
        self.tape.depth = self.tape.depth.max(level);
        let start = self.at;
        let parent = self.tape.nodes.len();
        self.tape.nodes.push(Node::Null);
        let is_object = self.take(b'{');
        self.at = self.at.saturating_add(usize::from(!is_object));
        let close = if is_object { b'}' } else { b']' };
        let mut count = 0usize;
        if !self.token(close) {
            loop {
                if is_object {
                    self.space();
                    if self.peek() != b'"' {
                        return Err(SyntaxError);
                    }
                    self.text()?;
                    if !self.token(b':') {
                        return Err(SyntaxError);
                    }
                }
                self.value(level)?;
                count = count.saturating_add(1);
                if self.token(close) {
                    break;
                }
                if !self.take(b',') {
                    return Err(SyntaxError);
                }
            }
        }
        let end = position(self.tape.nodes.len())?;
        let bytes = position(self.at.saturating_sub(start))?;
        if let Some(node) = self.tape.nodes.get_mut(parent) {
            *node = if is_object { Node::Object { end, bytes } } else { Node::Array { end, bytes } };
        }
        if is_object && count > 1 {
            self.override_repeated(parent, count);
        }
        Ok(())
    }

    /// Marks each name that occurs again later in the same object.
    fn override_repeated(&mut self, object: usize, count: usize) {
        let Ok(object) = position(object) else { return };
        let object = self.tape.value(object);
        let names = || object.children().step_by(2);
        let mut repeated: Vec<u32> = Vec::new();
        if count <= FEW {
            for (index, name) in names().enumerate() {
                if names().skip(index.saturating_add(1)).any(|later| later.as_text() == name.as_text()) {
                    repeated.push(name.at);
                }
            }
        } else {
            // Hashes in the upper half, positions in the lower: equal names end up side by side, in order.
            let key = |name: super::Value<'_>| {
                hash_text(name.as_text().unwrap_or_default()) & !u64::from(u32::MAX) | u64::from(name.at)
            };
            let mut keys: Vec<u64> = names().map(key).collect();
            sort(&mut keys);
            for (key, later) in keys.iter().zip(keys.iter().skip(1)) {
                let name = |key: u64| self.tape.value((key & u64::from(u32::MAX)) as u32);
                if key >> 32 == later >> 32 && name(*key).as_text() == name(*later).as_text() {
                    repeated.push(name(*key).at);
                }
            }
        }
        for at in repeated {
            if let Some(node) = self.tape.nodes.get_mut(at as usize) {
                *node = Node::Overridden;
            }
        }
    }

    fn text(&mut self) -> Result<(), SyntaxError> {
        let start = self.tape.text.len();
        self.at = self.at.saturating_add(1);
        loop {
            let rest = self.source.as_bytes().get(self.at..).unwrap_or_default();
            let run = plain_run(rest);
            let end = self.at.saturating_add(run);
            self.tape.text.push_str(self.source.get(self.at..end).ok_or(SyntaxError)?);
            self.at = end.saturating_add(1);
            match rest.get(run) {
                Some(b'"') => break,
                Some(b'\\') => {
                    let character = self.escape()?;
                    self.tape.text.push(character);
                }
                _ => return Err(SyntaxError),
            }
        }
        let len = self.tape.text.len().saturating_sub(start);
        self.tape.nodes.push(Node::Text { start: position(start)?, len: position(len)? });
        Ok(())
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        let byte = self.peek();
        self.at = self.at.saturating_add(1);
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex4()?;
                let code = if first >> 10 == 0x36 {
                    // The high half of a pair: the low half must follow.
                    if !(self.take(b'\\') && self.take(b'u')) {
                        return Err(SyntaxError);
                    }
                    let second = self.hex4()?;
                    if second >> 10 != 0x37 {
                        return Err(SyntaxError);
                    }
                    (((first & 0x3ff) << 10) | (second & 0x3ff)).saturating_add(0x1_0000)
                } else {
                    first
                };
                char::from_u32(code).ok_or(SyntaxError)?
            }
            _ => return Err(SyntaxError),
        })
    }

    fn hex4(&mut self) -> Result<u32, SyntaxError> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = char::from(self.peek()).to_digit(16).ok_or(SyntaxError)?;
            self.at = self.at.saturating_add(1);
            code = code << 4 | digit;
        }
        Ok(code)
    }
}

fn position(length: usize) -> Result<u32, SyntaxError> {
    u32::try_from(length).map_err(|_| SyntaxError)
}

/// How many bytes come before the next quote, backslash or control character, eight at a time.
fn plain_run(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let zero_byte = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let mut run = 0usize;
    while let Some(word) = bytes.get(run..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word & HIGH;
        let quote = zero_byte(word ^ ONES.wrapping_mul(0x22));
        let backslash = zero_byte(word ^ ONES.wrapping_mul(0x5c));
        let found = control | quote | backslash;
        if found != 0 {
            return run.saturating_add((found.trailing_zeros() >> 3) as usize);
        }
        run = run.saturating_add(8);
    }
    let rest = bytes.get(run..).unwrap_or_default();
    let stop = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len());
    run.saturating_add(stop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_is_no_json() {
        for text in [
            "", " ", "{", "}", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", ".5", "+1", "-", "1e", "1e999", "nul",
            "\"", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\u{1}\"", "1 2", "[1 2]", "NaN",
            "{\"a\":1,}", "\u{feff}1", "'a'",
        ] {
            assert_eq!(Tape::default().read(text), Err(SyntaxError), "{text}");
        }
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(Tape::default().read(&nested(JSON_DEPTH)), Ok(()));
        assert_eq!(Tape::default().read(&nested(JSON_DEPTH + 1)), Err(SyntaxError));
    }

    fn same(ours: crate::json::Value<'_>, theirs: &serde_json::Value) -> bool {
        match theirs {
            serde_json::Value::Null => ours.is_null(),
            serde_json::Value::Bool(b) => ours.kind() == crate::json::Kind::Bool && matches!(ours.node(), Node::Bool(o) if o == *b),
            serde_json::Value::Number(n) => ours.as_number().map(f64::to_bits) == n.as_f64().map(f64::to_bits),
            serde_json::Value::String(s) => ours.as_text() == Some(s),
            serde_json::Value::Array(list) => {
                ours.elements().count() == list.len() && ours.elements().zip(list).all(|(a, b)| same(a, b))
            }
            serde_json::Value::Object(map) => {
                ours.members().count() == map.len()
                    && ours.members().all(|(name, value)| map.get(name).is_some_and(|own| same(value, own)))
            }
        }
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(Into::into),
            any::<i64>().prop_map(|n| (n as f64).into()),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                proptest::collection::hash_map("[a-c\"\\\\é]{0,3}", inner, 0..20)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn reads_what_another_library_writes(value in any_json()) {
            let mut tape = Tape::default();
            prop_assert_eq!(tape.read(&value.to_string()), Ok(()));
            prop_assert!(same(tape.root(), &value));
        }

        #[test]
        fn agrees_with_another_library_on_any_text(text in "[\\[\\]{}:,\"\\\\0-9eE.+\\- truefalsn\u{1}é]{0,24}") {
            let theirs: Result<serde_json::Value, _> = serde_json::from_str(&text);
            prop_assert_eq!(Tape::default().read(&text).is_ok(), theirs.is_ok(), "{:?}", theirs);
        }
    }
}
