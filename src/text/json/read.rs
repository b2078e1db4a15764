//! The reader: RFC 8259, strictly, in one pass.

use super::number;
use crate::limits::JSON_DEPTH;
use crate::text::bytes::Reader as Bytes;
use crate::text::sort::sort_by;
use crate::text::value::write::{close, open, push_name, push_number, push_text};
use crate::text::value::{ARRAY, FALSE, FEW, NULL, OBJECT, OVERRIDDEN, TRUE, Value};

/// The text is not JSON, or nests deeper than [`JSON_DEPTH`], or holds a number beyond a double or half a surrogate
/// pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError;

/// The value of a JSON text as bytes (see [`crate::text::value`]). The memory can be used again for the next text.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    bytes: Vec<u8>,
    /// A buffer for a string that has escapes, after decoding them.
    text: Vec<u8>,
    /// The names of the objects that are being read, the inner ones last.
    names: Vec<Name>,
    /// The deepest level of the text read last; a scalar has none.
    pub(crate) depth: usize,
    /// The number of bytes in the source of each member or element of the outermost value.
    pub(crate) sizes: Vec<usize>,
}

impl Tape {
    /// The whole text's value; null before any was read.
    pub(crate) fn root(&self) -> Value<'_> {
        Value::read(&mut Bytes::new(&self.bytes))
    }

    /// Returns the names and values of the outermost object, each with the number of bytes that the value has in the
    /// source.
    pub(crate) fn outer_members(&self) -> impl Iterator<Item = ((&[u8], Value<'_>), usize)> {
        let all = self.root().all_members().zip(self.sizes.iter().copied());
        all.filter_map(|((name, value), size)| Some(((name.as_text()?, value), size)))
    }
}

impl Tape {
    /// Reads one JSON value with nothing but white space around it. The source must be UTF-8.
    pub(crate) fn read(&mut self, source: &[u8]) -> Result<(), SyntaxError> {
        self.bytes.clear();
        self.sizes.clear();
        self.names.clear();
        self.depth = 0;
        let read = read(source, self);
        if read.is_none() {
            self.bytes.clear();
        }
        read.ok_or(SyntaxError)
    }
}

/// Reads one JSON value with nothing but white space around it. `None` if the source is not one.
pub(super) fn read(source: &[u8], sink: &mut impl Sink) -> Option<()> {
    let mut reader = Reader { source, at: 0, sink };
    reader.value(0)?;
    (reader.token() == 0 && reader.at >= source.len()).then_some(())
}

/// Receives the parts of the JSON text, in order.
pub(super) trait Sink {
    /// A buffer for a string that has escapes, after decoding them.
    fn buffer(&mut self) -> &mut Vec<u8>;
    /// An array or an object begins, so deep. Returns what [`Sink::close`] wants back.
    fn open(&mut self, tag: u8, level: usize) -> (usize, usize);
    fn close(&mut self, opened: (usize, usize));
    /// The position of the next name.
    fn place(&self) -> usize;
    fn name(&mut self, text: &[u8]);
    /// The name at a place ends; it is at these places of the source, with its quotes.
    fn named(&mut self, place: usize, level: usize, from: usize, to: usize);
    fn text(&mut self, text: &[u8]);
    fn number(&mut self, number: f64);
    /// Null, true or false.
    fn word(&mut self, tag: u8);
    /// The value of a member or an element ends; it is at these places of the source.
    fn ended(&mut self, level: usize, from: usize, to: usize);
}

impl Sink for Tape {
    fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }

    fn open(&mut self, tag: u8, level: usize) -> (usize, usize) {
        self.depth = self.depth.max(level);
        (open(&mut self.bytes, tag), self.names.len())
    }

    fn close(&mut self, (opened, first): (usize, usize)) {
        close(&mut self.bytes, opened);
        if self.names.len() > first {
            self.override_repeated(first);
        }
    }

    fn place(&self) -> usize {
        self.bytes.len()
    }

    fn name(&mut self, text: &[u8]) {
        push_name(&mut self.bytes, text);
    }

    fn named(&mut self, place: usize, _: usize, _: usize, _: usize) {
        self.names.push(Name::new(place, &self.bytes));
    }

    fn text(&mut self, text: &[u8]) {
        push_text(&mut self.bytes, text);
    }

    fn number(&mut self, number: f64) {
        push_number(&mut self.bytes, number);
    }

    fn word(&mut self, tag: u8) {
        self.bytes.push(tag);
    }

    fn ended(&mut self, level: usize, from: usize, to: usize) {
        if level == 1 {
            self.sizes.push(to.wrapping_sub(from));
        }
    }
}

