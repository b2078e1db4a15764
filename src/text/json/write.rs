//! The writer: compact JSON, names in the order they are given.

use super::read::plain_run;
use crate::text::invariant::held;

/// A JSON text under construction. Commas come by themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// Returns the JSON text, which is UTF-8 if all given strings are.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }

    #[inline(never)]
    fn comma(&mut self) {
        if !matches!(self.out.last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(b',');
        }
    }

    /// Begins an object or an array.
    #[inline(never)]
    pub(crate) fn open(&mut self, bracket: u8) {
        self.comma();
        self.out.push(bracket);
    }

    /// Ends an object or an array.
    #[inline(never)]
    pub(crate) fn close(&mut self, bracket: u8) {
        self.out.push(bracket);
    }

    /// The name of the value that comes next.
    pub(crate) fn name(&mut self, name: &str) -> &mut Self {
        self.id(name.as_bytes())
    }

    /// As [`Writer::name`].
    #[inline(never)]
    pub(crate) fn id(&mut self, name: &[u8]) -> &mut Self {
        self.text(name);
        self.out.push(b':');
        self
    }

    /// A value that is JSON already.
    #[inline(never)]
    pub(crate) fn raw(&mut self, json: &[u8]) {
        self.comma();
        self.out.extend_from_slice(json);
    }

    /// Returns the number of bytes written so far.
    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }

    pub(crate) fn bool(&mut self, value: bool) {
        self.raw(if value { b"true" } else { b"false" });
    }

    /// A text, or null.
    pub(crate) fn text_or_null(&mut self, text: Option<&[u8]>) {
        match text {
            Some(text) => self.text(text),
            None => self.raw(b"null"),
        }
    }

    pub(crate) fn text(&mut self, text: &[u8]) {
        self.comma();
        self.out.push(b'"');
        let mut rest = text;
        loop {
            let (plain, after) = held(rest.split_at_checked(plain_run(rest)));
            self.out.extend_from_slice(plain);
            let Some((byte, after)) = after.split_first() else { break };
            rest = after;
            let short = match byte {
                b'"' | b'\\' => *byte,
                b'\n' => b'n',
                b'\r' => b'r',
                b'\t' => b't',
                8 => b'b',
                12 => b'f',
                _ => b'u',
            };
            self.out.extend_from_slice(&[b'\\', short]);
            if short == b'u' {
                self.out.extend_from_slice(&[b'0', b'0', hex(byte >> 4), hex(*byte)]);
            }
        }
        self.out.push(b'"');
    }

    pub(crate) fn integer(&mut self, number: u64) {
        self.comma();
        digits(&mut self.out, number, 1);
    }

    /// Writes milli-points as points, with as few decimals as possible.
    pub(crate) fn points(&mut self, points: i64) {
        self.comma();
        if points < 0 {
            self.out.push(b'-');
        }
        let magnitude = points.unsigned_abs();
        digits(&mut self.out, magnitude / 1_000, 1);
        let mut thousandths = magnitude % 1_000;
        if thousandths != 0 {
            let mut width = 3;
            while thousandths.is_multiple_of(10) {
                thousandths /= 10;
                width = u32::wrapping_sub(width, 1);
            }
            self.out.push(b'.');
            digits(&mut self.out, thousandths, width);
        }
    }
}

/// The number in decimal, with zeros in front up to the width.
pub(crate) fn digits(out: &mut Vec<u8>, number: u64, width: u32) {
    if number >= 10 || width > 1 {
        digits(out, number / 10, width.wrapping_sub(1).max(1));
    }
    out.push(b'0' | (number % 10) as u8);
}

/// Returns the low four bits as a hexadecimal digit.
pub(crate) fn hex(bits: u8) -> u8 {
    let bits = bits & 15;
    if bits < 10 { bits | b'0' } else { bits.wrapping_add(b'a' - 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_have_as_few_decimals_as_possible() {
        for (milli, text) in [
            (0, "0"),
            (1, "0.001"),
            (10, "0.01"),
            (-100, "-0.1"),
            (92_500, "92.5"),
            (-20_000, "-20"),
            (1_000_001, "1000.001"),
            (i64::MIN, "-9223372036854775.808"),
        ] {
            let mut writer = Writer::default();
            writer.points(milli);
            assert_eq!(writer.finish(), text.as_bytes());
        }
    }

    #[test]
    fn strings_are_escaped_and_commas_placed() {
        let mut writer = Writer::default();
        writer.open(b'{');
        writer.name("a\"\u{1}").text("x\\\n\u{1f}é".as_bytes());
        writer.name("b").open(b'[');
        writer.integer(7);
        writer.bool(true);
        writer.text_or_null(None);
        writer.open(b'{');
        writer.close(b'}');
        writer.close(b']');
        writer.close(b'}');
        let text = String::from_utf8(writer.finish()).unwrap_or_default();
        assert_eq!(text, "{\"a\\\"\\u0001\":\"x\\\\\\n\\u001fé\",\"b\":[7,true,null,{}]}");
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
}