impl Tape {
    /// If a name appears several times, the last one counts. `first` is the position of the object's first name.
    fn override_repeated(&mut self, first: usize) {
        let Tape { bytes, names, .. } = self;
        let own = names.get_mut(first..).unwrap_or_default();
        if own.len() <= FEW {
            let mut rest = &*own;
            while let Some((name, later)) = rest.split_first() {
                rest = later;
                if later.iter().any(|later| name.is_same(later, bytes))
                    && let Some(tag) = bytes.get_mut(name.at)
                {
                    *tag = OVERRIDDEN;
                }
            }
        } else {
            // Equal names end up side by side, in order.
            sort_by(own, |one, other| (one.text(bytes), one.at) < (other.text(bytes), other.at));
            for (before, after) in own.iter().zip(own.iter().skip(1)) {
                if before.is_same(after, bytes)
                    && let Some(tag) = bytes.get_mut(before.at)
                {
                    *tag = OVERRIDDEN;
                }
            }
        }
        names.truncate(first);
    }
}

/// A member's name on the tape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    /// The position of its tag.
    at: usize,
    /// Its length and what it begins and ends with, which differ where most names do.
    mark: u64,
}

impl Name {
    fn new(at: usize, bytes: &[u8]) -> Self {
        let name = Self { at, mark: 0 };
        let text = name.text(bytes);
        let byte = |byte: Option<&u8>| u64::from(byte.copied().unwrap_or_default());
        Self { mark: (text.len() as u64) << 16 | byte(text.first()) << 8 | byte(text.last()), ..name }
    }

    fn text(self, bytes: &[u8]) -> &[u8] {
        let mut reader = Bytes::new(bytes.get(self.at.wrapping_add(1)..).unwrap_or_default());
        reader.sized()
    }

    fn is_same(&self, other: &Self, bytes: &[u8]) -> bool {
        self.mark == other.mark && self.text(bytes) == other.text(bytes)
    }
}

/// Nothing that it reads is longer than 4 GiB: lengths fit 32 bits.
struct Reader<'s, 't, S> {
    source: &'s [u8],
    at: usize,
    sink: &'t mut S,
}

impl<S: Sink> Reader<'_, '_, S> {
    fn peek(&self) -> u8 {
        self.source.get(self.at).copied().unwrap_or_default()
    }

    /// The next byte, stepped over.
    fn next(&mut self) -> u8 {
        let byte = self.peek();
        self.at = self.at.wrapping_add(1);
        byte
    }

    /// Returns the next byte that is not white space, without consuming it.
    fn token(&mut self) -> u8 {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at = self.at.wrapping_add(1);
        }
        self.peek()
    }

    fn value(&mut self, level: usize) -> Option<()> {
        let (word, tag): (&[u8], _) = match self.token() {
            b'"' => return self.text(S::text),
            b'{' => return self.container(level.wrapping_add(1), OBJECT),
            b'[' => return self.container(level.wrapping_add(1), ARRAY),
            b't' => (b"true", TRUE),
            b'f' => (b"false", FALSE),
            b'n' => (b"null", NULL),
            _ => {
                let (number, length) = number::read(self.source.get(self.at..)?)?;
                self.at = self.at.wrapping_add(length);
                self.sink.number(number);
                return Some(());
            }
        };
        if !self.source.get(self.at..)?.starts_with(word) {
            return None;
        }
        self.at = self.at.wrapping_add(word.len());
        self.sink.word(tag);
        Some(())
    }

    fn container(&mut self, level: usize, tag: u8) -> Option<()> {
        if level > JSON_DEPTH {
            return None;
        }
        let opened = self.sink.open(tag, level);
        // In ASCII a closing bracket comes two after its opening one.
        let end = self.next().wrapping_add(2);
        if self.token() != end {
            loop {
                if tag == OBJECT {
                    if self.token() != b'"' {
                        return None;
                    }
                    let (place, start) = (self.sink.place(), self.at);
                    self.text(S::name)?;
                    self.sink.named(place, level, start, self.at);
                    if self.token() != b':' {
                        return None;
                    }
                    self.at = self.at.wrapping_add(1);
                }
                self.token();
                let start = self.at;
                self.value(level)?;
                self.sink.ended(level, start, self.at);
                let byte = self.token();
                if byte == end {
                    break;
                }
                if byte != b',' {
                    return None;
                }
                self.at = self.at.wrapping_add(1);
            }
        }
        self.at = self.at.wrapping_add(1);
        self.sink.close(opened);
        Some(())
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn text(&mut self, put: fn(&mut S, &[u8])) -> Option<()> {
        self.at = self.at.wrapping_add(1);
        self.sink.buffer().clear();
        loop {
            let rest = self.source.get(self.at..)?;
            let run = rest.get(..plain_run(rest))?;
            self.at = self.at.wrapping_add(run.len());
            let ends = self.next();
            if ends == b'"' && self.sink.buffer().is_empty() {
                put(self.sink, run);
                return Some(());
            }
            self.sink.buffer().extend_from_slice(run);
            match ends {
                b'"' => break,
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
        let text = core::mem::take(self.sink.buffer());
        put(self.sink, &text);
        *self.sink.buffer() = text;
        Some(())
    }

    fn escape(&mut self) -> Option<()> {
        let byte = match self.next() {
            byte @ (b'"' | b'\\' | b'/') => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let mut code = self.hex4()?;
                if code >> 10 == 0x36 {
                    // The high half of a pair: the low half must follow.
                    if self.next() != b'\\' || self.next() != b'u' {
                        return None;
                    }
                    let low = self.hex4()?;
                    if low >> 10 != 0x37 {
                        return None;
                    }
                    code = (code << 10 & 0xf_fc00 | low & 0x3ff).wrapping_add(0x1_0000);
                }
                let character = char::from_u32(code)?;
                self.sink.buffer().extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return Some(());
            }
            _ => return None,
        };
        self.sink.buffer().push(byte);
        Some(())
    }

    fn hex4(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            code = code << 4 | char::from(self.next()).to_digit(16)?;
        }
        Some(code)
    }
}

/// Returns the number of bytes before the next quote, backslash or control character.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(super) fn plain_run(bytes: &[u8]) -> usize {
    let mut run = 0usize;
    // Sixteen at a time: processors have instructions for so many, and the compiler knows them.
    #[cfg(not(target_arch = "wasm32"))]
    while let Some(bytes) = bytes.get(run..).and_then(|rest| rest.first_chunk::<16>()) {
        let ends = bytes.map(|byte| if (byte == b'"') | (byte == b'\\') | (byte < 0x20) { u8::MAX } else { 0 });
        let found = u128::from_le_bytes(ends);
        if found != 0 {
            return run.wrapping_add((found.trailing_zeros() >> 3) as usize);
        }
        run = run.wrapping_add(16);
    }
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let zero_byte = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    while let Some(word) = bytes.get(run..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word & HIGH;
        let quote = zero_byte(word ^ ONES.wrapping_mul(0x22));
        let backslash = zero_byte(word ^ ONES.wrapping_mul(0x5c));
        let found = control | quote | backslash;
        if found != 0 {
            return run.wrapping_add((found.trailing_zeros() >> 3) as usize);
        }
        run = run.wrapping_add(8);
    }
    let rest = bytes.get(run..).unwrap_or_default();
    let stop = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len());
    run.wrapping_add(stop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::value::Value;
    use proptest::prelude::*;

    #[test]
    fn rejects_invalid_json() {
        for text in [
            "",
            " ",
            "{",
            "}",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "01",
            "1.",
            ".5",
            "+1",
            "-",
            "1e",
            "1e999",
            "nul",
            "\"",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800\\u0041\"",
            "\"\u{1}\"",
            "1 2",
            "[1 2]",
            "NaN",
            "{\"a\":1,}",
            "\u{feff}1",
            "'a'",
        ] {
            assert_eq!(Tape::default().read(text.as_bytes()), Err(SyntaxError), "{text}");
        }
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(Tape::default().read(nested(JSON_DEPTH).as_bytes()), Ok(()));
        assert_eq!(Tape::default().read(nested(JSON_DEPTH + 1).as_bytes()), Err(SyntaxError));
    }

    fn same(ours: Value<'_>, theirs: &serde_json::Value) -> bool {
        match theirs {
            serde_json::Value::Null => ours.is_null(),
            serde_json::Value::Bool(b) => ours.kind() == if *b { TRUE } else { FALSE },
            serde_json::Value::Number(n) => ours.as_number().map(f64::to_bits) == n.as_f64().map(f64::to_bits),
            serde_json::Value::String(s) => {
                let number = |text: &str| text.trim_ascii().parse().ok().filter(|n: &f64| n.is_finite());
                let number = serde_json::from_str::<f64>(s.trim_ascii()).ok().and_then(|_| number(s));
                ours.as_text() == Some(s.as_bytes()) && ours.number().map(f64::to_bits) == number.map(f64::to_bits)
            }
            serde_json::Value::Array(list) => {
                ours.elements().count() == list.len() && ours.elements().zip(list).all(|(a, b)| same(a, b))
            }
            serde_json::Value::Object(map) => {
                ours.members().count() == map.len()
                    && ours.members().all(|(name, value)| {
                        map.get(core::str::from_utf8(name).unwrap_or_default()).is_some_and(|own| same(value, own))
                    })
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
        #[test]
        fn reads_what_another_library_writes(value in any_json()) {
            let mut tape = Tape::default();
            prop_assert_eq!(tape.read(value.to_string().as_bytes()), Ok(()));
            prop_assert!(same(tape.root(), &value));
        }

        #[test]
        fn agrees_with_another_library_on_any_text(text in "[\\[\\]{}:,\"\\\\0-9eE.+\\- truefalsn\u{1}é]{0,24}") {
            let theirs: Result<serde_json::Value, _> = serde_json::from_str(&text);
            prop_assert_eq!(Tape::default().read(text.as_bytes()).is_ok(), theirs.is_ok(), "{:?}", theirs);
        }
    }
}
